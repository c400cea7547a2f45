"""Sentences and summaries of a story, and the sentences that may stand in its summary."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from newsfold import text
from newsfold.summaries.developments import Developments
from newsfold.summaries.languages import join_patterns, list_entries
from newsfold.summaries.names.outlet_names import names_outlet
from newsfold.summaries.overlap import stem
from newsfold.summaries.sentence_filters import Fault, find_fault, has_unnamed_reference
from newsfold.summaries.stories import SENTENCES_READ, Article, Story
from newsfold.summaries.titles import strip_theme_label
from newsfold.summaries.word_statistics import WordStatistics

_PLAIN_LABELS = [label for label in list_entries("title_labels") if re.fullmatch(r"[\w ]+", label)]
# Datelines that extraction left, or could not know within a paragraph: "(CNN)", "PARIS (AFP) —", "AKRON, Ohio —".
_DATELINE = re.compile(
    r"^(?:\([A-Z][\w .]{1,20}\)\s+|[A-Z][\w .,’'-]{2,40}\([A-Z][\w .]{1,20}\)\s*[—–-]+\s*"
    r"|[A-Z][A-Z.’'-]+(?: [A-Z.’'-]+){0,3}(?:, [A-Z][\w .]{1,25})? [—–]+ )(?=[\w“\"‘'$€£])"
)
_LABEL_IN_CAPITALS = re.compile(rf"^(?:{'|'.join(map(str.upper, _PLAIN_LABELS))})(?:[:!] | (?=[A-Z][a-z]))")
# A name's possessive before a person of two names: at the beginning, or after a verb of appearing before a camera.
_STAFF = re.compile(
    rf"(?:^\W*|\b{join_patterns('appearances')} )(?P<owner>(?:The |the )?[A-Z][\w&.]*(?: [A-Z&][\w&.]*){{0,3}})['’]s? "
    r"(?:[\w-]+ ){0,3}?[A-Z][\w’'-]+ [A-Z][\w’'-]+"
)
SENTENCES_READ_ALONE = 5  # of a lone article: it reports first what happened


@dataclass(frozen=True)
class Sentence:
    """A sentence of a summary, with the article that it comes from."""

    text: str
    article: Article
    position: int  # among the sentences of its article; -1 for a title and for a sentence that a model wrote

    @functools.cached_property
    def cased_words(self) -> list[str]:
        """Its words, as printed."""
        if self.position >= 0 and self.text == self.article.sentences[self.position]:
            return self.article.cased_sentences[self.position]
        return text.split_cased_words(self.text)

    @functools.cached_property
    def words(self) -> list[str]:
        """Its words, case-folded."""
        if self.position >= 0 and self.text == self.article.sentences[self.position]:
            return self.article.folded_sentences[self.position]
        return text.split_words(self.text)

    @functools.cached_property
    def stems(self) -> frozenset[str]:
        """The different stems of its words."""
        return frozenset(map(stem, self.words))

    @functools.cached_property
    def n_words(self) -> int:
        """The number of its words, as a reader counts them."""
        return text.count_words(self.text)


EXTRACTIVE = "extractive"


@dataclass(frozen=True)
class Summary:
    """A summary, in reading order.

    Attributes:
        sentences: its sentences.
        method: `extractive`, or the name of the language model that wrote it.
        doubts: the reasons why a written summary was not used: numbers and names that no source has, and others.
    """

    sentences: list[Sentence]
    method: str = EXTRACTIVE
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Candidates:
    """The sentences to choose a summary from.

    Attributes:
        sentences: the candidates.
        predecessors: the candidate that alone explains a dependent one, both by position in the list: the dependent
            one can only stand right after it.
        are_dependent: whether all of them have a reference that only an earlier sentence, or the title, explains.
        openers: those that may open the summary, by position in the list; None: all.
    """

    sentences: list[Sentence]
    predecessors: dict[int, int]
    are_dependent: bool = False
    openers: frozenset[int] | None = None

    def opens(self, position: int) -> bool:
        """Return whether the candidate at a position may open the summary."""
        return self.openers is None or position in self.openers


def collect_candidates(
    story: Story,
    statistics: WordStatistics,
    developments: Developments,
    is_excluded: Callable[[Sentence], bool],
    title: Sentence | None = None,
) -> Candidates:
    """Return the sentences with the least fault, the representative's first.

    Empty if none can stand alone: the articles hold fragments, captions, questions, and calls to read and subscribe.

    Args:
        story: the story, in one language.
        statistics: document frequencies in the window.
        developments: which of its counts newer articles raise.
        is_excluded: whether a sentence is not to be a candidate.
        title: a title that opens the summary, and explains the first sentence of its article.
    """
    rated: list[tuple[int, Sentence]] = []
    known: set[tuple[str, ...]] = set()
    others = [article for article in story.central_originals if article is not story.representative]
    n_read = SENTENCES_READ if others else SENTENCES_READ_ALONE
    articles = [story.representative, *others]
    if title:  # that of a copy stands first
        articles.sort(key=lambda article: article is not title.article)
        known.add(tuple(title.words))
        rated.append((Fault.NONE, title))
    for article in articles:
        for position in range(min(n_read, len(article.sentences))):
            sentence = read_sentence(article, position, statistics)
            words = tuple(sentence.words)
            if words and words not in known and not is_excluded(sentence):
                known.add(words)
                rated.append((rate_sentence(sentence, words, developments), sentence))
    least: int = min((fault for fault, _ in rated), default=Fault.NOT_PROSE)
    if least >= Fault.NOT_STANDALONE:
        return Candidates([], {})
    sentences: list[Sentence] = []
    predecessors: dict[int, int] = {}
    for fault, sentence in rated:
        last = sentences[-1] if sentences else None
        follows = last and last.article is sentence.article and last.position == sentence.position - 1
        if fault == least or (follows and least == Fault.NONE and fault == Fault.NEEDS_PREVIOUS):
            if fault > least:
                predecessors[len(sentences)] = len(sentences) - 1
            sentences.append(sentence)
    openers = frozenset(i for i, sentence in enumerate(sentences) if sentence is title) if title else None
    return Candidates(sentences, predecessors, least == Fault.NEEDS_PREVIOUS, openers)


def read_sentence(article: Article, position: int, statistics: WordStatistics) -> Sentence:
    """Return a sentence of an article's opening, without a dateline or label."""
    printed = article.sentences[position]
    plain = _DATELINE.sub("", _LABEL_IN_CAPITALS.sub("", printed)) or printed
    return Sentence(strip_theme_label(plain, statistics), article, position)


