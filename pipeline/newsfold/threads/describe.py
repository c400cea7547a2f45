"""Describing threads: title, days, importance and counts, from their stories and from what they inherit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from newsfold import schemas
from newsfold.dataflow import Context, TableView
from newsfold.importance import Reach, join_reaches, weigh_reach
from newsfold.threads.inheritance import Inheritance, find_heirs, inherit
from newsfold.threads.records import read_mapping
from newsfold.threads.timeline import build_timeline

_MAX_ENTITIES = 15
_STORY_COLUMNS = ("story_id", "importance", "n_new_articles")
_REACH_COLUMNS = ("story_id", "news_rank", "origins", "new_origins", "owners", "articles", "last_published_at")

Row = Mapping[str, Any]


def add_thread_columns(described_stories: TableView, story_threads: TableView, threads: TableView) -> pa.Table:
    """Return table `stories`: some described stories with their threads and the importance of these, in their order."""
    stories = described_stories.read()
    thread_of = read_mapping(story_threads.where("story_id", stories["story_id"], columns=["story_id", "thread_id"]))
    thread_ids = pa.array([thread_of[story] for story in stories["story_id"].to_pylist()], pa.string())
    known = threads.where("thread_id", pa.chunked_array([thread_ids]), columns=["thread_id", "importance"])
    importance_of = read_mapping(known)
    importance = pa.array([importance_of[thread] for thread in thread_ids.to_pylist()], pa.float32())
    stories = stories.append_column("thread_id", thread_ids).append_column("thread_importance", importance)
    return schemas.conform_table(stories, "stories")


def describe_threads(
    thread_records: TableView,
    centroids: TableView,
    forgotten_stories: TableView,
    story_threads: TableView,
    described_stories: TableView,
    story_reaches: TableView,
    previous_threads: TableView,
    previous_thread_stories: TableView,
    context: Context,
) -> tuple[pa.Table, pa.Table]:
    """Describe all threads, also those without a story in the window, and list their stories.

    A thread of the edition before none of whose stories is remembered any longer is `closed`, once.

    Returns:
        Tables `threads`, by thread_id, and `thread_stories`, by thread_id and story_id.
    """
    records = thread_records.read()
    thread_of = read_mapping(story_threads.read(["story_id", "thread_id"]))
    records_of: defaultdict[str, list[Row]] = defaultdict(list)
    for record in records.to_pylist():
        records_of[thread_of[record["story_id"]]].append(record)
    story_of = {row["story_id"]: row for row in described_stories.read(_STORY_COLUMNS).to_pylist()}
    reach_of = {row["story_id"]: _build_reach(row) for row in story_reaches.read(_REACH_COLUMNS).to_pylist()}
    previous = [row for row in previous_threads.read().to_pylist() if row["status"] != "closed"]
    heir_of = find_heirs(previous, previous_thread_stories.read(["story_id", "thread_id"]).to_pylist(), thread_of)
    inheritances = inherit(previous, heir_of, forgotten_stories.read().to_pylist())

    rows = []
    for thread_id in sorted(records_of):
        stories = [story_of[record["story_id"]] for record in records_of[thread_id] if record["in_window"]]
        lead = min(stories, key=lambda story: (-story["importance"], story["story_id"]), default=None)
        reaches = [reach_of[story["story_id"]] for story in stories]
        rows.append(
            {
                "edition_date": context.edition,
                "thread_id": thread_id,
                "lead_story_id": lead["story_id"] if lead else None,
                "n_new_articles": sum(story["n_new_articles"] for story in stories),
                "importance": _weigh_thread(reaches, context),
                **_describe_stories(records_of[thread_id], lead, inheritances[thread_id], context),
            }
        )
    rows += [_close_thread(row, context.edition) for row in previous if row["thread_id"] not in heir_of]
    rows.sort(key=lambda row: str(row["thread_id"]))
    return schemas.build_table("threads", rows), _list_stories(records, centroids.read(), thread_of, context.edition)


def _describe_stories(
    records: Sequence[Row], lead: Row | None, inheritance: Inheritance, context: Context
) -> dict[str, Any]:
    """Return the columns of a thread that follow from its stories' records and from what it inherits."""
    # Without a story in the window, the thread keeps its title.
    titled = next((record for record in records if lead and record["story_id"] == lead["story_id"]), None)
    latest = max(records, key=lambda record: (record["last_day"], record["story_id"]))
    last_day = latest["last_day"]
    outlets = {outlet for record in records for outlet in record["outlets"]}.union(inheritance.outlets)
    origins = {origin for record in records for origin in record["origins"]}.union(inheritance.origins)
    is_quiet = (context.edition - last_day).days >= context.settings.threads.quiet_days
    language = titled["language"] if titled else inheritance.language or latest["language"]
    return {
        "title": titled["headline"] if titled else inheritance.title or latest["headline"],
        "kind": titled["kind"] if titled else inheritance.kind or latest["kind"],
        "language": language,
        "status": "quiet" if is_quiet else "running",
        "first_day": min([record["first_day"] for record in records] + inheritance.first_days),
        "last_day": last_day,
        "n_stories": len(records) + inheritance.n_former_stories,
        "n_articles": sum(record["n_articles"] for record in records) + inheritance.n_former_articles,
        "n_outlets": len(outlets),
        "n_independent": len(origins),
        "entities": _rank_entities(records),
        "timeline": build_timeline(records, language, inheritance.timeline),
        "outlets": sorted(outlets),
        "origins": sorted(origins),
        "n_former_stories": inheritance.n_former_stories,
        "n_former_articles": inheritance.n_former_articles,
    }


def _build_reach(row: Row) -> Reach:
    mappings = {name: dict(row[name]) for name in ("origins", "owners", "articles")}
    return Reach(
        news_rank=row["news_rank"],
        new_origins=row["new_origins"],
        last_published_at=row["last_published_at"],
        **mappings,
    )


def _weigh_thread(reaches: Sequence[Reach], context: Context) -> float:
    if not reaches:
        return 0.0
    return sum(weigh_reach(join_reaches(reaches), context.seen_at, context.settings.importance).values())


def _rank_entities(records: Sequence[Row]) -> list[str]:
    """Return the names that most stories mention; of equals, those of the largest stories."""
    by_size = sorted(records, key=lambda record: (-len(record["origins"]), record["story_id"]))
    forms: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for record in by_size:
        for name in record["entities"]:
            forms.setdefault(name.casefold(), name)
            counts[name.casefold()] += 1
    return [forms[name] for name, _ in counts.most_common(_MAX_ENTITIES)]


def _close_thread(row: Row, edition: date) -> dict[str, Any]:
    nothing_new = {"lead_story_id": None, "n_new_articles": 0, "importance": 0.0}
    return {**row, **nothing_new, "edition_date": edition, "status": "closed"}


def _list_stories(records: pa.Table, centroids: pa.Table, thread_of: Mapping[str, str], edition: date) -> pa.Table:
    """Return table `thread_stories`."""
    table = records.append_column("centroid", centroids["centroid"]).append_column("model", centroids["model"])
    thread_ids = pa.array([thread_of[story] for story in records["story_id"].to_pylist()], pa.string())
    editions = pa.repeat(pa.scalar(edition), records.num_rows)
    table = table.append_column("thread_id", thread_ids).append_column("edition_date", editions)
    return schemas.conform_table(table, "thread_stories").sort_by(
        [("thread_id", "ascending"), ("story_id", "ascending")]
    )
