"""Nearest neighbours by words: the greatest dot products of sparse rows."""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt
from scipy import sparse

from newsfold.blocking.best_keys import MAX_ROW, BestKeys, add_key, read_rows
from newsfold.blocking.time_reach import TimeReach

Rows = npt.NDArray[np.int64]
Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]


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
        self._best = BestKeys(np.full(len(query_rows), n_neighbours, np.int64))

    def add(self, weights: sparse.csr_matrix, rows: Rows) -> None:
        """Search in further rows: their weights of words, as those of the queries, and their row numbers."""
        best = self._best
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
            best.wanted,
            best.keys,
            best.counts,
            best.floors,
        )

    def rows(self) -> Rows:
        """Return row numbers, best first, shape (q, n_neighbours); -1 fills up."""
        return read_rows(self._best.sorted())


@numba.njit(cache=True, nogil=True)
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
    wanted: Rows,
    keys: Rows,
    counts: Rows,
    floors: Floats,
) -> None:
    scores = np.zeros(len(query_rows), np.float32)
    bits = scores.view(np.int32)  # of numbers that are not negative, these have the same order
    touched = np.empty(len(query_rows), np.int64)
    for number in range(len(rows)):
        other, n_touched = rows[number], 0
        for entry in range(starts[number], starts[number + 1]):
            for use in range(query_starts[words[entry]], query_starts[words[entry] + 1]):
                place = query_places[use]
                if scores[place] == 0:
                    touched[n_touched] = place
                    n_touched += 1
                scores[place] += weights[entry] * query_weights[use]
        for place in touched[:n_touched]:
            score, key = scores[place], np.int64(bits[place]) << 31 | (MAX_ROW - other)
            scores[place] = 0
            if score < floors[place] or other == query_rows[place]:
                continue
            if abs(published[query_rows[place]] - published[other]) > max_days:
                continue
            added = add_key(keys[place], counts[place], wanted[place], key)
            if added <= counts[place]:
                bits[place] = np.int32(keys[place, :added].min() >> 31)
                floors[place] = scores[place]
                scores[place] = 0
            counts[place] = added
