"""Candidate pairs: the pairs of originals that are worth scoring.

Each original is paired with its nearest neighbours twice, by meaning (vectors) and by words (TF-IDF), and both count:
"Ohio votes" and "Iowa votes" are near in meaning only, a paraphrase is not near in words. Of neighbours by meaning
those near in time come first: most of a story is told within days, while its theme may last for years. A large story
has more members than an article has neighbours, so pairs above a cosine are candidates, too, up to a number that bounds
the work for stories of thousands. Pairs that an earlier edition considered are not considered again: each new pair has
an end that is new.

The originals are in the order of time. A chunk of them is compared with the others slice by slice, so two slices are in
memory however long the window is, and slices too far away in time are not read. The result does not depend on where
chunks end.
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

from newsfold import schemas
from newsfold.blocking import tables
from newsfold.blocking.nearest_neighbours import STEPS, search_neighbours
from newsfold.blocking.search_index import read_terms, read_vectors
from newsfold.dataflow import Context, TableView
from newsfold.schemas import pair_features

Pairs = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int64]
Best = tuple[npt.NDArray[np.float64], Rows]
SLICE = 16_384  # originals that a chunk is compared with at a time
_STRETCH = 256  # originals of a chunk whose reach in time is considered together
_MICROSECONDS_PER_DAY = 86_400_000_000


def find_neighbours(
    time_index: TableView, search_index: TableView, vocabulary: TableView, context: Context
) -> tuple[pa.Table, pa.Table]:
    """Find the nearest neighbours of a chunk of originals, by meaning and by words, within reach in time.

    Args:
        time_index: the originals whose neighbours are sought.
        search_index: all originals; slices out of reach are not read.
        vocabulary: of all originals.
        context: its `settings.candidates` limit how many neighbours are kept and how far apart they may be in time.

    Returns:
        Tables `neighbour_pairs`, pairs with a searched end in the chunk, possibly repeated, and `nearest`, a row per
        original of the chunk.
    """
    settings, n_words = context.settings.candidates, vocabulary.num_rows
    chunk = search_index.where("article_id", time_index.read(["article_id"])["article_id"])
    rows = chunk["row"].to_numpy().astype(np.int64)
    searched = np.flatnonzero(chunk["searched"].to_numpy())
    terms = read_terms(chunk.take(pa.array(searched)), n_words)
    times = search_index.read(["row", "published_at"])
    reach = _Reach.from_index(times, settings.max_days_apart, settings.time_penalty)
    shape = (len(searched), settings.sparse_neighbours)
    by_words: Best = (np.full(shape, -1.0, np.float64), np.full(shape, -1, np.int64))

    def read_slices() -> Iterator[tuple[npt.NDArray[np.float32], Rows]]:
        nonlocal by_words
        for start in range(0, search_index.num_rows, SLICE):
            others = reach.order[start : start + SLICE]
            if reach.may_reach(rows, others):
                part = search_index.slice(start, start + len(others)).read()
                by_words = _update_best(by_words, terms, read_terms(part, n_words), rows[searched], others, reach)
                yield read_vectors(part), others

    def penalise_distance(part: slice, others: Rows) -> npt.NDArray[np.float32]:
        return reach.penalise_distance(rows[part], others)

    by_meaning = search_neighbours(
        read_vectors(chunk),
        rows,
        read_slices(),
        max(settings.dense_neighbours, pair_features.N_NEIGHBOURS),
        settings.close_cosine,
        settings.max_close_neighbours,
        penalise_distance if reach.has_penalties else None,
    )
    close = by_meaning.close
    is_searched = np.zeros(chunk.num_rows, dtype=bool)
    is_searched[searched] = True
    pairs = [
        # The other end of a close pair lists it as well if only that one is searched: closeness is symmetric.
        np.stack([rows[close[:, 0]], close[:, 1]], axis=1)[is_searched[close[:, 0]]],
        _pair_each(rows[searched], by_meaning.rows[searched][:, : settings.dense_neighbours]),
        _pair_each(rows[searched], by_words[1]),
    ]
    ends = _sort_unique(np.concatenate(pairs))
    nearest = [row[row >= 0].tolist() for row in by_meaning.rows[:, : pair_features.N_NEIGHBOURS]]
    return (
        pa.table({"left": ends[:, 0], "right": ends[:, 1]}, schema=tables.NEIGHBOUR_PAIRS),
        pa.table({"article_id": chunk["article_id"], "rows": nearest}, schema=schemas.SCHEMAS["nearest"]),
    )


def unique_pairs(neighbour_pairs: TableView) -> pa.Table:
    """List each pair once, in ascending order: table `pair_rows`."""
    pairs = neighbour_pairs.read()
    ends = _sort_unique(np.stack([pairs["left"].to_numpy(), pairs["right"].to_numpy()], axis=1))
    return pa.table({"left": ends[:, 0], "right": ends[:, 1]}, schema=tables.PAIR_ROWS)


def pair_ids(pair_rows: TableView, time_index: TableView) -> pa.Table:
    """Add the ids of pairs' articles: table `candidate_pairs`, sorted by (left_id, right_id)."""
    pairs, ids = pair_rows.read(), time_index.read(["row", "article_id"]).sort_by("row")["article_id"].combine_chunks()
    # Rows are numbered by id, so the smaller row number has the smaller id.
    columns = {
        "left_id": ids.take(pairs["left"]),
        "right_id": ids.take(pairs["right"]),
        "left": pairs["left"],
        "right": pairs["right"],
    }
    return pa.table(columns, schema=schemas.SCHEMAS["candidate_pairs"])


