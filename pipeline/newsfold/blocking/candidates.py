"""Candidate pairs: the pairs of originals that are worth scoring.

Each original is paired with its nearest neighbours twice, by meaning (vectors) and by words (TF-IDF), and both count:
"Ohio votes" and "Iowa votes" are near in meaning only, a paraphrase is not near in words. Of neighbours by meaning
those near in time come first: most of a story is told within days, while its theme may last for years. A large story
has more members than an article has neighbours, so pairs above a cosine are candidates, too, up to a number that bounds
the work for stories of thousands. Pairs that an earlier edition considered are not considered again: each new pair has
an end that is new.

The originals are in the order of lists (see `inverted_lists`), and of time within each. A chunk is compared with all
originals slice by slice, so one slice is in memory however long the window is; slices too far away in time are not
read. The result does not depend on where chunks end.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from newsfold import schemas
from newsfold.blocking import tables
from newsfold.blocking.best_keys import MAX_ROW
from newsfold.blocking.inverted_lists import ListProbes, read_centroids
from newsfold.blocking.nearest_neighbours import STEPS, Slice, quantise, search_neighbours
from newsfold.blocking.search_index import read_terms, read_vectors
from newsfold.blocking.time_reach import TimeReach
from newsfold.blocking.word_neighbours import WordSearch
from newsfold.dataflow import Context, TableView
from newsfold.schemas import pair_features

Rows = npt.NDArray[np.int64]
SLICE = 16_384  # originals that a chunk is compared with at a time
_PAIRS_AT_A_TIME = 4_000_000  # read together
_STRETCH = 500  # originals of a chunk whose reach in time is considered together


def find_neighbours(
    search_order: TableView, search_index: TableView, centroids: TableView, vocabulary: TableView, context: Context
) -> tuple[pa.Table, pa.Table]:
    """Find the nearest neighbours of a chunk of originals, by meaning and by words, within reach in time.

    Args:
        search_order: the originals whose neighbours are sought.
        search_index: all originals; slices out of reach are not read.
        centroids: the centres of lists.
        vocabulary: of all originals.
        context: its `settings.candidates` limit how many neighbours are kept and how far apart they may be in time.

    Returns:
        Tables `neighbour_pairs`, pairs with a searched end in the chunk, possibly repeated, and `nearest`, a row per
        original of the chunk.
    """
    settings, n_words = context.settings.candidates, vocabulary.num_rows
    chunk = search_index.where("article_id", search_order.read(["article_id"])["article_id"])
    rows, is_searched = chunk["row"].to_numpy().astype(np.int64), chunk["searched"].to_numpy()
    order = search_index.read(["row", "published_at", "list"])
    all_rows, lists = (order[name].to_numpy().astype(np.int64) for name in ("row", "list"))
    reach = TimeReach.from_times(order, settings.max_days_apart, settings.time_penalty, STEPS**2)
    queries = read_vectors(chunk)
    probes = ListProbes(read_centroids(centroids), lists, all_rows, reach).find(quantise(queries), rows)
    searched_terms = read_terms(chunk.filter(pa.array(is_searched)), n_words)
    by_words = WordSearch(searched_terms, rows[is_searched], settings.sparse_neighbours, reach)

    def read_slices() -> Iterator[Slice]:
        for start in range(0, search_index.num_rows, SLICE):
            others = all_rows[start : start + SLICE]
            if reach.may_reach(rows, others):
                part = search_index.slice(start, start + len(others)).read()
                by_words.add(read_terms(part, n_words), others)
                yield from _cut(read_vectors(part), others, lists[start : start + SLICE], rows, probes, reach)

    n_nearest = pair_features.N_NEIGHBOURS
    by_meaning = search_neighbours(
        queries,
        rows,
        read_slices(),
        np.where(is_searched, max(settings.dense_neighbours, n_nearest), n_nearest),
        reach,
        settings.close_cosine,
        settings.max_close_neighbours,
    )
    close, n_dense = by_meaning.close, settings.dense_neighbours
    neighbours = by_meaning.rows if n_dense >= n_nearest else by_meaning.nearest(n_dense)
    close = close[is_searched[close[:, 0]]]
    pairs = [
        # The other end of a close pair lists it as well if only that one is searched: closeness is symmetric.
        _key_pairs(rows[close[:, 0]], close[:, 1]),
        _key_pairs(rows[is_searched, None], neighbours[is_searched]),
        _key_pairs(rows[is_searched, None], by_words.rows()),
    ]
    left, right = _sort_unique(pairs, "quicksort")
    nearest = [row[row >= 0].tolist() for row in by_meaning.nearest(n_nearest)]
    return (
        pa.table({"left": left, "right": right}, schema=tables.NEIGHBOUR_PAIRS),
        pa.table({"article_id": chunk["article_id"], "rows": nearest}, schema=schemas.SCHEMAS["nearest"]),
    )


def _cut(
    vectors: npt.NDArray[np.float32],
    others: Rows,
    lists: Rows,
    rows: Rows,
    probes: npt.NDArray[np.bool_],
    reach: TimeReach,
) -> Iterator[Slice]:
    """Cut originals into lists, each with the queries that it is compared with; far ones in time are left out."""
    is_timed = ~np.isnan(reach.published[others])
    starts = np.flatnonzero(np.diff(lists * 2 + is_timed, prepend=-1))
    stretch = len(rows) if np.isinf(reach.max_days) else _STRETCH
    for start, stop in zip(starts, [*starts[1:], len(lists)], strict=True):
        compared = np.flatnonzero(probes[:, lists[start]])
        for first in range(0, len(compared), max(1, stretch)):
            places = compared[first : first + stretch]
            begin, end = start, stop
            times = reach.published[rows[places]]
            if is_timed[start] and not np.isinf(reach.max_days) and not np.isnan(times).any():
                own = reach.published[others[start:stop]]
                begin = start + np.searchsorted(own, times.min() - reach.max_days - 1)
                end = start + np.searchsorted(own, times.max() + reach.max_days + 1)
            if begin < end:
                yield Slice(vectors[begin:end], others[begin:end], places)


def unique_pairs(vectors: TableView, time_index: TableView, neighbour_pairs: TableView) -> pa.Table:
    """List the pairs whose left ends are in the chunk, each once and ascending: table `candidate_pairs`."""
    ids = vectors.read(["article_id"])["article_id"]
    own = time_index.where("article_id", ids, columns=["row"])["row"].to_numpy()
    first, last = own.min(initial=MAX_ROW), own.max(initial=-1)  # the chunk's rows: both are in the order of ids
    found = []
    for start in range(0, neighbour_pairs.num_rows, _PAIRS_AT_A_TIME):
        pairs = neighbour_pairs.slice(start, min(start + _PAIRS_AT_A_TIME, neighbour_pairs.num_rows)).read()
        left, right = (pairs[end].to_numpy() for end in ("left", "right"))
        is_own = (left >= first) & (left <= last)
        found.append(_key_pairs(left[is_own], right[is_own]))
    left, right = _sort_unique(found, "stable")  # which merges the sorted pairs of each chunk
    return pa.table({"left": left, "right": right}, schema=schemas.SCHEMAS["candidate_pairs"])


def _key_pairs(rows: Rows, others: Rows) -> Rows:
    """Return a number for each pair of row numbers, the smaller in front; none for a pair with -1, which fills up."""
    keys = np.minimum(rows, others).astype(np.int64) << 32 | np.maximum(rows, others)
    return keys[others >= 0]


def _sort_unique(
    keys: list[Rows], kind: Literal["quicksort", "stable"]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Return the left and the right rows of pairs, each pair once and ascending."""
    ordered = np.concatenate([np.zeros(0, np.int64), *keys])
    ordered.sort(kind=kind)  # faster than the hashing of `numpy.unique`
    ordered = ordered[np.concatenate([ordered[:1] == ordered[:1], ordered[1:] != ordered[:-1]])]
    return (ordered >> 32).astype(np.int32), ordered.astype(np.int32)
