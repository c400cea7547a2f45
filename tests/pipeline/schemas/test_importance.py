from __future__ import annotations

from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from newsfold.schemas.importance import rank_stories
from newsfold.schemas.kinds import KINDS, NEWS_KINDS

TYPES = pa.schema([("story_id", pa.string()), ("kind", pa.string()), ("importance", pa.float32())])
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "story_id": st.uuids().map(str),
            "kind": st.sampled_from([*KINDS, None]),
            "importance": st.integers(0, 3).map(float),
        }
    ),
    max_size=30,
    unique_by=lambda row: row["story_id"],
)


@given(ROWS, st.randoms())
def test_news_comes_first_then_importance_in_any_order_of_rows(rows: list[dict[str, Any]], generator: Any) -> None:
    ranked = rank_stories(pa.Table.from_pylist(rows, TYPES)).to_pylist()
    assert sorted(ranked, key=lambda row: row["story_id"]) == sorted(rows, key=lambda row: row["story_id"])
    keys = [((row["kind"] or "news") not in NEWS_KINDS, -row["importance"], row["story_id"]) for row in ranked]
    assert keys == sorted(keys)
    generator.shuffle(rows)
    assert rank_stories(pa.Table.from_pylist(rows, TYPES)).to_pylist() == ranked