def _sort_unique(pairs: Pairs) -> npt.NDArray[np.int32]:
    """Pairs of row numbers, the smaller first, each once and ascending."""
    pairs = pairs.astype(np.int64, copy=False)
    keys = np.sort(pairs.min(axis=1) << 32 | pairs.max(axis=1))  # sorting is faster than the hashing of `numpy.unique`
    keys = keys[np.concatenate([keys[:1] == keys[:1], keys[1:] != keys[:-1]])]
    return np.stack([keys >> 32, keys & 0xFFFFFFFF], axis=1).astype(np.int32)


def _pair_each(rows: Rows, neighbours: Rows) -> Pairs:
    """Pairs of each row with its neighbours; -1 fills up lists of neighbours."""
    pairs = np.stack([np.repeat(rows, neighbours.shape[1]), neighbours.ravel()], axis=1)
    return pairs[pairs[:, 1] >= 0]


@dataclass(frozen=True)
class _Reach:
    """How far apart in time two originals may be; an unknown time is within reach of all.

    Attributes:
        order: row numbers in the order of time, shape (n,).
        published: days since 1970 by row number, NaN if unknown, shape (n,).
        days: the greatest distance; None: any.
        day: days since 1970 by row number, whole, the median if unknown, shape (n,).
        penalties: in steps, by the whole number of days between two originals.
    """

    order: Rows
    published: npt.NDArray[np.float64]
    days: float | None
    day: npt.NDArray[np.int32]
    penalties: npt.NDArray[np.float32]

    @classmethod
    def from_index(cls, index: pa.Table, days: float | None, time_penalty: float) -> _Reach:
        order = index["row"].to_numpy().astype(np.int64)
        published = np.full(len(order), np.nan)
        times = pc.fill_null(index["published_at"].cast(pa.int64()).cast(pa.float64(), safe=False), np.nan)
        published[order] = times.to_numpy() / _MICROSECONDS_PER_DAY
        is_known = ~np.isnan(published)
        median = float(np.median(published[is_known])) if is_known.any() else 0.0
        day = np.floor(np.where(is_known, published, median)).astype(np.int32)
        distances = np.arange(int(day.max(initial=0)) - int(day.min(initial=0)) + 1)
        cosines = np.minimum(time_penalty * np.log1p(np.maximum(distances - 1, 0)), 1.0)
        return cls(order, published, days, day, np.rint(cosines * STEPS**2).astype(np.float32))

    @property
    def has_penalties(self) -> bool:
        """Whether a distance in time matters at all."""
        return self.days is not None or bool(self.penalties.any())

    def penalise_distance(self, rows: Rows, others: Rows) -> npt.NDArray[np.float32]:
        """Return what a distance in time takes from the products of rows and others, shape (rows, others)."""
        days = np.abs(self.day[rows][:, None] - self.day[others][None, :])
        penalties: npt.NDArray[np.float32] = self.penalties[days]
        if self.days is not None:
            penalties[self.is_out_of_reach(rows, others)] = np.inf
        return penalties

    def is_out_of_reach(self, rows: Rows, others: Rows) -> npt.NDArray[np.bool_]:
        """Return which of the others are too far from which rows, shape (rows, others)."""
        distance = np.abs(self.published[rows][:, None] - self.published[others][None, :])
        return np.asarray(distance > (np.inf if self.days is None else self.days))

    def may_reach(self, rows: Rows, others: Rows) -> bool:
        """Return whether any of the others may be within reach of any of the rows."""
        own, theirs = self.published[rows], self.published[others]
        if self.days is None or not len(own) or not len(theirs) or np.isnan(own).any() or np.isnan(theirs).any():
            return True
        return bool(own.min() - self.days <= theirs.max() and theirs.min() <= own.max() + self.days)


def _update_best(
    best: Best, terms: sparse.csr_matrix, others: sparse.csr_matrix, rows: Rows, other_rows: Rows, reach: _Reach
) -> Best:
    """The best neighbours by words after another slice: weights and row numbers of shape (rows, k), best first."""
    if not terms.nnz or not others.nnz:
        return best
    count, columns = best[0].shape[1], others.T.tocsr()
    parts = [(np.repeat(np.arange(len(rows)), count), best[0].ravel(), best[1].ravel())]
    stretch = len(rows) if reach.days is None else _STRETCH
    for start in range(0, len(rows), stretch):
        own = rows[start : start + stretch]
        seen, hidden = np.arange(len(other_rows)), None
        if reach.days is not None:
            hidden = reach.is_out_of_reach(own, other_rows)
            seen = np.flatnonzero(~hidden.all(axis=0))
            hidden = hidden[:, seen]
        if not len(seen):
            continue
        # However many of the best are out of reach of one row of the stretch, enough others are found.
        most = 0 if hidden is None else int(hidden.sum(axis=1).max())
        visible = columns if len(seen) == len(other_rows) else columns[:, seen]
        top = min(count + 1 + most, len(seen))
        near = sp_matmul_topn(terms[start : start + stretch], visible, top_n=top, n_threads=1).tocoo()
        keep = own[near.row] != other_rows[seen[near.col]]
        if hidden is not None:
            keep &= ~hidden[near.row, near.col]
        parts.append((near.row[keep] + start, near.data[keep].astype(np.float64), other_rows[seen[near.col[keep]]]))
    place, weight, row = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((row, -weight, place))  # equal weights: the smaller row number first
    place, weight, row = place[order], weight[order], row[order]
    at = np.searchsorted(place, np.arange(len(rows)))[:, None] + np.arange(count)[None, :]
    return weight[at], row[at]
