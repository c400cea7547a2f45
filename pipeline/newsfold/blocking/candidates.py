"""Blocking: which pairs of articles are worth scoring.

Each original is paired with its nearest neighbours twice, by meaning (vectors) and by words (TF-IDF), and
the union is kept: "Ohio votes" and "Iowa votes" are near in meaning only, a paraphrase is not near in words. A large
story has more members than anybody has neighbours, so whatever is close in meaning is paired however much there is.
What an earlier edition has looked at is settled: only pairs with something new in them are looked at again.

The originals lie in the order of their time. A chunk of them, one stretch of time, is compared with the others slice by
slice, each another stretch: whoever does so holds two of them at once, however long the window is, and takes up only
those slices that are near enough in time. What is found does not depend on where the chunks end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from newsfold import schemas, settings
from newsfold.blocking import nearest_neighbours
from newsfold.dataflow import MemoryView, TableView
from newsfold.schemas import pair_features
from newsfold.vocabulary import describe, tfidf, weigh

Pairs = npt.NDArray[np.int64]
SLICE = 16_384  # originals that a chunk is compared with at a time
_STRETCH = 256  # of a chunk's originals whose reach in time is looked at together
_MICROSECONDS_A_DAY = 86_400_000_000
_COMMON_SHARE = 0.2  # terms in more of the documents than this bring no two articles together


def block(
    articles: pa.Table, vectors: pa.Table, chosen: settings.Candidates, settled: pa.Array | None = None
) -> pa.Table:
    """Candidate pairs among the originals, which are the rows of `vectors`.

    Args:
        articles: the window's articles.
        vectors: schema `article_embeddings`, one row per original.
        chosen: how many neighbours of each kind, how close is always close enough, and how far apart in time.
        settled: ids of originals that were paired with one another before; strings. Their neighbours are not asked
            for again, so that every pair has an end that is not settled.

    Returns:
        A table of schema `candidate_pairs`, sorted by (left_id, right_id), each pair once.
    """
    vectors = vectors.sort_by("article_id")
    rows = articles.filter(pc.is_in(articles["article_id"], vectors["article_id"].combine_chunks()))
    wordings, uses = describe(rows.sort_by("article_id"))
    weighed = weigh(uses, wordings["language"].to_pylist())
    times = timeline(wordings, pa.array([], pa.string()) if settled is None else settled)
    laid = arrange(times, vectors, wordings, weighed)
    found, _ = search(laid, MemoryView(laid), weighed.num_rows, chosen)
    return named(paired(found), times)


def timeline(wordings: pa.Table, settled: pa.Array) -> pa.Table:
    """Table `time_index`: the originals by publication time, unknown ones last, and then by id.

    Args:
        wordings: table `article_terms` (ids and times) of all originals, sorted by article_id.
        settled: ids of those that were paired with one another before.
    """
    columns = {
        "article_id": wordings["article_id"],
        "row": pa.array(np.arange(wordings.num_rows), pa.int32()),
        "published_at": wordings["published_at"],
        "first_seen_at": wordings["first_seen_at"],
        "asked": pc.invert(pc.is_in(wordings["article_id"], settled)),
    }
    order = [("published_at", "ascending"), ("article_id", "ascending")]
    return pa.table(columns, schema=schemas.SCHEMAS["time_index"]).sort_by(order)


def arrange(times: pa.Table, vectors: pa.Table, wordings: pa.Table, vocabulary: pa.Table) -> pa.Table:
    """Lay out what is searched in the order of time.

    Args:
        times: table `time_index`, or some of its rows.
        vectors: schema `article_embeddings`, these originals' at least.
        wordings: table `article_terms`, theirs at least.
        vocabulary: of all originals.

    Returns:
        Table `search_index`, in the order of `times`.
    """
    ids = times["article_id"]
    vectors = vectors.take(pc.index_in(ids, vectors["article_id"].combine_chunks()))
    wordings = wordings.take(pc.index_in(ids, wordings["article_id"].combine_chunks()))
    matrix = tfidf(wordings, vocabulary)
    frequency, articles = vocabulary["documents"].to_numpy(), vocabulary["articles"].to_numpy()
    telling = (frequency > 1) & (frequency <= np.maximum(2.0, _COMMON_SHARE * articles))
    matrix = sparse.csr_matrix(matrix @ sparse.diags(telling.astype(np.float32)))
    matrix.eliminate_zeros()
    matrix.sort_indices()
    pointers = pa.array(matrix.indptr.astype(np.int32))
    schema = schemas.SCHEMAS["search_index"]
    column = vectors["vector"].combine_chunks()
    width = column.type.list_size
    starts = pa.array(np.arange(times.num_rows + 1, dtype=np.int32) * (width if times.num_rows else 0))
    columns = {
        "article_id": ids,
        "row": times["row"],
        "published_at": times["published_at"],
        "asked": times["asked"],
        "components": pa.ListArray.from_arrays(
            starts, column.flatten().cast(pa.float32()), schema.field("components").type
        ),
        "columns": pa.ListArray.from_arrays(
            pointers, pa.array(matrix.indices.astype(np.int32)), schema.field("columns").type
        ),
        "weights": pa.ListArray.from_arrays(pointers, pa.array(matrix.data), schema.field("weights").type),
    }
    return pa.table(columns, schema=schema)


def search(chunk: pa.Table, searched: TableView, words: int, chosen: settings.Candidates) -> tuple[pa.Table, pa.Table]:
    """Compare originals with all that are near enough in time, slice by slice.

    Args:
        chunk: table `search_index`, the rows whose neighbours are sought.
        searched: table `search_index`, whole; it is read in slices, and those out of reach are not touched.
        words: of the vocabulary.
        chosen: how many neighbours of each kind, how close is always close enough, and how far apart in time.

    Returns:
        Tables `neighbour_pairs`, the chunk's pairs, possibly repeated, and `nearest`, a row per original of the chunk.
    """
    own = chunk["row"].to_numpy().astype(np.int64)
    asked = np.flatnonzero(chunk["asked"].to_numpy())
    wanted = max(chosen.dense_neighbours, pair_features.N_NEIGHBOURS)
    dense, own_words = _vectors(chunk), _terms(chunk.take(pa.array(asked)), words)
    reach = _Reach.of(searched.read(["row", "published_at"]), chosen.max_days_apart)
    best_words = (
        np.full((len(asked), chosen.sparse_neighbours), -1.0, np.float64),
        np.full((len(asked), chosen.sparse_neighbours), -1, np.int64),
    )
    state = {"words": best_words}

    def read() -> Iterator[tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]]:
        for start in range(0, searched.num_rows, SLICE):
            rows = reach.order[start : start + SLICE]
            if reach.any(own, rows):
                part = searched.slice(start, start + len(rows)).read()
                state["words"] = _nearer(state["words"], own_words, _terms(part, words), own[asked], rows, reach)
                yield _vectors(part), rows

    def hidden(part: slice, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        return reach.hidden(own[part], rows)

    close = chosen.close_cosine
    found = nearest_neighbours.search(dense, own, read(), wanted, close, None if reach.days is None else hidden)
    is_asked = np.zeros(chunk.num_rows, dtype=bool)
    is_asked[asked] = True
    close_pairs = np.concatenate([np.zeros((0, 2), np.int64), *found.close])
    pairs = [
        # What is close to a settled original is paired by whoever was asked: closeness goes both ways.
        np.stack([own[close_pairs[:, 0]], close_pairs[:, 1]], axis=1)[is_asked[close_pairs[:, 0]]],
        _listed(own[asked], found.rows[asked][:, : chosen.dense_neighbours]),
        _listed(own[asked], state["words"][1]),
    ]
    ends = _each_once(np.concatenate(pairs))
    near = pa.table({"left": ends[:, 0], "right": ends[:, 1]}, schema=schemas.SCHEMAS["neighbour_pairs"])
    nearest = found.rows[:, : pair_features.N_NEIGHBOURS]
    lists = [row[row >= 0].tolist() for row in nearest]
    return near, pa.table({"article_id": chunk["article_id"], "rows": lists}, schema=schemas.SCHEMAS["nearest"])


def paired(near: pa.Table) -> pa.Table:
    """Table `pair_rows`: pairs of `near`, each once, ascending."""
    ends = _each_once(np.stack([near["left"].to_numpy(), near["right"].to_numpy()], axis=1))
    return pa.table({"left": ends[:, 0], "right": ends[:, 1]}, schema=schemas.SCHEMAS["pair_rows"])


def named(pairs: pa.Table, times: pa.Table) -> pa.Table:
    """Table `candidate_pairs`: pairs of `pair_rows` by their articles' ids, in the same order.

    Args:
        pairs: table `pair_rows`, or some of its rows.
        times: table `time_index`, whole.
    """
    ids = times.sort_by("row")["article_id"].combine_chunks()
    # Rows are numbered by id, so the smaller row number has the smaller id.
    columns = {"left_id": ids.take(pairs["left"]), "right_id": ids.take(pairs["right"])}
    columns |= {end: pairs[end] for end in ("left", "right")}
    return pa.table(columns, schema=schemas.SCHEMAS["candidate_pairs"])


def _each_once(pairs: Pairs) -> npt.NDArray[np.int32]:
    """Pairs of row numbers, the smaller first, ascending."""
    pairs = pairs.astype(np.int64, copy=False)
    keys = np.sort(pairs.min(axis=1) << 32 | pairs.max(axis=1))  # sorting beats the hashing of `numpy.unique`
    keys = keys[np.concatenate([keys[:1] == keys[:1], keys[1:] != keys[:-1]])]
    return np.stack([keys >> 32, keys & 0xFFFFFFFF], axis=1).astype(np.int32)


def _listed(owners: npt.NDArray[np.int64], listed: npt.NDArray[np.int64]) -> Pairs:
    pairs = np.stack([np.repeat(owners, listed.shape[1]), listed.ravel()], axis=1)
    return pairs[pairs[:, 1] >= 0]


def _vectors(searched: pa.Table) -> npt.NDArray[np.float32]:
    column = searched["components"].combine_chunks()
    return np.asarray(column.flatten(), dtype=np.float32).reshape(len(column), -1 if len(column) else 0)


def _terms(searched: pa.Table, words: int) -> sparse.csr_matrix:
    columns, weights = searched["columns"].combine_chunks(), searched["weights"].combine_chunks()
    lengths = pc.list_value_length(columns).to_numpy(zero_copy_only=False)
    pointers = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    parts = (np.array(weights.flatten()), np.array(columns.flatten()), pointers)
    return sparse.csr_matrix(parts, shape=(searched.num_rows, words))


@dataclass(frozen=True)
class _Reach:
    """How far apart in time two originals may be; an unknown time is near to all.

    Attributes:
        order: row numbers in the order of time, shape (n,).
        published: days since 1970 by row number, NaN where unknown, shape (n,).
        days: so many at most; any number where None.
    """

    order: npt.NDArray[np.int64]
    published: npt.NDArray[np.float64]
    days: float | None

    @classmethod
    def of(cls, times: pa.Table, days: float | None) -> _Reach:
        order = times["row"].to_numpy().astype(np.int64)
        published = np.full(len(order), np.nan)
        told = pc.fill_null(times["published_at"].cast(pa.int64()).cast(pa.float64(), safe=False), np.nan)
        published[order] = told.to_numpy() / _MICROSECONDS_A_DAY
        return cls(order, published, days)

    def hidden(self, own: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Which rows lie out of reach of which, shape (own, rows)."""
        apart = np.abs(self.published[own][:, None] - self.published[rows][None, :])
        return np.asarray(apart > (np.inf if self.days is None else self.days))

    def any(self, own: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]) -> bool:
        """Whether any of the rows can lie within reach of any of the own ones."""
        mine, theirs = self.published[own], self.published[rows]
        if self.days is None or not len(mine) or not len(theirs) or np.isnan(mine).any() or np.isnan(theirs).any():
            return True
        return bool(mine.min() - self.days <= theirs.max() and theirs.min() <= mine.max() + self.days)


