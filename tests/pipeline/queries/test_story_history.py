"""A story's history in one call."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

import newsfold
from newsfold import schemas
from newsfold.errors import EditionNotFound
from newsfold.queries import edition_ids, story_history
from tests.pipeline.store.small_editions import (
    FIRST,
    edition_tables,
    publish_tables,
    stories_table,
    story_articles_table,
)
from tests.pipeline.test_lineage import clusters_table, copies_table, trace

Groups = list[list[str]]


def publish_groups(folder: Path, days: list[Groups]) -> dict[tuple[int, str], str]:
    """Publish an edition for each list of groups, with ids by lineage; return the story by (day, article)."""
    before, known = schemas.empty_table("story_articles"), set[str]()
    story_of: dict[tuple[int, str], str] = {}
    for day, groups in enumerate(days):
        edition = FIRST + timedelta(days=day)
        ids = sorted(article for group in groups for article in group)
        memberships, descent = trace(clusters_table(groups), copies_table(ids), before, edition)
        rows = memberships.to_pylist()
        before = schemas.build_table("story_articles", [_story_article(row, edition) for row in rows])
        counts = Counter(row["story_id"] for row in rows)
        fresh = Counter(row["story_id"] for row in rows if row["article_id"] not in known)
        continued = {row["story_id"] for row in descent.to_pylist() if row["relation"] == "continued"}
        model = stories_table(edition, "a", 1).to_pylist()[0]
        stories = [
            model
            | {"story_id": story, "n_articles": n, "n_new_articles": fresh[story]}
            | {"status": "new" if story not in continued else "updated" if fresh[story] else "unchanged"}
            for story, n in sorted(counts.items())
        ]
        tables = edition_tables(edition) | {
            "stories": schemas.build_table("stories", stories),
            "story_articles": before,
            "lineage": descent,
        }
        publish_tables(folder, edition, "a", tables)
        known |= set(ids)
        story_of |= {(day, row["article_id"]): row["story_id"] for row in rows}
    return story_of


def _story_article(row: dict[str, str], edition: date) -> dict[str, object]:
    known: dict[str, object] = story_articles_table(edition, "a", 1).to_pylist()[0]
    article = row["article_id"]
    return known | row | {"copy_group_id": article, "title": article, "published_at": None}


def list_events(history: story_history.StoryHistory) -> list[tuple[int, str, str | None]]:
    rows = history.timeline.to_pylist()
    return [((row["edition_date"] - FIRST).days, row["event"], row["other_story_id"]) for row in rows]


def test_a_story_is_followed_from_birth_to_end(tmp_path: Path) -> None:
    days = [[["a", "b"], ["x"]], [["a", "b", "c"], ["x"]], [["a", "b", "c"], ["x"]], [["x"]], [["x"]]]
    ferry = publish_groups(tmp_path, days)[0, "a"]
    history = newsfold.story(tmp_path, ferry)
    assert list_events(history) == [(0, "born", None), (1, "grew", None), (2, "unchanged", None), (3, "ended", None)]
    assert history.editions["n_articles"].to_pylist() == [2, 3, 3]
    assert history.lineage["relation"].to_pylist() == ["new", "continued", "continued", "ended"]


def test_members_are_listed_by_the_day_they_were_published_or_first_seen(tmp_path: Path) -> None:
    story = publish_groups(tmp_path, [[["b", "c"]], [["a", "b", "c"]]])[0, "b"]
    members = newsfold.story(tmp_path, story).members.to_pylist()
    second = FIRST + timedelta(days=1)
    assert [(row["article_id"], row["day"], row["joined"], row["last_seen"]) for row in members] == [
        ("b", FIRST, FIRST, second),
        ("c", FIRST, FIRST, second),
        ("a", second, second, second),
    ]


def test_merges_and_splits_name_the_other_story(tmp_path: Path) -> None:
    days = [[["a", "b"], ["x"]], [["a", "b", "x"]], [["a", "b"], ["x"]]]
    story_of = publish_groups(tmp_path, days)
    ferry, other, again = story_of[0, "a"], story_of[0, "x"], story_of[2, "x"]
    assert len({ferry, other, again}) == 3, "an id that was merged away does not come back"
    assert list_events(newsfold.story(tmp_path, ferry)) == [
        (0, "born", None),
        (1, "unchanged", None),
        (1, "took in", other),
        (2, "unchanged", None),
        (2, "gave off", again),
    ]
    assert list_events(newsfold.story(tmp_path, other)) == [(0, "born", None), (1, "merged into", ferry)]
    assert list_events(newsfold.story(tmp_path, again)) == [(2, "born", None), (2, "split from", ferry)]
    moved = {row["article_id"]: row["moved_to"] for row in newsfold.story(tmp_path, ferry).members.to_pylist()}
    assert moved == {"a": None, "b": None, "x": again}


def test_the_error_on_an_unknown_story_names_it(tmp_path: Path) -> None:
    publish_groups(tmp_path, [[["a"]]])
    with pytest.raises(EditionNotFound, match="20130605-nothing"):
        newsfold.story(tmp_path, "20130605-nothing")


def test_a_story_is_found_by_a_prefix_of_its_id_even_if_it_has_ended(tmp_path: Path) -> None:
    story_of = publish_groups(tmp_path, [[["a", "b"]], [["x"]]])
    gone, here = story_of[0, "a"], story_of[1, "x"]
    assert edition_ids.find_ids(tmp_path, gone[:14]) == [gone]
    assert edition_ids.find_ids(tmp_path, here[:10]) == [here]
    assert edition_ids.find_ids(tmp_path, gone[:14], FIRST + timedelta(days=1)) == []
    assert edition_ids.find_ids(tmp_path, "2013") == [here], "of the latest edition"
