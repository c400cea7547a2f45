"""What a person would compare in two articles, as numbers: one column per feature, missing where unknown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy import sparse

from pipeline import terms

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

_CHUNK = 50_000  # pairs at a time: bounds memory, whatever the window's size
_NEIGHBOURHOOD = 10
_NAME_SHARE = 0.8  # a word is a name if it is capitalised in this share of its uses inside sentences
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|[.!?:\n“\"]")
_NUMBER = re.compile(r"\d[\d.,]*")


def pair_features(articles: pa.Table, vectors: Floats, left: Rows, right: Rows) -> dict[str, Floats]:
    """Every feature of every pair.

    Args:
        articles: n articles, in the order of `vectors`.
        vectors: unit-norm, float32 of shape (n, d).
        left: row numbers of the pairs' first articles, shape (m,).
        right: row numbers of their second articles, shape (m,).

    Returns:
        For each name of `schemas.FEATURES` a float32 array of shape (m,); NaN is missing.
    """
    openings = terms.openings(articles)
    words, rarity, vocabulary = terms.tfidf(openings)
    titles, _, _ = terms.tfidf(articles["title"].to_pylist())
    leads = [document[:300] for document in openings]
    characters, _, _ = terms.tfidf(leads, terms.character_ngrams)
    present = _binary(words) @ sparse.diags(np.where(rarity > rarity.min(initial=0), rarity, 0).astype(np.float32))
    names = name_matrix(openings, vocabulary, articles["title"].to_pylist())
    weighted_names = names @ sparse.diags(rarity)
    numbers = number_matrix(openings)
    rare, in_names, in_numbers = (_row_sums(matrix) for matrix in (present, weighted_names, numbers))

    dense = _in_chunks(lambda a, b: np.einsum("ij,ij->i", vectors[a], vectors[b]), left, right)
    crowd, ranks = _neighbourhood(len(vectors), dense, left, right)
    crowding = (crowd[left] + crowd[right]) / 2
    conflict = (
        _name_conflict(weighted_names, words, left, right) + _name_conflict(weighted_names, words, right, left)
    ) / 2
    hours = hours_apart(articles, left, right)
    sizes = np.diff(words.indptr).astype(np.float32) + 1
    return {
        "dense_cosine": dense,
        "title_cosine": _cosine(titles, left, right),
        "body_cosine": _cosine(words, left, right),
        "character_cosine": _cosine(characters, left, right),
        "rare_overlap": _overlap(present, _binary(words), rare, left, right),
        "name_overlap": _overlap(weighted_names, names, in_names, left, right),
        "name_conflict": conflict,
        "number_overlap": _overlap(numbers, numbers, in_numbers, left, right),
        "hours_apart_log": np.log1p(hours),
        "same_outlet": _same_outlet(articles, left, right),
        "length_ratio_log": np.abs(np.log(sizes[left] / sizes[right])),
        "neighbourhood": crowding,
        "dense_margin": dense - crowding,
        "rank_reciprocal": ranks,
    }


def hours_apart(articles: pa.Table, left: Rows, right: Rows) -> Floats:
    """Hours between publication times, NaN where either is unknown."""
    times = articles["published_at"].combine_chunks().cast(pa.int64()).to_numpy(zero_copy_only=False).astype(np.float64)
    return np.asarray(np.abs(times[left] - times[right]) / 3.6e9, dtype=np.float32)


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


def _in_chunks(compare: Callable[[Rows, Rows], Floats], left: Rows, right: Rows) -> Floats:
    result = np.empty(len(left), dtype=np.float32)
    for start in range(0, len(left), _CHUNK):
        part = slice(start, start + _CHUNK)
        result[part] = compare(left[part], right[part])
    return result


def _products(first: sparse.csr_matrix, second: sparse.csr_matrix, left: Rows, right: Rows) -> Floats:
    return _in_chunks(lambda a, b: np.asarray(first[a].multiply(second[b]).sum(axis=1)).ravel(), left, right)


def _cosine(matrix: sparse.csr_matrix, left: Rows, right: Rows) -> Floats:
    """Cosine of unit rows, NaN where either is empty."""
    empty = np.diff(matrix.indptr) == 0
    result = _products(matrix, matrix, left, right)
    result[empty[left] | empty[right]] = np.nan
    return result


def _overlap(weighted: sparse.csr_matrix, binary: sparse.csr_matrix, totals: Floats, left: Rows, right: Rows) -> Floats:
    """Shared weight over the poorer row's weight, NaN where that is zero."""
    poorer = np.minimum(totals[left], totals[right])
    shared = _products(weighted, binary, left, right)
    return _share(shared, poorer)


def _name_conflict(names: sparse.csr_matrix, words: sparse.csr_matrix, left: Rows, right: Rows) -> Floats:
    """Weight of the left rows' names that the right articles never mention, as a share; NaN without names."""
    totals = _row_sums(names)[left]
    mentioned = _products(names, _binary(words), left, right)
    return _share(totals - mentioned, totals)


def _share(part: Floats, whole: Floats) -> Floats:
    """Part of a whole, NaN where there is no whole."""
    return np.asarray(np.divide(part, whole, out=np.full(len(whole), np.nan, np.float32), where=whole > 0))


def _same_outlet(articles: pa.Table, left: Rows, right: Rows) -> Floats:
    codes = articles["outlet"].combine_chunks().dictionary_encode()
    outlet = codes.indices.to_numpy(zero_copy_only=False)
    unknown = np.isin(outlet, [i for i, name in enumerate(codes.dictionary.to_pylist()) if name == "unknown"])
    same = (outlet[left] == outlet[right]).astype(np.float32)
    same[unknown[left] | unknown[right]] = np.nan
    return np.asarray(same, dtype=np.float32)


def _neighbourhood(count: int, dense: Floats, left: Rows, right: Rows) -> tuple[Floats, Floats]:
    """Each article's mean cosine to its nearest candidates, and each pair's reciprocal mutual rank."""
    owner, cosine = np.concatenate([left, right]), np.concatenate([dense, dense])
    order = np.lexsort((-cosine, owner))
    starts = np.searchsorted(owner[order], np.arange(count))
    rank = np.empty(len(owner), dtype=np.float32)
    rank[order] = np.arange(len(owner)) - starts[owner[order]] + 1
    near = rank <= _NEIGHBOURHOOD
    totals = np.bincount(owner[near], weights=cosine[near], minlength=count)
    sizes = np.bincount(owner[near], minlength=count)
    mean = np.divide(totals, sizes, out=np.zeros(count), where=sizes > 0).astype(np.float32)
    mutual = np.maximum(rank[: len(left)], rank[len(left) :])
    return mean, (1 / mutual).astype(np.float32)
