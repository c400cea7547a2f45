"""Nearest neighbours by words: the greatest dot products of sparse rows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from newsfold.blocking.best_keys import MAX_ROW, empty_heaps, read_rows, replace_least
from newsfold.blocking.time_reach import TimeReach
from newsfold.loops import compile_loop

Rows = npt.NDArray[np.int64]
Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]

_SPARSE = 4  # a row with fewer products than this share of the queries notes which queries it shares words with


class WordSearch:
    """The rows that share most with queries, among those added so far.

    Rows are read in any slices, and walk the words' queries: the window is not held, nor turned over.
    """

    def __init__(self, queries: sparse.csr_matrix, query_rows: Rows, n_neighbours: int, reach: TimeReach) -> None:
        """Prepare a search.

        Args:
            queries: weights of words, none negative, float32 of shape (q, words), columns ascending in each row.
            query_rows: their row numbers, shape (q,).
            n_neighbours: how many to find for each.
            reach: the times of all rows; those out of reach of a query are not found for it.
        """
        self._queries = queries.tocsc()
        self._rows, self._reach = query_rows, reach
        self._heaps = empty_heaps(np.full(len(query_rows), n_neighbours, np.int64))

    def add(self, weights: sparse.csr_matrix, rows: Rows) -> None:
        """Search in further rows: their weights of words, as those of the queries, and their row numbers."""
        _add_rows(
            weights.indptr,
            weights.indices,
            weights.data,
            rows,
            self._queries.indptr,
            self._queries.indices,
            self._queries.data,
            self._rows,
            self._reach.published,
            self._reach.max_days,
            self._heaps,
        )

    def rows(self) -> Rows:
        """Return row numbers, in any order, shape (q, n_neighbours); -1 fills up."""
        return read_rows(self._heaps)


@compile_loop
def _add_rows(
    starts: Ints,
    words: Ints,
    weights: Floats,
    rows: Rows,
    query_starts: Ints,
    query_places: Ints,
    query_weights: Floats,
    query_rows: Rows,
    published: npt.NDArray[np.float64],
    max_days: float,
    heaps: Rows,
) -> None:
    n_queries = len(query_rows)
    scores = np.zeros(n_queries, np.float32)
    bits = scores.view(np.int32)  # of numbers that are not negative, these have the same order
    every, touched = np.arange(n_queries), np.empty(n_queries, np.int64)
    for number in range(len(rows)):
        n_products, n_touched = 0, 0
        for entry in range(starts[number], starts[number + 1]):
            n_products += query_starts[words[entry] + 1] - query_starts[words[entry]]
        is_dense = n_products > n_queries // _SPARSE
        for entry in range(starts[number], starts[number + 1]):
            weight = weights[entry]
            first, last = query_starts[words[entry]], query_starts[words[entry] + 1]
            if is_dense:
                for use in range(first, last):
                    scores[query_places[use]] += weight * query_weights[use]
            else:
                for use in range(first, last):
                    place = query_places[use]
                    if scores[place] == 0:
                        touched[n_touched] = place
                        n_touched += 1
                    scores[place] += weight * query_weights[use]
        other = rows[number]
        for place in every if is_dense else touched[:n_touched]:
            score_bits = bits[place]
            if score_bits == 0:
                continue
            scores[place] = 0
            key = np.int64(score_bits) << 31 | (MAX_ROW - other)
            query = query_rows[place]
            if key > heaps[place, 0] and other != query and not abs(published[query] - published[other]) > max_days:
                replace_least(heaps[place], heaps.shape[1], key)
