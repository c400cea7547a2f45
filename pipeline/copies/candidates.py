"""Which pairs of texts are worth comparing: those with an equal MinHash band or common anchors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from rensa import RMinHash
from scipy import sparse

from pipeline.copies.shingles import Ints
from pipeline.copies.texts import Texts
from pipeline.settings import Copies

_BAND_ROWS = 4  # of 128 values: a pair of Jaccard .5 is found with probability .87, .7 with .9999
_BUCKET_REACH = 24  # neighbours paired in a bucket: a larger group still hangs together through them
_ANCHOR_RATE = 8  # one shingle in so many is an anchor
_ANCHOR_SHARE = 0.4  # of the similarity asked for: few anchors estimate it badly, and the texts decide
_ANCHOR_CAP = 24  # an anchor in more texts than this is boilerplate
_SEED = 20130605
_CHUNK = 1024


def alike(texts: Texts, settings: Copies) -> Ints:
    """Pairs much like each other as wholes, (pairs, 2), each left < right, sorted.

    They have an equal MinHash band (Broder 1997; banding after Leskovec et al. 2020, ch. 3).
    """
    nodes = np.flatnonzero(np.diff(texts.shingles.indptr))
    if len(nodes) < 2:
        return np.zeros((0, 2), np.int64)
    return _each_once(list(_bands(texts, nodes, settings.permutations)))


def contained(texts: Texts, nodes: Ints, settings: Copies) -> Ints:
    """Pairs that share about as many anchors as a cut text shares with its source, (pairs, 2), each left < right.

    Anchors are the shingles with hash 0 modulo a number (Manber 1994): the same ones are chosen
    wherever a passage stands, so a cut, re-ordered or framed text keeps those of what it keeps.

    Args:
        texts: all texts.
        nodes: those to look at, ascending: one of those that are known to be alike, or a text in many
            outlets would pass for boilerplate.
        settings: when two texts count as copies.
    """
    place = np.full(len(texts.first), -1)
    place[nodes] = np.arange(len(nodes))
    anchored = np.flatnonzero(texts.shingles.indices % _ANCHOR_RATE == 0)
    rows = place[np.searchsorted(texts.shingles.indptr, anchored, side="right") - 1]
    rows, hashes = rows[rows >= 0], texts.shingles.indices[anchored[rows >= 0]]
    _, anchors, frequency = np.unique(hashes, return_inverse=True, return_counts=True)
    specific = frequency[anchors] <= _ANCHOR_CAP
    n_anchors = np.bincount(rows[specific], minlength=len(nodes))
    shared = specific & (frequency[anchors] > 1)
    incidence = sparse.csr_matrix(
        (np.ones(int(shared.sum()), np.int32), (rows[shared], anchors[shared])), shape=(len(nodes), len(frequency))
    )
    needed_share = _ANCHOR_SHARE * settings.near_similarity
    found = []
    for start in range(0, len(nodes), _CHUNK):
        common = sparse.coo_matrix(incidence[start : start + _CHUNK] @ incidence.T)
        left, right = common.row.astype(np.int64) + start, common.col.astype(np.int64)
        enough = common.data >= needed_share * np.minimum(n_anchors[left], n_anchors[right])
        found.append(np.column_stack([nodes[left], nodes[right]])[enough & (left < right)])
    return _each_once(found)


def _bands(texts: Texts, nodes: Ints, permutations: int) -> Iterator[Ints]:
    signatures = np.empty((len(nodes), permutations), np.uint32)
    for start in range(0, len(nodes), _CHUNK):
        part = texts.shingles[nodes[start : start + _CHUNK]]
        matrix = RMinHash.digest_matrix_from_flat_token_hashes(
            part.indices.astype(np.uint64), part.indptr.astype(np.uint64), permutations, _SEED
        )
        signatures[start : start + _CHUNK] = matrix.to_rows()
    # By length, so that a bucket larger than the reach still pairs like with like.
    by_length = np.lexsort((nodes, -texts.n_words[nodes]))
    for band in range(permutations // _BAND_ROWS):
        columns = signatures[by_length, band * _BAND_ROWS : (band + 1) * _BAND_ROWS]
        order = np.lexsort(columns.T)
        columns, members = columns[order], nodes[by_length[order]]
        for step in range(1, _BUCKET_REACH + 1):
            equal = np.flatnonzero((columns[step:] == columns[:-step]).all(axis=1))
            if not len(equal):
                break
            yield np.column_stack([members[equal], members[equal + step]])


def _each_once(found: Sequence[Ints]) -> Ints:
    pairs = np.concatenate([np.zeros((0, 2), np.int64), *found])
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    return pairs[pairs[:, 0] < pairs[:, 1]]
