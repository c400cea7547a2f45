"""Pair features: what a person would compare in two articles, as one column per feature; unknown values are missing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from newsfold import text
from newsfold.scoring.sparse_rows import row_products, shared_rarity
from newsfold.scoring.time_gaps import hours_apart, hours_seen_apart
from newsfold.scoring.window_stats import VECTOR_STEPS, VectorMoments, WindowStats
from newsfold.vocabulary import build_count_matrix, weigh_counts

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

_CHUNK = 50_000  # pairs at a time: bounds memory, whatever the window's size
# From these values, two texts in different languages share words or names.
_LEAST_SHARED = {"body_cosine": 0.1, "title_in_text": 0.15, "rarest_shared": 4.0, "title_cosine": 0.1}
_MAX_CONFLICT = 0.8
_COMMON_RARITY, _RARE = 4.0, 8.0  # mean rarity from which shared words account for a distance in time, and wholly
_SMALL_WINDOW = 200  # articles
_COVARIANCE_STEPS = 2.0**26  # quantisation steps of a covariance, so that its sums are exact
# Cosines of unrelated articles: mean and standard deviation. They count as this number of articles of the window.
_BACKGROUND_MEAN, _BACKGROUND_STD, _BACKGROUND_WEIGHT = 0.1, 0.12, 30


def compute_features(
    article_terms: pa.Table, vectors: Floats, nearest: Rows, numbers: Rows, stats: WindowStats, left: Rows, right: Rows
) -> dict[str, Floats]:
    """Compute every feature of some of a window's pairs.

    Args:
        article_terms: table `article_terms` of n articles.
        vectors: of these articles, unit-norm, float32 of shape (n, d).
        nearest: numbers in the window of their nearest articles, shape (n, `pair_features.N_NEIGHBOURS`); -1 if there
            are fewer.
        numbers: their own numbers in the window, shape (n,).
        stats: of the whole window.
        left: rows of `article_terms`, the pairs' left articles, shape (m,).
        right: their right articles, shape (m,).

    Returns:
        For each name of `pair_features.FEATURES` and `EXTRA_COLUMNS` a float32 array of shape (m,); NaN is missing.
    """
    vocabulary, rarity = stats.vocabulary["word"].combine_chunks(), stats.vocabulary["rarity"].to_numpy()
    counts = build_count_matrix(article_terms["words"], vocabulary, article_terms["counts"])
    words = _binarise(counts)
    bodies = weigh_counts(counts, rarity)
    titles = weigh_counts(
        build_count_matrix(article_terms["title_words"], vocabulary, article_terms["title_counts"]), rarity
    )
    title_words = _binarise(titles) @ sparse.diags(rarity)
    is_name = stats.vocabulary["named"].to_numpy()
    names = (
        build_count_matrix(article_terms["mentioned"], vocabulary).multiply(is_name.astype(np.float32)[None, :]).tocsr()
    )
    names.eliminate_zeros()
    figures = build_count_matrix(
        article_terms["numbers"], pc.unique(article_terms["numbers"].combine_chunks().flatten()).sort()
    )

    cosine = _dense_cosine(vectors, left, right)
    hours = hours_seen_apart(article_terms, left, right, first_seen_together=stats.first_seen_together)
    if stats.usual_hours is not None:
        hours = np.where(np.isnan(hours), np.float32(stats.usual_hours), hours)
    days, rarest = np.log1p(np.maximum(hours - 24, 0) / 24), shared_rarity(words, rarity, left, right)
    columns = {
        "dense_cosine": cosine,
        "dense_zscore": _dense_zscore(vectors, stats.moments, cosine, left, right),
        "shared_nearest_neighbours": _shared_neighbours(nearest, numbers, stats.moments.count, left, right),
        "body_cosine": _sparse_cosine(bodies, left, right),
        "title_in_text": _mutual_containment(title_words, words, left, right),
        "rarest_shared": rarest,
        "name_conflict": 1 - _mutual_containment(names @ sparse.diags(rarity), words, left, right),
        "number_overlap": _overlap_coefficient(figures, figures, left, right),
        "days_apart_log": days,
        "unexplained_days_log": days * (1 - np.clip((rarest - _COMMON_RARITY) / (_RARE - _COMMON_RARITY), 0, 1)),
        "same_outlet": _same_outlet(article_terms, left, right),
        "title_cosine": _sparse_cosine(titles, left, right),
        "hours_apart": hours_apart(article_terms, left, right),
        "headline_only": _headline_only(article_terms, left, right),
    }
    # Shared words are evidence for a pair in any languages; their absence is evidence against it in one language only.
    foreign = _are_foreign(article_terms, left, right)
    for name, least in _LEAST_SHARED.items():
        columns[name][foreign & ~(columns[name] >= least)] = np.nan
    columns["name_conflict"][foreign & (columns["name_conflict"] > _MAX_CONFLICT)] = np.nan
    return columns


def _headline_only(article_terms: pa.Table, left: Rows, right: Rows) -> Floats:
    is_headline = article_terms["headline_only"].to_numpy().astype(np.float32)
    return np.asarray(np.maximum(is_headline[left], is_headline[right]), dtype=np.float32)


def _binarise(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    return sparse.csr_matrix((np.ones_like(matrix.data), matrix.indices, matrix.indptr), shape=matrix.shape)


def _row_sums(matrix: sparse.csr_matrix) -> Floats:
    return np.asarray(matrix.sum(axis=1), dtype=np.float32).ravel()


def _dense_cosine(vectors: Floats, left: Rows, right: Rows) -> Floats:
    result = np.empty(len(left), dtype=np.float32)
    for start in range(0, len(left), _CHUNK):
        part = slice(start, start + _CHUNK)
        result[part] = np.einsum("ij,ij->i", vectors[left[part]], vectors[right[part]])
    return result


def _dense_zscore(vectors: Floats, moments: VectorMoments, cosine: Floats, left: Rows, right: Rows) -> Floats:
    """Return how far a pair's cosine lies above both articles' cosines with the window, in standard deviations.

    On a night dominated by one theme everything about it is similar, so similarity says less. An article's mean and
    standard deviation follow from the window's mean vector and covariance: no article is compared with every other.
    """
    count, sums = moments.count, moments.sums
    centre = sums / (count * VECTOR_STEPS)
    covariance = moments.products / (count * VECTOR_STEPS**2) - np.outer(centre, centre)
    weight = count / (count + _BACKGROUND_WEIGHT)
    # Whole numbers, which float64 adds exactly: an article's value must not depend on the other rows of a chunk.
    rows = np.rint(vectors.astype(np.float64) * VECTOR_STEPS)
    projected = np.rint(rows @ np.rint(covariance * _COVARIANCE_STEPS) / VECTOR_STEPS)
    variance = np.maximum((rows * projected).sum(axis=1) / (VECTOR_STEPS * _COVARIANCE_STEPS), 0)
    mean = weight * (rows @ sums) / (count * VECTOR_STEPS**2) + (1 - weight) * _BACKGROUND_MEAN
    std = np.sqrt(weight * variance + (1 - weight) * _BACKGROUND_STD**2)
    zscores = (cosine - mean[left]) / std[left] + (cosine - mean[right]) / std[right]
    return np.asarray(zscores / 2, dtype=np.float32)


def _shared_neighbours(nearest: Rows, numbers: Rows, window_size: int, left: Rows, right: Rows) -> Floats:
    """Return the share of the two articles' nearest neighbours (themselves included) that they have in common.

    In a small window any two articles share neighbours, so the share is shrunk towards zero.
    """
    count, width = nearest.shape
    neighbours = np.concatenate([numbers[:, None], nearest], axis=1)
    owner = np.repeat(np.arange(count), width + 1)[neighbours.ravel() >= 0]
    ones = np.ones(len(owner), np.float32)
    adjacency = sparse.csr_matrix((ones, (owner, neighbours[neighbours >= 0])), shape=(count, window_size))
    shared = row_products(adjacency, adjacency, left, right) / (width + 1)
    return np.asarray(shared * window_size / (window_size + _SMALL_WINDOW), dtype=np.float32)


def _sparse_cosine(matrix: sparse.csr_matrix, left: Rows, right: Rows) -> Floats:
    """Return the cosine of unit rows, NaN if either is empty."""
    empty = np.diff(matrix.indptr) == 0
    result = row_products(matrix, matrix, left, right)
    result[empty[left] | empty[right]] = np.nan
    return result


def _overlap_coefficient(weighted: sparse.csr_matrix, binary: sparse.csr_matrix, left: Rows, right: Rows) -> Floats:
    """Return the shared weight divided by the smaller row's weight, NaN if that is zero."""
    totals = _row_sums(weighted)
    return _divide(row_products(weighted, binary, left, right), np.minimum(totals[left], totals[right]))


