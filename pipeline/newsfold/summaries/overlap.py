"""Overlap of sentences and titles: the rarity in the window of the stems that they share."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence, Set

from newsfold.summaries.word_statistics import WordStatistics

MAX_REPEATED = 0.6  # of the weight of a sentence of the summary, or of what is new, in the other: more is said twice
_STEM_CHARACTERS = 5  # fewer than n-grams have: "honor" and "honoured" are the same in other words


@functools.lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return the beginning of a word, which its inflected forms share, without a plural's s; a number as it is."""
    return word if word.isdigit() or len(word) < _STEM_CHARACTERS - 1 else word.removesuffix("s")[:_STEM_CHARACTERS]


class StemWeights(dict[str, float]):
    """The rarity in the window of the stems of some words."""

    @functools.cached_property
    def total(self) -> float:
        """Their sum; exact sums do not depend on the order of the words."""
        return math.fsum(self.values())


def weigh_stems(words: Sequence[str], language: str, statistics: WordStatistics) -> StemWeights:
    """Return the rarity of the stems of some case-folded words, function words left out."""
    weights = StemWeights()
    idfs = statistics.idfs(language)
    for word in sorted(set(words)):
        idf = idfs[word]
        if idf:
            word_stem = stem(word)
            if idf > weights.get(word_stem, 0.0):
                weights[word_stem] = idf
    return weights


def measure_share(weights: StemWeights, stems: Set[str]) -> float:
    """Return the share of the weight of some stems that a sentence's stems have; 0 if there is no weight."""
    shared = weights.keys() & stems
    return math.fsum([weights[word_stem] for word_stem in shared]) / weights.total if shared else 0.0


def measure_overlap(left: StemWeights, right: StemWeights) -> float:
    """Return the weight that two sentences share, as a share of the lighter one's; 0 if that has none."""
    shared = left.keys() & right.keys()
    if not shared:
        return 0.0
    return math.fsum([left[word_stem] for word_stem in shared]) / min(left.total, right.total)
