"""Pairs that are compared although blocking did not find them, because a person asked about them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from newsfold import schemas


def add_pairs(candidate_pairs: pa.Table, time_index: pa.Table, pairs: pa.Table) -> pa.Table:
    """Return candidate pairs and the pairs that are missing among them, sorted by (left_id, right_id).

    Args:
        candidate_pairs: table `candidate_pairs`.
        time_index: table `time_index`.
        pairs: columns `left_id` and `right_id`, article ids of originals, the smaller on the left.
    """
    ids = time_index.sort_by("row")["article_id"].combine_chunks()
    ends = {name: pc.index_in(pairs[f"{name}_id"], ids).to_numpy().astype(np.int64) for name in ("left", "right")}
    known = [candidate_pairs[name].to_numpy().astype(np.int64) for name in ("left", "right")]
    is_missing = ~np.isin(ends["left"] << 32 | ends["right"], known[0] << 32 | known[1])
    columns = {name: pairs[name] for name in ("left_id", "right_id")}
    columns |= {name: pa.array(rows.astype(np.int32)) for name, rows in ends.items()}
    missing = pa.table(columns).filter(pa.array(is_missing)).select(candidate_pairs.column_names)
    both = pa.concat_tables([candidate_pairs, missing.cast(schemas.SCHEMAS["candidate_pairs"])])
    return both.sort_by([("left_id", "ascending"), ("right_id", "ascending")])
