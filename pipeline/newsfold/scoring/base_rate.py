"""The base rate of same-story pairs in a window, estimated from its close pairs.

The scorer's log-odds hold for windows like those of its training, where one pair in some hundreds belongs to one story.
A window of few large stories has many more. So their number is estimated from the number of pairs whose vectors are
close: the embedding is tuned so that a cosine means the same in every window, and in labelled sets as different as a
night of feeds and thirty stories of sixty headlines each there are two to five same-story pairs to a close one. One
number is added to the log-odds of all pairs so that the expected number of same-story pairs is the estimated one (a
correction of the prior; Saerens, Latinne and Decaestecker 2002, Adjusting the outputs of a classifier to new a priori
probabilities).

The pairs are counted by their rounded log-odds, chunk by chunk, so that no step holds those of a whole window.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.optimize import brentq
from scipy.special import expit

from newsfold.scoring.tables import LOG_ODDS_COUNTS

LogOdds = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

_CLOSE_COSINE = 0.75  # from this cosine of their vectors, a pair is close
_LEVELS = 1000  # to which log-odds are rounded, in a unit of them
_PSEUDO_PAIRS = 20.0  # added to both numbers: in a small window the correction is small
# Limits of the shift, in logarithms of the correction: pairs about which there is no doubt stay as they are. The rise
# may be larger, because little speaks for many pairs of a large story: they need more than the factor of their number.
_MAX_RISE, _MAX_FALL = 2.5, 1.0


def is_close(cosine: Floats) -> Flags:
    """Return which pairs are close.

    Args:
        cosine: the feature `dense_cosine` of m pairs, shape (m,).
    """
    return np.asarray(cosine >= _CLOSE_COSINE)


def count_log_odds(log_odds: LogOdds, close: Flags) -> pa.Table:
    """Count pairs by their log-odds: table `log_odds_counts`, whose rows for several chunks may follow one another.

    Args:
        log_odds: of m pairs, at the base rate of the training, shape (m,).
        close: which of them are close, shape (m,).
    """
    levels = np.rint(log_odds * _LEVELS).astype(np.int64)
    lowest = levels.min(initial=0)
    n_pairs = np.bincount(levels - lowest)
    n_close = np.bincount(levels[close] - lowest, minlength=len(n_pairs))
    occurring = np.flatnonzero(n_pairs)
    columns = {"level": occurring + lowest, "n_pairs": n_pairs[occurring], "n_close": n_close[occurring]}
    return pa.table(columns, schema=LOG_ODDS_COUNTS)


def estimate_shift(counts: pa.Table, pairs_per_close_pair: float) -> float:
    """Estimate by how much the base rate of a window changes the log-odds of its pairs.

    Args:
        counts: table `log_odds_counts`, of all candidate pairs of the window.
        pairs_per_close_pair: same-story pairs to a close pair in the training.

    Returns:
        What to add to all log-odds; negative if same-story pairs are rarer than in the training, 0 without pairs.
    """
    if not counts.num_rows:
        return 0.0
    counts = counts.group_by("level").aggregate([("n_pairs", "sum"), ("n_close", "sum")]).sort_by("level")
    log_odds, n_pairs = counts["level"].to_numpy() / _LEVELS, counts["n_pairs_sum"].to_numpy()
    expected = float(n_pairs @ expit(log_odds))
    estimated = pairs_per_close_pair * pc.sum(counts["n_close_sum"]).as_py()
    ratio = (estimated + _PSEUDO_PAIRS) / (expected + _PSEUDO_PAIRS)
    limit = np.log(ratio) * (_MAX_RISE if ratio > 1 else _MAX_FALL)

    def excess(shift: float) -> float:
        return float(n_pairs @ expit(log_odds + shift) - expected * ratio)

    if excess(0) * excess(limit) >= 0:
        return round(float(limit), 4)
    return round(float(brentq(excess, 0, limit, xtol=1e-6)), 4)
