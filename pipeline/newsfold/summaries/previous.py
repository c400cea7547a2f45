"""What the edition before said of stories, and what tonight's window no longer shows of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from newsfold.dataflow import TableView
from newsfold.schemas import PREVIOUS_STORY_COLUMNS


@dataclass(frozen=True)
class PreviousStory:
    """A story as the edition before had it.

    Attributes:
        article_ids: its articles.
        headline: its headline.
        first_published_at: when its first article was published, if that has left the window.
        first_outlet: that article's outlet.
        timeline: the entries of its timeline whose articles have left the window.
    """

    article_ids: frozenset[str]
    headline: str | None = None
    first_published_at: datetime | None = None
    first_outlet: str | None = None
    timeline: tuple[Mapping[str, Any], ...] = ()


def read_previous_stories(
    story_ids: pa.ChunkedArray,
    previous_stories: TableView,
    previous_story_articles: TableView,
    window_articles: TableView,
) -> dict[str, PreviousStory]:
    """Read what the edition before said of some stories, by story_id; a new story is not among them."""
    columns = ["story_id", "article_id", "published_at"]
    articles = previous_story_articles.where("story_id", story_ids, columns=columns)
    stories = previous_stories.where("story_id", story_ids, columns=["story_id", *PREVIOUS_STORY_COLUMNS])
    in_window = window_articles.where("article_id", articles["article_id"], columns=["article_id"])
    ids_in_window = set(in_window["article_id"].to_pylist())
    members: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in articles.to_pylist():
        members[row["story_id"]].append(row)
    row_of = {row["story_id"]: row for row in stories.to_pylist()}
    known = sorted(members.keys() | row_of.keys())
    return {story_id: _read_story(members[story_id], row_of.get(story_id), ids_in_window) for story_id in known}


def _read_story(members: list[dict[str, Any]], row: Mapping[str, Any] | None, in_window: set[str]) -> PreviousStory:
    article_ids = frozenset(member["article_id"] for member in members)
    if row is None:
        return PreviousStory(article_ids)
    remaining = [member["published_at"] for member in members if member["article_id"] in in_window]
    first = row["first_published_at"]
    # A first article that is still in the window, here or in another story, speaks for itself.
    has_left = first is not None and all(time is None or first < time for time in remaining)
    return PreviousStory(
        article_ids,
        row["headline"],
        first if has_left else None,
        row["first_outlet"] if has_left else None,
        tuple(entry for entry in row["timeline"] if entry["article_id"] not in in_window),
    )
