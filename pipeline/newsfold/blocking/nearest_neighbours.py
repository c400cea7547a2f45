"""Nearest vectors, exactly: what blocking and scoring share.

Cosines are computed on vectors rounded to whole multiples of 1/4000. Their products are whole numbers below 2²⁴, which
float32 adds without any rounding, in whatever order and however many at a time; so the same neighbours are found on
any machine, with any number of threads, and however the vectors are cut into slices. A cosine is off by 1e-4 or so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Hidden = Callable[[slice, Rows], npt.NDArray[np.bool_]]

STEPS = 4000  # a component is rounded to one of these: 4000² < 2²⁴
_ROWS = 1_000  # compared with a slice at a time: bounds memory
_SLICE = 16_384  # rows of a slice
_LAST = 2**31 - 1


def rounded(vectors: Vectors) -> Vectors:
    """Unit-norm vectors in whole steps, still float32."""
    return np.asarray(np.rint(vectors * np.float32(STEPS)), dtype=np.float32)


@dataclass
class Found:
    """What some rows have found so far among the slices that they were compared with.

    Attributes:
        keys: shape (a, k), the best so far, descending: the product in whole steps, and of equal ones the smaller row
            number; -1 where there is none.
        close: pairs (place among the rows asked about, row number) at least as close as asked for.
    """

    keys: Rows
    close: list[Rows] = field(default_factory=list)

    @property
    def rows(self) -> Rows:
        """Row numbers of shape (a, k), best first; -1 fills up."""
        return np.where(self.keys < 0, -1, _LAST - (self.keys & _LAST))


def search(
    asked: Vectors,
    own: Rows,
    slices: Iterable[tuple[Vectors, Rows]],
    count: int,
    cosine: float | None = None,
    hidden: Hidden | None = None,
) -> Found:
    """The nearest other rows of each row asked about, by cosine, whatever slices they come in.

    Args:
        asked: unit-norm, float32 of shape (a, d).
        own: their row numbers, shape (a,).
        slices: unit-norm vectors and their row numbers; together everything that is searched.
        count: how many.
        cosine: from which every row is told of, besides the nearest; null: none is.
        hidden: given a stretch of the rows asked about (by place) and row numbers of a slice, which of the latter must
            not be found by which of the former, shape (stretch, rows); null: each may find all.
    """
    steps = rounded(asked)
    found = Found(np.full((len(asked), count), -1, np.int64))
    for vectors, rows in slices:
        other = rounded(vectors).T
        for start in range(0, len(asked), _ROWS):
            part = slice(start, start + _ROWS)
            products = np.ascontiguousarray(steps[part] @ other)
            products[own[part, None] == rows[None, :]] = -np.inf
            if hidden is not None:
                products[hidden(part, rows)] = -np.inf
            if cosine is not None:
                left, right = np.nonzero(products >= cosine * STEPS**2)
                found.close.append(np.stack([left + start, rows[right]], axis=1))
            if count:
                found.keys[part] = _best(found.keys[part], products, rows)
    return found


def _best(keys: Rows, products: Vectors, rows: Rows) -> Rows:
    count = keys.shape[1]
    # Products may be negative, and keys may not: an unrelated article has a cosine around zero.
    lowest = np.maximum(keys[:, -1] >> 31, 0) - STEPS**2
    if products.shape[1] > count and (keys[:, -1] < 0).any():
        lowest = np.maximum(lowest, np.partition(products, -count, axis=1)[:, -count])
    places, columns = np.nonzero(products >= lowest[:, None])
    fresh = ((products[places, columns] + STEPS**2).astype(np.int64) << 31) | (_LAST - rows[columns])
    width = np.bincount(places, minlength=len(keys))
    table = np.full((len(keys), count + int(width.max(initial=0))), -1, np.int64)
    table[:, :count] = keys
    table[places, count + np.arange(len(places)) - np.repeat(np.cumsum(width) - width, width)] = fresh
    if table.shape[1] > count:
        table = np.partition(table, table.shape[1] - count, axis=1)[:, -count:]
    return np.ascontiguousarray(-np.sort(-table, axis=1))


def nearest(vectors: Vectors, count: int, asked: Rows | None = None) -> Rows:
    """The nearest other rows of each row asked about, by cosine, best first: int64 of shape (a, min(count, n - 1)).

    Args:
        vectors: unit-norm, float32 of shape (n, d).
        count: how many.
        asked: row numbers, int64 of shape (a,); all rows where None.
    """
    asked = np.arange(len(vectors)) if asked is None else asked
    count = max(0, min(count, len(vectors) - 1))
    return search(vectors[asked], asked, _slices(vectors), count).rows


def _slices(vectors: Vectors) -> Iterable[tuple[Vectors, Rows]]:
    for start in range(0, len(vectors), _SLICE):
        rows = np.arange(start, min(start + _SLICE, len(vectors)))
        yield vectors[rows], rows
