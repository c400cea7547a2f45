"""Candidate pairs of texts, which are worth comparing: those with an equal MinHash band or common anchors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from newsfold.copies.components import label_components
from newsfold.copies.tables import TEXT_PAIRS
from newsfold.copies.words import Ints
from newsfold.dataflow import Context, TableView
from newsfold.settings import Copies

_BUCKET_REACH = 24  # neighbours paired in a bucket: a larger bucket stays connected through them
_ANCHOR_SHARE = 0.4  # of the similarity required: few anchors estimate it badly, and the texts decide
_MAX_ANCHOR_TEXTS = 24  # an anchor in more texts is boilerplate
_CHUNK = 1024


def find_near_copies(texts: TableView, body_sketches: TableView) -> pa.Table:
    """Pair texts that are similar as wholes, as an equal MinHash band shows.

    Returns:
        Table `text_pairs`, sorted.
    """
    listed = texts.read(["article_id", "words", "comparable"])
    column = _take_column(listed, body_sketches.read(["article_id", "bands"]), "bands")
    has_bands = pc.and_(listed["comparable"], pc.greater(pc.list_value_length(column), 0))
    nodes = np.flatnonzero(has_bands.to_numpy(zero_copy_only=False))
    if len(nodes) < 2:
        return _build_pairs(listed, np.zeros((0, 2), np.int64))
    bands = column.take(pa.array(nodes)).flatten().to_numpy().reshape(len(nodes), -1)
    words = listed["words"].to_numpy()
    return _build_pairs(listed, _unique_pairs(list(_pair_in_buckets(bands, nodes, words))))


def find_excerpts(texts: TableView, body_sketches: TableView, text_links: TableView, context: Context) -> pa.Table:
    """Pair texts of which one may be an excerpt of the other, as common anchors show.

    They share about as many anchors as an excerpt shares with its source. Of texts that are near copies the longest
    stands for all: an excerpt of one is an excerpt of it, and a text in many outlets would pass for boilerplate. Each
    pair's shorter text comes with every near copy of the longer: its title may agree with only one of theirs.

    Returns:
        Table `cut_pairs`.
    """
    listed = texts.read(["article_id", "words", "comparable"])
    words = listed["words"].to_numpy()
    labels = label_components(listed, text_links.read())
    by_length = np.lexsort((np.arange(len(labels)), -words))
    nodes = np.sort(by_length[np.unique(labels[by_length], return_index=True)[1]])
    nodes = nodes[listed["comparable"].to_numpy()[nodes]]
    column = _take_column(listed, body_sketches.read(["article_id", "anchors"]), "anchors").take(pa.array(nodes))
    pairs = _pair_by_anchors(column, nodes, context.settings.copies)
    return _build_pairs(listed, _expand_to_components(words, pairs, labels))


def _build_pairs(texts: pa.Table, pairs: Ints) -> pa.Table:
    """Build table `text_pairs` from numbers of texts, int64 of shape (pairs, 2)."""
    ids = texts["article_id"].combine_chunks()
    columns = {"left_id": ids.take(pa.array(pairs[:, 0])), "right_id": ids.take(pa.array(pairs[:, 1]))}
    return pa.table(columns, schema=TEXT_PAIRS)


def _take_column(texts: pa.Table, sketches: pa.Table, name: str) -> pa.ListArray:
    rows = pc.index_in(texts["article_id"], sketches["article_id"].combine_chunks())
    return sketches[name].combine_chunks().take(rows.combine_chunks())


def _pair_in_buckets(bands: Ints, nodes: Ints, words: Ints) -> Iterator[Ints]:
    # By length, so that a bucket larger than the reach still pairs like with like.
    by_length = np.lexsort((nodes, -words[nodes]))
    for band in range(bands.shape[1]):
        column = bands[by_length, band]
        order = np.argsort(column, kind="stable")
        column, members = column[order], nodes[by_length[order]]
        for step in range(1, _BUCKET_REACH + 1):
            equal = np.flatnonzero(column[step:] == column[:-step])
            if not len(equal):
                break
            yield np.column_stack([members[equal], members[equal + step]])


def _pair_by_anchors(column: pa.ListArray, nodes: Ints, settings: Copies) -> Ints:
    """Return pairs of texts, int64 of shape (pairs, 2), each left < right, sorted.

    Args:
        column: the anchors of `nodes`.
        nodes: numbers of texts, ascending.
        settings: when two texts count as copies.
    """
    lengths = pc.list_value_length(column).to_numpy(zero_copy_only=False)
    rows = np.repeat(np.arange(len(nodes)), lengths)
    anchors = column.flatten().to_numpy()
    # Most anchors are in one text only: sorting finds the others, and only those are numbered.
    shared, frequency = _count_repeated(anchors)
    place = np.searchsorted(shared, anchors)
    is_shared = np.append(shared, -1)[place] == anchors
    rows, place, n_anchors = rows[is_shared], place[is_shared], lengths.astype(np.int64)
    is_specific = frequency[place] <= _MAX_ANCHOR_TEXTS
    n_anchors -= np.bincount(rows[~is_specific], minlength=len(nodes))
    rows, place = rows[is_specific], place[is_specific]
    incidence = sparse.csr_matrix((np.ones(len(rows), np.int32), (rows, place)), shape=(len(nodes), len(shared)))
    min_share = _ANCHOR_SHARE * settings.near_similarity
    parts = []
    for start in range(0, len(nodes), _CHUNK):
        common = sparse.coo_matrix(incidence[start : start + _CHUNK] @ incidence.T)
        left, right = common.row.astype(np.int64) + start, common.col.astype(np.int64)
        is_candidate = common.data >= min_share * np.minimum(n_anchors[left], n_anchors[right])
        parts.append(np.column_stack([nodes[left], nodes[right]])[is_candidate & (left < right)])
    return _unique_pairs(parts)


def _count_repeated(values: Ints) -> tuple[Ints, Ints]:
    """Return the values that occur more than once, ascending, and how often."""
    ordered = np.sort(values)
    is_first = np.concatenate([ordered[:1] == ordered[:1], ordered[1:] != ordered[:-1]])
    starts = np.flatnonzero(is_first)
    counts = np.diff(np.append(starts, len(ordered)))
    return ordered[starts[counts > 1]], counts[counts > 1]


def _expand_to_components(words: Ints, pairs: Ints, labels: Ints) -> Ints:
    """Pair each pair's shorter text with every text of the longer one's component."""
    is_swapped = words[pairs[:, 0]] > words[pairs[:, 1]]
    shorter, longer = np.where(is_swapped, pairs.T[::-1], pairs.T)
    members = np.argsort(labels, kind="stable")
    first = np.searchsorted(labels[members], labels[longer])
    sizes = np.bincount(labels, minlength=1)[labels[longer]]
    places = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes) + np.repeat(first, sizes)
    return np.column_stack([np.repeat(shorter, sizes), members[places]])


def _unique_pairs(parts: Sequence[Ints]) -> Ints:
    pairs = np.concatenate([np.zeros((0, 2), np.int64), *parts])
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    return pairs[pairs[:, 0] < pairs[:, 1]]
