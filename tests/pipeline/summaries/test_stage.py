"""The stage that describes stories: chunks cannot change its result, and incomplete input stops it early."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pytest

from newsfold import schemas
from newsfold.dataflow import Context
from newsfold.errors import SchemaError
from newsfold.settings import Scale, Settings
from newsfold.summaries import DESCRIBE, members, stories, word_counts
from tests.chunks import run_in_chunks
from tests.pipeline.summaries.invented_stories import EDITION, ROWS, SEEN_AT, VECTORS, stage_inputs

CONTEXT = Context(Settings(), EDITION, SEEN_AT)
CONSTRAINTS = [
    {"left_id": "a", "right_id": "b", "must_link": True, "origin": "labels.csv row 2"},
    {"left_id": "d", "right_id": "h", "must_link": False, "origin": "labels.csv row 3"},
]


@pytest.fixture
def tables() -> dict[str, pa.Table]:
    """The stage's input: the previous edition had every article but `f`, and `h` in another story."""
    inputs = stage_inputs(*ROWS, vectors=VECTORS)
    ids, stories = (inputs["memberships"][name].to_pylist() for name in ("article_id", "story_id"))
    previous = [
        {"edition_date": EDITION, "story_id": "s" if article == "h" else story, "article_id": article}
        | {"copy_group_id": article, "role": "member", "similarity": 1.0, "why": [], "outlet": "", "title": ""}
        for article, story in zip(ids, stories, strict=True)
        if article != "f"
    ]
    return inputs | {
        "constraints": schemas.build_table("constraints", CONSTRAINTS),
        "previous_story_articles": schemas.build_table("story_articles", previous),
    }


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_chunks_do_not_change_the_stories(tables: dict[str, pa.Table], size: int) -> None:
    whole = DESCRIBE.run(tables, CONTEXT)
    chunked = run_in_chunks(DESCRIBE, tables, CONTEXT, Scale(chunk_articles=size))
    for name, table in whole.items():
        assert chunked[name].combine_chunks().equals(table, check_metadata=True), name


def list_described() -> dict[int, object]:
    """Return the stories and articles in memory, by identity."""
    # isinstance would ask objects of other libraries for their class, and some warn when asked.
    return {id(found): found for found in gc.get_objects() if type(found) in {stories.Story, stories.Article}}


def test_described_stories_are_freed_without_the_garbage_collector(tables: dict[str, pa.Table]) -> None:
    # It is paused meanwhile, and a window has more text than memory holds.
    gc.collect()
    others = list_described()  # of other tests
    gc.disable()
    try:
        DESCRIBE.run(tables, CONTEXT)
        kept = list_described().keys() - others.keys()
    finally:
        gc.enable()
    assert not kept


def test_status_and_labels_come_from_the_previous_edition_and_the_constraints(tables: dict[str, pa.Table]) -> None:
    described, _, story_articles = (table.to_pylist() for table in DESCRIBE.run(tables, CONTEXT).values())
    status = {row["story_id"]: row["status"] for row in described}
    assert status == {"s": "updated", "t": "unchanged", "u": "new", "v": "new"}
    assert {row["article_id"] for row in story_articles if row["why"][:1] == ["labelled as one story"]} == {"a", "b"}


def test_incomplete_input_stops_the_stage_before_any_text_is_read(
    tables: dict[str, pa.Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[object] = []

    for module, name in ((word_counts, "read_originals"), (members, "read_articles")):
        function = getattr(module, name)

        def record(*arguments: Any, function: Callable[..., Iterator[Any]] = function) -> Iterator[Any]:
            read.append(function)
            return function(*arguments)

        monkeypatch.setattr(module, name, record)
    run_in_chunks(DESCRIBE, tables, CONTEXT, Scale(chunk_articles=2))
    assert read
    read.clear()
    incomplete = tables | {"memberships": tables["memberships"].slice(1)}
    with pytest.raises(SchemaError, match="every article of the window needs exactly one story"):
        run_in_chunks(DESCRIBE, incomplete, CONTEXT, Scale(chunk_articles=2))
    assert read == []
