"""Comparing stories: how likely two of them are to belong to one thread."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from newsfold.dataflow import TableView
from newsfold.schemas.vectors import vectors_to_matrix
from newsfold.threads.tables import STORY_EDGES, STORY_LINKS

# Logistic regressions on 417 pairs of stories of three nights, judged by readers: on cosine and best edge, and on the
# cosine alone, for stories that have left the window with their edges. Shared names, however rare, shared words and the
# days between the two added nothing.
_INTERCEPT, _COSINE_WEIGHT, _EDGE_WEIGHT = -3.45, 7.85, 0.43
_LONE_INTERCEPT, _LONE_COSINE_WEIGHT = -6.75, 12.4
_NO_EDGE = -5.3  # log-odds that stand for pairs of articles without an edge
# About one matter; a roundup or a gallery is about many.
_THREAD_KINDS = ("news", "analysis", "opinion")

_MIN_COSINE = 0.4
_MAX_NEIGHBOURS = 50
_SLACK = 1e-6  # of a cosine, more than float32 rounds away
_BLOCK_ROWS = 512

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def find_story_edges(thread_records: TableView, memberships: TableView, edges: TableView) -> pa.Table:
    """Find the stories between whose articles there are edges.

    Returns:
        Table `story_edges`, by left and right.
    """
    row_of = {story: row for row, story in enumerate(thread_records.read(["story_id"])["story_id"].to_pylist())}
    members = memberships.read(["article_id", "story_id"])
    rows = np.array([row_of[story] for story in members["story_id"].to_pylist()], dtype=np.int64)
    scored = edges.read(["left_id", "right_id", "probability"])
    ids = members["article_id"].combine_chunks()
    ends = [pc.fill_null(pc.index_in(scored[end], ids), -1).to_numpy() for end in ("left_id", "right_id")]
    known = np.flatnonzero((ends[0] >= 0) & (ends[1] >= 0))
    pair = np.sort(np.stack([rows[end[known]] for end in ends]), axis=0)
    probability = scored["probability"].to_numpy()[known].astype(np.float64)
    log_odds = np.log(probability) - np.log1p(-np.minimum(probability, 1 - 1e-6))
    between = pair[0] != pair[1]
    table = pa.table({"left": pair[0][between], "right": pair[1][between], "log_odds": log_odds[between]})
    best = table.group_by(["left", "right"]).aggregate([("log_odds", "max")])
    named = pa.table({"left": best["left"], "right": best["right"], "log_odds": best["log_odds_max"]})
    return named.sort_by([("left", "ascending"), ("right", "ascending")]).cast(STORY_EDGES)


def compare_stories(thread_records: TableView, centroids: TableView, story_edges: TableView) -> pa.Table:
    """Compare some stories with those whose centroids are near, and with those to which they have an edge.

    Two stories that are both out of the window are not compared, since an earlier edition did so, nor are stories of
    a kind that is about many matters, and centroids of another model than tonight's.

    Args:
        thread_records: the stories to compare.
        centroids: those of all stories, in the order of `thread_records`.
        story_edges: pairs of stories that have an edge.

    Returns:
        Table `story_links`; a pair whose stories both are among these occurs twice.
    """
    table = centroids.read()
    ids = thread_records.read(["story_id"])["story_id"]
    rows = pc.index_in(ids, table["story_id"].combine_chunks()).to_numpy().astype(np.int64)
    edges = story_edges.read()
    n_stories = table.num_rows
    keys, log_odds = _key_pairs(edges["left"].to_numpy(), edges["right"].to_numpy(), n_stories), edges["log_odds"]
    usable, in_window = _find_usable(table), table["in_window"].to_numpy()
    matrix = _read_centroids(table, usable)
    norms = np.sqrt(np.einsum("ij,ij->i", matrix, matrix, dtype=np.float64))
    links = []
    for block in np.array_split(rows[usable[rows]], range(_BLOCK_ROWS, len(rows), _BLOCK_ROWS)):
        # Products of whole numbers below 2^24 are exact in float32, so that no division into chunks shows.
        products = matrix[block] @ matrix.T
        has_edge = _find_edges(block, keys, n_stories)
        may_be_near = (products >= _scale_least(norms[block], norms)) | has_edge
        left, right = np.divmod(np.flatnonzero(may_be_near), n_stories)  # faster than `numpy.nonzero`
        is_compared = usable[right] & (in_window[block[left]] | in_window[right]) & (block[left] != right)
        left, right = left[is_compared], right[is_compared]
        cosine = products[left, right] / (norms[block[left]] * norms[right])
        is_near = cosine >= _find_least_cosines(left, cosine, len(block))[left]
        is_near |= has_edge[left, right] & (cosine > -1)  # a story without a vector has no cosine
        left, right, cosine = left[is_near], right[is_near], cosine[is_near]
        pairs = np.sort(np.stack([block[left], right]), axis=0)
        best_edge = _look_up(_key_pairs(pairs[0], pairs[1], n_stories), keys, log_odds.to_numpy())
        evidence = np.where(
            in_window[pairs[0]] & in_window[pairs[1]],
            _INTERCEPT + _COSINE_WEIGHT * cosine + _EDGE_WEIGHT * best_edge,
            _LONE_INTERCEPT + _LONE_COSINE_WEIGHT * cosine,
        )
        links.append(pa.table([*pairs.astype(np.int32), evidence.astype(np.float32)], STORY_LINKS.names))
    return pa.concat_tables(links).cast(STORY_LINKS) if links else STORY_LINKS.empty_table()


def _find_usable(centroids: pa.Table) -> npt.NDArray[np.bool_]:
    """Return which stories can be compared: of one matter, with a centroid by the model of the window's stories."""
    in_window = centroids.filter(centroids["in_window"])
    is_comparable = pc.equal(centroids["model"], in_window["model"][0] if in_window.num_rows else None)
    is_usable = pc.and_(pc.is_in(centroids["kind"], pa.array(_THREAD_KINDS)), pc.fill_null(is_comparable, False))
    return np.asarray(is_usable.to_numpy(), dtype=np.bool_)


