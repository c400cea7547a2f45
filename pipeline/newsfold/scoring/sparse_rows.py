"""Products of pairs of sparse rows; compiled, because scoring spends most of its time here."""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt
from scipy import sparse

Rows = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


def row_products(first: sparse.csr_matrix, second: sparse.csr_matrix, left: Rows, right: Rows) -> Floats:
    """Return the dot product of row left[i] of `first` and row right[i] of `second`: float32 of shape (m,).

    Args:
        first: shape (n, d).
        second: shape (n, d).
        left: row numbers, shape (m,).
        right: row numbers, shape (m,).
    """
    for matrix in (first, second):
        matrix.sort_indices()
    return np.asarray(
        _dot_products(
            first.indptr.astype(np.int64),
            first.indices,
            first.data.astype(np.float32),
            second.indptr.astype(np.int64),
            second.indices,
            second.data.astype(np.float32),
            left,
            right,
        )
    )


def shared_rarity(binary: sparse.csr_matrix, rarity: Floats, left: Rows, right: Rows) -> Floats:
    """Return the mean rarity of the three rarest terms that two rows share: float32 of shape (m,).

    If they share fewer than three, the missing ones count as 0.
    """
    binary.sort_indices()
    return np.asarray(_mean_of_rarest(binary.indptr.astype(np.int64), binary.indices, rarity, left, right))


@numba.njit(cache=True, nogil=True)
def _dot_products(
    starts: Rows,
    columns: npt.NDArray[np.int32],
    values: Floats,
    other_starts: Rows,
    other_columns: npt.NDArray[np.int32],
    other_values: Floats,
    left: Rows,
    right: Rows,
) -> Floats:
    result = np.empty(len(left), dtype=np.float32)
    for pair in range(len(left)):
        at, end = starts[left[pair]], starts[left[pair] + 1]
        to, other_end = other_starts[right[pair]], other_starts[right[pair] + 1]
        total = 0.0
        while at < end and to < other_end:
            if columns[at] == other_columns[to]:
                total += values[at] * other_values[to]
                at += 1
                to += 1
            elif columns[at] < other_columns[to]:
                at += 1
            else:
                to += 1
        result[pair] = total
    return result


@numba.njit(cache=True, nogil=True)
def _mean_of_rarest(starts: Rows, columns: npt.NDArray[np.int32], rarity: Floats, left: Rows, right: Rows) -> Floats:
    result = np.empty(len(left), dtype=np.float32)
    for pair in range(len(left)):
        at, end = starts[left[pair]], starts[left[pair] + 1]
        to, other_end = starts[right[pair]], starts[right[pair] + 1]
        first = second = third = np.float32(0)
        while at < end and to < other_end:
            if columns[at] == columns[to]:
                value = rarity[columns[at]]
                if value > first:
                    first, second, third = value, first, second
                elif value > second:
                    second, third = value, second
                elif value > third:
                    third = value
                at += 1
                to += 1
            elif columns[at] < columns[to]:
                at += 1
            else:
                to += 1
        result[pair] = (first + second + third) / 3
    return result
