"""What stories keep of former editions once their first articles have left the window."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from newsfold import schemas
from tests.pipeline.summaries.invented_stories import EDITION, SEEN_AT, describe, member

LEFT = SEEN_AT - timedelta(days=9)
STILL_HERE = SEEN_AT - timedelta(days=4)
ROW: dict[str, Any] = {"edition_date": EDITION - timedelta(days=1), "story_id": "s"}


def entry(article: str, time: datetime, text: str = "Ferry sinks") -> dict[str, Any]:
    return {"day": time.date(), "text": text, "article_id": article, "outlet": "Bulletin", "url": None}


def previous(first: datetime, *timeline: dict[str, Any]) -> dict[str, pa.Table]:
    """Return the edition before: a story of the articles `gone` and `here`, the first of which had it first."""
    members = [
        ROW | {"article_id": name, "copy_group_id": name, "role": "member", "similarity": 1.0, "why": []}
        | {"outlet": "Bulletin", "title": "Ferry sinks", "published_at": time}
        for name, time in (("gone", LEFT), ("here", STILL_HERE))
    ]  # fmt: skip
    story = ROW | {"headline": "Ferry sinks", "first_published_at": first, "first_outlet": "Bulletin"}
    return {
        "previous": schemas.build_table("story_articles", members),
        "previous_stories": schemas.build_table("previous_stories", [story | {"timeline": list(timeline)}]),
    }


def here(**columns: Any) -> dict[str, Any]:
    return member("here", "Ferry raised", outlet="Harbour TV", published_at=STILL_HERE, **columns)


def test_the_first_report_is_remembered_after_it_has_left_the_window() -> None:
    story = describe(here(), **previous(LEFT)).story
    assert (story["first_published_at"], story["first_outlet"]) == (LEFT, "Bulletin")


def test_an_earlier_report_that_arrives_late_comes_first() -> None:
    early = LEFT - timedelta(days=2)
    story = describe(here(), member("late", "Ferry sails", published_at=early), **previous(LEFT)).story
    assert story["first_published_at"] == early


def test_a_first_article_that_went_to_another_story_is_not_remembered() -> None:
    moved = member("gone", "Ferry sinks", story="other", published_at=LEFT)
    stories = describe(here(), moved, **previous(LEFT)).stories
    assert stories["s"]["first_published_at"] == STILL_HERE
    assert stories["other"]["first_published_at"] == LEFT


@pytest.mark.parametrize("moved", [True, False])
def test_the_timeline_keeps_the_days_whose_articles_have_left_the_window(moved: bool) -> None:
    rows = [here(), *([member("gone", "Ferry sinks", story="other", published_at=LEFT)] if moved else [])]
    known = previous(LEFT, entry("gone", LEFT), entry("here", STILL_HERE, "Ferry raised"))
    days: list[date] = [day["day"] for day in describe(*rows, **known).stories["s"]["timeline"]]
    assert days == ([] if moved else [LEFT.date(), STILL_HERE.date()])


def test_the_timeline_ends_with_the_latest_fourteen_days() -> None:
    old = [entry(f"o{n}", LEFT - timedelta(days=n)) for n in range(20, 0, -1)]
    timeline = describe(here(), **previous(LEFT, *old)).story["timeline"]
    assert len(timeline) == 14
    assert timeline[-1]["text"] == "Ferry raised"
