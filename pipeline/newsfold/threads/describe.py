"""Describing threads: title, days, importance and counts, from their stories and from what they inherit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import schemas
from newsfold.dataflow import Context, TableView
from newsfold.importance import Reach, join_reaches, weigh_reach
from newsfold.threads.inheritance import Inheritance, find_heirs, inherit
from newsfold.threads.records import read_mapping
from newsfold.threads.tables import THREAD_MEMBERS
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


def list_threads(
    thread_records: TableView, story_threads: TableView, previous_threads: TableView, previous_thread_stories: TableView
) -> pa.Table:
    """List all threads by the ids of their stories: those of tonight, and those of the edition before that end.

    Returns:
        Table `thread_members`, by thread_id.
    """
    thread_of = read_mapping(story_threads.read(["story_id", "thread_id"]))
    stories_of: defaultdict[str, list[str]] = defaultdict(list)
    for story in thread_records.read(["story_id"])["story_id"].to_pylist():
        stories_of[thread_of[story]].append(story)
    threads = previous_threads.read(["thread_id", "status"])
    previous = threads.filter(pc.not_equal(threads["status"], "closed"))["thread_id"].to_pylist()
    earlier = previous_thread_stories.read(["story_id", "thread_id"])
    heir_of = find_heirs(previous, zip(*(column.to_pylist() for column in earlier.columns), strict=True), thread_of)
    inherited_of: defaultdict[str, list[str]] = defaultdict(list)
    for thread, heir in heir_of.items():
        inherited_of[heir].append(thread)
    rows = [
        {"thread_id": thread, "story_ids": stories_of.get(thread, []), "inherited_ids": inherited_of.get(thread, [])}
        for thread in sorted(stories_of.keys() | (set(previous) - heir_of.keys()))
    ]
    return pa.Table.from_pylist(rows, schema=THREAD_MEMBERS)


def describe_threads(
    thread_members: TableView,
    thread_records: TableView,
    centroids: TableView,
    forgotten_stories: TableView,
    described_stories: TableView,
    story_reaches: TableView,
    previous_threads: TableView,
    context: Context,
) -> tuple[pa.Table, pa.Table]:
    """Describe some threads, also those without a story in the window, and list their stories.

    A thread of the edition before none of whose stories is remembered any longer is `closed`, once.

    Returns:
        Tables `threads`, by thread_id, and `thread_stories`, by thread_id and story_id.
    """
    members = thread_members.read()
    listed = members.to_pylist()
    thread_of = {story: thread["thread_id"] for thread in listed for story in thread["story_ids"]}
    heir_of = {inherited: thread["thread_id"] for thread in listed for inherited in thread["inherited_ids"]}
    records = thread_records.where("story_id", members["story_ids"])
    record_of = {row["story_id"]: row for row in records.to_pylist()}
    described = described_stories.where("story_id", members["story_ids"], columns=_STORY_COLUMNS)
    story_of = {row["story_id"]: row for row in described.to_pylist()}
    reaches = story_reaches.where("story_id", members["story_ids"], columns=_REACH_COLUMNS)
    reach_of = {row["story_id"]: _build_reach(row) for row in reaches.to_pylist()}
    previous = previous_threads.where("thread_id", members["thread_id"], members["inherited_ids"]).to_pylist()
    previous_of = {row["thread_id"]: row for row in previous}
    forgotten = forgotten_stories.where("thread_id", members["inherited_ids"])
    inheritances = inherit(previous, heir_of, forgotten.to_pylist())

    rows = []
    for thread in listed:
        thread_id, of_stories = thread["thread_id"], [record_of[story] for story in thread["story_ids"]]
        if not of_stories:
            rows.append(_close_thread(previous_of[thread_id], context.edition))
            continue
        stories = [story_of[record["story_id"]] for record in of_stories if record["in_window"]]
        lead = min(stories, key=lambda story: (-story["importance"], story["story_id"]), default=None)
        rows.append(
            {
                "edition_date": context.edition,
                "thread_id": thread_id,
                "lead_story_id": lead["story_id"] if lead else None,
                "n_new_articles": sum(story["n_new_articles"] for story in stories),
                "importance": _weigh_thread([reach_of[story["story_id"]] for story in stories], context),
                **_describe_stories(of_stories, lead, inheritances[thread_id], context),
            }
        )
    vectors = centroids.where("story_id", members["story_ids"], columns=["centroid", "model"])
    return schemas.build_table("threads", rows), _list_stories(records, vectors, thread_of, context.edition)


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


def _list_stories(records: pa.Table, vectors: pa.Table, thread_of: Mapping[str, str], edition: date) -> pa.Table:
    """Return table `thread_stories`."""
    table = records.append_column("centroid", vectors["centroid"]).append_column("model", vectors["model"])
    thread_ids = pa.array([thread_of[story] for story in records["story_id"].to_pylist()], pa.string())
    editions = pa.repeat(pa.scalar(edition), records.num_rows)
    table = table.append_column("thread_id", thread_ids).append_column("edition_date", editions)
    return schemas.conform_table(table, "thread_stories").sort_by(
        [("thread_id", "ascending"), ("story_id", "ascending")]
    )
