"""The sentences of a story that could stand in its summary, each with the article it comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsfold import text
from newsfold.summaries import sentence_filters
from newsfold.summaries.ngrams import SENTENCES_READ
from newsfold.summaries.stories import Article, Story

# Datelines that extraction left, or could not know within a paragraph: "(CNN)", "PARIS (AFP) —", "AKRON, Ohio —".
_FILED = re.compile(
    r"^(?:\([A-Z][\w .]{1,20}\)\s+|[A-Z][\w .,’'-]{2,40}\([A-Z][\w .]{1,20}\)\s*[—–-]+\s*"
    r"|[A-Z][A-Z.’'-]+(?: [A-Z.’'-]+){0,3}(?:, [A-Z][\w .]{1,25})? [—–]+ )(?=[\w“\"‘'$€£])"
)
_ASIDE = 3  # adds to the fault of a sentence in another language, or of a roundup
_READ_ALONE = 5  # a lone article tells what happened first


@dataclass(frozen=True)
class Sentence:
    """A sentence of a summary, and where it stands."""

    text: str
    article: Article
    position: int  # among the sentences of its article; -1 for a title, or where it was written anew

    @property
    def words(self) -> list[str]:
        """Its words."""
        return text.split_words(self.text)


EXTRACTIVE = "extractive"


@dataclass(frozen=True)
class Summary:
    """A summary, in the order of telling."""

    sentences: list[Sentence]
    made_by: str = EXTRACTIVE
    """Or the name of the language model that wrote it."""
    doubts: tuple[str, ...] = ()
    """Why a written one was not used: its numbers and names that no source has, or what else was wrong."""


@dataclass(frozen=True)
class Tellable:
    """The sentences to choose from."""

    sentences: list[Sentence]
    after: dict[int, int]
    """The sentence (by its place in the list) that alone explains this one: it can only stand right after that one."""


def tellable(story: Story) -> Tellable:
    """The soundest sentences, the representative's first; in the story's language if it has any.

    Empty where there is nothing but calls to read and to subscribe.
    """
    found: list[tuple[int, Sentence]] = []
    known: set[tuple[str, ...]] = set()
    rest = [article for article in story.spokesmen if article is not story.representative]
    n_read = SENTENCES_READ if rest else _READ_ALONE
    for article in [story.representative, *rest]:
        aside = article.roundup or article.language != story.language
        for position, printed in enumerate(article.sentences[:n_read]):
            sentence = Sentence(_FILED.sub("", printed) or printed, article, position)
            words = tuple(sentence.words)
            if words and words not in known:
                known.add(words)
                found.append(
                    (sentence_filters.fault(sentence.text, words, article.language) + _ASIDE * aside, sentence)
                )
    fewest = min((fault for fault, _ in found), default=sentence_filters.NO_PROSE)
    if fewest >= sentence_filters.NO_PROSE:
        return Tellable([], {})
    kept: list[Sentence] = []
    after: dict[int, int] = {}
    for fault, sentence in found:
        before = kept[-1] if kept else None
        follows = before and before.article is sentence.article and before.position == sentence.position - 1
        if fault == fewest or (follows and fewest == sentence_filters.SOUND and fault == sentence_filters.FOLLOWING):
            if fault > fewest:
                after[len(kept)] = len(kept) - 1
            kept.append(sentence)
    return Tellable(kept, after)
