"""What a person would compare in two articles, as numbers: one column per feature, missing where unknown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from pipeline import terms, text
from pipeline.scoring.products import row_products, shared_rarity

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

_CHUNK = 50_000  # pairs at a time: bounds memory, whatever the window's size
_WORDS_SHARED = 0.1  # body cosine from which two texts share words
COMPANY = 10  # nearest articles that say what an article is about
_DAYS_OF_A_WINDOW = 14  # in longer ones a missing time may be any
_SMALL_WINDOW = 200  # articles
_NAME_SHARE = 0.8  # a word is a name if it is capitalised in this share of its uses inside sentences
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|[.!?:\n“\"]")
_NUMBER = re.compile(r"\d[\d.,]*")
# How alike two unrelated articles are, cosine's mean and standard deviation; it weighs as so many articles.
_USUAL_COSINE, _USUAL_SPREAD, _USUAL_WEIGHT = 0.1, 0.12, 30


def pair_features(articles: pa.Table, vectors: Floats, nearest: Rows, left: Rows, right: Rows) -> dict[str, Floats]:
    """Every feature of every pair, and what else is worth telling of it.

    Args:
        articles: n articles, in the order of `vectors`.
        vectors: unit-norm, float32 of shape (n, d).
        nearest: row numbers of each article's nearest ones, shape (n, `COMPANY`); -1 where there are fewer.
        left: row numbers of the pairs' first articles, shape (m,).
        right: row numbers of their second articles, shape (m,).

    Returns:
        For each name of `likeness.FEATURES` and `EVIDENCE` a float32 array of shape (m,); NaN is missing.
    """
    openings, headlines = terms.openings(articles), articles["title"].to_pylist()
    counts, vocabulary = terms.counts(openings)
    rarity = terms.rarity(counts, vocabulary, articles["language"].to_pylist())
    words = _binary(counts)
    bodies = terms.weighted(counts, rarity)
    titles = terms.weighted(terms.counts(headlines, vocabulary)[0], rarity)
    title_words = _binary(titles) @ sparse.diags(rarity)
    names = name_matrix(openings, vocabulary, headlines)
    numbers = number_matrix(openings)

    cosine = _dense(vectors, left, right)
    hours = hours_apart(articles, left, right)
    columns = {
        "dense_surprise": _surprise(vectors, cosine, left, right),
        "common_neighbours": _common_neighbours(nearest, left, right),
        "body_cosine": _cosine(bodies, left, right),
        "title_in_text": _contained(title_words, words, left, right),
        "rarest_shared": shared_rarity(words, rarity, left, right),
        "rarest_shared_name": shared_rarity(names, rarity, left, right),
        "name_conflict": 1 - _contained(names @ sparse.diags(rarity), words, left, right),
        "days_apart_log": np.log1p(np.maximum(_assumed(_hours_seen_apart(articles, left, right)) - 24, 0) / 24),
        "same_outlet": _same_outlet(articles, left, right),
        "dense_cosine": cosine,
        "title_cosine": _cosine(titles, left, right),
        "number_overlap": _overlap(numbers, numbers, left, right),
        "hours_apart": hours,
        "title_alone": _title_alone(articles, left, right),
    }
    # Shared words speak for a pair in any languages; that there are none speaks against it within one only.
    silent = _foreign(articles, left, right) & ~(columns["body_cosine"] >= _WORDS_SHARED)
    for name in ("body_cosine", "title_in_text", "rarest_shared", "title_cosine"):
        columns[name][silent] = np.nan
    return columns


def _title_alone(articles: pa.Table, left: Rows, right: Rows) -> Floats:
    alone = np.array([not body.strip() for body in articles["body"].to_pylist()], dtype=np.float32)
    return np.maximum(alone[left], alone[right])


def hours_apart(articles: pa.Table, left: Rows, right: Rows) -> Floats:
    """Hours between publication times, NaN where either is unknown."""
    return _hours_between(articles["published_at"], left, right)


def _hours_seen_apart(articles: pa.Table, left: Rows, right: Rows) -> Floats:
    """The same, but an article without a publication time counts from when it was first seen.

    Where all articles were first seen at one time, that says nothing, and NaN stays.
    """
    if len(pc.unique(articles["first_seen_at"])) < 2:
        return hours_apart(articles, left, right)
    return _hours_between(pc.coalesce(articles["published_at"], articles["first_seen_at"]), left, right)


def _hours_between(column: pa.ChunkedArray, left: Rows, right: Rows) -> Floats:
    times = column.combine_chunks().cast(pa.int64()).to_numpy(zero_copy_only=False).astype(np.float64)
    return np.asarray(np.abs(times[left] - times[right]) / 3.6e9, dtype=np.float32)


def _assumed(hours: Floats) -> Floats:
    """The hours, and the usual ones where unknown in a window of days: an article without a time is of these days.

    Where no article has a time, all count as of one day.
    """
    known = ~np.isnan(hours)
    usual = hours[known] if known.any() else np.zeros(1, np.float32)
    if np.quantile(usual, 0.9) > _DAYS_OF_A_WINDOW * 24:
        return hours
    return np.where(known, hours, np.median(usual)).astype(np.float32)


def name_matrix(openings: Sequence[str], vocabulary: Sequence[str], titles: Sequence[str]) -> sparse.csr_matrix:
    """Which names each article mentions: binary, float32 of shape (articles, vocabulary).

    A word is a name if it is nearly always capitalised inside sentences, wherever it occurs in the
    window: no language model, so it holds for any language that capitalises names only.
    """
    inside, capitalised = Counter[str](), Counter[str]()
    mentioned: list[set[str]] = []
    in_titles: set[str] = set()
    for opening, title in zip(openings, titles, strict=True):
        headline = {word.casefold() for word, _ in _running_words(title) if word[0].isupper()}
        seen = set(headline)
        # A headline in title case capitalises everything, so it is no evidence.
        for word, initial in _running_words(opening[len(title) + 1 :] if _title_case(title) else opening):
            if word[0].isupper():
                seen.add(word.casefold())
            if not initial:
                inside[word.casefold()] += 1
                capitalised[word.casefold()] += word[0].isupper()
        mentioned.append(seen)
        in_titles |= headline
    names = {word for word, uses in capitalised.items() if uses >= _NAME_SHARE * inside[word] and len(word) > 1}
    headline_only = {word for word in in_titles if word not in inside and len(word) > 2}
    columns = {word: column for column, word in enumerate(vocabulary) if word in names or word in headline_only}
    found = [sorted(columns[word] for word in seen if word in columns) for seen in mentioned]
    return _incidence(found, len(vocabulary))


def number_matrix(openings: Sequence[str]) -> sparse.csr_matrix:
    """Which numbers of two or more digits each article mentions: binary, float32."""
    found = [sorted({match.strip(".,").replace(",", "") for match in _NUMBER.findall(opening)}) for opening in openings]
    found = [[number for number in row if len(number) > 1] for row in found]
    columns = {number: column for column, number in enumerate(sorted({n for row in found for n in row}))}
    return _incidence([[columns[number] for number in row] for row in found], len(columns))


def _running_words(passage: str) -> Iterable[tuple[str, bool]]:
    """Each word, and whether it opens a sentence (so that its capital says nothing)."""
    initial = True
    for token in _TOKEN.findall(passage):
        if token[0].isalnum():
            yield re.sub("['’].*", "", token), initial
            initial = False
        else:
            initial = True


def _title_case(title: str) -> bool:
    long_words = [word for word in re.findall(r"[^\W\d_]+", title) if len(word) > 3]
    return bool(sum(word[0].isupper() for word in long_words) > 0.7 * len(long_words))


def _incidence(rows: Sequence[Sequence[int]], width: int) -> sparse.csr_matrix:
    lengths = np.array([len(row) for row in rows], dtype=np.int64)
    columns = np.array([column for row in rows for column in row], dtype=np.int64)
    pointers = np.concatenate([[0], np.cumsum(lengths)])
    return sparse.csr_matrix((np.ones(len(columns), np.float32), columns, pointers), shape=(len(rows), width))


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


def _surprise(vectors: Floats, cosine: Floats, left: Rows, right: Rows) -> Floats:
    """How far a pair's cosine lies above what either article has with the whole window, in standard deviations.

    On a night that is full of one theme everything on it is alike, so likeness says less. An article's mean and
    spread come from the window's mean vector and covariance: no article is compared with every other.
    """
    rows = vectors.astype(np.float64)
    weight = len(rows) / (len(rows) + _USUAL_WEIGHT)
    centre = rows.mean(axis=0)
    covariance = (rows - centre).T @ (rows - centre) / len(rows)
    variance = np.einsum("ij,ij->i", rows @ covariance, rows)
    mean = weight * (rows @ centre) + (1 - weight) * _USUAL_COSINE
    spread = np.sqrt(weight * variance + (1 - weight) * _USUAL_SPREAD**2)
    return np.asarray(
        ((cosine - mean[left]) / spread[left] + (cosine - mean[right]) / spread[right]) / 2, dtype=np.float32
    )


def _common_neighbours(nearest: Rows, left: Rows, right: Rows) -> Floats:
    """Share of the two articles' nearest ones (themselves included) that they have in common.

    In a small window anybody's nearest overlap, so there it is drawn to zero.
    """
    count, width = nearest.shape
    listed = np.concatenate([np.arange(count)[:, None], nearest], axis=1)
    owner = np.repeat(np.arange(count), width + 1)[listed.ravel() >= 0]
    ones = np.ones(len(owner), np.float32)
    company = sparse.csr_matrix((ones, (owner, listed[listed >= 0])), shape=(count, count))
    shared = row_products(company, company, left, right) / (width + 1)
    return np.asarray(shared * count / (count + _SMALL_WINDOW), dtype=np.float32)


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
