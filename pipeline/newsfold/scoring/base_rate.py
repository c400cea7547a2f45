"""The base rate of same-story pairs in a window, estimated from its close pairs.

The scorer's log-odds hold for windows like those of its training, where one pair in some hundreds belongs to one story.
A window of few large stories has many more. So their number is estimated from the number of pairs whose vectors are
close: the embedding is tuned so that a cosine means the same in every window, and in labelled sets as different as a
night of feeds and thirty stories of sixty headlines each there are two to five same-story pairs to a close one. One
number is added to the log-odds of all pairs so that the expected number of same-story pairs is the estimated one (a
correction of the prior; Saerens, Latinne and Decaestecker 2002, Adjusting the outputs of a classifier to new a priori
probabilities).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import expit

LogOdds = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]

_CLOSE_COSINE = 0.75  # from this cosine of their vectors, a pair is close
_PSEUDO_PAIRS = 20.0  # added to both numbers: in a small window the correction is small
# Limits of the shift, in logarithms of the correction: pairs about which there is no doubt stay as they are. The rise
# may be larger, because little speaks for many pairs of a large story: they need more than the factor of their number.
_MAX_RISE, _MAX_FALL = 2.5, 1.0


def is_close(cosine: Floats) -> npt.NDArray[np.bool_]:
    """Return which pairs are close.

    Args:
        cosine: the feature `dense_cosine` of m pairs, shape (m,).
    """
    return np.asarray(cosine >= _CLOSE_COSINE)


def estimate_shift(log_odds: LogOdds, n_close: int, pairs_per_close_pair: float) -> float:
    """Estimate by how much the base rate of a window changes the log-odds of its pairs.

    Args:
        log_odds: of all m candidate pairs of the window, at the base rate of the training, shape (m,).
        n_close: how many of them are close.
        pairs_per_close_pair: same-story pairs to a close pair in the training.

    Returns:
        What to add to all log-odds; negative if same-story pairs are rarer than in the training, 0 without pairs.
    """
    if not len(log_odds):
        return 0.0
    expected = float(expit(log_odds).sum())
    estimated = pairs_per_close_pair * n_close
    ratio = (estimated + _PSEUDO_PAIRS) / (expected + _PSEUDO_PAIRS)
    limit = np.log(ratio) * (_MAX_RISE if ratio > 1 else _MAX_FALL)

    def excess(shift: float) -> float:
        return float(expit(log_odds + shift).sum() - expected * ratio)

    if excess(0) * excess(limit) >= 0:
        return round(float(limit), 4)
    return round(float(brentq(excess, 0, limit, xtol=1e-6)), 4)
