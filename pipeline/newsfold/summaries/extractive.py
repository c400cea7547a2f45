"""Summaries of the members' own sentences: those that together hold most of what an editor would tell."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from newsfold import text
from newsfold.summaries.ngrams import Unit, units
from newsfold.summaries.salience import LENGTHS, Teller
from newsfold.summaries.sentences import Sentence, Summary, Tellable, tellable
from newsfold.summaries.stories import Story
from newsfold.summaries.window import Window

_POOL = 14  # sentences that choosing looks at
_LATER = 0.08  # what a sentence loses, as the opening of a summary, with each place further down
_QUOTES = "“\"«„‘'"
_NEARLY = 0.92  # of the expected F1 is enough for a further sentence while half of the budget is free
_BEAM = 60  # sets of sentences that are kept while they grow
_SAID_ALREADY = 0.6  # of the lighter sentence's weight: more is the same in other words
_SURENESS = 2.0  # what is surely told counts more than its probability: the power that did best on stories held back

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Extractive:
    """Chooses the sentences that together come nearest to what would be told.

    `Teller` says how probably each word, and each pair of words, of the articles is in an editor's summary, and how
    long that would be; the chosen set is the one of the highest expected F1 with it, within the budget. A word counts
    once, so repetition costs. A sentence that leans on the one before it is chosen only right after that one; others
    that cannot stand alone only where there is nothing else.
    """

    teller: Teller
    max_words: int
    max_sentences: int

    workers: ClassVar[int] = 1

    def summarise(self, story: Story, headline: str, window: Window) -> Summary:
        """See `Summariser`."""
        return Summary(self._choose(story, headline, window))

    def _choose(self, story: Story, headline: str, window: Window) -> list[Sentence]:
        found = tellable(story)
        if not found.sentences:
            return [self._title(story, headline)]
        if all(text.count_words(sentence.text) > self.max_words for sentence in found.sentences):
            return [self._cut(found.sentences[0])]
        if len(found.sentences) == 1:
            return found.sentences
        expected, n_words = self.teller.told(story, window)
        pool = _Pool(found, expected, n_words, window, self.max_words)
        return pool.best(self.max_sentences) or [self._cut(found.sentences[0])]

    def _title(self, story: Story, headline: str) -> Sentence:
        """Another member's title, where no member has a body; else the headline once more."""
        titled = [article for article in story.originals if article.title.strip()]
        others = [a for a in titled if text.split_words(a.title) != text.split_words(headline)]
        if not titled:
            return self._cut(Sentence(headline, story.representative, -1))
        article = (others or titled)[0]
        return self._cut(Sentence(text.normalise_line(article.title), article, -1))

    def _cut(self, sentence: Sentence) -> Sentence:
        """The sentence, shortened to the budget where it alone is longer."""
        whole = sentence.text
        if text.count_words(whole) <= self.max_words:
            return sentence
        lengths = range(2, len(whole))
        fits = bisect_right(lengths, self.max_words, key=lambda n: text.count_words(text.shorten(whole, n)))
        return Sentence(text.shorten(whole, lengths[fits - 1]), sentence.article, sentence.position)


