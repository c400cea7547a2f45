from __future__ import annotations

from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from newsfold.schemas.importance import rank_stories, select_leads
from newsfold.schemas.kinds import KINDS, NEWS_KINDS

TYPES = pa.schema(
    [
        ("story_id", pa.string()),
        ("kind", pa.string()),
        ("importance", pa.float32()),
        ("thread_id", pa.string()),
        ("thread_importance", pa.float32()),
    ]
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "story_id": st.uuids().map(str),
            "kind": st.sampled_from([*KINDS, None]),
            "importance": st.integers(0, 3).map(float),
            "thread_id": st.none(),
            "thread_importance": st.none(),
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


def test_a_thread_stands_where_its_importance_puts_it_and_its_best_story_leads() -> None:
    rows = [
        {"story_id": "lone", "kind": "news", "importance": 5.0, "thread_id": "t1", "thread_importance": 5.0},
        {"story_id": "part", "kind": "news", "importance": 4.0, "thread_id": "t2", "thread_importance": 6.0},
        {"story_id": "column", "kind": "opinion", "importance": 4.5, "thread_id": "t2", "thread_importance": 6.0},
        {"story_id": "old version", "kind": None, "importance": 5.5, "thread_id": None, "thread_importance": None},
        {"story_id": "gallery", "kind": "media", "importance": 9.0, "thread_id": "t3", "thread_importance": 9.0},
    ]
    ranked = rank_stories(pa.Table.from_pylist(rows, TYPES))
    assert ranked["story_id"].to_pylist() == ["part", "column", "old version", "lone", "gallery"]
    assert select_leads(ranked)["story_id"].to_pylist() == ["part", "old version", "lone", "gallery"]
