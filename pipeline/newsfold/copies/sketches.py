"""Sketches by which similar texts are found: MinHash bands and anchors."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from rensa import RMinHash

from newsfold import text
from newsfold.copies.shingles import ShingledBodies, Shingler, sort_unique
from newsfold.copies.tables import BODY_SHINGLES, BODY_SKETCHES
from newsfold.dataflow import Context, TableView
from newsfold.schemas.lists import build_lists, list_starts

_BAND_ROWS = 4  # of 128 values: a pair of Jaccard .5 is found with probability .87, .7 with .9999
ANCHOR_RATE = 8  # one shingle in so many is an anchor
_SEED = 20130605
_CHUNK = 1024  # bodies that are split at a time
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
    sketches, shingled = [], []
    for start in range(0, articles.num_rows, _CHUNK):
        chunk = articles.slice(start, _CHUNK)
        bodies = shingler.shingle(pc.cast(chunk["body"], pa.string()).combine_chunks())
        comparable = bodies.drop_shorter(settings.min_words)
        columns = {name: chunk[name] for name in ("article_id", "outlet", "published_at")}
        columns |= {
            "digest": bodies.digests,
            "words": bodies.n_words,
            "spaced": bodies.has_spaces,
            "title_words": [text.split_words(title) for title in chunk["title"].to_pylist()],
            "bands": compute_bands(comparable, settings.permutations),
            "anchors": (anchors := select_anchors(comparable)),
            "n_anchors": pc.list_value_length(anchors),
        }
        sketches.append(pa.table({name: columns[name] for name in BODY_SKETCHES.names}, schema=BODY_SKETCHES))
        lists = {"shingles": comparable.shingles, "numbers": comparable.is_number}
        columns = {name: build_lists(comparable.starts, values) for name, values in lists.items()}
        shingled.append(pa.table({"article_id": chunk["article_id"]} | columns, schema=BODY_SHINGLES))
    return (
        pa.concat_tables(sketches) if sketches else BODY_SKETCHES.empty_table(),
        pa.concat_tables(shingled) if shingled else BODY_SHINGLES.empty_table(),
    )


def compute_bands(bodies: ShingledBodies, permutations: int) -> pa.ListArray:
    """Compute the MinHash bands of texts (Broder 1997; banding after Leskovec et al. 2020, ch. 3), 64 bits each.

    Args:
        bodies: the texts; those without shingles have no bands.
        permutations: MinHash values per text.

    Returns:
        For each text permutations // 4 bands; two texts with an equal band are likely similar.
    """
    has_shingles = bodies.n_words > 2
    n_bands = permutations // _BAND_ROWS
    shingles = bodies.shingles[_find_shingles(bodies)].astype(np.uint64)
    starts = list_starts(bodies.n_words[has_shingles] - 2).astype(np.uint64)
    if len(starts) > 1:
        matrix = RMinHash.digest_matrix_from_flat_token_hashes(shingles, starts, permutations, _SEED)
        signatures = np.asarray(matrix.to_rows(), dtype=np.uint64)[:, : n_bands * _BAND_ROWS]
    else:
        signatures = np.zeros((0, n_bands * _BAND_ROWS), np.uint64)
    values = signatures.reshape(-1, n_bands, _BAND_ROWS)
    mixed = np.zeros(values.shape[:2], np.uint64)
    for row in range(_BAND_ROWS):
        mixed = (mixed ^ values[:, :, row]) * _MIX
        mixed ^= mixed >> np.uint64(29)
    return build_lists(list_starts(n_bands * has_shingles), mixed.ravel())


def select_anchors(bodies: ShingledBodies) -> pa.ListArray:
    """Return the shingles with hash 0 modulo a number (Manber 1994), ascending: a passage has the same ones anywhere.

    So a cut, re-ordered or framed text keeps the anchors of the passages that it keeps.
    """
    is_anchor = _find_shingles(bodies) & (bodies.shingles % ANCHOR_RATE == 0)
    starts = np.concatenate([[0], np.cumsum(is_anchor)])[bodies.starts]
    values = bodies.shingles[is_anchor]
    anchors = [sort_unique(values[start:end]) for start, end in itertools.pairwise(starts.tolist())]
    return build_lists(list_starts([len(each) for each in anchors]), np.concatenate([np.zeros(0, np.int64), *anchors]))


def _find_shingles(bodies: ShingledBodies) -> npt.NDArray[np.bool_]:
    """Return which words begin a shingle: all but a body's last two."""
    is_shingle = np.ones(len(bodies.shingles), np.bool_)
    for back in (1, 2):
        is_shingle[np.maximum(bodies.starts[1:] - back, bodies.starts[:-1])[bodies.n_words > 0]] = False
    return is_shingle
