"""Confirmation of candidate pairs: which are copies by their texts, and by their titles if the texts are short."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from newsfold.copies.similarity import SKETCH_COLUMNS, Texts, compare_texts
from newsfold.dataflow import Context, TableView


def confirm_near_copies(
    text_pairs: TableView, body_sketches: TableView, body_shingles: TableView, context: Context
) -> pa.Table:
    """Keep the pairs of near copies that are copies: table `text_links`."""
    return _confirm_pairs(text_pairs, body_sketches, body_shingles, context)


def confirm_excerpts(
    cut_pairs: TableView, body_sketches: TableView, body_shingles: TableView, context: Context
) -> pa.Table:
    """Keep the pairs of excerpts that are copies: table `cut_links`."""
    return _confirm_pairs(cut_pairs, body_sketches, body_shingles, context)


def _confirm_pairs(
    candidates: TableView, body_sketches: TableView, body_shingles: TableView, context: Context
) -> pa.Table:
    pairs = candidates.read()
    ends = (pairs["left_id"], pairs["right_id"])
    shingled = body_shingles.where("article_id", *ends)
    texts = Texts.from_tables(body_sketches.where("article_id", *ends, columns=SKETCH_COLUMNS), shingled)
    ids = shingled["article_id"].combine_chunks()
    numbers = np.column_stack([pc.index_in(end, ids).to_numpy() for end in ends])
    _, is_copy = compare_texts(texts, numbers, context.settings.copies)
    return pairs.filter(pa.array(is_copy))
