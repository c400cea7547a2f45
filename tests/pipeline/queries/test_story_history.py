"""A story's whole life in one call."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

import newsfold
from newsfold import lineage, schemas
from newsfold.errors import EditionNotFound
from newsfold.queries import story_history
from tests.pipeline.store import nights
from tests.pipeline.store.nights import FIRST
from tests.pipeline.test_lineage import clusters_of, copies_of

Groups = list[list[str]]


def published(shelf: Path, told: list[Groups]) -> dict[tuple[int, str], str]:
    """Publish a night after another, its stories' ids as lineage gives them; the story of each (night, article)."""
    before, known = schemas.empty_table("story_articles"), set[str]()
    story_of: dict[tuple[int, str], str] = {}
    for day, groups in enumerate(told):
        edition = FIRST + timedelta(days=day)
        ids = sorted(article for group in groups for article in group)
        memberships, descent = lineage.trace_lineage(clusters_of(groups), copies_of(ids), before, edition)
        rows = memberships.to_pylist()
        before = schemas.build_table("story_articles", [_member(row, edition) for row in rows])
        counts = Counter(row["story_id"] for row in rows)
        fresh = Counter(row["story_id"] for row in rows if row["article_id"] not in known)
        continued = {row["story_id"] for row in descent.to_pylist() if row["relation"] == "continued"}
        model = nights.stories(edition, "a", 1).to_pylist()[0]
        stories = [
            model
            | {"story_id": story, "n_articles": n, "n_new_articles": fresh[story]}
            | {"status": "new" if story not in continued else "updated" if fresh[story] else "unchanged"}
            for story, n in sorted(counts.items())
        ]
        tables = nights.night(edition) | {
            "stories": schemas.build_table("stories", stories),
            "story_articles": before,
            "lineage": descent,
        }
        nights.publish(shelf, edition, "a", tables)
        known |= set(ids)
        story_of |= {(day, row["article_id"]): row["story_id"] for row in rows}
    return story_of


def _member(row: dict[str, str], edition: date) -> dict[str, object]:
    known: dict[str, object] = nights.story_articles(edition, "a", 1).to_pylist()[0]
    article = row["article_id"]
    return known | row | {"copy_group_id": article, "title": article, "published_at": None}


def events(life: story_history.StoryHistory) -> list[tuple[int, str, str | None]]:
    rows = life.timeline.to_pylist()
    return [((row["edition_date"] - FIRST).days, row["event"], row["other_story_id"]) for row in rows]


def test_a_story_is_told_from_birth_to_end(tmp_path: Path) -> None:
    told = [[["a", "b"], ["x"]], [["a", "b", "c"], ["x"]], [["a", "b", "c"], ["x"]], [["x"]], [["x"]]]
    ferry = published(tmp_path, told)[0, "a"]
    life = newsfold.story(tmp_path, ferry)
    assert events(life) == [(0, "born", None), (1, "grew", None), (2, "unchanged", None), (3, "ended", None)]
    assert life.editions["n_articles"].to_pylist() == [2, 3, 3]
    assert life.lineage["relation"].to_pylist() == ["new", "continued", "continued", "ended"]


def test_members_are_listed_by_the_day_they_were_published_or_first_seen(tmp_path: Path) -> None:
    story = published(tmp_path, [[["b", "c"]], [["a", "b", "c"]]])[0, "b"]
    members = newsfold.story(tmp_path, story).members.to_pylist()
    second = FIRST + timedelta(days=1)
    assert [(row["article_id"], row["day"], row["joined"], row["last_seen"]) for row in members] == [
        ("b", FIRST, FIRST, second),
        ("c", FIRST, FIRST, second),
        ("a", second, second, second),
    ]


def test_merges_and_splits_name_the_other_story(tmp_path: Path) -> None:
    told = [[["a", "b"], ["x"]], [["a", "b", "x"]], [["a", "b"], ["x"]]]
    story_of = published(tmp_path, told)
    ferry, other, again = story_of[0, "a"], story_of[0, "x"], story_of[2, "x"]
    assert len({ferry, other, again}) == 3, "an id that was merged away does not come back"
    assert events(newsfold.story(tmp_path, ferry)) == [
        (0, "born", None),
        (1, "unchanged", None),
        (1, "took in", other),
        (2, "unchanged", None),
        (2, "gave off", again),
    ]
    assert events(newsfold.story(tmp_path, other)) == [(0, "born", None), (1, "merged into", ferry)]
    assert events(newsfold.story(tmp_path, again)) == [(2, "born", None), (2, "split from", ferry)]
    moved = {row["article_id"]: row["moved_to"] for row in newsfold.story(tmp_path, ferry).members.to_pylist()}
    assert moved == {"a": None, "b": None, "x": again}


def test_a_story_that_never_was_is_named(tmp_path: Path) -> None:
    published(tmp_path, [[["a"]]])
    with pytest.raises(EditionNotFound, match="20130605-nothing"):
        newsfold.story(tmp_path, "20130605-nothing")


def test_a_story_is_found_by_the_beginning_of_its_id_also_when_it_has_ended(tmp_path: Path) -> None:
    story_of = published(tmp_path, [[["a", "b"]], [["x"]]])
    gone, here = story_of[0, "a"], story_of[1, "x"]
    assert story_history.find_stories(tmp_path, gone[:14]) == [gone]
    assert story_history.find_stories(tmp_path, here[:10]) == [here]
    assert story_history.find_stories(tmp_path, gone[:14], FIRST + timedelta(days=1)) == []
    assert story_history.find_stories(tmp_path, "2013") == [here], "of the latest edition"
