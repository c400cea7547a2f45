"""What a person would compare in two articles, as numbers: one column per feature, missing where unknown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from newsfold import text
from newsfold.scoring.sparse_rows import row_products, shared_rarity
from newsfold.vocabulary import build_count_matrix, describe_terms, weigh_counts, weigh_terms

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

_CHUNK = 50_000  # pairs at a time: bounds memory, whatever the window's size
_WORDS_SHARED = 0.1  # body cosine from which two texts share words
_DAYS_OF_A_WINDOW = 14  # in longer ones a missing time may be any
_SMALL_WINDOW = 200  # articles
_STEPS, _FINE = 32_768.0, 2.0**26  # a vector's component, and a covariance, are summed in whole steps
# How alike two unrelated articles are, cosine's mean and standard deviation; it weighs as so many articles.
_USUAL_COSINE, _USUAL_SPREAD, _USUAL_WEIGHT = 0.1, 0.12, 30


def pair_features(articles: pa.Table, vectors: Floats, nearest: Rows, left: Rows, right: Rows) -> dict[str, Floats]:
    """Every feature of every pair, and what else is worth telling of it.

    Args:
        articles: n articles, in the order of `vectors`.
        vectors: unit-norm, float32 of shape (n, d).
        nearest: row numbers of the nearest articles, shape (n, `pair_features.N_NEIGHBOURS`); -1 where there are fewer.
        left: row numbers of the pairs' first articles, shape (m,).
        right: row numbers of their second articles, shape (m,).

    Returns:
        For each name of `likeness.FEATURES` and `EVIDENCE` a float32 array of shape (m,); NaN is missing.
    """
    wordings, uses = describe_terms(articles)
    window = Window(
        vocabulary=weigh_terms(uses, wordings["language"].to_pylist()),
        moments=moments(vectors),
        usual_hours=usual(hours_seen_apart(wordings, left, right, one_time=one_time(wordings))),
        one_time=one_time(wordings),
    )
    return compare(wordings, vectors, nearest, np.arange(len(vectors)), window, left, right)


@dataclass(frozen=True)
class Window:
    """What features of a pair have to do with the rest of the window."""

    vocabulary: pa.Table
    moments: tuple[int, Doubles, Doubles]
    """How many articles, the sum of their vectors, and that of their outer products, in whole steps."""
    usual_hours: float | None
    """What an unknown span counts as; None: as unknown."""
    one_time: bool
    """Whether all articles were first seen at one time, so that it says nothing."""


def compare(
    wordings: pa.Table, vectors: Floats, nearest: Rows, numbers: Rows, window: Window, left: Rows, right: Rows
) -> dict[str, Floats]:
    """`pair_features` of some of a window's pairs, from the articles in them.

    Args:
        wordings: table `article_terms` of n articles.
        vectors: theirs, unit-norm, float32 of shape (n, d).
        nearest: numbers, in the window, of each one's nearest articles, shape (n, `pair_features.N_NEIGHBOURS`); -1
            if there are fewer.
        numbers: their own numbers in the window, shape (n,).
        window: what is known of the whole window.
        left: places among these articles of the pairs' first ones, shape (m,).
        right: of their second ones, shape (m,).
    """
    vocabulary, rarity = window.vocabulary["word"].combine_chunks(), window.vocabulary["rarity"].to_numpy()
    counts = build_count_matrix(wordings["words"], vocabulary, wordings["counts"])
    words = _binary(counts)
    bodies = weigh_counts(counts, rarity)
    titles = weigh_counts(build_count_matrix(wordings["title_words"], vocabulary, wordings["title_counts"]), rarity)
    title_words = _binary(titles) @ sparse.diags(rarity)
    named = window.vocabulary["named"].to_numpy()
    names = build_count_matrix(wordings["mentioned"], vocabulary).multiply(named.astype(np.float32)[None, :]).tocsr()
    names.eliminate_zeros()
    figures = build_count_matrix(wordings["numbers"], pc.unique(wordings["numbers"].combine_chunks().flatten()).sort())

    cosine = _dense(vectors, left, right)
    seen_apart = hours_seen_apart(wordings, left, right, one_time=window.one_time)
    if window.usual_hours is not None:
        seen_apart = np.where(np.isnan(seen_apart), np.float32(window.usual_hours), seen_apart)
    columns = {
        "dense_zscore": _surprise(vectors, window.moments, cosine, left, right),
        "shared_nearest_neighbours": _common_neighbours(nearest, numbers, window.moments[0], left, right),
        "body_cosine": _cosine(bodies, left, right),
        "title_in_text": _contained(title_words, words, left, right),
        "rarest_shared": shared_rarity(words, rarity, left, right),
        "rarest_shared_name": shared_rarity(names, rarity, left, right),
        "name_conflict": 1 - _contained(names @ sparse.diags(rarity), words, left, right),
        "days_apart_log": np.log1p(np.maximum(seen_apart - 24, 0) / 24),
        "same_outlet": _same_outlet(wordings, left, right),
        "dense_cosine": cosine,
        "title_cosine": _cosine(titles, left, right),
        "number_overlap": _overlap(figures, figures, left, right),
        "hours_apart": hours_apart(wordings, left, right),
        "headline_only": _title_alone(wordings, left, right),
    }
    # Shared words speak for a pair in any languages; that there are none speaks against it within one only.
    silent = _foreign(wordings, left, right) & ~(columns["body_cosine"] >= _WORDS_SHARED)
    for name in ("body_cosine", "title_in_text", "rarest_shared", "title_cosine"):
        columns[name][silent] = np.nan
    return columns


def _title_alone(wordings: pa.Table, left: Rows, right: Rows) -> Floats:
    alone = wordings["headline_only"].to_numpy().astype(np.float32)
    return np.asarray(np.maximum(alone[left], alone[right]), dtype=np.float32)


def moments(vectors: Floats) -> tuple[int, Doubles, Doubles]:
    """How many vectors, their sum and that of their outer products: whole numbers, so they add up in any order.

    Vectors are taken in steps of 1/32768: products are below 2³⁰, and float64 adds eight million of them exactly.
    """
    steps = np.rint(vectors.astype(np.float64) * _STEPS)
    return len(steps), steps.sum(axis=0), steps.T @ steps


def hours_apart(articles: pa.Table, left: Rows, right: Rows) -> Floats:
    """Hours between publication times, NaN where either is unknown."""
    return _hours_between(articles["published_at"], left, right)


def hours_seen_apart(articles: pa.Table, left: Rows, right: Rows, *, one_time: bool) -> Floats:
    """The same, but an article without a publication time counts from when it was first seen.

    Where all articles of the window were first seen at one time, that says nothing, and NaN stays.
    """
    if one_time:
        return hours_apart(articles, left, right)
    return _hours_between(pc.coalesce(articles["published_at"], articles["first_seen_at"]), left, right)


def one_time(articles: pa.Table) -> bool:
    """Whether all articles were first seen at one time."""
    return len(pc.unique(articles["first_seen_at"])) < 2


def _hours_between(column: pa.ChunkedArray, left: Rows, right: Rows) -> Floats:
    times = column.combine_chunks().cast(pa.int64()).to_numpy(zero_copy_only=False).astype(np.float64)
    return np.asarray(np.abs(times[left] - times[right]) / 3.6e9, dtype=np.float32)


def usual(hours: Floats) -> float | None:
    """The usual hours between a window's pairs, where it is one of days: an article without a time is of these days.

    Where no article has a time, all count as of one day; in a window of more than days nobody knows, and it is None.
    """
    known = hours[~np.isnan(hours)]
    if not len(known):
        return 0.0
    if np.quantile(known, 0.9) > _DAYS_OF_A_WINDOW * 24:
        return None
    return float(np.median(known))


def _binary(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    return sparse.csr_matrix((np.ones_like(matrix.data), matrix.indices, matrix.indptr), shape=matrix.shape)


def _row_sums(matrix: sparse.csr_matrix) -> Floats:
    return np.asarray(matrix.sum(axis=1), dtype=np.float32).ravel()


def _dense(vectors: Floats, left: Rows, right: Rows) -> Floats:
    result = np.empty(len(left), dtype=np.float32)
    for start in range(0, len(left), _CHUNK):
        part = slice(start, start + _CHUNK)
        result[part] = np.einsum("ij,ij->i", vectors[left[part]], vectors[right[part]])
    return result


def _surprise(vectors: Floats, known: tuple[int, Doubles, Doubles], cosine: Floats, left: Rows, right: Rows) -> Floats:
    """How far a pair's cosine lies above what either article has with the whole window, in standard deviations.

    On a night that is full of one theme everything on it is alike, so likeness says less. An article's mean and
    spread come from the window's mean vector and covariance: no article is compared with every other.
    """
    count, sums, products = known
    centre = sums / (count * _STEPS)
    covariance = products / (count * _STEPS**2) - np.outer(centre, centre)
    weight = count / (count + _USUAL_WEIGHT)
    # In whole numbers, which float64 adds exactly: what is said of an article must not change with its company.
    rows = np.rint(vectors.astype(np.float64) * _STEPS)
    spread_out = np.rint(rows @ np.rint(covariance * _FINE) / _STEPS)
    variance = np.maximum((rows * spread_out).sum(axis=1) / (_STEPS * _FINE), 0)
    mean = weight * (rows @ sums) / (count * _STEPS**2) + (1 - weight) * _USUAL_COSINE
    spread = np.sqrt(weight * variance + (1 - weight) * _USUAL_SPREAD**2)
    return np.asarray(
        ((cosine - mean[left]) / spread[left] + (cosine - mean[right]) / spread[right]) / 2, dtype=np.float32
    )


def _common_neighbours(nearest: Rows, numbers: Rows, window: int, left: Rows, right: Rows) -> Floats:
    """Share of the two articles' nearest ones (themselves included) that they have in common.

    In a small window anybody's nearest overlap, so there it is drawn to zero.
    """
    count, width = nearest.shape
    listed = np.concatenate([numbers[:, None], nearest], axis=1)
    owner = np.repeat(np.arange(count), width + 1)[listed.ravel() >= 0]
    ones = np.ones(len(owner), np.float32)
    company = sparse.csr_matrix((ones, (owner, listed[listed >= 0])), shape=(count, window))
    shared = row_products(company, company, left, right) / (width + 1)
    return np.asarray(shared * window / (window + _SMALL_WINDOW), dtype=np.float32)


def _cosine(matrix: sparse.csr_matrix, left: Rows, right: Rows) -> Floats:
    """Cosine of unit rows, NaN where either is empty."""
    empty = np.diff(matrix.indptr) == 0
    result = row_products(matrix, matrix, left, right)
    result[empty[left] | empty[right]] = np.nan
    return result


def _overlap(weighted: sparse.csr_matrix, binary: sparse.csr_matrix, left: Rows, right: Rows) -> Floats:
    """Shared weight over the poorer row's weight, NaN where that is zero."""
    totals = _row_sums(weighted)
    return _share(row_products(weighted, binary, left, right), np.minimum(totals[left], totals[right]))


