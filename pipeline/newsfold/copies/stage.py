"""The stage that collapses copies.

Two texts are copies if their bodies have equal words, or if at least `near_similarity` of the shorter's 3-word shingles
are the longer's too (`similarity.compute_similarity`). Texts under `min_words` are copies only if title and body are
equal and they are not daily items. Boilerplate of an outlet does not count. Each member is a copy of the group's
original, never just of another member.

Candidates come from three cheap keys, so no text is compared with every other: equal words (exact), equal MinHash bands
(near copies: both texts are similar) and common anchors (excerpts: one text is cut from the other). Steps that read
texts work on chunks, those that compare sketches on parts of them, and those that need all articles together read only
numbers and links.
"""

from __future__ import annotations

import pyarrow as pa

from newsfold import publishers, schemas
from newsfold.copies.candidates import (
    connect_near_copies,
    find_excerpts,
    find_near_copies,
    find_shared_anchors,
    list_near_pairs,
)
from newsfold.copies.components import connect_texts
from newsfold.copies.confirm import confirm_excerpts, confirm_near_copies
from newsfold.copies.groups import assign_originals
from newsfold.copies.labels import apply_labels
from newsfold.copies.outlets import name_origins, survey_outlets
from newsfold.copies.parts import divide_sketches, one_part_per_chunk
from newsfold.copies.sketches import sketch_bodies
from newsfold.copies.texts import find_distinct_texts, order_texts
from newsfold.dataflow import Context, Stage, Step, pairs_per_chunk
from newsfold.settings import Settings

COLLAPSE = Stage(
    "copies",
    "collapse copies",
    steps=(
        Step(survey_outlets, writes=("boilerplate_sentences", "outlet_habits"), chunk_by="window_articles"),
        Step(sketch_bodies, writes=("body_sketches", "body_shingles"), chunk_by="window_articles"),
        Step(divide_sketches, writes=("sketch_parts",)),
        Step(find_distinct_texts, writes=("distinct_texts",), chunk_by="sketch_parts", chunk_rows=one_part_per_chunk),
        Step(order_texts, writes=("texts",)),
        Step(find_near_copies, writes=("near_pairs",), chunk_by="sketch_parts", chunk_rows=one_part_per_chunk),
        Step(list_near_pairs, writes=("text_pairs",)),
        Step(confirm_near_copies, writes=("text_links",), chunk_by="text_pairs", chunk_rows=pairs_per_chunk),
        Step(connect_near_copies, writes=("near_components",)),
        Step(find_shared_anchors, writes=("shared_anchors",), chunk_by="sketch_parts", chunk_rows=one_part_per_chunk),
        Step(find_excerpts, writes=("cut_pairs",)),
        Step(confirm_excerpts, writes=("cut_links",), chunk_by="cut_pairs", chunk_rows=pairs_per_chunk),
        Step(connect_texts, writes=("copy_components",)),
        Step(assign_originals, writes=("copy_groups", "printed_texts"), chunk_by="copy_components"),
        Step(name_origins, writes=("outlet_families", "named_groups")),
        Step(apply_labels, writes=("copies", "constraints", "label_outcomes")),
    ),
    writes=("copies", "constraints", "label_outcomes", "outlet_families"),
    settings=("copies", *publishers.SECTIONS),
)


def collapse_copies(articles: pa.Table, settings: Settings | None = None) -> pa.Table:
    """Run the stage by itself, outside any edition and without labels.

    Args:
        articles: schema `articles`, in any order.
        settings: the configuration; None: the defaults.

    Returns:
        Table `copies`, sorted by article_id.
    """
    tables = {"window_articles": articles.sort_by("article_id"), "labels": schemas.empty_table("labels")}
    return COLLAPSE.run(tables, Context.undated(settings or Settings()))["copies"]
