"""One edition, joined from its tables for a reader: the content of the page and of `newsfold show`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from newsfold import store
from newsfold.errors import StoreError
from newsfold.schemas.importance import rank_stories
from newsfold.schemas.kinds import DEFAULT_KIND, NEWS_KINDS
from newsfold.text import UNKNOWN_LANGUAGE

_OTHER_NAMES = "other names"
_MENTION_TYPES = {"person": "people", "organisation": "organisations", "place": "places", "other": _OTHER_NAMES}
BINS = 28  # a window of seven days in parts of six hours
_ENDS = ("left_id", "right_id")
_TABLES = {
    "stories": None,
    "story_articles": None,
    "lineage": None,
    "articles": ("article_id",),
    "edges": (*_ENDS, "probability"),
    "threads": None,
}

Row = Mapping[str, Any]


@dataclass(frozen=True)
class CopyGroup:
    """One text of a story: its original (the first copy, if the original is not in the story) and its other copies."""

    original: Row
    copies: list[Row]


@dataclass(frozen=True)
class DigestStory:
    """One story of an edition.

    Attributes:
        row: its row of `stories`.
        copy_groups: its texts, by time.
        outlets: its outlets, by the time of their first article.
        new_ids: the article_ids that are new in this edition.
        coverage: the number of articles in each of `BINS` equal parts of the window; undated ones are left out.
        new_coverage: the number of new articles among them.
        nearest: by article_id of an original, the other original with the most probable edge, and the probability.
        merges_and_splits: rows of `lineage` that merge or split the story in this edition.
        thread: the row of `threads` of its thread; None if that is this story alone.
    """

    row: Row
    copy_groups: list[CopyGroup]
    outlets: list[str]
    new_ids: frozenset[str]
    coverage: list[int]
    new_coverage: list[int]
    nearest: dict[str, tuple[Row, float]]
    merges_and_splits: list[Row]
    thread: Row | None = None

    @property
    def kind(self) -> str:
        """Its kind, a key of `schemas.kinds.KINDS`; `news` in editions of older versions."""
        return self.row["kind"] or DEFAULT_KIND

    @property
    def is_news(self) -> bool:
        """Whether it is one of the stories that lists show first: news or analysis."""
        return self.kind in NEWS_KINDS

    @property
    def language(self) -> str:
        """The language of its headline and summary; in editions of older versions, that of most articles."""
        return self.row["language"] or next(iter(self.row["languages"]), UNKNOWN_LANGUAGE)

    def language_of(self, article: Row) -> str:
        """Return the language of one of its articles; unknown in older editions if the story has several."""
        return article["language"] or (self.language if len(self.row["languages"]) == 1 else UNKNOWN_LANGUAGE)


@dataclass(frozen=True)
class Digest:
    """An edition for readers.

    Attributes:
        edition: its date.
        manifest: its manifest.
        window_start: the first day of its window.
        previous: the date of the edition before it in the store; None for the first.
        following: the date of the edition after it; None for the latest.
        stories: its stories: news and analysis first, then other kinds, each the most important first; the stories of
            one thread follow each other, in the place that the thread's importance gives them.
    """

    edition: date
    manifest: Mapping[str, Any]
    window_start: date
    previous: date | None
    following: date | None
    stories: list[DigestStory]


def load_digest(address: str | Path, edition: store.Edition = "latest") -> Digest:
    """Load an edition of a store, consistent even while a run is publishing.

    Args:
        address: the store.
        edition: a date (or `YYYY-MM-DD`), or `latest`.

    Raises:
        EditionNotFound: there is no such edition.
        StoreError: the store cannot be read, or the edition has no stories table.
    """
    manifest, tables = store.load_tables(address, _TABLES, edition)
    if "stories" not in manifest["tables"]:
        raise StoreError(f"The edition {manifest['edition_date']} has no table stories: there is nothing to show.")
    edition_date = date.fromisoformat(manifest["edition_date"])
    editions = store.list_editions(address)
    window_start = date.fromisoformat(manifest.get("window", {}).get("from") or str(edition_date))
    members = _group_by_story(tables["story_articles"].to_pylist())
    merges_and_splits = _group_by_story(
        row for row in tables["lineage"].to_pylist() if row["relation"] in ("merged", "split")
    )
    nearest = _find_nearest(tables["story_articles"], tables["edges"])
    thread_of = {row["thread_id"]: row for row in tables["threads"].to_pylist() if row["n_stories"] > 1}
    new_ids = frozenset(tables["articles"]["article_id"].to_pylist())

    def build_story(row: Row) -> DigestStory:
        articles = members[row["story_id"]]
        new = [article for article in articles if article["article_id"] in new_ids]
        return DigestStory(
            row=row,
            copy_groups=group_copies(articles),
            outlets=list(dict.fromkeys(article["outlet"] for article in articles)),
            new_ids=frozenset(article["article_id"] for article in new),
            coverage=count_by_time((article["published_at"] for article in articles), window_start, edition_date),
            new_coverage=count_by_time((article["published_at"] for article in new), window_start, edition_date),
            nearest={id_: nearest[id_] for article in articles if (id_ := article["article_id"]) in nearest},
            merges_and_splits=merges_and_splits[row["story_id"]],
            thread=thread_of.get(row["thread_id"]),
        )

    return Digest(
        edition=edition_date,
        manifest=manifest,
        window_start=window_start,
        previous=max((other for other in editions if other < edition_date), default=None),
        following=min((other for other in editions if other > edition_date), default=None),
        stories=[build_story(row) for row in rank_stories(tables["stories"]).to_pylist()],
    )


def group_threads(stories: Iterable[DigestStory]) -> list[list[DigestStory]]:
    """Group stories by thread, threads and the stories of each in the order of the stories."""
    groups: defaultdict[str, list[DigestStory]] = defaultdict(list)
    for story in stories:
        groups[story.thread["thread_id"] if story.thread else story.row["story_id"]].append(story)
    return list(groups.values())


def group_copies(articles: Iterable[Row]) -> list[CopyGroup]:
    """Group rows of `story_articles` by text, in the rows' order."""
    groups: dict[str, list[Row]] = {}
    for row in articles:
        groups.setdefault(row["copy_group_id"], []).append(row)
    copy_groups = []
    for original_id, rows in groups.items():
        original = next((row for row in rows if row["article_id"] == original_id), rows[0])
        copy_groups.append(CopyGroup(original, [row for row in rows if row is not original]))
    return copy_groups


