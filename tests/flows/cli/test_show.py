"""`newsfold show`, `digest` and `notebook` on a published sample."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from newsfold import digest
from newsfold_flows.cli import console
from newsfold_flows.cli.app import app
from tests.pipeline.digest.invented_editions import publish_hostile_stories


def newsfold(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_show_tells_headline_summary_with_sources_and_what_is_new(sample_store: Path) -> None:
    shown = newsfold("show", "--store", sample_store, "--top", 10_000)
    assert shown.exit_code == 0, shown.output
    said = " ".join(shown.output.split())
    for one in digest.read(sample_store).stories:
        assert " ".join(one.row["headline"].split()) in said
        assert one.row["story_id"] in said
        for sentence in one.row["what_is_new"]:
            assert f"+ {' '.join(sentence['text'].split())} ({sentence['outlet']})" in said


def test_show_lists_only_what_is_asked_for(sample_store: Path) -> None:
    shown = newsfold("show", "--store", sample_store, "--find", "nadal", "--status", "new", "--oneline")
    assert shown.exit_code == 0, shown.output
    stories = digest.read(sample_store).stories
    listed = [one.row["story_id"] for one in stories if one.row["story_id"] in shown.output]
    assert listed == [one.row["story_id"] for one in digest.select(stories, "nadal", "new")]
    assert "No story fits" in newsfold("show", "--store", sample_store, "--outlet", "Nobody").output
    wrong = newsfold("show", "--store", sample_store, "--status", "old")
    assert wrong.exit_code == 2
    assert "new, updated, unchanged" in wrong.output


def test_show_gives_json_to_programs(sample_store: Path) -> None:
    told = json.loads(newsfold("show", "--store", sample_store, "--json", "--top", 3).output)
    assert told["edition_date"] == "2013-06-07"
    assert told["n_stories"] == len(digest.read(sample_store).stories)
    assert [row["rank"] for row in told["stories"]] == [1, 2, 3]
    first = told["stories"][0]
    assert len(first["articles"]) == first["n_articles"]
    whole = json.loads(newsfold("show", first["story_id"], "--store", sample_store, "--json").output)
    assert whole["story"]["headline"] == first["headline"]
    assert whole["timeline"][0]["event"] == "born"
    assert {row["article_id"] for row in whole["articles"]} == {row["article_id"] for row in first["articles"]}


def test_a_title_cannot_command_the_terminal(tmp_path: Path) -> None:
    store = publish_hostile_stories(tmp_path / "store")
    for command in (("show", "--top", "50"), ("show", "--oneline"), ("show", "control")):
        shown = newsfold(*command, "--store", store)
        assert shown.exit_code == 0, shown.output
        assert not set(shown.output) & {"\x1b", "\x07", "\x08", "\x00", "\u202e"}
        assert "Ferry sinks [31m off Lomo" in " ".join(shown.output.split())


def test_more_than_a_screen_is_paged_unless_told_not_to(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paged: list[str] = []
    monkeypatch.setattr(console.console, "_force_terminal", True)
    monkeypatch.setattr("pydoc.pager", paged.append)
    newsfold("show", "--store", sample_store)
    assert len(paged) == 1
    newsfold("show", "--store", sample_store, "--no-pager")
    newsfold("show", "--store", sample_store, "--json")
    assert len(paged) == 1


def test_digest_says_what_it_wrote(sample_store: Path, tmp_path: Path) -> None:
    done = newsfold("digest", "--store", sample_store, "--out", tmp_path / "digest.html", "--top", 10)
    assert done.exit_code == 0, done.output
    n_stories = len(digest.read(sample_store).stories)
    assert f"Edition 2013-06-07, 10 of {n_stories} stories: {tmp_path / 'digest.html'}" in done.output
    assert (tmp_path / "digest-2013-06-06.html").exists()


def test_notebook_says_what_it_wrote(sample_store: Path, tmp_path: Path) -> None:
    done = newsfold("notebook", "--store", sample_store, "--out", tmp_path / "explore.ipynb")
    assert done.exit_code == 0, done.output
    cells = json.loads((tmp_path / "explore.ipynb").read_text(encoding="utf-8"))["cells"]
    assert sum(cell["cell_type"] == "code" for cell in cells) > 10


def test_reading_a_store_that_is_not_there_says_how_to_make_one(tmp_path: Path) -> None:
    for command in ("show", "digest", "notebook"):
        failed = newsfold(command, "--store", tmp_path / "none")
        assert failed.exit_code == 1
        assert "newsfold run" in failed.output
