from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from newsfold.blocking.time_reach import TimeReach
from newsfold.blocking.word_neighbours import WordSearch

WEIGHTS = st.lists(st.lists(st.integers(0, 3), min_size=5, max_size=5), min_size=1, max_size=25)
DAYS = st.floats(0, 9, width=16)


@given(WEIGHTS, st.integers(1, 30), st.integers(1, 30), st.lists(DAYS, min_size=25, max_size=25), DAYS)
def test_the_rows_that_share_most_are_found_in_any_slices(
    weights: list[list[int]], count: int, size: int, days: list[float], apart: float
) -> None:
    matrix, rows, times = np.array(weights, np.float32), np.arange(len(weights)), np.array(days[: len(weights)])
    reach = TimeReach(times, times.astype(np.int32), apart, np.zeros(10, np.float32))
    search = WordSearch(sparse.csr_matrix(matrix), rows, count, reach)
    for start in range(0, len(rows), size):
        search.add(sparse.csr_matrix(matrix[start : start + size]), rows[start : start + size])
    products = matrix @ matrix.T
    for row, found in zip(rows, search.rows().tolist(), strict=True):
        within = [other for other in rows if other != row and abs(times[row] - times[other]) <= apart]
        best = sorted(
            (other for other in within if products[row, other]), key=lambda other: (-products[row, other], other)
        )
        assert sorted(each for each in found if each >= 0) == sorted(best[:count])


def test_rows_of_few_words_among_many_queries_are_found() -> None:
    matrix = np.eye(40, dtype=np.float32).repeat(2, axis=0)  # each word is in two rows
    reach = TimeReach(np.full(80, np.nan), np.zeros(80, np.int32), np.inf, np.zeros(1, np.float32))
    search = WordSearch(sparse.csr_matrix(matrix), np.arange(80), 3, reach)
    search.add(sparse.csr_matrix(matrix), np.arange(80))
    assert [row.max() for row in search.rows()] == [row ^ 1 for row in range(80)]
