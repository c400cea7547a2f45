"""Blocking: which pairs of articles are worth scoring.

Each original is paired with its nearest neighbours twice, by meaning (vectors) and by words (TF-IDF), and
the union is kept: "Ohio votes" and "Iowa votes" are near in meaning only, a paraphrase is not near in words. A large
story has more members than anybody has neighbours, so whatever is close in meaning is paired however much there is.
What an earlier edition has looked at is settled: only pairs with something new in them are looked at again.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from pipeline import neighbours, schemas, settings, terms

Pairs = npt.NDArray[np.int64]
_COMMON_SHARE = 0.2  # terms in more of the documents than this bring no two articles together


def block(
    articles: pa.Table, vectors: pa.Table, chosen: settings.Candidates, settled: pa.Array | None = None
) -> pa.Table:
    """Candidate pairs among the originals, which are the rows of `vectors`.

    Args:
        articles: the window's articles.
        vectors: schema `article_embeddings`, one row per original.
        chosen: how many neighbours of each kind, and how close is always close enough.
        settled: ids of originals that were paired with one another before; strings. Their neighbours are not asked
            for again, so that every pair has an end that is not settled.

    Returns:
        A table of schema `candidate_pairs`, sorted by (left_id, right_id), each pair once.
    """
    vectors = vectors.sort_by("article_id")
    ids = np.array(vectors["article_id"].to_pylist(), dtype=object)
    if len(ids) < 2:
        return schemas.empty("candidate_pairs")
    rows = articles.filter(pc.is_in(articles["article_id"], vectors["article_id"])).sort_by("article_id")
    column = vectors["vector"].combine_chunks()
    dense = np.asarray(column.flatten(), dtype=np.float32).reshape(len(ids), -1)
    asked = np.flatnonzero(~np.isin(ids, [] if settled is None else settled.to_pylist()))
    if not len(asked):
        return schemas.empty("candidate_pairs")
    found = [
        dense_pairs(dense, chosen.dense_neighbours, asked),
        neighbours.within(dense, chosen.close_cosine, asked),
        sparse_pairs(terms.openings(rows), chosen.sparse_neighbours, asked),
    ]
    ends = np.sort(np.concatenate(found), axis=1)
    keys = np.unique(ends[:, 0] * len(ids) + ends[:, 1])
    left, right = np.divmod(keys, len(ids))
    # Rows are sorted by id, so the smaller row number has the smaller id.
    return pa.table({"left_id": ids[left], "right_id": ids[right]}, schema=schemas.SCHEMAS["candidate_pairs"])


def dense_pairs(vectors: npt.NDArray[np.float32], count: int, asked: npt.NDArray[np.int64] | None = None) -> Pairs:
    """Pairs (row asked about, neighbour) by cosine of unit vectors of shape (n, d); int64 of shape (m, 2)."""
    asked = np.arange(len(vectors)) if asked is None else asked
    nearest = neighbours.nearest(vectors, count, asked)
    return _without_self(np.repeat(asked, nearest.shape[1]), nearest.ravel())


def sparse_pairs(documents: list[str], count: int, asked: npt.NDArray[np.int64] | None = None) -> Pairs:
    """Pairs (row asked about, neighbour) by TF-IDF cosine, common terms left out; int64 of shape (m, 2)."""
    asked = np.arange(len(documents)) if asked is None else asked
    matrix = terms.tfidf(documents)
    frequency = np.asarray((matrix > 0).sum(axis=0)).ravel()
    telling = (frequency > 1) & (frequency <= max(2.0, _COMMON_SHARE * len(documents)))
    matrix = sparse.csr_matrix(matrix[:, telling])
    if not matrix.nnz:
        return np.zeros((0, 2), np.int64)
    nearest = sp_matmul_topn(
        sparse.csr_matrix(matrix[asked]), matrix.T.tocsr(), top_n=min(count + 1, len(documents)), n_threads=1
    ).tocoo()
    return _without_self(asked[nearest.row], nearest.col)


def _without_self(left: npt.NDArray[np.integer], right: npt.NDArray[np.integer]) -> Pairs:
    keep = (left != right) & (right >= 0)  # faiss fills up with -1
    return np.stack([left[keep], right[keep]], axis=1).astype(np.int64)
