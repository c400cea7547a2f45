"""The best of many rows for each query, in little more memory than the best take.

A key orders rows by a score, and equal scores by the smaller row number: greater is better, and no two rows have the
same key. So the best do not depend on the order in which rows are added.
"""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]

MAX_ROW = 2**31 - 1
_MIN_SPARE = 64  # keys that a query's buffer holds at least besides the best


class BestKeys:
    """The best keys of each query; compiled functions add to them with `add_key`.

    Attributes:
        wanted: how many to keep of each query, shape (q,).
        keys: the keys so far, and others, shape (q, capacity).
        counts: how many of them there are, shape (q,).
        floors: the score below which a row is not among the best, shape (q,).
    """

    def __init__(self, wanted: Rows) -> None:
        most = int(wanted.max(initial=0))
        self.wanted = wanted
        self.keys = np.full((len(wanted), most + max(most, _MIN_SPARE)), -1, np.int64)
        self.counts = np.zeros(len(wanted), np.int64)
        self.floors = np.full(len(wanted), -np.inf, np.float32)

    def sorted(self) -> Rows:
        """Return the best keys, descending, shape (q, most wanted); -1 fills up."""
        most = int(self.wanted.max(initial=0))
        self.keys[np.arange(self.keys.shape[1])[None, :] >= self.counts[:, None]] = -1
        best = -np.sort(-self.keys, axis=1)[:, :most]
        best[np.arange(most)[None, :] >= self.wanted[:, None]] = -1
        return np.ascontiguousarray(best)


def read_rows(keys: Rows) -> Rows:
    """Return the row numbers in keys; -1 where there is none."""
    return np.where(keys < 0, -1, MAX_ROW - (keys & MAX_ROW))


@numba.njit(cache=True, nogil=True)
def add_key(keys: Rows, count: int, wanted: int, key: int) -> int:
    """Add a key to those of a query, and return their number: it falls to `wanted` once there is no more room."""
    keys[count] = key
    count += 1
    if count < min(len(keys), wanted + max(wanted, _MIN_SPARE)):
        return count
    keys[:wanted] = np.partition(keys[:count], count - wanted)[count - wanted :]
    return wanted