def _contained(weighted: sparse.csr_matrix, words: sparse.csr_matrix, left: Rows, right: Rows) -> Floats:
    """Share of one article's weight that the other article mentions, mean of both ways; NaN without weight."""
    totals = _row_sums(weighted)
    there = _share(row_products(weighted, words, left, right), totals[left])
    back = _share(row_products(weighted, words, right, left), totals[right])
    return np.asarray((there + back) / 2, dtype=np.float32)


def _share(part: Floats, whole: Floats) -> Floats:
    """Part of a whole, NaN where there is no whole."""
    return np.asarray(np.divide(part, whole, out=np.full(len(whole), np.nan, np.float32), where=whole > 0))


def _same_outlet(articles: pa.Table, left: Rows, right: Rows) -> Floats:
    outlet, names = _codes(articles, "outlet")
    unknown = np.isin(outlet, [code for code, name in enumerate(names) if name == "unknown"])
    same = (outlet[left] == outlet[right]).astype(np.float32)
    same[unknown[left] | unknown[right]] = np.nan
    return np.asarray(same, dtype=np.float32)


def _foreign(articles: pa.Table, left: Rows, right: Rows) -> npt.NDArray[np.bool_]:
    """Whether the two articles are known to be in different languages."""
    language, names = _codes(articles, "language")
    unknown = np.isin(language, [code for code, name in enumerate(names) if name == text.UNKNOWN_LANGUAGE])
    return np.asarray((language[left] != language[right]) & ~unknown[left] & ~unknown[right])


def _codes(articles: pa.Table, column: str) -> tuple[Rows, list[str]]:
    values = articles[column].combine_chunks().dictionary_encode()
    return values.indices.to_numpy(zero_copy_only=False), values.dictionary.to_pylist()
