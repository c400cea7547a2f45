"""`newsfold show` on a published sample."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from rich.color import ColorSystem

from newsfold import digest
from newsfold.schemas.kinds import NEWS_KINDS
from newsfold_flows.cli import console
from tests import factories
from tests.factories import EDITION, story_article
from tests.flows.cli.command import newsfold
from tests.pipeline.digest.invented_editions import publish_hostile_stories, publish_stories


def test_each_story_has_its_headline_and_what_is_new_with_outlets(sample_store: Path) -> None:
    shown = newsfold("show", "--store", sample_store, "--kind", "all", "--top", 10_000)
    assert shown.exit_code == 0, shown.output
    output = " ".join(shown.output.split())
    for lead, *others in digest.group_threads(digest.load_digest(sample_store).stories):
        for story in (lead, *others):
            assert " ".join(story.row["headline"].split()) in output
            assert story.row["story_id"] in output
        for sentence in lead.row["what_is_new"]:
            assert f"+ {' '.join(sentence['text'].split())} ({sentence['outlet']})" in output


def test_stories_can_be_filtered(sample_store: Path) -> None:
    shown = newsfold("show", "--store", sample_store, "--find", "nadal", "--status", "new", "--oneline")
    assert shown.exit_code == 0, shown.output
    stories = digest.load_digest(sample_store).stories
    listed = [story.row["story_id"] for story in stories if story.row["story_id"] in shown.output]
    assert listed == [
        story.row["story_id"] for story in digest.select_stories(stories, "nadal", "new", kinds=NEWS_KINDS)
    ]
    assert "No story matches" in newsfold("show", "--store", sample_store, "--find", "zzz").output
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
    assert " · es · " in shown and " · en · " in shown
    alone = next(row for row in stories if row["languages"] == ["en"] and row["n_articles"] > 1)
    assert " · en · " not in newsfold("show", alone["story_id"], "--store", sample_store, "--no-pager").output


@pytest.mark.parametrize("columns", [80, 120])
def test_a_story_has_the_ids_and_addresses_of_its_articles_and_fits_the_terminal(
    sample_store: Path, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    story = max((story.row for story in digest.load_digest(sample_store).stories), key=lambda row: row["n_articles"])
    articles = json.loads(newsfold("show", story["story_id"], "--store", sample_store, "--json").output)["articles"]
    shown = newsfold("show", story["story_id"], "--store", sample_store, "--no-pager").output
    assert max(map(len, shown.splitlines())) <= columns
    unfolded = "".join(shown.split())
    assert all(article["article_id"] in unfolded and (article["url"] or "") in unfolded for article in articles)


def test_titles_and_addresses_are_links_where_the_terminal_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    urls = ["https://lomo.example/ferry?a=[1];b", "javascript:alert(1)", "https://lomo.example/\x9c", None]
    members = [story_article("s", number, url=url) for number, url in enumerate(urls)]
    store = publish_stories(tmp_path / "store", [(factories.story("s", members), members)])
    assert "\x1b]8;" not in newsfold("show", "s", "--store", store).output
    monkeypatch.setattr(console.out, "_force_terminal", True)
    monkeypatch.setattr(console.out, "_color_system", ColorSystem.STANDARD)
    shown = newsfold("show", "s", "--store", store, "--no-pager").output
    assert {*re.findall(r"\x1b\]8;id=\d+;(.*?)\x1b\\", shown)} == {urls[0]}


def test_an_outlet_or_person_that_no_story_has_suggests_the_nearest(sample_store: Path) -> None:
    def show(*options: str) -> str:
        return " ".join(newsfold("show", "--store", sample_store, "--no-pager", *options).output.split())

    assert "No outlet of this edition is called 'lakeside'. The nearest: Lakeside Tribune." in show(
        "--outlet", "lakeside"
    )
    assert "The nearest: Meridian Wire." in show("--outlet", "Meridian Wier")
    assert "It has Balitang Kalayag, Capital Ledger," in show("--outlet", "Nobody")
    assert "No story mentions a person called 'Obamma'. The nearest: Obama, Barack Obama" in show("--person", "Obamma")


def test_stories_of_a_person_are_listed_by_any_part_of_the_name(tmp_path: Path) -> None:
    def mention(name: str, type_: str, *forms: str) -> dict[str, object]:
        return {"name": name, "type": type_, "n_articles": 1, "forms": list(forms)}

    named = {
        "s0": [mention("Zoë Vance-Brask", "person", "Skipper Vance")],
        "s1": [mention("Vance", "place"), mention("Joanna Vancey", "person")],
        "s2": [mention("王小明", "person")],
    }
    stories = []
    for number, (story_id, mentions) in enumerate(named.items()):
        members = [story_article(story_id)]
        stories.append((factories.story(story_id, members, entity_mentions=mentions, importance=9.0 - number), members))
    store = publish_stories(tmp_path / "store", stories)
    assert list_kinds(store, "--person", "zoe") == list_kinds(store, "--person", "BRASK zoë") == ["news 0"]
    assert list_kinds(store, "--person", "vance") == ["news 0", "news 1"]
    assert list_kinds(store, "--person", "王") == ["news 2"]
    assert list_kinds(store, "--person", "anna") == []


def test_stories_with_articles_that_later_editions_saw_first_are_listed(sample_store: Path) -> None:
    def list_since(day: str) -> set[str]:
        options = ("--since", day, "--kind", "all", "--top", "1000")
        edition = json.loads(newsfold("show", "--store", sample_store, "--json", *options).output)
        return {row["story_id"] for row in edition["stories"]}

    stories = [story.row for story in digest.load_digest(sample_store).stories]
    assert list_since("2013-06-06") == {row["story_id"] for row in stories if row["n_new_articles"]}
    assert list_since("2013-06-04") == {row["story_id"] for row in stories}
    assert list_since("2013-06-06") < list_since("2013-06-05") < list_since("2013-06-04")
    assert list_since("2013-06-07") == set()


def test_words_are_found_in_the_title_of_a_thread(sample_store: Path) -> None:
    for lead, *others in list_threads(sample_store):
        title = lead.thread["title"] if lead.thread else ""
        found = digest.select_stories([lead, *others], title)
        assert found == [lead, *others]


def test_a_beginning_that_fits_several_stories_is_refused(sample_store: Path) -> None:
    refused = newsfold("show", "2013060", "--store", sample_store)
    assert refused.exit_code == 2
    assert "stories of this edition begin with '2013060'" in " ".join(refused.output.split())


@pytest.fixture
def store_of_kinds(tmp_path: Path) -> Path:
    """A store with stories of four kinds and one of an older version, the most important one an opinion piece."""
    stories = []
    for number, kind in enumerate(["opinion", "news", None, "analysis", "opinion", "live"]):
        members = [story_article(f"s{number}", at, title=f"Ferry, {kind} {number}") for at in range(2)]
        stories.append((factories.story(f"s{number}", members, kind=kind, importance=10.0 - number), members))
    return publish_stories(tmp_path / "store", stories)


def list_kinds(store: Path, *options: str) -> list[str]:
    """Return the stories that `show` lists, as `news 1`, and check that both forms of the list agree."""
    edition = json.loads(newsfold("show", "--store", store, "--json", *options).output)
    lines = newsfold("show", "--store", store, "--oneline", "--no-pager", *options).output
    assert [row["story_id"] for row in edition["stories"]] == re.findall(r"\bs\d(?= *$)", lines, re.MULTILINE)
    assert [row["rank"] for row in edition["stories"]] == sorted(row["rank"] for row in edition["stories"])
    return [f"{row['kind']} {row['story_id'][1:]}" for row in edition["stories"]]


def test_news_and_analysis_are_listed_unless_other_kinds_are_asked_for(store_of_kinds: Path) -> None:
    news = ["news 1", "news 2", "analysis 3"]
    assert list_kinds(store_of_kinds) == news
    assert list_kinds(store_of_kinds, "--kind", "all") == [*news, "opinion 0", "opinion 4", "live 5"]
    assert list_kinds(store_of_kinds, "--kind", "news") == news[:2]
    assert list_kinds(store_of_kinds, "--kind", "live", "--kind", "analysis") == ["analysis 3", "live 5"]
    assert list_kinds(store_of_kinds, "--kind", "opinion,live") == ["opinion 0", "opinion 4", "live 5"]


def test_stories_of_other_kinds_that_are_left_out_are_counted(store_of_kinds: Path) -> None:
    def show(*options: str) -> str:
        return " ".join(newsfold("show", "--store", store_of_kinds, "--no-pager", *options).output.split())

    assert "3 stories of other kinds left out: 2 opinion, 1 live; --kind all lists them, too." in show()
    assert "1 story of other kinds left out: 1 live;" in show("--find", "live")
    assert "No story matches." in show("--find", "live")
    for options in (["--kind", "all"], ["--kind", "opinion"], ["--find", "analysis"]):
        assert "left out" not in show(*options)
    assert json.loads(newsfold("show", "--store", store_of_kinds, "--json").output)["kinds"] == {
        "news": 2,
        "opinion": 2,
        "analysis": 1,
        "live": 1,
    }


def test_a_kind_that_does_not_exist_is_refused_with_the_kinds(store_of_kinds: Path) -> None:
    refused = newsfold("show", "--store", store_of_kinds, "--kind", "news,opinions")
    assert refused.exit_code == 2
    message = " ".join(refused.output.split())
    assert "--kind is one of news, opinion, analysis, live," in message and "or all, not 'opinions'" in message


def test_a_story_shows_its_kind_the_headline_before_its_names_by_type_and_its_days(tmp_path: Path) -> None:
    members = [story_article("s", at, title="Ferry found sunk") for at in range(2)]
    mentions = [
        {"name": "Lomo", "type": "place", "n_articles": 2, "forms": []},
        {"name": "Ida Vance", "type": "person", "n_articles": 2, "forms": ["Ida Vance", "Skipper Vance"]},
        {"name": "Tide [Prize]", "type": "other", "n_articles": 1, "forms": []},
    ]
    day = {"day": EDITION, "text": "Search begins", "article_id": "s-1", "outlet": "Outlet 1", "url": None}
    row = factories.story("s", members, kind="analysis", previous_headline="Ferry missing", entity_mentions=mentions)
    old = [story_article("t")]
    stories = [(row | {"timeline": [day]}, members), (factories.story("t", old, entities=["Lomo", "Ida"]), old)]
    store = publish_stories(tmp_path / "store", stories)
    shown = newsfold("show", "s", "--store", store, "--no-pager").output.splitlines()
    assert shown[:2] == ["Ferry found sunk", "was: Ferry missing"]
    assert shown[2].startswith("analysis · s · 2 articles")
    names = ["people: Ida Vance (Skipper Vance)", "places: Lomo", "other names: Tide [Prize]"]
    at = shown.index(names[0])
    assert shown[at : at + 4] == [*names, "2013-06-05 Search begins (Outlet 1)"]
    listed = newsfold("show", "--store", store, "--no-pager").output
    assert "was: Ferry missing" in listed and "analysis · 2 articles" in listed
    whole = json.loads(newsfold("show", "s", "--store", store, "--json").output)["story"]
    assert [whole[key] for key in ("kind", "previous_headline")] == ["analysis", "Ferry missing"]
    assert whole["entity_mentions"] == mentions
    without_types = newsfold("show", "t", "--store", store, "--no-pager").output
    assert "entities: Lomo, Ida" in without_types and "was:" not in without_types
    assert json.loads(newsfold("show", "t", "--store", store, "--json").output)["story"]["kind"] == "news"


def list_threads(store: Path) -> list[list[digest.DigestStory]]:
    groups = digest.group_threads(digest.load_digest(store).stories)
    return [group for group in groups if len(group) > 1]


def test_the_stories_of_a_thread_are_listed_under_its_first_one(sample_store: Path) -> None:
    lead, *others = list_threads(sample_store)[0]
    shown = newsfold("show", "--store", sample_store, "--no-pager", "--kind", "all", "--top", 100).output
    card = shown.split("thread of")[1].split(str(lead.thread and lead.thread["thread_id"]))[1].split("outlet")[0]
    assert all(other.row["story_id"] in card for other in others)


def test_a_thread_is_shown_with_its_days_stories_and_history(sample_store: Path) -> None:
    thread = list_threads(sample_store)[0][0].thread
    assert thread is not None
    shown = newsfold("show", thread["thread_id"][:18], "--store", sample_store, "--no-pager")
    assert shown.exit_code == 0, shown.output
    output = " ".join(shown.output.split())
    assert f"{thread['n_stories']} stories · {thread['n_articles']} articles" in output
    assert all(
        f"{line['day']} {' '.join(line['text'].split())} ({line['outlet']})" in output for line in thread["timeline"]
    )
    whole = json.loads(newsfold("show", thread["thread_id"], "--store", sample_store, "--json").output)
    assert whole["thread"]["title"] == thread["title"]
    assert len(whole["stories"]) == thread["n_stories"] and len(whole["editions"]) > 1
    assert all(row["story_id"] in output for row in whole["stories"])
    unknown = newsfold("show", "t2013", "--store", sample_store)
    assert unknown.exit_code == 2 and "threads of this edition begin with 't2013'" in " ".join(unknown.output.split())
