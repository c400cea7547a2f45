"""Calibration of pair probabilities: of the pairs scored 30% likely, do 30% belong to one story?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

N_BINS = 10


@dataclass(frozen=True)
class ReliabilityBin:
    """The labelled pairs with a probability between two bounds."""

    low: float
    high: float
    pairs: int
    mean_probability: float
    share_same_story: float


@dataclass(frozen=True)
class Calibration:
    """Calibration of the probabilities of labelled pairs."""

    pairs: int
    same_story_pairs: int
    expected_pairs: float
    """Sum of the probabilities: the number of same-story pairs that the model expects."""
    expected_to_true: float | None
    """Expected over true number of same-story pairs; below 1 the model finds too few; None without a true pair."""
    brier: float | None
    """Mean squared difference of probability and truth (Brier 1950); None without labelled pairs."""
    base_rate_brier: float | None
    """Brier score of a constant prediction: the share of same-story pairs."""
    expected_error: float | None
    """Expected calibration error (Naeini et al. 2015): mean gap between probability and truth over the bins, weighted
    by their pairs."""
    reliability: tuple[ReliabilityBin, ...]
    """The non-empty bins of equal width, from low to high."""


def measure_calibration(labels: npt.ArrayLike, probabilities: npt.ArrayLike) -> Calibration:
    """Compute the Brier score, the expected calibration error and the reliability table of scored pairs.

    Args:
        labels: integers of shape (pairs,): 1 same story, 0 different stories, below 0 unlabelled (left out).
        probabilities: that the pair belongs to one story, floats of shape (pairs,) in [0, 1].

    Raises:
        ValueError: the lengths differ.
    """
    truth, predicted = np.asarray(labels), np.asarray(probabilities, dtype=np.float64)
    if truth.shape != predicted.shape:
        raise ValueError(f"{truth.shape[0]:,} labels do not fit {predicted.shape[0]:,} probabilities.")
    known = truth >= 0
    truth, predicted = truth[known].astype(np.float64), predicted[known]
    if not len(truth):
        return Calibration(0, 0, 0.0, None, None, None, None, ())
    bin_of = np.minimum((predicted * N_BINS).astype(np.int64), N_BINS - 1)
    pairs = np.bincount(bin_of, minlength=N_BINS)
    predicted_sums, true_sums = np.bincount(bin_of, predicted, N_BINS), np.bincount(bin_of, truth, N_BINS)
    bins = tuple(
        ReliabilityBin(
            round(i / N_BINS, 4),
            round((i + 1) / N_BINS, 4),
            int(pairs[i]),
            round(float(predicted_sums[i] / pairs[i]), 4),
            round(float(true_sums[i] / pairs[i]), 4),
        )
        for i in np.flatnonzero(pairs)
    )
    share, expected, true = truth.mean(), float(predicted.sum()), int(truth.sum())
    return Calibration(
        len(truth),
        true,
        round(expected, 1),
        round(expected / true, 4) if true else None,
        round(float(((predicted - truth) ** 2).mean()), 5),
        round(float(share * (1 - share)), 5),
        round(float(np.abs(predicted_sums - true_sums).sum() / len(truth)), 5),
        bins,
    )
