"""Candidate pairs of texts, which are worth comparing: those with an equal MinHash band or common anchors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from newsfold import schemas
from newsfold.copies.shingles import Ints
from newsfold.settings import Copies

_BUCKET_REACH = 24  # neighbours paired in a bucket: a larger bucket stays connected through them
_ANCHOR_SHARE = 0.4  # of the similarity required: few anchors estimate it badly, and the texts decide
_MAX_ANCHOR_TEXTS = 24  # an anchor in more texts is boilerplate
_CHUNK = 1024


def alike(texts: pa.Table, bodies: pa.Table) -> pa.Table:
    """Table `text_pairs`: texts much like each other as wholes, which have an equal MinHash band; sorted.

    Args:
        texts: table `texts`, all of them.
        bodies: table `body_sketches`, of all articles: their bands.
    """
    column = _take_column(texts, bodies, "bands")
    banded = pc.and_(texts["comparable"], pc.greater(pc.list_value_length(column), 0))
    nodes = np.flatnonzero(banded.to_numpy(zero_copy_only=False))
    if len(nodes) < 2:
        return text_pairs(texts, np.zeros((0, 2), np.int64))
    bands = column.take(pa.array(nodes)).flatten().to_numpy().reshape(len(nodes), -1)
    words = texts["words"].to_numpy()
    return text_pairs(texts, _unique_pairs(list(_pair_in_buckets(bands, nodes, words))))


def contained(texts: pa.Table, bodies: pa.Table, links: pa.Table, settings: Copies) -> pa.Table:
    """Table `text_pairs`: texts of which one may be cut from the other.

    They share about as many anchors as a cut text shares with its source. Of texts that are alike the longest stands
    for all: what is cut from one is cut from it, and a text in many outlets would pass for boilerplate. Each pair's
    shorter text comes with every text like the longer: a title may agree with another one's only.

    Args:
        texts: table `texts`, all of them.
        bodies: table `body_sketches`, of all articles: their anchors.
        links: table `text_links`, what is known to be alike.
        settings: when two texts count as copies.
    """
    words = texts["words"].to_numpy()
    labels = components(texts, links)
    by_length = np.lexsort((np.arange(len(labels)), -words))
    nodes = np.sort(by_length[np.unique(labels[by_length], return_index=True)[1]])
    nodes = nodes[texts["comparable"].to_numpy()[nodes]]
    column = _take_column(texts, bodies, "anchors").take(pa.array(nodes))
    cuts = _pair_by_anchors(column, nodes, settings)
    return text_pairs(texts, _expand_to_components(words, cuts, labels))


def components(texts: pa.Table, links: pa.Table) -> Ints:
    """The number of each text's connected component, shape (texts,); see `text_links`."""
    ids = texts["article_id"].combine_chunks()
    left, right = (pc.index_in(links[end], ids).to_numpy() for end in ("left_id", "right_id"))
    graph = sparse.csr_matrix((np.ones(len(left), np.int8), (left, right)), shape=(len(ids), len(ids)))
    return np.asarray(sparse.csgraph.connected_components(graph, directed=False)[1], dtype=np.int64)


def text_pairs(texts: pa.Table, pairs: Ints) -> pa.Table:
    """Table `text_pairs` of numbers of texts, shape (pairs, 2)."""
    ids = texts["article_id"].combine_chunks()
    columns = {"left_id": ids.take(pa.array(pairs[:, 0])), "right_id": ids.take(pa.array(pairs[:, 1]))}
    return pa.table(columns, schema=schemas.SCHEMAS["text_pairs"])


def _take_column(texts: pa.Table, bodies: pa.Table, name: str) -> pa.ListArray:
    rows = pc.index_in(texts["article_id"], bodies["article_id"].combine_chunks())
    return bodies[name].combine_chunks().take(rows.combine_chunks())


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
    _, anchors, frequency = np.unique(column.flatten().to_numpy(), return_inverse=True, return_counts=True)
    specific = frequency[anchors] <= _MAX_ANCHOR_TEXTS
    n_anchors = np.bincount(rows[specific], minlength=len(nodes))
    shared = specific & (frequency[anchors] > 1)
    incidence = sparse.csr_matrix(
        (np.ones(int(shared.sum()), np.int32), (rows[shared], anchors[shared])), shape=(len(nodes), len(frequency))
    )
    min_share = _ANCHOR_SHARE * settings.near_similarity
    parts = []
    for start in range(0, len(nodes), _CHUNK):
        common = sparse.coo_matrix(incidence[start : start + _CHUNK] @ incidence.T)
        left, right = common.row.astype(np.int64) + start, common.col.astype(np.int64)
        is_candidate = common.data >= min_share * np.minimum(n_anchors[left], n_anchors[right])
        parts.append(np.column_stack([nodes[left], nodes[right]])[is_candidate & (left < right)])
    return _unique_pairs(parts)


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
