"""Comparing stories: how likely two of them are to belong to one thread."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from newsfold.blocking.inverted_lists import choose_lists
from newsfold.dataflow import TableView
from newsfold.schemas.vectors import vectors_to_matrix
from newsfold.threads.story_lists import UNLISTED, compute_norms, quantise_directions
from newsfold.threads.tables import STORY_EDGES, STORY_LINKS

# Logistic regressions on 417 pairs of stories of three nights, judged by readers: on cosine and best edge, and on the
# cosine alone, for stories that have left the window with their edges. Shared names, however rare, shared words and the
# days between the two added nothing.
_INTERCEPT, _COSINE_WEIGHT, _EDGE_WEIGHT = -3.45, 7.85, 0.43
_LONE_INTERCEPT, _LONE_COSINE_WEIGHT = -6.75, 12.4
_NO_EDGE = -5.3  # log-odds that stand for pairs of articles without an edge

_MIN_COSINE = 0.4
_MAX_NEIGHBOURS = 50
_SLACK = 1e-6  # of a cosine, more than float32 rounds away
_BLOCK_ROWS = 2048
_QUERIES_AT_A_TIME = 512  # compared with a list together: bounds memory

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


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


def compare_stories(
    thread_records: TableView,
    centroids: TableView,
    story_lists: TableView,
    list_centroids: TableView,
    story_edges: TableView,
) -> pa.Table:
    """Compare some stories with those whose centroids are near, and with those to which they have an edge.

    Near ones are sought on the lists nearest to a story. Two stories that are both out of the window are not compared,
    since an earlier edition did so.

    Args:
        thread_records: the stories to compare.
        centroids: those of all stories, in the order of `thread_records`.
        story_lists: the list of each of them; those on none are not compared.
        list_centroids: the centres of lists.
        story_edges: pairs of stories that have an edge.

    Returns:
        Table `story_links`; a pair whose stories both are among these occurs twice.
    """
    table, lists = centroids.read(), story_lists.read()["list"].to_numpy()
    n_stories, is_listed, in_window = len(lists), lists != UNLISTED, table["in_window"].to_numpy()
    ids = thread_records.read(["story_id"])["story_id"]
    rows = pc.index_in(ids, table["story_id"].combine_chunks()).to_numpy().astype(np.int64)
    matrix = _read_centroids(table, is_listed)
    norms = compute_norms(matrix)
    list_centres = vectors_to_matrix(list_centroids.read()["centroid"])
    members = _group_by_list(lists, max(1, len(list_centres)))
    n_members = np.array([len(each) for each in members])
    edges = story_edges.read()
    keys, log_odds = _key_pairs(edges["left"].to_numpy(), edges["right"].to_numpy(), n_stories), edges["log_odds"]
    links = []
    for block in np.array_split(rows[is_listed[rows]], range(_BLOCK_ROWS, len(rows), _BLOCK_ROWS)):
        chosen = choose_lists(quantise_directions(matrix[block]), list_centres, n_members)
        left, right, cosine = _find_compared(block, matrix, norms, members, chosen, keys)
        is_compared = is_listed[right] & (in_window[block[left]] | in_window[right]) & (block[left] != right)
        left, right, cosine = left[is_compared], right[is_compared], cosine[is_compared]
        pairs = np.sort(np.stack([block[left], right]), axis=0)
        best_edge = _look_up(_key_pairs(pairs[0], pairs[1], n_stories), keys, log_odds.to_numpy())
        is_kept = (cosine >= _find_least_cosines(left, cosine, len(block))[left]) | ~np.isnan(best_edge)
        pairs, cosine, best_edge = pairs[:, is_kept], cosine[is_kept], best_edge[is_kept]
        evidence = np.where(
            in_window[pairs[0]] & in_window[pairs[1]],
            _INTERCEPT + _COSINE_WEIGHT * cosine + _EDGE_WEIGHT * np.nan_to_num(best_edge, nan=_NO_EDGE),
            _LONE_INTERCEPT + _LONE_COSINE_WEIGHT * cosine,
        )
        links.append(pa.table([*pairs.astype(np.int32), evidence.astype(np.float32)], STORY_LINKS.names))
    return pa.concat_tables(links).cast(STORY_LINKS) if links else STORY_LINKS.empty_table()


def _group_by_list(lists: npt.NDArray[np.int32], n_lists: int) -> list[Integers]:
    """Return the rows of the stories on each list, ascending."""
    order = np.argsort(lists, kind="stable")
    return np.split(order, np.searchsorted(lists[order], np.arange(n_lists)))[1:]


def _read_centroids(centroids: pa.Table, is_listed: Flags) -> Floats:
    """Return the centroids of listed stories, float32 of shape (n, d); the rows of others are ones."""
    known = vectors_to_matrix(centroids["centroid"].filter(pa.array(is_listed)))
    matrix = np.ones((len(is_listed), known.shape[1]), dtype=np.float32)
    matrix[is_listed] = known
    return matrix


def _find_compared(
    block: Integers, matrix: Floats, norms: Doubles, members: Sequence[Integers], chosen: Flags, edges: Integers
) -> tuple[Integers, Integers, Doubles]:
    """Find the stories near those of a block on the lists chosen, and those to which they have an edge.

    Args:
        block: rows of stories, shape (q,).
        matrix: the centroids of all stories, of whole numbers, shape (n, d).
        norms: theirs, shape (n,).
        members: rows of the stories of each list.
        chosen: which lists are compared with which story of the block, shape (q, lists).
        edges: keys of pairs with an edge.

    Returns:
        Place in the block, row and cosine, ascending by place and row, each of shape (m,).
    """
    # Products of whole numbers below 2^24 are exact in float32, so that no division into chunks or lists shows.
    with_edge = _find_edges(block, edges, len(matrix))
    left, right = np.divmod(with_edge, len(matrix))
    keys, products = [with_edge], [np.einsum("ij,ij->i", matrix[block[left]], matrix[right])]
    for rows, is_compared in zip(members, chosen.T, strict=True):
        places, others = np.flatnonzero(is_compared), matrix[rows].T
        for part in np.array_split(places, range(_QUERIES_AT_A_TIME, len(places), _QUERIES_AT_A_TIME)):
            found = matrix[block[part]] @ others
            is_near = found >= _scale_least(norms[block[part]], norms[rows])
            left, right = np.divmod(np.flatnonzero(is_near), len(rows))  # faster than `numpy.nonzero`
            keys.append(_key_pairs(part[left], rows[right], len(matrix)))
            products.append(found[left, right])
    pairs, first = np.unique(np.concatenate(keys), return_index=True)
    left, right = np.divmod(pairs, len(matrix))
    return left, right, np.concatenate(products)[first] / (norms[block[left]] * norms[right])


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


def _find_edges(block: Integers, keys: Integers, n_stories: int) -> Integers:
    """Return keys of the places of a block's stories and the rows of those to which they have an edge."""
    place = np.full(n_stories, -1)
    place[block] = np.arange(len(block))
    left, right = np.divmod(keys, n_stories)
    places, others = np.concatenate([place[left], place[right]]), np.concatenate([right, left])
    return _key_pairs(places, others, n_stories)[places >= 0]


def _key_pairs(left: Integers, right: Integers, n_stories: int) -> Integers:
    return left.astype(np.int64) * n_stories + right


def _look_up(pairs: Integers, keys: Integers, values: Floats) -> Doubles:
    """Return the value of each pair's key, NaN if it has none; `keys` ascend."""
    found = np.minimum(np.searchsorted(keys, pairs), max(0, len(keys) - 1))
    is_known = keys[found] == pairs if len(keys) else np.zeros(len(pairs), dtype=np.bool_)
    result = np.full(len(pairs), np.nan)
    result[is_known] = values[found[is_known]]
    return result
