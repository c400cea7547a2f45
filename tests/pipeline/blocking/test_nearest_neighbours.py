from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold.blocking import nearest_neighbours
from newsfold.blocking.best_keys import sort_best
from newsfold.blocking.nearest_neighbours import Neighbours, Slice, search_neighbours
from newsfold.blocking.time_reach import TimeReach
from newsfold.embedding import unit_rows

TOLERANCE = 5e-4  # of a cosine: vectors are quantised, so that sums are exact


def search(
    vectors: np.ndarray,
    queries: np.ndarray,
    count: int,
    cosine: float | None = None,
    most: int = 2**31 - 1,
    size: int = 16,
) -> Neighbours:
    """Search some rows' neighbours among all vectors, in slices; all are of one time."""
    rows, n = np.arange(len(vectors)), len(vectors)
    slices = [Slice(vectors[start : start + size], rows[start : start + size]) for start in range(0, n, size)]
    reach = TimeReach(np.full(n, np.nan), np.zeros(n, np.int32), np.inf, np.zeros(1, np.float32))
    return search_neighbours(vectors[queries], queries, slices, np.full(len(queries), count), reach, cosine, most)


def nearest(vectors: np.ndarray, count: int, queries: np.ndarray | None = None) -> np.ndarray:
    """The row numbers of the nearest other rows of each query, nearest first."""
    queries = np.arange(len(vectors)) if queries is None else queries
    count = max(0, min(count, len(vectors) - 1))
    return search(vectors, queries, count).nearest(count)


def close_pairs(vectors: np.ndarray, cosine: float, queries: np.ndarray | None = None) -> np.ndarray:
    """Each pair of rows with at least this cosine, the smaller row first; one end at least is a query."""
    queries = np.arange(len(vectors)) if queries is None else queries
    pairs = search(vectors, queries, 0, cosine).close
    pairs = np.stack([queries[pairs[:, 0]], pairs[:, 1]], axis=1)
    return np.unique(np.sort(pairs, axis=1), axis=0)


@st.composite
def unit_vectors(draw: st.DrawFn) -> np.ndarray:
    """Unit vectors, some of them equal."""
    count = draw(st.integers(1, 30))
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    return unit_rows(rng.normal(size=(count, 4)))[rng.integers(0, count, count)]


@given(unit_vectors(), st.integers(1, 35))
def test_the_nearest_are_those_that_brute_force_finds(vectors: np.ndarray, count: int) -> None:
    found = nearest(vectors, count)
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -np.inf)
    expected = -np.sort(-cosines, axis=1)[:, : min(count, len(vectors) - 1)]
    assert found.shape == expected.shape
    # Equal vectors may come in any order, so cosines are compared, and that no row is found twice.
    assert np.allclose(np.take_along_axis(cosines, found, axis=1), expected, atol=TOLERANCE)
    assert all(len(set(row)) == len(row) for row in found.tolist())


@given(unit_vectors(), st.floats(-0.9, 0.99))
def test_every_pair_that_is_close_enough_is_found(vectors: np.ndarray, cosine: float) -> None:
    found = {tuple(pair) for pair in close_pairs(vectors, cosine).tolist()}
    cosines = vectors @ vectors.T
    pairs = [(i, j) for j in range(len(vectors)) for i in range(j)]
    surely = {pair for pair in pairs if cosines[pair] > cosine + TOLERANCE}
    perhaps = {pair for pair in pairs if cosines[pair] > cosine - TOLERANCE}
    assert surely <= found <= perhaps


def test_a_row_is_not_its_own_neighbour_even_among_many_equal_ones() -> None:
    found = nearest(np.tile(unit_rows(np.ones((1, 8))), (500, 1)), 5)
    assert found.shape == (500, 5)
    assert not (found == np.arange(500)[:, None]).any()


def test_pairs_are_found_across_the_queries_that_are_compared_together(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = unit_rows(np.random.default_rng(1).normal(size=(100, 3)))
    at_once = close_pairs(vectors, 0.5)
    monkeypatch.setattr(nearest_neighbours, "_QUERIES_AT_A_TIME", 7)
    assert len(at_once) > 100
    assert {tuple(pair) for pair in close_pairs(vectors, 0.5).tolist()} == {tuple(pair) for pair in at_once.tolist()}


@given(unit_vectors(), st.integers(1, 9), st.integers(1, 30), st.integers(1, 30))
def test_slices_and_queries_of_any_number_find_the_very_same(
    vectors: np.ndarray, count: int, size: int, n_queries: int
) -> None:
    rows = np.arange(len(vectors))
    whole = search(vectors, rows, count, 0.3, size=len(vectors))
    for start in range(0, len(vectors), n_queries):
        part = slice(start, start + n_queries)
        found = search(vectors, rows[part], count, 0.3, size=size)
        assert np.array_equal(sort_best(found.keys, count), sort_best(whole.keys[part], count))
        close = found.close + np.array([[start, 0]])
        expected = whole.close[(whole.close[:, 0] >= start) & (whole.close[:, 0] < start + n_queries)]
        assert sorted(close.tolist()) == sorted(expected.tolist())


@pytest.mark.parametrize("count", [0, 1])
def test_one_row_or_none_has_no_neighbours(count: int) -> None:
    vectors = np.ones((count, 1), np.float32)
    assert nearest(vectors, 3).shape == (count, 0)
    assert close_pairs(vectors, 0.5).shape == (0, 2)


@given(unit_vectors(), st.integers(1, 35), st.floats(-0.9, 0.99), st.sets(st.integers(0, 29)))
def test_some_queries_find_what_they_find_among_all(
    vectors: np.ndarray, count: int, cosine: float, drawn: set[int]
) -> None:
    queries = np.array(sorted(row for row in drawn if row < len(vectors)), dtype=np.int64)
    cosines = vectors @ vectors.T
    found, expected = nearest(vectors, count, queries), nearest(vectors, count)[queries]
    assert found.shape == expected.shape
    assert np.allclose(cosines[queries[:, None], found], cosines[queries[:, None], expected], atol=TOLERANCE)
    pairs = [tuple(pair) for pair in close_pairs(vectors, cosine, queries).tolist()]
    assert len(pairs) == len(set(pairs))
    surely = {(i, j) for i, j in itertools.combinations(range(len(vectors)), 2) if cosines[i, j] > cosine + TOLERANCE}
    assert {pair for pair in surely if not drawn.isdisjoint(pair)} <= set(pairs)
    assert all(not drawn.isdisjoint(pair) for pair in pairs)


@given(unit_vectors(), st.floats(-0.9, 0.9), st.integers(0, 5), st.integers(1, 30))
def test_of_the_pairs_that_are_close_enough_the_closest_are_found(
    vectors: np.ndarray, cosine: float, most: int, size: int
) -> None:
    rows = np.arange(len(vectors))
    found = search(vectors, rows, 0, cosine, most, size).close
    in_other_slices = search(vectors, rows, 0, cosine, most).close
    assert sorted(found.tolist()) == sorted(in_other_slices.tolist())
    every = search(vectors, rows, 0, cosine).close
    cosines = vectors @ vectors.T
    for place in rows:
        kept, close = (pairs[pairs[:, 0] == place, 1] for pairs in (found, every))
        assert set(kept) <= set(close) and len(set(kept)) == len(kept) == min(most, len(close))
        dropped = np.setdiff1d(close, kept)
        if len(kept) and len(dropped):
            assert cosines[place, kept].min() >= cosines[place, dropped].max() - TOLERANCE
