"""The search for the set of sentences that covers the expected n-grams best."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from newsfold import text
from newsfold.summaries.lexicon import stem
from newsfold.summaries.ngrams import Bools, list_ngrams
from newsfold.summaries.salience import Expected
from newsfold.summaries.sentences import Candidates, Sentence
from newsfold.summaries.word_statistics import WordStatistics

_MAX_CANDIDATES = 14  # sentences that the search looks at
_MAX_LEADING = 4  # of them, surely from the articles with the latest development
_POSITION_PENALTY = 0.08  # of a sentence as the opening of a summary, per place further down
_HEADLINE_WEIGHT = 1.0  # of the share of the headline's words that a sentence has, as the opening of a summary
_QUOTATION_MARKS = "“\"«„‘'"
_LENGTHENING_F1 = 0.92  # share of the expected F1 that lets a summary grow while half of the budget is free
_BEAM_WIDTH = 60
_MAX_OVERLAP = 0.7  # of the lighter sentence's weight: more is the same in other words
# Both did best on stories held back: n-grams that are sure count more than in proportion, and length costs less.
_PROBABILITY_POWER = 2.0
_LENGTH_FACTOR = 1.3  # of the expected words


class SentenceSearch:
    """The best candidates as rows of a matrix of n-grams, and the search for the best set of rows."""

    def __init__(
        self,
        candidates: Candidates,
        expected: Expected,
        statistics: WordStatistics,
        max_words: int,
        leading: Collection[str],
        headline: str,
    ) -> None:
        sentences = candidates.sentences
        self._expected_words = _LENGTH_FACTOR * expected.n_words
        words = [sentence.words for sentence in sentences]
        language = sentences[0].article.language if sentences else text.UNKNOWN_LANGUAGE
        ngrams = [list(dict.fromkeys(list_ngrams(of_sentence, statistics.lexicon, language))) for of_sentence in words]
        weights = {ngram: expected.ngrams.get(ngram, 0.0) ** _PROBABILITY_POWER for held in ngrams for ngram in held}
        scores = [
            math.fsum(map(weights.__getitem__, held)) / (len(of_sentence) + self._expected_words)
            for held, of_sentence in zip(ngrams, words, strict=True)
        ]
        fitting = [i for i, sentence in enumerate(sentences) if sentence.n_words <= max_words]
        ranked = sorted(fitting, key=lambda i: (-round(scores[i], 9), i))
        first = [i for i in ranked if sentences[i].article.article_id in leading][:_MAX_LEADING]
        kept = sorted({*first, *ranked[: _MAX_CANDIDATES - len(first)]})
        self._max_words = max_words
        self._scores: list[float] = [round(scores[i], 9) for i in kept]
        row_of = {i: row for row, i in enumerate(kept)}
        self._sentences = [sentences[i] for i in kept]
        led = [sentence.article.article_id in leading for sentence in self._sentences]
        self._leads = led if any(led) else [True] * len(led)
        headline_weights = weigh_headline(headline, language, statistics)
        self._headline_shares = [measure_share(headline_weights, words[i]) for i in kept]
        # A sentence whose predecessor is not among the rows points to itself, so that it is never chosen.
        self._predecessors = {
            row_of[i]: row_of.get(candidates.predecessors[i], row_of[i]) for i in kept if i in candidates.predecessors
        }
        self._lengths = [sentence.n_words for sentence in self._sentences]
        self._n_words = [len(words[i]) for i in kept]
        vocabulary = dict.fromkeys(ngram for i in kept for ngram in ngrams[i])
        column_of = {ngram: column for column, ngram in enumerate(vocabulary)}
        self._weights = np.array([weights[ngram] for ngram in vocabulary])
        self._holds: Bools = np.zeros((len(kept), len(vocabulary)), dtype=bool)
        for row, i in enumerate(kept):
            self._holds[row, [column_of[ngram] for ngram in ngrams[i]]] = True
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
            values = [round(self._expected_f1(state), 9) for state in grown]
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
        score: float = self._scores[row] * (1 + _HEADLINE_WEIGHT * self._headline_shares[row])
        return round(score / (1 + _POSITION_PENALTY * sentence.position) / (1 + is_quotation), 9)

    def _expected_f1(self, state: tuple[int, ...]) -> float:
        """Return the expected F1 of the words of some sentences, plus that of their pairs of words."""
        rows = list(state)
        covered = float(self._weights[self._holds[rows].any(axis=0)].sum())
        return 2 * covered / (float(sum(self._n_words[row] for row in rows)) + self._expected_words)

    def _compare(self, words: Sequence[Sequence[str]], statistics: WordStatistics) -> list[list[bool]]:
        """Return for each sentence which others it does not repeat."""
        idfs = []
        for sentence, of_sentence in zip(self._sentences, words, strict=True):
            language = sentence.article.language
            idf_of = {word: statistics.idf(word, language) for word in of_sentence}
            idfs.append({word: idf for word, idf in idf_of.items() if idf})
        # Exact sums do not depend on the order of the words.
        totals = [math.fsum(of_sentence.values()) for of_sentence in idfs]
        differ = [[True] * len(words) for _ in words]
        for i, left in enumerate(idfs):
            for j, right in enumerate(idfs[:i]):
                lighter = min(totals[i], totals[j])
                shared = math.fsum(left[word] for word in left.keys() & right.keys()) if lighter else 0.0
                differ[i][j] = differ[j][i] = not lighter or shared < _MAX_OVERLAP * lighter
        return differ


def weigh_headline(headline: str, language: str, statistics: WordStatistics) -> dict[str, float]:
    """Return the rarity of each stem of a headline."""
    return {stem(word): statistics.idf(word, language) for word in text.split_words(headline)}


def measure_share(weights: Mapping[str, float], words: Sequence[str]) -> float:
    """Return the share of the weight of some stems that a sentence's words have; 0 if there is no weight."""
    stems = set(map(stem, words))
    total = math.fsum(weights.values())
    return math.fsum(weight for word_stem, weight in weights.items() if word_stem in stems) / total if total else 0.0
