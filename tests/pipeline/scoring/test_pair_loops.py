from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from newsfold.scoring.pair_loops import SparseRows, compare_words, count_common

Pairs = tuple[np.ndarray, np.ndarray]
Articles = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@st.composite
def articles_and_pairs(draw: st.DrawFn) -> tuple[Articles, Pairs]:
    """The words, titles and names of articles as mostly empty matrices, the columns' rarity, and pairs of articles."""
    rows, columns, pairs = draw(st.integers(1, 8)), draw(st.integers(1, 10)), draw(st.integers(0, 20))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    words, titles, names = (rng.random((rows, columns)) * (rng.random((rows, columns)) < 0.4) for _ in range(3))
    rarity = -np.sort(-rng.integers(0, 5, columns).astype(np.float32))
    left, right = (rng.integers(0, rows, pairs) for _ in range(2))
    return (words, titles, names, rarity), (left, right)


def to_rows(dense: np.ndarray) -> SparseRows:
    matrix = sparse.csr_matrix(dense.astype(np.float32))
    return SparseRows(matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), matrix.data)


@given(articles_and_pairs())
def test_words_are_compared_as_those_of_dense_rows(drawn: tuple[Articles, Pairs]) -> None:
    (words, titles, names, rarity), (left, right) = drawn
    compared = compare_words(to_rows(words), to_rows(titles), to_rows(names), rarity, left, right)
    has_word, has_title, has_name = (dense > 0 for dense in (words, titles, names))
    shared = np.pad(np.where(has_word[left] & has_word[right], rarity, 0), ((0, 0), (0, 3)))
    expected = {
        "body_product": (words[left] * words[right]).sum(axis=1),
        "title_product": (titles[left] * titles[right]).sum(axis=1),
        "rarest": np.sort(shared, axis=1)[:, -3:].mean(axis=1),
        "left_title": ((has_title[left] & has_word[right]) * rarity).sum(axis=1),
        "right_title": ((has_title[right] & has_word[left]) * rarity).sum(axis=1),
        "left_names": ((has_name[left] & has_word[right]) * rarity).sum(axis=1),
        "right_names": ((has_name[right] & has_word[left]) * rarity).sum(axis=1),
    }
    for name, values in expected.items():
        assert np.allclose(getattr(compared, name), values, atol=1e-5), name


@given(st.lists(st.sets(st.integers(0, 12)), min_size=1, max_size=6), st.data())
def test_common_values_are_counted(lists: list[set[int]], data: st.DataObject) -> None:
    rows = st.lists(st.integers(0, len(lists) - 1), min_size=5, max_size=5)
    left, right = (np.array(data.draw(rows)) for _ in range(2))
    starts = np.concatenate([[0], np.cumsum([len(each) for each in lists])])
    values = np.array([value for each in lists for value in sorted(each)], np.int64)
    expected = [len(lists[one] & lists[other]) for one, other in zip(left, right, strict=True)]
    assert count_common(starts, values, left, right).tolist() == expected
