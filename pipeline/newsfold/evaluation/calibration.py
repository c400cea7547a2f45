"""Whether probabilities mean what they say: of the pairs called 30% likely, are 30% of one story?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

N_BINS = 10


@dataclass(frozen=True)
class ReliabilityBin:
    """The pairs whose probability lies between two bounds."""

    low: float
    high: float
    pairs: int
    mean_probability: float
    share_same_story: float


@dataclass(frozen=True)
class Calibration:
    """How far the probabilities of labelled pairs can be taken at their word."""

    pairs: int
    same_story_pairs: int
    brier: float | None
    """Mean squared difference of probability and truth (Brier 1950); None without labelled pairs."""
    base_rate_brier: float | None
    """The Brier score of always saying the share of same-story pairs: what knowing nothing of a pair would give."""
    expected_error: float | None
    """Expected calibration error (Naeini et al. 2015): the bins' mean gap of probability and truth, by pairs."""
    reliability: tuple[ReliabilityBin, ...]
    """The bins of equal width that hold pairs, from low to high."""


def calibration(labels: npt.ArrayLike, probabilities: npt.ArrayLike) -> Calibration:
    """Brier score, expected calibration error and reliability table of scored pairs.

    Args:
        labels: integers of shape (pairs,): 1 same story, 0 different stories, below 0 unlabelled (left out).
        probabilities: of being one story, floats of shape (pairs,) in [0, 1].

    Raises:
        ValueError: the two differ in length.
    """
    truth, said = np.asarray(labels), np.asarray(probabilities, dtype=np.float64)
    if truth.shape != said.shape:
        raise ValueError(f"{truth.shape[0]:,} labels do not fit {said.shape[0]:,} probabilities.")
    known = truth >= 0
    truth, said = truth[known].astype(np.float64), said[known]
    if not len(truth):
        return Calibration(0, 0, None, None, None, ())
    where = np.minimum((said * N_BINS).astype(np.int64), N_BINS - 1)
    pairs = np.bincount(where, minlength=N_BINS)
    sums = np.bincount(where, said, N_BINS), np.bincount(where, truth, N_BINS)
    bins = tuple(
        ReliabilityBin(
            round(i / N_BINS, 4),
            round((i + 1) / N_BINS, 4),
            int(pairs[i]),
            round(float(sums[0][i] / pairs[i]), 4),
            round(float(sums[1][i] / pairs[i]), 4),
        )
        for i in np.flatnonzero(pairs)
    )
    share = truth.mean()
    return Calibration(
        len(truth),
        int(truth.sum()),
        round(float(((said - truth) ** 2).mean()), 5),
        round(float(share * (1 - share)), 5),
        round(float(np.abs(sums[0] - sums[1]).sum() / len(truth)), 5),
        bins,
    )
