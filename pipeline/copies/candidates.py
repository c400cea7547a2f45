"""Which pairs of texts are worth comparing: those with an equal MinHash band or common anchors."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rensa import RMinHash
from scipy import sparse

from pipeline.copies.texts import Ints, Texts
from pipeline.settings import Copies

_BAND_ROWS = 4  # of 128 values: a pair of Jaccard .5 is found with probability .87, .7 with .9999
_BUCKET_REACH = 24  # neighbours paired in a bucket: a larger group still hangs together through them
_ANCHOR_RATE = 8  # one shingle in so many is an anchor
_ANCHOR_CAP = 24  # an anchor in more texts than this is boilerplate
_SEED = 20130605
_CHUNK = 1024


def candidates(texts: Texts, settings: Copies) -> Ints:
    """Pairs of texts worth a look, (pairs, 2), each left < right, sorted."""
    sizes = np.diff(texts.shingles.indptr)
    nodes = np.flatnonzero(sizes)
    if len(nodes) < 2:
        return np.zeros((0, 2), np.int64)
    pairs = np.concatenate([*_alike(texts, nodes, settings.permutations), _contained(texts, settings)])
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    return pairs[pairs[:, 0] < pairs[:, 1]]


def _alike(texts: Texts, nodes: Ints, permutations: int) -> Iterator[Ints]:
    """Pairs with an equal MinHash band (Broder 1997; banding after Leskovec et al. 2020, ch. 3)."""
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


def _contained(texts: Texts, settings: Copies) -> Ints:
    """Pairs that share about as many anchors as a cut text shares with its source.

    Anchors are the shingles with hash 0 modulo a number (Manber 1994): the same ones are chosen
    wherever a passage stands, so a cut, re-ordered or framed text keeps those of what it keeps.
    """
    n_nodes = len(texts.first)
    rows = np.repeat(np.arange(n_nodes), np.diff(texts.shingles.indptr))
    is_anchor = texts.shingles.indices % _ANCHOR_RATE == 0
    rows, anchors = rows[is_anchor], texts.shingles.indices[is_anchor]
    _, anchors, frequency = np.unique(anchors, return_inverse=True, return_counts=True)
    specific = frequency[anchors] <= _ANCHOR_CAP
    n_anchors = np.bincount(rows[specific], minlength=n_nodes)
    shared = specific & (frequency[anchors] > 1)
    incidence = sparse.csr_matrix(
        (np.ones(int(shared.sum()), np.int32), (rows[shared], anchors[shared])), shape=(n_nodes, len(frequency))
    )
    found = []
    for start in range(0, n_nodes, _CHUNK):
        common = sparse.coo_matrix(incidence[start : start + _CHUNK] @ incidence.T)
        left, right = common.row.astype(np.int64) + start, common.col.astype(np.int64)
        # Half of the containment asked for: few anchors estimate it badly, and the texts decide.
        needed = 0.5 * settings.near_similarity * np.minimum(n_anchors[left], n_anchors[right])
        enough = common.data >= needed
        found.append(np.column_stack([left, right])[enough & (left < right)])
    return np.concatenate(found)
