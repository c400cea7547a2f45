"""`newsfold show` on a published sample."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from newsfold import digest
from newsfold_flows.cli import console
from tests.flows.cli.command import newsfold
from tests.pipeline.digest.invented_editions import publish_hostile_stories


def test_each_story_has_its_headline_and_what_is_new_with_outlets(sample_store: Path) -> None:
    shown = newsfold("show", "--store", sample_store, "--top", 10_000)
    assert shown.exit_code == 0, shown.output
    output = " ".join(shown.output.split())
    for story in digest.load_digest(sample_store).stories:
        assert " ".join(story.row["headline"].split()) in output
        assert story.row["story_id"] in output
        for sentence in story.row["what_is_new"]:
            assert f"+ {' '.join(sentence['text'].split())} ({sentence['outlet']})" in output


def test_stories_can_be_filtered(sample_store: Path) -> None:
    shown = newsfold("show", "--store", sample_store, "--find", "nadal", "--status", "new", "--oneline")
    assert shown.exit_code == 0, shown.output
    stories = digest.load_digest(sample_store).stories
    listed = [story.row["story_id"] for story in stories if story.row["story_id"] in shown.output]
    assert listed == [story.row["story_id"] for story in digest.select_stories(stories, "nadal", "new")]
    assert "No story matches" in newsfold("show", "--store", sample_store, "--outlet", "Nobody").output
    wrong = newsfold("show", "--store", sample_store, "--status", "old")
    assert wrong.exit_code == 2
    assert "new, updated, unchanged" in wrong.output


def test_json_has_ranked_stories_with_their_articles(sample_store: Path) -> None:
    edition = json.loads(newsfold("show", "--store", sample_store, "--json", "--top", 3).output)
    assert edition["edition_date"] == "2013-06-07"
    assert edition["n_stories"] == len(digest.load_digest(sample_store).stories)
    assert [row["rank"] for row in edition["stories"]] == [1, 2, 3]
    first = edition["stories"][0]
    assert len(first["articles"]) == first["n_articles"]
    whole = json.loads(newsfold("show", first["story_id"], "--store", sample_store, "--json").output)
    assert whole["story"]["headline"] == first["headline"]
    assert whole["timeline"][0]["event"] == "born"
    assert {row["article_id"] for row in whole["articles"]} == {row["article_id"] for row in first["articles"]}


def test_a_title_cannot_control_the_terminal(tmp_path: Path) -> None:
    store = publish_hostile_stories(tmp_path / "store")
    for command in (("show", "--top", "50"), ("show", "--oneline"), ("show", "control")):
        shown = newsfold(*command, "--store", store)
        assert shown.exit_code == 0, shown.output
        assert not set(shown.output) & {"\x1b", "\x07", "\x08", "\x00", "\u202e"}
        assert "Ferry sinks [31m off Lomo" in " ".join(shown.output.split())


def test_output_is_paged_unless_switched_off_or_json(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paged: list[str] = []
    monkeypatch.setattr(console.out, "_force_terminal", True)
    monkeypatch.setattr("pydoc.pager", paged.append)
    newsfold("show", "--store", sample_store)
    assert len(paged) == 1
    newsfold("show", "--store", sample_store, "--no-pager")
    newsfold("show", "--store", sample_store, "--json")
    assert len(paged) == 1


def test_a_missing_store_is_an_error_that_says_how_to_make_one(tmp_path: Path) -> None:
    failed = newsfold("show", "--store", tmp_path / "none")
    assert failed.exit_code == 1
    assert "newsfold run" in failed.output


def test_one_story_is_shown_with_its_history(sample_store: Path) -> None:
    rows = [story.row for story in digest.load_digest(sample_store).stories]
    story = next(row for row in rows if row["what_is_new"] and row["status"] == "updated")
    shown = newsfold("show", story["story_id"][:14], "--store", sample_store, "--no-pager")
    assert shown.exit_code == 0, shown.output
    output = " ".join(shown.output.split())
    assert f"{story['n_articles']} articles" in output
    assert " to 2013-06-07, " in output and " editions" in output
    assert f"+ {story['what_is_new'][0]['text'][:40]}" in output


def test_a_story_in_several_languages_names_them_and_that_of_each_article(sample_store: Path) -> None:
    stories = [story.row for story in digest.load_digest(sample_store).stories]
    story = next(row for row in stories if set(row["languages"]) == {"en", "es"})
    listed = newsfold("show", "--store", sample_store, "--language", "es", "--no-pager", "--top", 100).output
    assert "in English and Spanish" in " ".join(listed.split())
    shown = newsfold("show", story["story_id"], "--store", sample_store, "--no-pager").output
    assert "in English and Spanish" in " ".join(shown.split())
    assert "lang." in shown
    alone = next(row for row in stories if row["languages"] == ["en"] and row["n_articles"] > 1)
    assert "lang." not in newsfold("show", alone["story_id"], "--store", sample_store, "--no-pager").output


def test_a_beginning_that_fits_several_stories_is_refused(sample_store: Path) -> None:
    refused = newsfold("show", "2013060", "--store", sample_store)
    assert refused.exit_code == 2
    assert "stories of this edition begin with '2013060'" in " ".join(refused.output.split())