class _Pool:
    """Sentences to choose from, as units with the worth of each."""

    def __init__(
        self, found: Tellable, expected: Mapping[Unit, float], n_words: float, window: Window, max_words: int
    ) -> None:
        words = [sentence.words for sentence in found.sentences]
        held = [{unit for length in LENGTHS for unit in units(own, length)} for own in words]
        worth = {unit: probability**_SURENESS for unit, probability in expected.items()}
        alone = [
            sum(worth.get(unit, 0.0) for unit in sorted(own)) / (len(mine) + n_words)
            for own, mine in zip(held, words, strict=True)
        ]
        fitting = [i for i, sentence in enumerate(found.sentences) if text.count_words(sentence.text) <= max_words]
        kept = sorted(sorted(fitting, key=lambda i: (-round(alone[i], 9), i))[:_POOL])
        self._max_words = max_words
        self._alone: list[float] = [round(alone[i], 9) for i in kept]
        place = {i: row for row, i in enumerate(kept)}
        self._sentences = [found.sentences[i] for i in kept]
        # What cannot follow, because that sentence is not looked at, points to itself and is never chosen.
        self._after = {place[i]: place.get(found.after[i], place[i]) for i in kept if i in found.after}
        self._budget = np.array([text.count_words(sentence.text) for sentence in self._sentences])
        self._n_words = np.array([len(words[i]) for i in kept])
        vocabulary = sorted(set().union(*(held[i] for i in kept)))
        column = {unit: number for number, unit in enumerate(vocabulary)}
        self._worth = np.array([worth.get(unit, 0.0) for unit in vocabulary])
        self._holds: Bools = np.zeros((len(kept), len(vocabulary)), dtype=bool)
        for row, i in enumerate(kept):
            self._holds[row, [column[unit] for unit in held[i]]] = True
        self._expected_words = n_words
        self._apart = self._unlike([words[i] for i in kept], window)

    def best(self, max_sentences: int) -> list[Sentence]:
        """The set of highest expected F1 in the order of telling, by beam search: exact for few sentences.

        Empty where only sentences fit that lean on others which do not.
        """
        states: list[tuple[int, ...]] = [()]
        best: tuple[float, tuple[int, ...]] = (-1.0, ())
        for _ in range(max_sentences):
            grown = sorted(
                {
                    tuple(sorted((*state, row)))
                    for state in states
                    for row in range(len(self._sentences))
                    if row not in state
                    and (row not in self._after or self._after[row] in state)
                    and self._budget[[*state, row]].sum() <= self._max_words
                    and self._apart[row, list(state)].all()
                }
            )
            if not grown:
                break
            values = [round(self._value(state), 9) for state in grown]
            ranked = sorted(range(len(grown)), key=lambda i: (-values[i], grown[i]))
            short = 2 * self._budget[list(best[1])].sum() < self._max_words
            if values[ranked[0]] > (_NEARLY if short else 1) * best[0]:
                best = values[ranked[0]], grown[ranked[0]]
            states = [grown[i] for i in ranked[:_BEAM]]
        return self._told_in_order(best[1]) if best[1] else []

    def _told_in_order(self, chosen: tuple[int, ...]) -> list[Sentence]:
        """The most telling sentence first, then by position; one that leans on another right after that one."""
        chains = {row: [row] for row in chosen if row not in self._after}
        for row in chosen:
            if row in self._after:
                head = next(head for head, chain in chains.items() if chain[-1] == self._after[row])
                chains[head].append(row)
        news = max(chains, key=lambda row: (self._newsiness(row), -row))
        heads = sorted(
            chains, key=lambda r: (r != news, self._sentences[r].position, self._sentences[r].article.by_time)
        )
        return [self._sentences[row] for head in heads for row in chains[head]]

    def _newsiness(self, row: int) -> float:
        """How fit a sentence is to open the summary: telling, early in its article, and no quotation."""
        sentence = self._sentences[row]
        quoted = sentence.text[0] in _QUOTES
        worth: float = self._alone[row]
        return round(worth / (1 + _LATER * sentence.position) / (1 + quoted), 9)

    def _value(self, state: tuple[int, ...]) -> float:
        """Expected F1 of the words of some sentences, plus that of their pairs of words."""
        rows = list(state)
        told = float(self._worth[self._holds[rows].any(axis=0)].sum())
        return 2 * told / (float(self._n_words[rows].sum()) + self._expected_words)

    def _unlike(self, words: Sequence[Sequence[str]], window: Window) -> Bools:
        """Which sentences do not say the same in other words: bool of shape (sentences, sentences)."""
        weights = []
        for sentence, own in zip(self._sentences, words, strict=True):
            rarities = {word: window.rarity(word, sentence.article.language) for word in sorted(set(own))}
            weights.append({word: rarity for word, rarity in rarities.items() if rarity})
        apart = np.ones((len(words), len(words)), dtype=bool)
        for i, mine in enumerate(weights):
            for j, theirs in enumerate(weights[:i]):
                shared = sum(mine[word] for word in sorted(mine.keys() & theirs.keys()))
                lighter = min(sum(mine.values()), sum(theirs.values()))
                apart[i, j] = apart[j, i] = not lighter or shared < _SAID_ALREADY * lighter
        return apart
