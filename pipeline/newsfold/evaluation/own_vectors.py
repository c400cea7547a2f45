"""Newsfold's own vectors without its scorer: average linkage at the one threshold that is best for all sets together.

What blocking, scoring and clustering add must show beside this line, and no set may fall below it. The threshold is
chosen with the labels in sight, which favours this method.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from newsfold.evaluation.baselines import Vectors, average_linkage_cuts

OWN_VECTORS = "own vectors, average linkage"
THRESHOLDS: tuple[float, ...] = tuple(round(0.3 + 0.025 * i, 3) for i in range(28))
"""Mean cosines from which two clusters merge: .3 to .975."""

_MAX_ORIGINALS = 8000  # whose distances take half a gigabyte


def cluster_own_vectors(vectors: Vectors, copies: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    """Cluster articles by the vectors of their originals, at each of `THRESHOLDS`.

    Args:
        vectors: of m originals, unit norm, of shape (m, d).
        copies: the row of each article's original, of shape (n,).

    Returns:
        Clusters of shape (thresholds, n); of shape (0, n) if `is_too_large`.
    """
    if is_too_large(len(vectors)):
        return np.empty((0, len(copies)), dtype=np.int32)
    return average_linkage_cuts(vectors, [1 - threshold for threshold in THRESHOLDS])[:, copies]


def is_too_large(n_originals: int) -> bool:
    """Return whether there are too many originals to hold the distances of all pairs."""
    return n_originals > _MAX_ORIGINALS


def explain_absence() -> str:
    """Return why a set that `is_too_large` has no figures of this method."""
    return f"it holds the distances of all pairs; more than {_MAX_ORIGINALS:,} originals have too many"


def choose_threshold(curves: Sequence[Mapping[float, float]]) -> float | None:
    """Choose the threshold with the highest mean over the sets; on a tie the highest threshold.

    Args:
        curves: a score by threshold for each set; sets without any are left out.

    Returns:
        One of `THRESHOLDS`; None if no set has a curve.
    """
    known = [curve for curve in curves if curve]
    if not known:
        return None
    return max(THRESHOLDS, key=lambda threshold: (round(sum(curve[threshold] for curve in known), 9), threshold))