Best = tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]


def _nearer(
    best: Best,
    asked: sparse.csr_matrix,
    part: sparse.csr_matrix,
    own: npt.NDArray[np.int64],
    rows: npt.NDArray[np.int64],
    reach: _Reach,
) -> Best:
    """The best so far, with those of a slice: weights and row numbers, each of shape (asked, k), best first."""
    if not asked.nnz or not part.nnz:
        return best
    count, others = best[0].shape[1], part.T.tocsr()
    parts = [(np.repeat(np.arange(len(own)), count), best[0].ravel(), best[1].ravel())]
    stretch = len(own) if reach.days is None else _STRETCH
    for start in range(0, len(own), stretch):
        mine = own[start : start + stretch]
        seen, hidden = np.arange(len(rows)), None
        if reach.days is not None:
            hidden = reach.hidden(mine, rows)
            seen = np.flatnonzero(~hidden.all(axis=0))
            hidden = hidden[:, seen]
        if not len(seen):
            continue
        # However many of the best ones lie out of reach of one of the stretch, enough others are found.
        most = 0 if hidden is None else int(hidden.sum(axis=1).max())
        there = others if len(seen) == len(rows) else others[:, seen]
        top = min(count + 1 + most, len(seen))
        near = sp_matmul_topn(asked[start : start + stretch], there, top_n=top, n_threads=1).tocoo()
        keep = mine[near.row] != rows[seen[near.col]]
        if hidden is not None:
            keep &= ~hidden[near.row, near.col]
        parts.append((near.row[keep] + start, near.data[keep].astype(np.float64), rows[seen[near.col[keep]]]))
    place, weight, row = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((row, -weight, place))  # of equal ones the smaller row number
    place, weight, row = place[order], weight[order], row[order]
    first = np.searchsorted(place, np.arange(len(own)))
    at = first[:, None] + np.arange(count)[None, :]
    return weight[at], row[at]
