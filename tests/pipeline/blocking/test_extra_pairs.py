from __future__ import annotations

import pyarrow as pa

from newsfold import schemas
from newsfold.blocking.extra_pairs import add_pairs

TIME_INDEX = pa.table({"article_id": ["c", "a", "b"], "row": pa.array([2, 0, 1], pa.int32())})
KNOWN = schemas.build_table("candidate_pairs", [{"left": 0, "right": 2}])


def test_missing_pairs_are_added_in_order() -> None:
    pairs = pa.table({"left_id": ["b", "a"], "right_id": ["c", "b"]})
    added = add_pairs(KNOWN, TIME_INDEX, pairs)
    assert added.schema.equals(KNOWN.schema)
    assert added.to_pylist() == [{"left": 0, "right": 1}, {"left": 0, "right": 2}, {"left": 1, "right": 2}]


def test_a_candidate_pair_is_not_added_twice() -> None:
    assert add_pairs(KNOWN, TIME_INDEX, pa.table({"left_id": ["a"], "right_id": ["c"]})).equals(KNOWN)
