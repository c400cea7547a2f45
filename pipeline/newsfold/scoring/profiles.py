"""Profiles: what pairs are compared by, of each article as numbers; made once, however many pairs it is in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from newsfold import text
from newsfold.dataflow import TableView
from newsfold.publishers import UNKNOWN_OUTLET
from newsfold.schemas.lists import build_lists
from newsfold.schemas.vectors import vectors_to_matrix
from newsfold.scoring.pair_loops import Floats, Rows, SparseRows
from newsfold.scoring.tables import ARTICLE_PROFILES
from newsfold.scoring.window_stats import VECTOR_STEPS, VectorMoments
from newsfold.vocabulary import build_count_matrix, weigh_counts

Doubles = npt.NDArray[np.float64]

_COVARIANCE_STEPS = 2.0**26  # quantisation steps of a covariance, so that its sums are exact
# Cosines of unrelated articles: mean and standard deviation. They count as this number of articles of the window.
_BACKGROUND_MEAN, _BACKGROUND_STD, _BACKGROUND_WEIGHT = 0.1, 0.12, 30
_COPIED = ("article_id", "outlet", "language", "published_at", "first_seen_at", "headline_only")


@dataclass(frozen=True)
class Profiles:
    """The profiles of n articles."""

    table: pa.Table
    """Table `article_profiles`."""
    vectors: Floats
    """Unit-norm, float32 of shape (n, d)."""
    words: SparseRows
    titles: SparseRows
    names: SparseRows
    numbers: tuple[Rows, Rows]
    """Where each article's numbers begin, and their hashes."""
    neighbours: tuple[Rows, Rows]
    """Where each article's nearest neighbours begin, and their rows in the window."""
    outlets: Rows
    """A number for each article's outlet, -1 if it is unknown, shape (n,)."""
    languages: Rows
    """A number for each article's language, -1 if it is unknown, shape (n,)."""

    @classmethod
    def from_tables(cls, profiles: pa.Table, vectors: pa.Table) -> Profiles:
        """Build from table `article_profiles` and the vectors of the same articles, in the same order."""
        profiles = profiles.combine_chunks()
        return cls(
            profiles,
            vectors_to_matrix(vectors["vector"]),
            words=_read_rows(profiles, "word_columns", "word_values"),
            titles=_read_rows(profiles, "title_columns", "title_values"),
            names=_read_rows(profiles, "name_columns"),
            numbers=_read_lists(profiles, "numbers"),
            neighbours=_read_lists(profiles, "neighbours"),
            outlets=_number_values(profiles["outlet"], UNKNOWN_OUTLET),
            languages=_number_values(profiles["language"], text.UNKNOWN_LANGUAGE),
        )

    def floats(self, name: str) -> Floats:
        """Return a column of the table as a float32 array of shape (n,)."""
        return np.asarray(self.table[name].to_numpy(), dtype=np.float32)

    def doubles(self, name: str) -> Doubles:
        """Return a column of the table as a float64 array of shape (n,)."""
        return np.asarray(self.table[name].to_numpy(), dtype=np.float64)


def profile_articles(
    article_terms: TableView,
    vectors: TableView,
    nearest: TableView,
    vocabulary: TableView,
    window_moments: TableView,
    time_index: TableView,
) -> pa.Table:
    """Describe articles by numbers: table `article_profiles`, in the order of `article_terms`."""
    terms, words = article_terms.read(), vocabulary.read(["word", "rarity", "named"])
    ids = terms["article_id"].combine_chunks()
    embeddings, neighbours = (_read_in_order(view, ids) for view in (vectors, nearest))
    index = time_index.read(["article_id", "row"])
    own_rows = index["row"].take(pc.index_in(ids, index["article_id"].combine_chunks())).to_pylist()
    columns = {name: terms[name] for name in _COPIED} | _weigh_words(terms, words)
    moments = VectorMoments.from_table(window_moments.read())
    columns["cosine_mean"], columns["cosine_std"] = _describe_cosines(vectors_to_matrix(embeddings["vector"]), moments)
    hashes = {number: _hash_number(number) for number in pc.unique(pc.list_flatten(terms["numbers"])).to_pylist()}
    columns["numbers"] = [sorted(hashes[number] for number in numbers) for numbers in terms["numbers"].to_pylist()]
    columns["neighbours"] = [
        sorted({own, *rows}) for own, rows in zip(own_rows, neighbours["rows"].to_pylist(), strict=True)
    ]
    return pa.table({name: columns[name] for name in ARTICLE_PROFILES.names}, schema=ARTICLE_PROFILES)


def read_profiles(article_profiles: TableView, vectors: TableView, ids: pa.Array) -> Profiles:
    """Read the profiles of articles, in the order of their ids."""
    return Profiles.from_tables(_read_in_order(article_profiles, ids), _read_in_order(vectors, ids))


