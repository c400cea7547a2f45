"""The search for the set of sentences that covers the expected n-grams best."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from itertools import pairwise

import numpy as np

from newsfold import text
from newsfold.summaries.ngrams import Bools, find_ngrams
from newsfold.summaries.overlap import StemWeights, measure_overlap, measure_share, weigh_stems
from newsfold.summaries.salience import Expected
from newsfold.summaries.sentences import Candidates, Sentence
from newsfold.summaries.word_statistics import WordStatistics

_MAX_CANDIDATES = 14  # sentences that the search looks at
_MAX_LEADING = 4  # of them, surely from the articles with the latest development
_POSITION_PENALTY = 0.08  # of a sentence as the opening of a summary, per place further down
_MATTER_WEIGHT = 1.0  # of the share of its matter that a sentence has, as the opening of a summary
_QUOTATION_MARKS = "“\"«„‘'"
_LENGTHENING_F1 = 0.92  # share of the expected F1 that lets a summary grow while half of the budget is free
_BEAM_WIDTH = 60
_PROBABILITY_POWER = 2.0  # did best on stories held back: n-grams that are sure count more than in proportion


class SentenceSearch:
    """The best candidates as rows of a matrix of n-grams, and the search for the best set of rows."""

    def __init__(
        self,
        candidates: Candidates,
        expected: Expected,
        statistics: WordStatistics,
        max_words: int,
        leading: Collection[str],
        matter: StemWeights,
        max_overlap: float,
    ) -> None:
        sentences = candidates.sentences
        self._expected_words = expected.n_words
        words = [sentence.words for sentence in sentences]
        language = sentences[0].article.language if sentences else text.UNKNOWN_LANGUAGE
        ngrams, owners = find_ngrams([s.cased_words for s in sentences], statistics.lexicon, language)
        vocabulary, columns = np.unique(ngrams, return_inverse=True)
        holds: Bools = np.zeros((len(sentences), len(vocabulary)), dtype=bool)
        holds[owners, columns] = True
        weights = expected.find_probabilities(vocabulary) ** _PROBABILITY_POWER
        held_by, held = np.nonzero(holds)
        ends = np.searchsorted(held_by, np.arange(1, len(sentences) + 1)).tolist()
        values = weights[held].tolist()
        scores = [
            math.fsum(values[start:end]) / (len(of_sentence) + self._expected_words)
            for (start, end), of_sentence in zip(pairwise([0, *ends]), words, strict=True)
        ]
        fitting = [i for i, sentence in enumerate(sentences) if sentence.n_words <= max_words]
        ranked = sorted(fitting, key=lambda i: (-round(scores[i], 9), i))
        leads = [candidates.opens(i) and sentences[i].article.article_id in leading for i in range(len(sentences))]
        if not any(leads[i] for i in fitting):
            leads = [candidates.opens(i) for i in range(len(sentences))]
        first = [i for i in ranked if leads[i]][:_MAX_LEADING]
        kept = sorted({*first, *ranked[: _MAX_CANDIDATES - len(first)]})
        self._max_words = max_words
        self._scores: list[float] = [round(scores[i], 9) for i in kept]
        row_of = {i: row for row, i in enumerate(kept)}
        self._sentences = [sentences[i] for i in kept]
        self._leads = [leads[i] for i in kept]
        self._matter_shares = [measure_share(matter, sentences[i].stems) for i in kept]
        self._max_overlap = max_overlap
        # A sentence whose predecessor is not among the rows points to itself, so that it is never chosen.
        self._predecessors = {
            row_of[i]: row_of.get(candidates.predecessors[i], row_of[i]) for i in kept if i in candidates.predecessors
        }
        self._lengths = [sentence.n_words for sentence in self._sentences]
        self._n_words = [len(words[i]) for i in kept]
        self._weights = weights
        self._holds = holds[kept]
        self._differ = self._compare([words[i] for i in kept], statistics)

    def find_best(self, max_sentences: int) -> list[Sentence]:
        """Return the set of highest expected F1 in reading order, by beam search: exact for few sentences.

        Empty if every sentence that fits depends on one that does not.
        """
        states: list[tuple[int, ...]] = [()]
        best: tuple[float, tuple[int, ...]] = (-1.0, ())
        for _ in range(max_sentences):
            grown = sorted({tuple(sorted((*state, row))) for state in states for row in self._list_additions(state)})
            if not grown:
                break
            values = self._expect_f1(grown)
            ranked = sorted(range(len(grown)), key=lambda i: (-values[i], grown[i]))
            is_short = 2 * self._count_words(best[1]) < self._max_words
            first = next((i for i in ranked if any(self._leads[row] for row in grown[i])), None)
            if first is not None and values[first] > (_LENGTHENING_F1 if is_short else 1) * best[0]:
                best = values[first], grown[first]
            states = [grown[i] for i in ranked[:_BEAM_WIDTH]]
        return self._order(best[1]) if best[1] else []

    def _list_additions(self, state: tuple[int, ...]) -> list[int]:
        """Return the sentences that may be added to some: within the budget, and no repetition of them."""
        left = self._max_words - self._count_words(state)
        return [
            row
            for row, length in enumerate(self._lengths)
            if length <= left
            and row not in state
            and (row not in self._predecessors or self._predecessors[row] in state)
            and all(self._differ[row][other] for other in state)
        ]

    def _count_words(self, state: tuple[int, ...]) -> int:
        return sum(self._lengths[row] for row in state)

    def _order(self, rows: tuple[int, ...]) -> list[Sentence]:
        """Return the best opening first, then by position; a dependent sentence right after its predecessor."""
        chains = {row: [row] for row in rows if row not in self._predecessors}
        for row in rows:
            if row in self._predecessors:
                head = next(head for head, chain in chains.items() if chain[-1] == self._predecessors[row])
                chains[head].append(row)
        opening = max(chains, key=lambda row: (self._leads[row], self._opening_score(row), -row))
        heads = sorted(
            chains, key=lambda r: (r != opening, self._sentences[r].position, self._sentences[r].article.time_key)
        )
        return [self._sentences[row] for head in heads for row in chains[head]]

    def _opening_score(self, row: int) -> float:
        """Return how fit a sentence is to open the summary: salient, early in its article, not a quotation."""
        sentence = self._sentences[row]
        is_quotation = sentence.text[0] in _QUOTATION_MARKS
        score: float = self._scores[row] * (1 + _MATTER_WEIGHT * self._matter_shares[row])
        return round(score / (1 + _POSITION_PENALTY * sentence.position) / (1 + is_quotation), 9)

    def _expect_f1(self, states: Sequence[tuple[int, ...]]) -> list[float]:
        """Return the expected F1 of the words of each of some sets of sentences, plus that of their pairs of words."""
        rows = np.array(states)
        covered = np.where(self._holds[rows].any(axis=1), self._weights, 0.0).sum(axis=1)
        n_words = np.array(self._n_words)[rows].sum(axis=1)
        return [round(f1, 9) for f1 in (2 * covered / (n_words + self._expected_words)).tolist()]

    def _compare(self, words: Sequence[Sequence[str]], statistics: WordStatistics) -> list[list[bool]]:
        """Return for each sentence which others it does not repeat."""
        weights = [
            weigh_stems(of_sentence, sentence.article.language, statistics)
            for sentence, of_sentence in zip(self._sentences, words, strict=True)
        ]
        differ = [[True] * len(words) for _ in words]
        for i, left in enumerate(weights):
            for j, right in enumerate(weights[:i]):
                differ[i][j] = differ[j][i] = measure_overlap(left, right) < self._max_overlap
        return differ