def stands_alone(sentence: Sentence, statistics: WordStatistics) -> bool:
    """Return whether a faultless sentence of an excerpt says of whom or what it speaks, without its title.

    It has a name or a number, and names what it speaks of as known. Only English can be judged.
    """
    if sentence.article.language != "en":
        return True
    if has_unnamed_reference(sentence.text, sentence.cased_words):
        return False
    first, *others = sentence.cased_words or [""]
    if any(word[0].isupper() or word.isdigit() for word in others):
        return True
    return first.isdigit() or statistics.is_name([first.casefold()], "en")


def rate_sentence(sentence: Sentence, words: Sequence[str], developments: Developments) -> int:
    """Return the worst fault of a sentence, whose case-folded words are `words`: alone, and in its story."""
    fault = find_fault(sentence.text, words, sentence.article.language)
    if fault < Fault.NOT_STANDALONE and _presents_own_staff(sentence.text, sentence.article):
        return Fault.NOT_STANDALONE
    if fault < Fault.OUTDATED and developments.is_outdated(sentence.text, words, sentence.article):
        return Fault.OUTDATED
    return fault


def _presents_own_staff(sentence: str, article: Article) -> bool:
    """Return whether a sentence tells what somebody of its outlet does: "Norrhavn TV's Ida Vik reports"."""
    if "'" not in sentence and "’" not in sentence:
        return False
    owners = [presented["owner"] for presented in _STAFF.finditer(sentence)]
    return any(
        names_outlet(owner, outlet) for owner in owners for outlet in (article.outlet, article.publisher_family or "")
    )
