"""Nearest neighbours by words: the greatest dot products of sparse rows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from newsfold.blocking.best_keys import MAX_ROW, BestKeys, add_key, read_rows
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
        self._best = BestKeys.of(np.full(len(query_rows), n_neighbours, np.int64))

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
            self._best,
        )

    def rows(self) -> Rows:
        """Return row numbers, in any order, shape (q, n_neighbours); -1 fills up."""
        return read_rows(self._best.read())


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
    best: BestKeys,
) -> None:
    n_queries = len(query_rows)
    scores = np.zeros(n_queries, np.float32)
    bits = scores.view(np.int32)  # of numbers that are not negative, these have the same order
    least = np.maximum(best.floors >> 31, 1).astype(np.int32)  # bits of scores that may be among the best
    every, touched = np.arange(n_queries), np.empty(n_queries, np.int64)
    for number in range(len(rows)):
        other, n_products, n_touched = rows[number], 0, 0
        for entry in range(starts[number], starts[number + 1]):
            n_products += query_starts[words[entry] + 1] - query_starts[words[entry]]
        is_dense = n_products > n_queries // _SPARSE
        for entry in range(starts[number], starts[number + 1]):
            weight = weights[entry]
            uses = slice(query_starts[words[entry]], query_starts[words[entry] + 1])
            places, factors = query_places[uses], query_weights[uses]
            if not is_dense:
                for place in places:
                    if scores[place] == 0:
                        touched[n_touched] = place
                        n_touched += 1
            for use in range(len(places)):
                scores[places[use]] += weight * factors[use]
        for place in every if is_dense else touched[:n_touched]:
            if bits[place] >= least[place]:
                key, query = np.int64(bits[place]) << 31 | (MAX_ROW - other), query_rows[place]
                if (
                    key > best.floors[place]
                    and other != query
                    and not abs(published[query] - published[other]) > max_days
                ):
                    add_key(best, place, key)
                    least[place] = max(best.floors[place] >> 31, 1)
            scores[place] = 0