def _mutual_containment(weighted: sparse.csr_matrix, words: sparse.csr_matrix, left: Rows, right: Rows) -> Floats:
    """Return the share of an article's weight that the other one mentions, mean of both ways; NaN without weight."""
    totals = _row_sums(weighted)
    in_right = _divide(row_products(weighted, words, left, right), totals[left])
    in_left = _divide(row_products(weighted, words, right, left), totals[right])
    return np.asarray((in_right + in_left) / 2, dtype=np.float32)


def _divide(part: Floats, whole: Floats) -> Floats:
    """Return part / whole, NaN if whole is zero."""
    return np.asarray(np.divide(part, whole, out=np.full(len(whole), np.nan, np.float32), where=whole > 0))


def _same_outlet(articles: pa.Table, left: Rows, right: Rows) -> Floats:
    outlet, names = _encode_column(articles, "outlet")
    unknown = np.isin(outlet, [code for code, name in enumerate(names) if name == "unknown"])
    same = (outlet[left] == outlet[right]).astype(np.float32)
    same[unknown[left] | unknown[right]] = np.nan
    return np.asarray(same, dtype=np.float32)


def _are_foreign(articles: pa.Table, left: Rows, right: Rows) -> npt.NDArray[np.bool_]:
    """Return whether the two articles are known to be in different languages."""
    language, names = _encode_column(articles, "language")
    unknown = np.isin(language, [code for code, name in enumerate(names) if name == text.UNKNOWN_LANGUAGE])
    return np.asarray((language[left] != language[right]) & ~unknown[left] & ~unknown[right])


def _encode_column(articles: pa.Table, column: str) -> tuple[Rows, list[str]]:
    values = articles[column].combine_chunks().dictionary_encode()
    return values.indices.to_numpy(zero_copy_only=False), values.dictionary.to_pylist()
