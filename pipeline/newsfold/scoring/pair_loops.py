"""Loops over pairs of articles; compiled, because a window has hundreds of pairs an article.

Candidate pairs are sorted by their left article, so each left article is spread out once over all columns, and each
of its right articles is one pass over that one's words. Pairs in another order give the same results, only slower.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Columns = npt.NDArray[np.int32]

_WORD, _TITLE, _NAME = 1, 2, 4  # flags of a column: whether the left article has it among these


class SparseRows(NamedTuple):
    """Sparse rows as in a `scipy.sparse.csr_matrix`, the columns of each row ascending."""

    starts: Rows
    """Where each row begins, shape (n + 1,)."""
    columns: Columns
    values: Floats


class WordComparison(NamedTuple):
    """What the words of m pairs have in common, float32 arrays of shape (m,)."""

    body_product: Floats
    """Dot product of the weights of all words."""
    title_product: Floats
    """Dot product of the weights of the titles."""
    rarest: Floats
    """Mean rarity of the three rarest words in common; fewer count as 0."""
    left_title: Floats
    """Rarity of the words of the left title that are in the right article, summed up."""
    right_title: Floats
    left_names: Floats
    """Rarity of the left article's names that are in the right article, summed up."""
    right_names: Floats


def compare_words(
    words: SparseRows, titles: SparseRows, names: SparseRows, rarity: Floats, left: Rows, right: Rows
) -> WordComparison:
    """Compare the words of pairs of articles.

    Args:
        words: the words of n articles, title and opening; the columns are the vocabulary's.
        titles: the words of their titles.
        names: their names; the values do not count.
        rarity: of each column.
        left: rows of the pairs' left articles, shape (m,).
        right: rows of their right articles, shape (m,).
    """
    return WordComparison(*_compare_words(words, titles, names, rarity, left, right))


@numba.njit(cache=True, nogil=True)
def _compare_words(
    words: SparseRows, titles: SparseRows, names: SparseRows, rarity: Floats, left: Rows, right: Rows
) -> Floats:
    result = np.empty((7, len(left)), np.float32)
    flags = np.zeros(len(rarity), np.uint8)
    word_weights, title_weights = np.zeros(len(rarity), np.float32), np.zeros(len(rarity), np.float32)
    spread = -1  # the article whose words the three arrays hold
    for pair in range(len(left)):
        one, other = left[pair], right[pair]
        if one != spread:
            if spread >= 0:
                flags[words.columns[words.starts[spread] : words.starts[spread + 1]]] = 0
                flags[titles.columns[titles.starts[spread] : titles.starts[spread + 1]]] = 0
                flags[names.columns[names.starts[spread] : names.starts[spread + 1]]] = 0
            for at in range(words.starts[one], words.starts[one + 1]):
                flags[words.columns[at]] |= _WORD
                word_weights[words.columns[at]] = words.values[at]
            for at in range(titles.starts[one], titles.starts[one + 1]):
                flags[titles.columns[at]] |= _TITLE
                title_weights[titles.columns[at]] = titles.values[at]
            for at in range(names.starts[one], names.starts[one + 1]):
                flags[names.columns[at]] |= _NAME
            spread = one
        body = title = left_title = right_title = left_names = right_names = 0.0
        first = second = third = np.float32(0)
        for at in range(words.starts[other], words.starts[other + 1]):
            column = words.columns[at]
            flag = flags[column]
            if flag == 0:
                continue
            value = rarity[column]
            if flag & _WORD:
                body += word_weights[column] * words.values[at]
                if value > first:
                    first, second, third = value, first, second
                elif value > second:
                    second, third = value, second
                elif value > third:
                    third = value
            if flag & _TITLE:
                left_title += value
            if flag & _NAME:
                left_names += value
        for at in range(titles.starts[other], titles.starts[other + 1]):
            column = titles.columns[at]
            if flags[column] & _TITLE:
                title += title_weights[column] * titles.values[at]
            if flags[column] & _WORD:
                right_title += rarity[column]
        for at in range(names.starts[other], names.starts[other + 1]):
            if flags[names.columns[at]] & _WORD:
                right_names += rarity[names.columns[at]]
        result[0, pair], result[1, pair], result[2, pair] = body, title, (first + second + third) / 3
        result[3, pair], result[4, pair] = left_title, right_title
        result[5, pair], result[6, pair] = left_names, right_names
    return result


@numba.njit(cache=True, nogil=True)
def count_common(starts: Rows, values: Rows, left: Rows, right: Rows) -> Floats:
    """Return how many values the lists of each pair have in common: float32 of shape (m,).

    Args:
        starts: where each of n lists begins in `values`, shape (n + 1,).
        values: the lists, each ascending and without repetition.
        left: the left list of each pair, shape (m,).
        right: its right list, shape (m,).
    """
    result = np.empty(len(left), np.float32)
    for pair in range(len(left)):
        at, end = starts[left[pair]], starts[left[pair] + 1]
        to, other_end = starts[right[pair]], starts[right[pair] + 1]
        common = 0
        while at < end and to < other_end:
            one, other = values[at], values[to]
            common += one == other
            at += one <= other
            to += other <= one
        result[pair] = common
    return result
