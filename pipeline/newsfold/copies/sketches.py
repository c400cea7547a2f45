"""Sketches by which similar texts are found: MinHash bands and anchors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from rensa import RMinHash

from newsfold import text
from newsfold.copies.shingles import EMPTY_BODY, Ints, Shingler, sort_unique
from newsfold.copies.tables import BODY_SHINGLES, BODY_SKETCHES
from newsfold.dataflow import Context, TableView

_BAND_ROWS = 4  # of 128 values: a pair of Jaccard .5 is found with probability .87, .7 with .9999
_ANCHOR_RATE = 8  # one shingle in so many is an anchor
_SEED = 20130605
_CHUNK = 1024
_MIX = np.uint64(0x9E3779B97F4A7C15)


def sketch_bodies(
    window_articles: TableView, boilerplate_sentences: TableView, context: Context
) -> tuple[pa.Table, pa.Table]:
    """Split bodies into shingles, without boilerplate, and sketch them.

    Returns:
        Tables `body_sketches`, to find equal texts and those worth comparing, and `body_shingles`, to compare them: a
        row per article, in their order.
    """
    articles = window_articles.read(["article_id", "outlet", "title", "body", "published_at"])
    settings = context.settings.copies
    shingler = Shingler(sorted(set(boilerplate_sentences.read()["sentence"].to_pylist())))
    bodies = [shingler.shingle(body) for body in articles["body"].to_pylist()]
    comparable = [body if body.n_words >= settings.min_words else EMPTY_BODY for body in bodies]
    shingles = [body.shingles for body in comparable]
    anchors = [select_anchors(body_shingles) for body_shingles in shingles]
    sketches = {
        "article_id": articles["article_id"],
        "digest": [body.digest for body in bodies],
        "words": [body.n_words for body in bodies],
        "spaced": [body.has_spaces for body in bodies],
        "title_words": [text.split_words(title) for title in articles["title"].to_pylist()],
        "outlet": articles["outlet"],
        "published_at": articles["published_at"],
        "bands": pa.array(compute_bands(shingles, settings.permutations), BODY_SKETCHES.field("bands").type),
        "anchors": pa.array(anchors, BODY_SKETCHES.field("anchors").type),
    }
    shingled = {
        "article_id": articles["article_id"],
        "shingles": pa.array(shingles, BODY_SHINGLES.field("shingles").type),
        "numbers": pa.array([body.is_number for body in comparable], BODY_SHINGLES.field("numbers").type),
    }
    return pa.table(sketches, schema=BODY_SKETCHES), pa.table(shingled, schema=BODY_SHINGLES)


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
