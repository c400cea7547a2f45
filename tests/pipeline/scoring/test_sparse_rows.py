from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from newsfold.scoring.sparse_rows import row_products, shared_rarity

Pairs = tuple[np.ndarray, np.ndarray]


@st.composite
def matrices_and_pairs(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, Pairs]:
    """Two mostly empty matrices of one shape, and pairs of their rows."""
    rows, columns, pairs = draw(st.integers(1, 8)), draw(st.integers(1, 10)), draw(st.integers(0, 20))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    first, second = (rng.normal(size=(rows, columns)) * (rng.random((rows, columns)) < 0.4) for _ in range(2))
    left, right = (rng.integers(0, rows, pairs) for _ in range(2))
    return first.astype(np.float32), second.astype(np.float32), (left, right)


@given(matrices_and_pairs())
def test_products_equal_those_of_dense_rows(drawn: tuple[np.ndarray, np.ndarray, Pairs]) -> None:
    first, second, (left, right) = drawn
    products = row_products(sparse.csr_matrix(first), sparse.csr_matrix(second), left, right)
    assert products.dtype == np.float32
    assert np.allclose(products, (first[left] * second[right]).sum(axis=1), atol=1e-5)


@given(matrices_and_pairs())
def test_shared_rarity_is_the_mean_of_the_three_rarest_shared_terms(
    drawn: tuple[np.ndarray, np.ndarray, Pairs],
) -> None:
    first, second, (left, right) = drawn
    binary = (first != 0).astype(np.float32)
    rarity = np.abs(second).sum(axis=0).astype(np.float32)
    shared = binary[left] * binary[right] * rarity
    expected = -np.sort(-np.pad(shared, ((0, 0), (0, 3))), axis=1)[:, :3].mean(axis=1)
    assert np.allclose(shared_rarity(sparse.csr_matrix(binary), rarity, left, right), expected, atol=1e-5)


def test_unsorted_columns_are_accepted() -> None:
    jumbled = sparse.csr_matrix((np.array([2.0, 1, 3], np.float32), np.array([2, 0, 1]), np.array([0, 3])), (1, 3))
    one = np.zeros(1, dtype=np.int64)
    assert row_products(jumbled, jumbled, one, one).tolist() == [14]
    again = sparse.csr_matrix((np.ones(3, np.float32), np.array([2, 0, 1]), np.array([0, 3])), (1, 3))
    assert shared_rarity(again, np.array([3, 6, 9], np.float32), one, one).tolist() == [6]