def _read_in_order(view: TableView, ids: pa.Array) -> pa.Table:
    table = view.where("article_id", pa.chunked_array([ids]))
    rows = pc.index_in(ids, table["article_id"].combine_chunks())
    return table if np.array_equal(rows.to_numpy(), np.arange(table.num_rows)) else table.take(rows)


def _weigh_words(terms: pa.Table, words: pa.Table) -> dict[str, pa.Array | Floats]:
    """Return the columns of table `article_profiles` about words, titles and names."""
    vocabulary, rarity = words["word"].combine_chunks(), words["rarity"].to_numpy()
    order = np.argsort(-rarity, kind="stable")
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    bodies = weigh_counts(build_count_matrix(terms["words"], vocabulary, terms["counts"]), rarity)
    titles = weigh_counts(build_count_matrix(terms["title_words"], vocabulary, terms["title_counts"]), rarity)
    mentioned = build_count_matrix(terms["mentioned"], vocabulary)
    names = mentioned.multiply(words["named"].to_numpy().astype(np.float32)[None, :]).tocsr()
    names.eliminate_zeros()
    title_rarity, name_rarity = (_binarise(matrix) @ sparse.diags(rarity) for matrix in (titles, names))
    columns = {"title_rarity": _row_sums(title_rarity), "name_rarity": _row_sums(name_rarity)}
    for name, matrix in (("word", bodies), ("title", titles), ("name", names)):
        moved = sparse.csr_matrix((matrix.data, place[matrix.indices], matrix.indptr), matrix.shape)
        moved.sort_indices()
        columns[f"{name}_columns"] = build_lists(moved.indptr, moved.indices, pa.int32())
        columns[f"{name}_values"] = build_lists(moved.indptr, moved.data, pa.float32())
    return columns


def _describe_cosines(vectors: Floats, moments: VectorMoments) -> tuple[Doubles, Doubles]:
    """Return the mean and the standard deviation of each article's cosines with the window: shapes (n,).

    They follow from the window's mean vector and covariance: no article is compared with every other.
    """
    if not len(vectors):  # of a window without articles, not even their dimension is known
        return np.zeros(0), np.zeros(0)
    count, sums = moments.count, moments.sums
    centre = sums / (count * VECTOR_STEPS)
    covariance = moments.products / (count * VECTOR_STEPS**2) - np.outer(centre, centre)
    weight = count / (count + _BACKGROUND_WEIGHT)
    # Whole numbers, which float64 adds exactly: an article's value must not depend on the other rows of a chunk.
    rows = np.rint(vectors.astype(np.float64) * VECTOR_STEPS)
    projected = np.rint(rows @ np.rint(covariance * _COVARIANCE_STEPS) / VECTOR_STEPS)
    variance = np.maximum((rows * projected).sum(axis=1) / (VECTOR_STEPS * _COVARIANCE_STEPS), 0)
    mean = weight * (rows @ sums) / (count * VECTOR_STEPS**2) + (1 - weight) * _BACKGROUND_MEAN
    return mean, np.sqrt(weight * variance + (1 - weight) * _BACKGROUND_STD**2)


def _hash_number(number: str) -> int:
    """Return 63 bits that are the same in every process, unlike those of `hash`."""
    return int(text.compute_digest(number)[:16], 16) >> 1


def _binarise(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    return sparse.csr_matrix((np.ones_like(matrix.data), matrix.indices, matrix.indptr), shape=matrix.shape)


def _row_sums(matrix: sparse.csr_matrix) -> Floats:
    return np.asarray(matrix.sum(axis=1), dtype=np.float32).ravel()


def _read_rows(profiles: pa.Table, columns: str, values: str | None = None) -> SparseRows:
    """Return two columns of lists as sparse rows; without values if there is one."""
    starts, places = _read_lists(profiles, columns)
    weights = np.zeros(0) if values is None else _read_lists(profiles, values)[1]
    return SparseRows(starts, places.astype(np.int32), weights.astype(np.float32))


def _read_lists(profiles: pa.Table, name: str) -> tuple[Rows, npt.NDArray[Any]]:
    """Return where each list of a column begins, and the lists one after another."""
    column = profiles[name].chunk(0) if profiles.num_rows else pa.array([], profiles.schema.field(name).type)
    return _sum_lengths(pc.list_value_length(column)), column.flatten().to_numpy()


def _sum_lengths(lengths: pa.Array) -> Rows:
    return np.concatenate([[0], np.cumsum(lengths.to_numpy(zero_copy_only=False), dtype=np.int64)])


def _number_values(column: pa.ChunkedArray, unknown: str) -> Rows:
    """Return a number for each value of a column of strings, -1 for an unknown one."""
    encoded = column.combine_chunks().dictionary_encode()
    codes: Rows = encoded.indices.to_numpy().astype(np.int64)
    codes[codes == encoded.dictionary.index(unknown).as_py()] = -1
    return codes