def _read_centroids(centroids: pa.Table, usable: npt.NDArray[np.bool_]) -> Floats:
    """Return the centroids of usable stories, float32 of shape (n, d); the rows of others are ones."""
    known = vectors_to_matrix(centroids["centroid"].filter(pa.array(usable)))
    matrix = np.ones((len(usable), known.shape[1]), dtype=np.float32)
    matrix[usable] = known
    return matrix


def _scale_least(norms: Doubles, others: Doubles) -> Floats:
    """Return the products below which the cosine is less than `_MIN_COSINE` in any rounding: shape (norms, others)."""
    return np.outer(((_MIN_COSINE - _SLACK) * norms).astype(np.float32), others.astype(np.float32))


def _find_least_cosines(rows: Integers, cosines: Doubles, n_rows: int) -> Doubles:
    """Return the least cosine of each row's nearest stories, shape (n_rows,); equally near ones are all among them.

    Args:
        rows: row of each pair, ascending, shape (m,).
        cosines: its cosine, shape (m,).
        n_rows: number of rows.
    """
    least = np.full(n_rows, _MIN_COSINE)
    stops = np.cumsum(np.bincount(rows, minlength=n_rows))
    for row, (start, stop) in enumerate(itertools.pairwise([0, *stops.tolist()])):
        if stop - start > _MAX_NEIGHBOURS:
            last = np.partition(cosines[start:stop], -_MAX_NEIGHBOURS)[-_MAX_NEIGHBOURS]
            least[row] = max(_MIN_COSINE, last)
    return least


def _find_edges(block: Integers, keys: Integers, n_stories: int) -> npt.NDArray[np.bool_]:
    """Mark the stories to which those of a block have an edge: bool of shape (block, n_stories)."""
    marks = np.zeros((len(block), n_stories), dtype=np.bool_)
    position = np.full(n_stories, -1)
    position[block] = np.arange(len(block))
    left, right = np.divmod(keys, n_stories)
    for one, other in ((left, right), (right, left)):
        inside = position[one] >= 0
        marks[position[one[inside]], other[inside]] = True
    return marks


def _key_pairs(left: Integers, right: Integers, n_stories: int) -> Integers:
    return left.astype(np.int64) * n_stories + right


def _look_up(pairs: Integers, keys: Integers, values: Floats) -> Doubles:
    """Return the value of each pair's key, `_NO_EDGE` if it has none; `keys` ascend."""
    found = np.minimum(np.searchsorted(keys, pairs), max(0, len(keys) - 1))
    is_known = keys[found] == pairs if len(keys) else np.zeros(len(pairs), dtype=np.bool_)
    result = np.full(len(pairs), _NO_EDGE)
    result[is_known] = values[found[is_known]]
    return result
