"""The block stage's search index: vectors and informative words of originals, in the order of search."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from newsfold import vocabulary as words
from newsfold.blocking import tables
from newsfold.dataflow import TableView
from newsfold.schemas.lists import build_lists, list_starts
from newsfold.schemas.vectors import vectors_to_matrix

_MAX_DOCUMENT_SHARE = 0.2  # words in more of the originals than this bring no two articles together,
_MAX_DOCUMENTS = 2_400  # nor words in more originals than this, so that their number does not bound the work


def build_search_index(
    search_order: TableView, vectors: TableView, article_terms: TableView, vocabulary: TableView
) -> pa.Table:
    """Lay out vectors and words in the order of search: table `search_index`."""
    order = search_order.read()
    ids = order["article_id"]
    found = vectors.where("article_id", ids)
    column = found.take(pc.index_in(ids, found["article_id"].combine_chunks()))["vector"].combine_chunks()
    terms = article_terms.where("article_id", ids, columns=["article_id", "words", "counts"])
    terms = terms.take(pc.index_in(ids, terms["article_id"].combine_chunks()))
    matrix = _keep_informative(words.build_tfidf_matrix(terms, vocabulary.read()), vocabulary.read())
    starts = np.arange(order.num_rows + 1) * (column.type.list_size if order.num_rows else 0)
    columns = {
        **{name: order[name] for name in tables.SEARCH_ORDER.names},
        "components": build_lists(starts, column.flatten().cast(pa.float32())),
        "columns": build_lists(matrix.indptr, matrix.indices, pa.int32()),
        "weights": build_lists(matrix.indptr, matrix.data),
    }
    return pa.table(columns, schema=tables.SEARCH_INDEX)


def read_vectors(search_index: pa.Table) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Return the vectors of rows of the index: float32 of shape (n, d)."""
    return vectors_to_matrix(search_index["components"])


def read_terms(search_index: pa.Table, n_words: int) -> sparse.csr_matrix:
    """Return the TF-IDF of rows of the index: float32 of shape (n, n_words)."""
    columns, weights = search_index["columns"].combine_chunks(), search_index["weights"].combine_chunks()
    lengths = pc.list_value_length(columns).to_numpy(zero_copy_only=False)
    pointers = list_starts(lengths)
    parts = (np.array(weights.flatten()), np.array(columns.flatten()), pointers)
    return sparse.csr_matrix(parts, shape=(search_index.num_rows, n_words))


def _keep_informative(matrix: sparse.csr_matrix, vocabulary: pa.Table) -> sparse.csr_matrix:
    """The matrix without words that one original alone has, or too many have."""
    documents, articles = vocabulary["documents"].to_numpy(), vocabulary["articles"].to_numpy()
    most = np.clip(_MAX_DOCUMENT_SHARE * articles, 2.0, _MAX_DOCUMENTS)
    informative = (documents > 1) & (documents <= most)
    matrix = sparse.csr_matrix(matrix @ sparse.diags(informative.astype(np.float32)))
    matrix.eliminate_zeros()
    matrix.sort_indices()
    return matrix
