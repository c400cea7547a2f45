"""The best of many rows for each query, in little more memory than the best take.

A key orders rows by a score, and equal scores by the smaller row number: greater is better, and no two rows have the
same key. So the best do not depend on the order in which rows are added.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from newsfold.loops import compile_loop

Rows = npt.NDArray[np.int64]

MAX_ROW = 2**31 - 1


def empty_heaps(wanted: Rows) -> Rows:
    """Return a heap of keys for each query, shape (q, most wanted); -1 fills up.

    The first `wanted` keys of a row are a heap with the least in front, to which compiled functions add by
    `replace_least`.
    """
    return np.full((len(wanted), int(wanted.max(initial=0))), -1, np.int64)


def sort_best(keys: Rows, n: int) -> Rows:
    """Return the n greatest keys of each row, descending, shape (rows, n); -1 fills up."""
    keys = np.pad(keys, ((0, 0), (0, max(0, n - keys.shape[1]))), constant_values=-1)
    best = np.partition(keys, keys.shape[1] - n, axis=1)[:, keys.shape[1] - n :] if n else keys[:, :0]
    return np.ascontiguousarray(-np.sort(-best, axis=1))


def read_rows(keys: Rows) -> Rows:
    """Return the row numbers in keys; -1 where there is none."""
    return np.where(keys < 0, -1, MAX_ROW - (keys & MAX_ROW))


@compile_loop
def replace_least(heap: Rows, n: int, key: int) -> None:
    """Replace the least of the first n keys, which are a heap, by a greater one."""
    place = 0
    while 2 * place + 1 < n:
        child = 2 * place + 1
        if child + 1 < n and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= key:
            break
        heap[place] = heap[child]
        place = child
    heap[place] = key
