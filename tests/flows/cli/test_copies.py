from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.factories import article, prose
from tests.flows.cli.command import newsfold
from tests.pipeline.queries.test_syndication import publish_articles, reprint
from tests.pipeline.store.small_editions import FIRST


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """One night: an agency's text in three outlets, and six texts in two."""
    wire = reprint(1, "Lomo Post", "Lomo Echo", "[Lomo] Star", agency="AP")
    shared = [row for text in range(10, 16) for row in reprint(text, "North", "South")]
    publish_articles(tmp_path / "store", FIRST, [*wire, *shared, article("alone", body=prose(3, 90))])
    return tmp_path / "store"


def test_the_most_copied_texts_the_exchange_and_possible_families_are_printed(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    shown = newsfold("copies", "--store", store)
    assert shown.exit_code == 0, shown.output
    lines = shown.output.splitlines()
    assert "8 texts, 7 of them" in shown.output
    assert any(line.split() == ["3", "AP", "Report", "1", "by", "Lomo", "Post"] for line in lines)
    assert "Lomo Post, Lomo Echo, [Lomo] Star" in shown.output
    assert any(line.split() == ["North", "6", "·", "·", "·"] for line in lines)
    assert "North and South: 6 texts, 100%" in shown.output
    assert 'families: {NAME: ["North", "South"]}' in shown.output


def test_json_has_every_pair_of_outlets(store: Path) -> None:
    shown = newsfold("copies", "--store", store, "--json", "--top", 1)
    report: dict[str, Any] = json.loads(shown.output)
    assert [text["source"] for text in report["originals"]] == ["AP"]
    assert report["originals"][0]["reason"] == "published first"
    assert {"source": "North", "outlet": "South", "n_texts": 6} in report["exchange"]
    assert report["family_candidates"][0]["pairs"] == [{"outlets": ["North", "South"], "shared_texts": 6, "share": 1.0}]


def test_dates_without_editions_are_an_error_that_says_which_there_are(store: Path) -> None:
    shown = newsfold("copies", "--store", store, "--from", "2020-01-01")
    assert shown.exit_code == 1
    assert "it has 2013-06-05 to 2013-06-05" in " ".join(shown.output.split())


def test_controls_in_names_and_titles_reach_no_terminal(tmp_path: Path) -> None:
    hostile = reprint(1, "Lomo\x9b31m Post", "Lomo\x1b[2J Echo", "Star", agency="A\x9bP")
    publish_articles(tmp_path, FIRST, [row | {"title": "Report\x9b5m \u202e"} for row in hostile])
    for options in ((), ("--json",)):
        shown = newsfold("copies", "--store", tmp_path, *options)
        assert shown.exit_code == 0, shown.output
        assert "Star" in shown.output
        assert not set(shown.output) & {"\x9b", "\x1b", "\u202e"}
