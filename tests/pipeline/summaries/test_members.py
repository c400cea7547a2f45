"""The articles and originals of stories, by id."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from newsfold.dataflow import MemoryView
from newsfold.errors import SchemaError
from newsfold.summaries.members import list_members
from tests.pipeline.summaries.invented_stories import ROWS, stage_inputs


def list_from(inputs: dict[str, pa.Table]) -> tuple[pa.Table, pa.Table]:
    names = ("window_articles", "copies", "vectors", "memberships")
    return list_members(*(MemoryView(inputs[name]) for name in names))


@pytest.mark.parametrize(
    ("table", "article_id", "message"),
    [
        ("vectors", "e", r"no vector for 'gone', an original of story 't'"),
        ("vectors", "h", r"no vector for 'h', an original of story 'v'"),
        ("window_articles", "h", r"differ in 1 article_ids \(h, …\)"),
        ("memberships", "h", r"differ in 1 article_ids \(h, …\)"),
    ],
)
def test_an_article_missing_from_a_table_is_named(table: str, article_id: str, message: str) -> None:
    inputs = stage_inputs(*ROWS)
    inputs[table] = inputs[table].filter(pc.not_equal(inputs[table]["article_id"], article_id))
    with pytest.raises(SchemaError, match=message):
        list_from(inputs)


def test_vectors_are_listed_for_stories_of_several_originals() -> None:
    members, _ = list_from(stage_inputs(*ROWS))
    vector_ids = dict(zip(members["story_id"].to_pylist(), members["vector_ids"].to_pylist(), strict=True))
    assert vector_ids == {"s": ["a", "b", "g"], "t": ["d", "e"], "u": [], "v": []}


def test_the_first_copy_replaces_an_original_that_left_the_window() -> None:
    _, originals = list_from(stage_inputs(*ROWS))
    assert originals["article_id"].to_pylist() == ["a", "b", "d", "e", "f", "g", "h"]
