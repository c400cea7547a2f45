from __future__ import annotations

from typing import Any

import pytest

from newsfold import schemas
from newsfold_flows.cli import story_tables
from tests import factories
from tests.factories import story_article


def test_copies_stand_under_their_original_and_many_in_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    rows = [("early copy", "original", "copy"), ("Wire", "original", "original"), ("Echo", "own", "member")]
    rows += [(f"Post {number}", "original", "copy") for number in range(7)]
    texts = [
        {"article_id": group if role != "copy" else outlet, "copy_group_id": group, "outlet": outlet, "role": role}
        for outlet, group, role in rows
    ]
    plain: dict[str, Any] = {"title": "Ferry sinks", "why": [], "published_at": None}
    members = schemas.build_table(
        "story_articles", [story_article("s", number, **plain, **text) for number, text in enumerate(texts)]
    ).to_pylist()
    story = schemas.build_table("stories", [factories.story("s", members)]).to_pylist()[0]
    story_tables.print_story(story, members)
    lines = capsys.readouterr().out.splitlines()
    outlets = [line.split(" · ")[0].rstrip().split("  ")[-1].strip() for line in lines if " · " in line or "└" in line][
        1:
    ]
    assert outlets == [
        "Wire",
        *("└ early copy", "└ Post 0", "└ Post 1", "└ Post 2", "└ Post 3"),
        "└ 3 more copies: Post 4, Post 5, Post 6",
        "Echo",
    ]
    assert sum("Ferry sinks" in line for line in lines) == 3  # as headline, and of each text once


def test_news_comes_first_and_kinds_are_named_if_there_are_others(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    rows = []
    for number, kind in enumerate(["opinion", "news", None, "analysis"]):
        members = [story_article(f"s{number}")]
        rows.append(factories.story(f"s{number}", members, kind=kind, importance=10.0 - number))
    stories = schemas.build_table("stories", rows)
    story_tables.print_stories(stories)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["art.", "out.", "ind.", "headline", "kind", "story"]
    assert [line.split()[-2:] for line in lines[1:5]] == [
        ["news", "s1"],
        ["news", "s2"],
        ["analysis", "s3"],
        ["opinion", "s0"],
    ]
    story_tables.print_stories(stories, top=2)
    assert "kind" not in capsys.readouterr().out
