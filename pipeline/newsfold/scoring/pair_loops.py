"""Loops over pairs of articles; compiled, because a window has hundreds of pairs an article.

Candidate pairs are sorted by their left article, so each left article is spread out once over all columns, and each
of its right articles is one pass over that one's words. Pairs in another order give the same results, only slower.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from newsfold.loops import compile_loop

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
    """Dot product of the values of all words."""
    title_product: Floats
    """Dot product of the values of the titles."""
    rarest: Floats
    """Mean rarity of the three rarest words in common; fewer count as 0."""
    left_title: Floats
    """Sum of the rarity of the left title's words that are in the right article."""
    right_title: Floats
    """The same of the right title and the left article."""
    left_names: Floats
    """Sum of the rarity of the left article's names that are in the right one."""
    right_names: Floats
    """The same of the right article's names and the left one."""


def compare_words(
    words: SparseRows, titles: SparseRows, names: SparseRows, rarity: Floats, left: Rows, right: Rows
) -> WordComparison:
    """Compare the words of pairs of articles.

    Args:
        words: the words of n articles, title and opening.
        titles: the words of their titles.
        names: their names; the values do not count.
        rarity: of the word of each column, descending.
        left: rows of the pairs' left articles, shape (m,).
        right: rows of their right articles, shape (m,).
    """
    return WordComparison(*_compare_words(words, titles, names, rarity, left, right))


@compile_loop
def _compare_words(
    words: SparseRows, titles: SparseRows, names: SparseRows, rarity: Floats, left: Rows, right: Rows
) -> Floats:
    result = np.empty((7, len(left)), np.float32)
    flags = np.zeros(len(rarity), np.uint8)
    word_values, title_values = np.zeros(len(rarity), np.float32), np.zeros(len(rarity), np.float32)
    spread = -1  # the article whose words these arrays hold
    for pair in range(len(left)):
        one, other = left[pair], right[pair]
        if one != spread:
            if spread >= 0:
                for at in range(words.starts[spread], words.starts[spread + 1]):
                    flags[words.columns[at]] = 0
                    word_values[words.columns[at]] = 0
                for at in range(titles.starts[spread], titles.starts[spread + 1]):
                    flags[titles.columns[at]] = 0
                    title_values[titles.columns[at]] = 0
                for at in range(names.starts[spread], names.starts[spread + 1]):
                    flags[names.columns[at]] = 0
            for at in range(words.starts[one], words.starts[one + 1]):
                flags[words.columns[at]] |= _WORD
                word_values[words.columns[at]] = words.values[at]
            for at in range(titles.starts[one], titles.starts[one + 1]):
                flags[titles.columns[at]] |= _TITLE
                title_values[titles.columns[at]] = titles.values[at]
            for at in range(names.starts[one], names.starts[one + 1]):
                flags[names.columns[at]] |= _NAME
            spread = one
        # Words that the left article lacks add zero: that is faster than to ask. So are slices, whose places are not
        # negative, and choices between two numbers, which are no branches.
        body = title = left_title = right_title = left_names = right_names = 0.0
        rarest, n_rarest = np.float32(0), 0
        own = slice(words.starts[other], words.starts[other + 1])
        columns, values = words.columns[own], words.values[own]
        for at in range(len(columns)):
            column = columns[at]
            body += word_values[column] * values[at]
            if flags[column] > _WORD:
                left_title += rarity[column] if flags[column] & _TITLE else 0.0
                left_names += rarity[column] if flags[column] & _NAME else 0.0
        for column in columns:
            if n_rarest == 3:
                break
            if flags[column] & _WORD:
                rarest += rarity[column]
                n_rarest += 1
        own = slice(titles.starts[other], titles.starts[other + 1])
        columns, values = titles.columns[own], titles.values[own]
        for at in range(len(columns)):
            column = columns[at]
            title += title_values[column] * values[at]
            right_title += rarity[column] if flags[column] & _WORD else 0.0
        for column in names.columns[names.starts[other] : names.starts[other + 1]]:
            right_names += rarity[column] if flags[column] & _WORD else 0.0
        result[0, pair], result[1, pair], result[2, pair] = body, title, rarest / 3
        result[3, pair], result[4, pair] = left_title, right_title
        result[5, pair], result[6, pair] = left_names, right_names
    return result


@compile_loop
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
