"""Stories are described in chunks, and come out as when they are described together."""

from __future__ import annotations

import pyarrow as pa
import pytest

from newsfold import schemas, settings, summaries
from newsfold.dataflow import Context
from newsfold.errors import SchemaError
from newsfold.settings import Scale
from newsfold.summaries.stage import DESCRIBE
from tests.pipeline.summaries.invented_stories import EDITION, ROWS, SEEN_AT, VECTORS, edges, tables

CONTEXT = Context(settings.Settings(), EDITION, SEEN_AT)
SAID = [
    {"left_id": "a", "right_id": "b", "must_link": True, "origin": "labels.csv row 2"},
    {"left_id": "d", "right_id": "h", "must_link": False, "origin": "labels.csv row 3"},
]


def night() -> dict[str, pa.Table]:
    """What the stage reads: every article but `f` was there the night before, `h` in another story."""
    found = dict(
        zip(("window_articles", "copies", "vectors", "memberships"), tables(*ROWS, given=VECTORS), strict=True)
    )
    found |= {"edges": edges(ROWS, {}), "constraints": schemas.build_table("constraints", SAID)}
    ids, stories = (found["memberships"][name].to_pylist() for name in ("article_id", "story_id"))
    before = [
        {"edition_date": EDITION, "story_id": "s" if article == "h" else story, "article_id": article}
        | {"copy_group_id": article, "role": "member", "similarity": 1.0, "why": [], "outlet": "", "title": ""}
        for article, story in zip(ids, stories, strict=True)
        if article != "f"
    ]
    return found | {"previous_story_articles": schemas.build_table("story_articles", before)}


@pytest.mark.parametrize("size", [1, 2, 3, 5, None])
def test_stories_told_in_chunks_are_those_told_together(size: int | None) -> None:
    given = night()
    together = summaries.describe(
        given["window_articles"],
        given["copies"],
        given["vectors"],
        given["edges"],
        given["memberships"],
        given["previous_story_articles"],
        settings.Summaries(),
        EDITION,
        SEEN_AT,
        constraints=given["constraints"],
    )
    found = DESCRIBE.run(given, CONTEXT, Scale(chunk_articles=size) if size else None)
    for name, table in zip(DESCRIBE.writes, together, strict=True):
        assert found[name].combine_chunks().equals(table, check_metadata=True), name
    assert dict(zip(*(found["stories"][name].to_pylist() for name in ("story_id", "status")), strict=True)) == {
        "s": "updated",
        "t": "unchanged",
        "u": "new",
        "v": "new",
    }
    why = dict(zip(*(found["story_articles"][name].to_pylist() for name in ("article_id", "why")), strict=True))
    assert {article for article, said in why.items() if said[:1] == ["labelled as one story"]} == {"a", "b"}


def test_what_is_incomplete_stops_the_stage_before_any_text_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[object] = []
    for module in ("word_statistics", "members"):
        monkeypatch.setattr(f"newsfold.summaries.{module}.read_articles", lambda articles, _: read.append(articles))
    given = night()
    with pytest.raises(SchemaError, match="every article of the window needs exactly one story"):
        DESCRIBE.run(given | {"memberships": given["memberships"].slice(1)}, CONTEXT, Scale(chunk_articles=2))
    assert read == []
