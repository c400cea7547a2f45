"""Summaries: a few of the members' own sentences, each with the article it comes from."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline import text
from pipeline.settings import Summaries
from pipeline.summaries import prose
from pipeline.summaries.stories import Article, Story
from pipeline.summaries.window import Window

_SENTENCES_READ = 8
_SENTENCES_READ_ALONE = 5  # a lone article tells what happened first
_SHORTEST = 5
_POSITION_DECAY = 0.3
_TITLE_BONUS = 2.0
_RELEVANCE = 0.7  # of MMR: the rest is novelty
_SAID_ALREADY = 0.8  # of the lighter sentence's weight
_WORTH_ADDING = 0.1  # of the best sentence's value; less adds words, not news
_LENGTH_POWER = 0.6  # between the sum (favours long sentences) and the mean (short ones) of word weights


@dataclass(frozen=True)
class Sentence:
    """A sentence of a summary, and where it stands."""

    text: str
    article: Article
    position: int  # among the sentences of its article; -1 for a title


class Summariser(Protocol):
    """What the stage needs of a way to summarise."""

    def summarise(self, story: Story, headline: str, window: Window) -> list[Sentence]:
        """At least one sentence with text, in the order of telling, within the budget of words."""


def summariser(settings: Summaries) -> Summariser:
    """The summariser that `settings.kind` names."""
    match settings.kind:
        case "extractive":
            return Extractive(settings.max_words, settings.max_sentences)


@dataclass(frozen=True)
class Extractive:
    """Chooses sentences that tell what most independent outlets tell.

    A word weighs its rarity in the window times the share of the story's origins that use it. A
    sentence is worth the weights of its words, damped by its length and by how late it stands.
    Maximal marginal relevance (Carbonell and Goldstein 1998) picks the next sentence that adds most
    within the budget. Sentences that cannot stand alone are chosen only where there is no other.
    """

    max_words: int
    max_sentences: int

    def summarise(self, story: Story, headline: str, window: Window) -> list[Sentence]:
        """See `Summariser`."""
        best = _tellable(story)
        if not best:
            return [self._title(story, headline)]
        fitting = [read for read in best if len(read.words) <= self.max_words]
        if not fitting:
            return [self._cut(best[0].sentence)]
        chosen = self._choose(_weighed(fitting, story, window))
        return sorted(chosen, key=lambda s: (s.position, s.article.by_time))

    def _choose(self, pool: list[_Weighed]) -> list[Sentence]:
        top = max((item.worth for item in pool), default=0.0) or 1.0
        chosen: list[_Weighed] = []
        left = self.max_words
        while pool and len(chosen) < self.max_sentences:
            values = [
                _RELEVANCE * item.worth / top
                - (1 - _RELEVANCE) * max((item.likeness(other) for other in chosen), default=0.0)
                for item in pool
            ]
            best = max(range(len(pool)), key=lambda i: (round(values[i], 6), -i))
            if chosen and values[best] < _WORTH_ADDING * _RELEVANCE:
                break
            chosen.append(pool[best])
            left -= pool[best].n_words
            pool = [item for item in pool if item.n_words <= left and item.likeness(chosen[-1]) < _SAID_ALREADY]
        return [item.sentence for item in chosen]

    def _title(self, story: Story, headline: str) -> Sentence:
        """Another member's title, where no member has a body; else the headline once more."""
        titled = [article for article in story.originals if article.title.strip()]
        others = [a for a in titled if text.words(a.title) != text.words(headline)]
        if not titled:
            return self._cut(Sentence(headline, story.representative, -1))
        article = (others or titled)[0]
        return self._cut(Sentence(text.one_line(article.title), article, -1))

    def _cut(self, sentence: Sentence) -> Sentence:
        """The sentence, shortened to the budget where it alone is longer."""
        whole = sentence.text
        if len(text.words(whole)) <= self.max_words:
            return sentence
        lengths = range(2, len(whole))
        fits = bisect_right(lengths, self.max_words, key=lambda n: len(text.words(text.shorten(whole, n))))
        cut = text.shorten(whole, lengths[fits - 1])
        return Sentence(cut, sentence.article, sentence.position)


@dataclass(frozen=True)
class _Read:
    sentence: Sentence
    words: tuple[str, ...]


@dataclass(frozen=True)
class _Weighed:
    sentence: Sentence
    n_words: int
    weights: dict[str, float]
    worth: float

    def likeness(self, other: _Weighed) -> float:
        """The share of the lighter sentence's weight that the other repeats."""
        shared = sum(self.weights[word] for word in sorted(self.weights.keys() & other.weights.keys()))
        lighter = min(sum(self.weights.values()), sum(other.weights.values()))
        return shared / lighter if lighter else 0.0


def _weighed(pool: Sequence[_Read], story: Story, window: Window) -> list[_Weighed]:
    share = _shares(story)
    titled = {word for article in story.spokesmen for word in article.title_words}
    found = []
    for read in pool:
        language = read.sentence.article.language
        weights = {}
        for word in sorted(set(read.words)):
            rarity = window.rarity(word, language)
            if rarity:
                weights[word] = rarity * share.get(word, 1.0) * (_TITLE_BONUS if word in titled else 1.0)
        length = float(max(len(read.words), _SHORTEST) ** _LENGTH_POWER)
        worth = sum(weights.values()) / length / (1 + _POSITION_DECAY * read.sentence.position)
        found.append(_Weighed(read.sentence, len(read.words), weights, worth))
    return found


def _shares(story: Story) -> dict[str, float]:
    """The share of the story's origins that use each word; empty where there is one origin."""
    users: dict[str, set[str]] = defaultdict(set)
    origins = {article.origin for article in story.spokesmen}
    if len(origins) > 1:
        for article in story.spokesmen:
            for word in article.vocabulary:
                users[word].add(article.origin)
    return {word: len(using) / len(origins) for word, using in users.items()}


def _tellable(story: Story) -> list[_Read]:
    """The soundest sentences, the representative's first; in the story's language if it has any."""
    found: list[tuple[int, _Read]] = []
    known: set[tuple[str, ...]] = set()
    rest = [article for article in story.spokesmen if article is not story.representative]
    n_read = _SENTENCES_READ if rest else _SENTENCES_READ_ALONE
    for article in [story.representative, *rest]:
        printed = text.sentences(article.opening, article.language)
        if article.n_characters > len(article.opening):
            printed = printed[:-1] or printed  # the opening may end inside a sentence
        foreign = article.language != story.language
        for position, sentence in enumerate(printed[:n_read]):
            words = tuple(text.words(sentence))
            if words and words not in known:
                known.add(words)
                fault = prose.fault(sentence, words, article.language) + 2 * foreign
                found.append((fault, _Read(Sentence(sentence, article, position), words)))
    fewest = min((fault for fault, _ in found), default=prose.NO_PROSE)
    return [read for fault, read in found if fault == fewest < prose.NO_PROSE]
