"""Sketches by which similar texts are found: MinHash bands and anchors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rensa import RMinHash

from newsfold.copies.shingles import Ints, sort_unique

_BAND_ROWS = 4  # of 128 values: a pair of Jaccard .5 is found with probability .87, .7 with .9999
_ANCHOR_RATE = 8  # one shingle in so many is an anchor
_SEED = 20130605
_CHUNK = 1024
_MIX = np.uint64(0x9E3779B97F4A7C15)


def compute_bands(shingles: Sequence[Ints], permutations: int) -> list[npt.NDArray[np.uint64]]:
    """Compute the MinHash bands of texts (Broder 1997; banding after Leskovec et al. 2020, ch. 3), 64 bits each.

    Args:
        shingles: each text's shingles, the last two places empty; texts without any have no bands.
        permutations: MinHash values per text.

    Returns:
        For each text an array of shape (permutations // 4,); two texts with an equal band are likely similar.
    """
    bands = [np.zeros(0, np.uint64)] * len(shingles)
    filled = [number for number, text_shingles in enumerate(shingles) if len(text_shingles) > 2]
    for start in range(0, len(filled), _CHUNK):
        chunk = filled[start : start + _CHUNK]
        sets = [sort_unique(shingles[number][:-2]).astype(np.uint64) for number in chunk]
        starts = np.concatenate([[0], np.cumsum([len(members) for members in sets])]).astype(np.uint64)
        matrix = RMinHash.digest_matrix_from_flat_token_hashes(np.concatenate(sets), starts, permutations, _SEED)
        signatures = np.asarray(matrix.to_rows(), dtype=np.uint64)[:, : permutations // _BAND_ROWS * _BAND_ROWS]
        values = signatures.reshape(len(sets), -1, _BAND_ROWS)
        mixed = np.zeros(values.shape[:2], np.uint64)
        for row in range(_BAND_ROWS):
            mixed = (mixed ^ values[:, :, row]) * _MIX
            mixed ^= mixed >> np.uint64(29)
        for number, text_bands in zip(chunk, mixed, strict=True):
            bands[number] = text_bands
    return bands


def select_anchors(shingles: Ints) -> Ints:
    """Return the shingles with hash 0 modulo a number (Manber 1994), ascending: a passage has the same ones anywhere.

    So a cut, re-ordered or framed text keeps the anchors of the passages that it keeps.
    """
    distinct = sort_unique(shingles[:-2])
    return np.asarray(distinct[distinct % _ANCHOR_RATE == 0])