def group_mentions(story: Row) -> dict[str, list[Row]]:
    """Group a story's `entity_mentions`: people, organisations, places, other names; of these, those that it has."""
    mentions: dict[str, list[Row]] = {label: [] for label in _MENTION_TYPES.values()}
    for mention in story["entity_mentions"]:
        mentions[_MENTION_TYPES.get(mention["type"], _OTHER_NAMES)].append(mention)
    return {label: rows for label, rows in mentions.items() if rows}


def count_by_time(times: Iterable[datetime | None], first_day: date, last_day: date) -> list[int]:
    """Count times in each of `BINS` equal parts of some days; times outside count in the nearest part.

    Args:
        times: publication times; None is left out.
        first_day: the first day.
        last_day: the last day, whole.
    """
    start = datetime.combine(first_day, time(), UTC)
    width = (datetime.combine(last_day + timedelta(days=1), time(), UTC) - start) / BINS
    counts = [0] * BINS
    for published_at in times:
        if published_at is not None:
            counts[min(max((published_at - start) // width, 0), BINS - 1)] += 1
    return counts


def _group_by_story(rows: Iterable[Row]) -> defaultdict[str, list[Row]]:
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["story_id"]].append(row)
    return groups


def _find_nearest(members: pa.Table, edges: pa.Table) -> dict[str, tuple[Row, float]]:
    """Return each original's most probable edge inside its story: the article at its other end, and the probability."""
    rows = members.to_pylist()
    stories = np.array([row["story_id"] for row in rows], dtype=object)
    positions = [pc.fill_null(pc.index_in(edges[end], members["article_id"].combine_chunks()), -1) for end in _ENDS]
    left, right = (np.asarray(position.to_numpy(), dtype=np.int64) for position in positions)
    known = np.flatnonzero((left >= 0) & (right >= 0))
    inside = known[stories[left[known]] == stories[right[known]]]
    probability = edges["probability"].to_numpy()[inside]
    nearest: dict[str, tuple[Row, float]] = {}
    for at in np.lexsort((right[inside], left[inside], -probability)):
        first, second = rows[left[inside[at]]], rows[right[inside[at]]]
        nearest.setdefault(first["article_id"], (second, float(probability[at])))
        nearest.setdefault(second["article_id"], (first, float(probability[at])))
    return nearest
