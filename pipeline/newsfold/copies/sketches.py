"""What is kept of a text to find the texts that are like it: MinHash bands and anchors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rensa import RMinHash

from newsfold.copies.shingles import Ints, distinct

_BAND_ROWS = 4  # of 128 values: a pair of Jaccard .5 is found with probability .87, .7 with .9999
_ANCHOR_RATE = 8  # one shingle in so many is an anchor
_SEED = 20130605
_CHUNK = 1024
_MIX = np.uint64(0x9E3779B97F4A7C15)


def bands(sequences: Sequence[Ints], permutations: int) -> list[npt.NDArray[np.uint64]]:
    """MinHash bands of texts (Broder 1997; banding after Leskovec et al. 2020, ch. 3), 64 bits each.

    Args:
        sequences: each text's shingles, the last two places empty; texts without any have no bands.
        permutations: MinHash values per text.

    Returns:
        For each text an array of shape (permutations // 4,); equal bands of two texts say that they are much alike.
    """
    found = [np.zeros(0, np.uint64)] * len(sequences)
    filled = [number for number, sequence in enumerate(sequences) if len(sequence) > 2]
    for start in range(0, len(filled), _CHUNK):
        sets = [distinct(sequences[number][:-2]).astype(np.uint64) for number in filled[start : start + _CHUNK]]
        starts = np.concatenate([[0], np.cumsum([len(each) for each in sets])]).astype(np.uint64)
        matrix = RMinHash.digest_matrix_from_flat_token_hashes(np.concatenate(sets), starts, permutations, _SEED)
        signatures = np.asarray(matrix.to_rows(), dtype=np.uint64)[:, : permutations // _BAND_ROWS * _BAND_ROWS]
        values = signatures.reshape(len(sets), -1, _BAND_ROWS)
        mixed = np.zeros(values.shape[:2], np.uint64)
        for row in range(_BAND_ROWS):
            mixed = (mixed ^ values[:, :, row]) * _MIX
            mixed ^= mixed >> np.uint64(29)
        for number, own in zip(filled[start : start + _CHUNK], mixed, strict=True):
            found[number] = own
    return found


def anchors(sequence: Ints) -> Ints:
    """The shingles with hash 0 modulo a number (Manber 1994), ascending: the same ones wherever a passage stands.

    So a cut, re-ordered or framed text keeps those of what it keeps.
    """
    chosen = distinct(sequence[:-2])
    return np.asarray(chosen[chosen % _ANCHOR_RATE == 0])
