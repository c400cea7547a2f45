"""Nearest neighbours by cosine, with results that do not depend on how the vectors are cut into slices.

Cosines are computed on vectors quantised to multiples of 1/4000. Their products are integers below 2²⁴, which float32
adds without rounding in any order; so any machine, any number of threads and any slices find the same neighbours. A
cosine is off by about 1e-4.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from newsfold.blocking.best_keys import MAX_ROW, BestKeys, add_key, read_rows, sort_best
from newsfold.blocking.time_reach import TimeReach
from newsfold.loops import compile_loop

Vectors = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

STEPS = 4000  # steps per unit of a quantised component: 4000² < 2²⁴
_QUERIES_AT_A_TIME = 1_000  # compared with a slice together: bounds memory
_LOWEST = 2 * STEPS**2  # a product of -1 less the greatest penalty


class Slice(NamedTuple):
    """Some of the rows to search.

    Attributes:
        vectors: unit-norm, float32 of shape (n, d).
        rows: their row numbers, shape (n,).
        places: the queries that are compared with them, ascending places; None: all.
    """

    vectors: Vectors
    rows: Rows
    places: Rows | None = None


@dataclass
class Neighbours:
    """The neighbours of queries.

    Attributes:
        keys: shape (q, k), in any order: the product in quantised steps less the penalty, and of equal ones the smaller
            row number first; -1 fills up.
        close: the closest pairs (place among the queries, row number) of at least the minimum cosine, shape (p, 2).
    """

    keys: Rows
    close: Rows

    @property
    def rows(self) -> Rows:
        """Row numbers of shape (q, k), in any order; -1 fills up."""
        return read_rows(self.keys)

    def nearest(self, n: int) -> Rows:
        """Return the row numbers of the n nearest, in order, shape (q, n); -1 fills up."""
        return read_rows(sort_best(self.keys, n))


def search_neighbours(
    queries: Vectors,
    query_rows: Rows,
    slices: Iterable[Slice],
    wanted: Rows,
    reach: TimeReach,
    min_cosine: float | None = None,
    max_close_neighbours: int = MAX_ROW,
) -> Neighbours:
    """Find the nearest rows of each query, itself excepted, by cosine less what their distance in time takes.

    Args:
        queries: unit-norm, float32 of shape (q, d).
        query_rows: their row numbers, shape (q,).
        slices: the rows to search.
        wanted: how many to find for each query, shape (q,).
        reach: the times of all rows; those out of reach of a query are not found for it.
        min_cosine: pairs of at least this cosine are found besides; None: none are.
        max_close_neighbours: how many of those to find for each query.
    """
    quantised = quantise(queries)
    best = BestKeys.of(wanted)
    close = _ClosestPairs(len(queries), max_close_neighbours)
    for vectors, rows, places in slices:
        columns = quantise(vectors).T
        compared = np.arange(len(queries)) if places is None else places
        for start in range(0, len(compared), _QUERIES_AT_A_TIME):
            part = compared[start : start + _QUERIES_AT_A_TIME]
            products = np.ascontiguousarray(quantised[part] @ columns)
            if min_cosine is not None:
                # Ten times as fast as `numpy.nonzero` of two dimensions.
                left, right = np.divmod(np.flatnonzero(products >= np.float32(min_cosine * STEPS**2)), len(rows))
                is_pair = (query_rows[part[left]] != rows[right]) & reach.reaches(query_rows[part[left]], rows[right])
                left, right = left[is_pair], right[is_pair]
                close.add(part[left], _make_keys(products[left, right], rows[right]))
            _add_products(
                products, part, query_rows, rows, reach.published, reach.max_days, reach.days, reach.penalties, best
            )
    return Neighbours(best.read(), close.pairs())


def quantise(vectors: Vectors) -> Vectors:
    """Return unit-norm vectors in whole steps, still float32."""
    return np.asarray(np.rint(vectors * np.float32(STEPS)), dtype=np.float32)


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
        return np.stack([places, read_rows(keys)], axis=1)

    def _keep_closest(self) -> None:
        places, keys = (np.concatenate([np.zeros(0, np.int64), *part]) for part in (self._places, self._keys))
        if np.bincount(places, minlength=1).max() > self._most:
            order = np.lexsort((-keys, places))
            places, keys = places[order], keys[order]
            rank = np.arange(len(places)) - np.searchsorted(places, places)
            places, keys = places[rank < self._most], keys[rank < self._most]
        self._places, self._keys, self._n_pairs = [places], [keys], len(places)


def _make_keys(products: Vectors, rows: Rows) -> Rows:
    return np.asarray(((products + _LOWEST).astype(np.int64) << 31) | (MAX_ROW - rows))


@compile_loop
def _add_products(
    products: Vectors,
    places: Rows,
    query_rows: Rows,
    rows: Rows,
    published: npt.NDArray[np.float64],
    max_days: float,
    days: npt.NDArray[np.int32],
    penalties: Vectors,
    best: BestKeys,
) -> None:
    own_days = days[rows]
    for number in range(len(places)):
        place = places[number]
        row, day = query_rows[place], days[query_rows[place]]
        start = np.searchsorted(own_days, day)
        floor = np.float32((best.floors[place] >> 31) - _LOWEST)
        for step in range(len(rows)):  # the nearest in time first: of those that follow, few are among the best
            column = start + step if step < len(rows) - start else len(rows) - 1 - step
            product = products[number, column]
            if product < floor:  # most are, and a penalty makes none better
                continue
            product -= penalties[abs(day - own_days[column])]
            if product < floor:
                continue
            other = rows[column]
            key = (np.int64(product) + _LOWEST) << 31 | (MAX_ROW - other)
            if key > best.floors[place] and other != row and not abs(published[row] - published[other]) > max_days:
                add_key(best, place, key)
                floor = np.float32((best.floors[place] >> 31) - _LOWEST)
