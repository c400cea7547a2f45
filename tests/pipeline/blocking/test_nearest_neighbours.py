from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold.blocking import nearest_neighbours
from newsfold.embedding import unit_rows

ROUGHLY = 5e-4  # by which a cosine may be off: vectors are rounded, so that sums are exact


def within(vectors: np.ndarray, cosine: float, asked: np.ndarray | None = None) -> np.ndarray:
    """Every pair of rows with at least this cosine, each once, the smaller first; one end at least is asked about."""
    asked = np.arange(len(vectors)) if asked is None else asked
    every = [
        (vectors[start : start + 16], np.arange(len(vectors))[start : start + 16])
        for start in range(0, len(vectors), 16)
    ]
    close = nearest_neighbours.search(vectors[asked], asked, every, 0, cosine).close
    pairs = np.concatenate([np.zeros((0, 2), np.int64), *close])
    pairs = np.stack([asked[pairs[:, 0]], pairs[:, 1]], axis=1)
    return np.unique(np.sort(pairs, axis=1), axis=0)


@st.composite
def rows(draw: st.DrawFn) -> np.ndarray:
    """Unit vectors, some of them equal."""
    count = draw(st.integers(1, 30))
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    return unit_rows(rng.normal(size=(count, 4)))[rng.integers(0, count, count)]


@given(rows(), st.integers(1, 35))
def test_nearest_are_those_that_brute_force_finds(vectors: np.ndarray, count: int) -> None:
    found = nearest_neighbours.nearest(vectors, count)
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -np.inf)
    wanted = -np.sort(-cosines, axis=1)[:, : min(count, len(vectors) - 1)]
    assert found.shape == wanted.shape
    # Equal vectors may come in any order, so likeness is compared, and that nobody is listed twice.
    assert np.allclose(np.take_along_axis(cosines, found, axis=1), wanted, atol=ROUGHLY)
    assert all(len(set(row)) == len(row) for row in found.tolist())


@given(rows(), st.floats(-0.9, 0.99))
def test_within_is_every_pair_that_is_close_enough(vectors: np.ndarray, cosine: float) -> None:
    found = {tuple(pair) for pair in within(vectors, cosine).tolist()}
    cosines = vectors @ vectors.T
    pairs = [(i, j) for j in range(len(vectors)) for i in range(j)]
    surely = {pair for pair in pairs if cosines[pair] > cosine + ROUGHLY}
    perhaps = {pair for pair in pairs if cosines[pair] > cosine - ROUGHLY}
    assert surely <= found <= perhaps


def test_a_row_is_not_its_own_neighbour_even_among_many_equal_ones() -> None:
    found = nearest_neighbours.nearest(np.tile(unit_rows(np.ones((1, 8))), (500, 1)), 5)
    assert found.shape == (500, 5)
    assert not (found == np.arange(500)[:, None]).any()


def test_pairs_are_found_across_the_portions_that_are_asked_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = unit_rows(np.random.default_rng(1).normal(size=(100, 3)))
    at_once = within(vectors, 0.5)
    monkeypatch.setattr(nearest_neighbours, "_ROWS", 7)
    assert len(at_once) > 100
    assert {tuple(pair) for pair in within(vectors, 0.5).tolist()} == {tuple(p) for p in at_once.tolist()}


@given(rows(), st.integers(1, 9), st.integers(1, 30), st.integers(1, 30))
def test_slices_and_portions_of_any_size_find_the_very_same(
    vectors: np.ndarray, count: int, size: int, portion: int
) -> None:
    every = np.arange(len(vectors))
    slices = [(vectors[start : start + size], every[start : start + size]) for start in range(0, len(vectors), size)]
    whole = nearest_neighbours.search(vectors, every, [(vectors, every)], count, 0.3)
    for start in range(0, len(vectors), portion):
        part = slice(start, start + portion)
        found = nearest_neighbours.search(vectors[part], every[part], slices, count, 0.3)
        assert np.array_equal(found.keys, whole.keys[part])
        close = np.concatenate([np.zeros((0, 2), np.int64), *found.close]) + np.array([[start, 0]])
        told = np.concatenate([np.zeros((0, 2), np.int64), *whole.close])
        wanted = told[(told[:, 0] >= start) & (told[:, 0] < start + portion)]
        assert sorted(close.tolist()) == sorted(wanted.tolist())


@pytest.mark.parametrize("count", [0, 1])
def test_nobody_is_near_to_one_row_or_none(count: int) -> None:
    vectors = np.ones((count, 1), np.float32)
    assert nearest_neighbours.nearest(vectors, 3).shape == (count, 0)
    assert within(vectors, 0.5).shape == (0, 2)


@given(rows(), st.integers(1, 35), st.floats(-0.9, 0.99), st.sets(st.integers(0, 29)))
def test_some_rows_alone_find_what_they_find_among_all(
    vectors: np.ndarray, count: int, cosine: float, chosen: set[int]
) -> None:
    asked = np.array(sorted(row for row in chosen if row < len(vectors)), dtype=np.int64)
    cosines = vectors @ vectors.T
    found = nearest_neighbours.nearest(vectors, count, asked)
    everybody = nearest_neighbours.nearest(vectors, count)[asked]
    assert found.shape == everybody.shape
    assert np.allclose(cosines[asked[:, None], found], cosines[asked[:, None], everybody], atol=ROUGHLY)
    pairs = [tuple(pair) for pair in within(vectors, cosine, asked).tolist()]
    assert len(pairs) == len(set(pairs))
    surely = {(i, j) for i, j in itertools.combinations(range(len(vectors)), 2) if cosines[i, j] > cosine + ROUGHLY}
    assert {pair for pair in surely if not chosen.isdisjoint(pair)} <= set(pairs)
    assert all(not chosen.isdisjoint(pair) for pair in pairs)
