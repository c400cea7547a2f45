"""Overlap of sentences and titles: the rarity in the window of the stems that they share."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence, Set

from newsfold.summaries.word_statistics import WordStatistics

MAX_REPEATED = 0.6  # of the weight of a sentence of the summary, or of what is new, in the other: more is said twice
_STEM_CHARACTERS = 5  # fewer than n-grams have: "honor" and "honoured" are the same in other words


@functools.lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return the beginning of a word, which its inflected forms share, without a plural's s; a number as it is."""
    return word if word.isdigit() or len(word) < _STEM_CHARACTERS - 1 else word.removesuffix("s")[:_STEM_CHARACTERS]


def weigh_stems(words: Sequence[str], language: str, statistics: WordStatistics) -> dict[str, float]:
    """Return the rarity of the stems of some case-folded words, function words left out."""
    weights: dict[str, float] = {}
    idfs = statistics.idfs(language)
    for word in sorted(set(words)):
        idf = idfs[word]
        if idf:
            word_stem = stem(word)
            if idf > weights.get(word_stem, 0.0):
                weights[word_stem] = idf
    return weights


def measure_share(weights: Mapping[str, float], stems: Set[str]) -> float:
    """Return the share of the weight of some stems that a sentence's stems have; 0 if there is no weight."""
    shared = weights.keys() & stems
    # Exact sums do not depend on the order of the words.
    return math.fsum([weights[word_stem] for word_stem in shared]) / math.fsum(weights.values()) if shared else 0.0


def measure_overlap(left: Mapping[str, float], right: Mapping[str, float]) -> float:
    """Return the weight that two sentences share, as a share of the lighter one's; 0 if that has none."""
    shared = left.keys() & right.keys()
    if not shared:
        return 0.0
    lighter = min(math.fsum(left.values()), math.fsum(right.values()))
    return math.fsum([left[word_stem] for word_stem in shared]) / lighter
