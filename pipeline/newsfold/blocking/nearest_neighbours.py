"""Exact nearest neighbours by cosine, with results that do not depend on how the vectors are cut into slices.

Cosines are computed on vectors quantised to multiples of 1/4000. Their products are integers below 2²⁴, which float32
adds without rounding in any order; so any machine, any number of threads and any slices find the same neighbours. A
cosine is off by about 1e-4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Penalty = Callable[[slice, Rows], Vectors]

STEPS = 4000  # steps per unit of a quantised component: 4000² < 2²⁴
_QUERIES_AT_A_TIME = 1_000  # compared with a slice together: bounds memory
_MAX_ROW = 2**31 - 1
_LOWEST = 2 * STEPS**2  # a product of -1 less the greatest penalty


@dataclass
class Neighbours:
    """The neighbours of queries in the slices searched so far.

    Attributes:
        keys: shape (q, k), descending: the product in quantised steps less the penalty, and of equal ones the smaller
            row number first; -1 fills up.
        close: the closest pairs (place among the queries, row number) of at least the minimum cosine, shape (p, 2).
    """

    keys: Rows
    close: Rows = field(default_factory=lambda: np.zeros((0, 2), np.int64))

    @property
    def rows(self) -> Rows:
        """Row numbers of shape (q, k), nearest first; -1 fills up."""
        return np.where(self.keys < 0, -1, _read_rows(self.keys))


def search_neighbours(
    queries: Vectors,
    query_rows: Rows,
    slices: Iterable[tuple[Vectors, Rows]],
    n_neighbours: int,
    min_cosine: float | None = None,
    max_close_neighbours: int = _MAX_ROW,
    penalty: Penalty | None = None,
) -> Neighbours:
    """Find the nearest rows of each query, itself excepted, by cosine.

    Args:
        queries: unit-norm, float32 of shape (q, d).
        query_rows: their row numbers, shape (q,).
        slices: unit-norm vectors and their row numbers; together all rows to search.
        n_neighbours: how many to find for each query.
        min_cosine: pairs of at least this cosine are found besides; None: none are.
        max_close_neighbours: how many of those to find for each query.
        penalty: given a slice of the queries and row numbers, returns what is subtracted from their products: whole
            steps (`STEPS`² is a cosine of 1), at most `STEPS`², or infinity for a row that must not be found; float32
            of shape (queries, rows). None: nothing is.
    """
    quantised = _quantise(queries)
    neighbours = Neighbours(np.full((len(queries), n_neighbours), -1, np.int64))
    close = _ClosestPairs(len(queries), max_close_neighbours)
    for vectors, rows in slices:
        columns = _quantise(vectors).T
        for start in range(0, len(queries), _QUERIES_AT_A_TIME):
            part = slice(start, start + _QUERIES_AT_A_TIME)
            products = np.ascontiguousarray(quantised[part] @ columns)
            products[query_rows[part, None] == rows[None, :]] = -np.inf
            less = None if penalty is None else penalty(part, rows)
            if min_cosine is not None:
                is_close = products >= min_cosine * STEPS**2
                left, right = np.nonzero(is_close if less is None else is_close & np.isfinite(less))
                close.add(left + start, _make_keys(products[left, right], rows[right]))
            if less is not None:
                products -= less
            if n_neighbours:
                neighbours.keys[part] = _update_keys(neighbours.keys[part], products, rows)
    neighbours.close = close.pairs()
    return neighbours


class _ClosestPairs:
    """Pairs of a query and a row, the closest ones of each query, with not many more than these in memory."""

    def __init__(self, n_queries: int, most: int) -> None:
        self._n_queries, self._most = n_queries, most
        self._places: list[Rows] = []
        self._keys: list[Rows] = []
        self._n_pairs = 0

    def add(self, places: Rows, keys: Rows) -> None:
        """Add pairs: the queries' places, and the keys of rows."""
        self._places.append(places)
        self._keys.append(keys)
        self._n_pairs += len(places)
        if self._n_pairs > 2 * self._most * self._n_queries:
            self._keep_closest()

    def pairs(self) -> Rows:
        """Return the places and the row numbers, shape (p, 2)."""
        self._keep_closest()
        places, keys = (np.concatenate([np.zeros(0, np.int64), *part]) for part in (self._places, self._keys))
        return np.stack([places, _read_rows(keys)], axis=1)

    def _keep_closest(self) -> None:
        places, keys = (np.concatenate([np.zeros(0, np.int64), *part]) for part in (self._places, self._keys))
        if np.bincount(places, minlength=1).max() > self._most:
            order = np.lexsort((-keys, places))
            places, keys = places[order], keys[order]
            rank = np.arange(len(places)) - np.searchsorted(places, places)
            places, keys = places[rank < self._most], keys[rank < self._most]
        self._places, self._keys, self._n_pairs = [places], [keys], len(places)


def _quantise(vectors: Vectors) -> Vectors:
    """Unit-norm vectors in whole steps, still float32."""
    return np.asarray(np.rint(vectors * np.float32(STEPS)), dtype=np.float32)


def _update_keys(keys: Rows, products: Vectors, rows: Rows) -> Rows:
    """The best keys of shape (q, k) after another slice, descending."""
    count = keys.shape[1]
    # Products less penalties may be negative, and keys may not.
    lowest = np.maximum(keys[:, -1] >> 31, 0) - _LOWEST
    if products.shape[1] > count and (keys[:, -1] < 0).any():
        lowest = np.maximum(lowest, np.partition(products, -count, axis=1)[:, -count])
    places, columns = np.nonzero(products >= lowest[:, None])
    new_keys = _make_keys(products[places, columns], rows[columns])
    width = np.bincount(places, minlength=len(keys))
    table = np.full((len(keys), count + int(width.max(initial=0))), -1, np.int64)
    table[:, :count] = keys
    table[places, count + np.arange(len(places)) - np.repeat(np.cumsum(width) - width, width)] = new_keys
    if table.shape[1] > count:
        table = np.partition(table, table.shape[1] - count, axis=1)[:, -count:]
    return np.ascontiguousarray(-np.sort(-table, axis=1))


def _make_keys(products: Vectors, rows: Rows) -> Rows:
    """Return keys that order rows by product, and equal ones by the smaller row number: greater is nearer."""
    return np.asarray(((products + _LOWEST).astype(np.int64) << 31) | (_MAX_ROW - rows))


def _read_rows(keys: Rows) -> Rows:
    """Return the row numbers in keys."""
    return _MAX_ROW - (keys & _MAX_ROW)
