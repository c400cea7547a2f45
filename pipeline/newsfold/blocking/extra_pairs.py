"""Pairs that are compared although blocking did not find them, because a person asked about them."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


def add_pairs(candidate_pairs: pa.Table, time_index: pa.Table, pairs: pa.Table) -> pa.Table:
    """Return candidate pairs and the pairs that are missing among them, sorted by (left, right).

    Args:
        candidate_pairs: table `candidate_pairs`.
        time_index: table `time_index`.
        pairs: columns `left_id` and `right_id`, article ids of originals, the smaller on the left.
    """
    ids = time_index.sort_by("row")["article_id"].combine_chunks()
    rows = {end: pc.index_in(pairs[f"{end}_id"], ids) for end in ("left", "right")}
    both = pa.concat_tables([candidate_pairs, pa.table(rows, schema=candidate_pairs.schema)])
    return both.group_by(["left", "right"]).aggregate([]).sort_by([("left", "ascending"), ("right", "ascending")])
