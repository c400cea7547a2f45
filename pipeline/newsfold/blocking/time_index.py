"""The block stage's order of time: which originals are searched for neighbours, and which edges still hold."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from newsfold import schemas
from newsfold.dataflow import TableView


def index_by_time(
    article_terms: TableView, revisions: TableView, previous_originals: TableView, known_edges: TableView
) -> tuple[pa.Table, pa.Table]:
    """Order originals by time, and keep the edges of the previous edition whose articles have not changed.

    Only originals that are new, or have another text than before, are searched for neighbours, so every new pair has
    at least one such end.

    Returns:
        Tables `time_index`, by publication time (unknown last) and article_id, and `kept_edges`.
    """
    terms = article_terms.read(["article_id", "published_at", "first_seen_at"])
    revised = revisions.read(["article_id"])["article_id"].combine_chunks()
    previous, ids = previous_originals.read()["article_id"], terms["article_id"].combine_chunks()
    # An article that was a copy yesterday, or has another text today, was not paired with its present text.
    unchanged = previous.filter(pc.and_not(pc.is_in(previous, ids), pc.is_in(previous, revised))).combine_chunks()
    columns = {
        "article_id": terms["article_id"],
        "row": pa.array(np.arange(terms.num_rows), pa.int32()),
        "published_at": terms["published_at"],
        "first_seen_at": terms["first_seen_at"],
        "searched": pc.invert(pc.is_in(terms["article_id"], unchanged)),
    }
    order = [("published_at", "ascending"), ("article_id", "ascending")]
    edges = known_edges.read()
    kept = (pc.is_in(edges[end], unchanged) for end in ("left_id", "right_id"))
    return pa.table(columns, schema=schemas.SCHEMAS["time_index"]).sort_by(order), edges.filter(pc.and_(*kept))
