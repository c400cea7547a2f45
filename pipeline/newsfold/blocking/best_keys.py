"""The best of many rows for each query, in little more memory than the best take.

A key orders rows by a score, and equal scores by the smaller row number: greater is better, and no two rows have the
same key. So the best do not depend on the order in which rows are added.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from newsfold.loops import compile_loop

Rows = npt.NDArray[np.int64]

MAX_ROW = 2**31 - 1


class BestKeys(NamedTuple):
    """The best keys of q queries, and a few more that have not been dropped yet."""

    keys: Rows
    """In any order, shape (q, more than are wanted of any); -1 fills up."""
    counts: Rows
    """How many keys there are, shape (q,)."""
    floors: Rows
    """Keys that are not greater are not among the best, shape (q,)."""
    wanted: Rows
    """How many are wanted, shape (q,)."""

    @classmethod
    def of(cls, wanted: Rows) -> BestKeys:
        """Return what holds no key yet, given how many are wanted of each query, shape (q,)."""
        room = int(wanted.max(initial=0)) * 3 // 2 + 50
        keys = np.full((len(wanted), room), -1, np.int64)
        return cls(keys, np.zeros(len(wanted), np.int64), np.where(wanted > 0, -1, np.iinfo(np.int64).max), wanted)

    def read(self) -> Rows:
        """Return the best keys of each query, in any order, shape (q, most wanted); -1 fills up."""
        _drop_others(self)
        return self.keys[:, : self.wanted.max(initial=0)]


def sort_best(keys: Rows, n: int) -> Rows:
    """Return the n greatest keys of each row, descending, shape (rows, n); -1 fills up."""
    keys = np.pad(keys, ((0, 0), (0, max(0, n - keys.shape[1]))), constant_values=-1)
    best = np.partition(keys, keys.shape[1] - n, axis=1)[:, keys.shape[1] - n :] if n else keys[:, :0]
    return np.ascontiguousarray(-np.sort(-best, axis=1))


def read_rows(keys: Rows) -> Rows:
    """Return the row numbers in keys; -1 where there is none."""
    return np.where(keys < 0, -1, MAX_ROW - (keys & MAX_ROW))


@compile_loop
def add_key(best: BestKeys, place: int, key: int) -> None:
    """Add a key greater than the floor to those of a query; compiled, for other compiled functions."""
    keys, count = best.keys[place], best.counts[place]
    keys[count] = key
    best.counts[place] = count + 1
    if count + 1 == len(keys):
        _keep_best(best, place)


@compile_loop
def _keep_best(best: BestKeys, place: int) -> None:
    keys, count, wanted = best.keys[place], best.counts[place], best.wanted[place]
    keys[:wanted] = np.partition(keys[:count], count - wanted)[count - wanted :]
    keys[wanted:] = -1
    best.counts[place] = wanted
    best.floors[place] = keys[0]  # in a partition, the least of the greater ones comes first


@compile_loop
def _drop_others(best: BestKeys) -> None:
    for place in range(len(best.counts)):
        if best.counts[place] > best.wanted[place]:
            _keep_best(best, place)
