"""`newsfold copies`, and copies in `newsfold show`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from newsfold_flows.cli import console
from tests.factories import article
from tests.flows.cli.test_app import newsfold
from tests.pipeline.copies.test_collapse import prose
from tests.pipeline.queries.test_syndication import prints, publish
from tests.pipeline.store import nights


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """One night: an agency's text in three outlets, and six texts in two."""
    wire = prints(1, "Lomo Post", "Lomo Echo", "[Lomo] Star", agency="AP")
    shared = [row for text in range(10, 16) for row in prints(text, "North", "South")]
    publish(tmp_path / "store", nights.FIRST, [*wire, *shared, article("alone", body=prose(3, 90))])
    return tmp_path / "store"


def test_copies_prints_the_most_copied_the_table_and_family_candidates(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console.console, "width", 120)
    shown = newsfold("copies", "--store", store)
    assert shown.exit_code == 0, shown.output
    lines = shown.output.splitlines()
    assert "8 texts, 7 of them" in shown.output
    assert any(line.split() == ["3", "AP", "Report", "1", "by", "Lomo", "Post"] for line in lines)
    assert "Lomo Post, Lomo Echo, [Lomo] Star" in shown.output
    assert any(line.split() == ["North", "6", "·", "·", "·"] for line in lines)
    assert "North and South: 6 texts, 100%" in shown.output
    assert 'families: {NAME: ["North", "South"]}' in shown.output


def test_copies_gives_everything_as_json(store: Path) -> None:
    shown = newsfold("copies", "--store", store, "--json", "--top", 1)
    found: dict[str, Any] = json.loads(shown.output)
    assert [text["source"] for text in found["originals"]] == ["AP"]
    assert found["originals"][0]["reason"] == "published first"
    assert {"source": "North", "outlet": "South", "n_texts": 6} in found["exchange"]
    assert found["family_candidates"][0]["pairs"] == [{"outlets": ["North", "South"], "shared_texts": 6, "share": 1.0}]


def test_copies_of_dates_that_no_edition_has_fails_and_says_which_there_are(store: Path) -> None:
    shown = newsfold("copies", "--store", store, "--from", "2020-01-01")
    assert shown.exit_code == 1
    assert "it has 2013-06-05 to 2013-06-05" in " ".join(shown.output.split())


def test_a_story_shows_copies_under_their_original_and_many_in_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console.console, "width", 140)
    story = {"headline": "Ferry sinks", "story_id": "s", "n_articles": 10, "n_outlets": 10, "n_independent": 2}
    story |= {"status": "new", "summary_sentences": [], "keywords": [], "entities": []}
    rows = [("early copy", "original", "copy"), ("Wire", "original", "original"), ("Echo", "own", "member")]
    rows += [(f"Post {number}", "original", "copy") for number in range(7)]
    members: list[dict[str, Any]] = [
        {"article_id": group if role != "copy" else outlet, "copy_group_id": group, "outlet": outlet, "role": role}
        | {"title": "Ferry sinks", "why": [], "published_at": None}
        for outlet, group, role in rows
    ]
    console.print_story(story, members)
    table = capsys.readouterr().out.splitlines()[-9:]
    assert "Wire" in table[1] and "└ early copy" in table[2] and "└ Post 3" in table[6]
    assert "└ 3 more" in table[7] and "Post 4, Post 5, Post 6" in table[7]
    assert "Echo" in table[8] and "└" not in table[8]
