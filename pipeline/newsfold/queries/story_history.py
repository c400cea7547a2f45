"""Story history: a story from its first edition to its end, read from published editions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import schemas
from newsfold.errors import EditionNotFound
from newsfold.queries.edition_ids import iterate_editions
from newsfold.schemas.columns import TIME
from newsfold.store.layout import Store, open_store

MEMBERS = pa.schema(
    [
        pa.field("article_id", pa.string(), nullable=False),
        pa.field("day", pa.date32(), nullable=False),  # of publication; if that is unknown, of the first edition
        pa.field("published_at", TIME),
        pa.field("outlet", pa.string(), nullable=False),
        pa.field("title", pa.string(), nullable=False),
        pa.field("url", pa.string()),
        pa.field("joined", pa.date32(), nullable=False),  # the first edition with the article in this story
        pa.field("last_seen", pa.date32(), nullable=False),  # the last such edition
        pa.field("moved_to", pa.string()),  # the story that the article moved to, if it left
    ]
)
TIMELINE = pa.schema(
    [
        pa.field("edition_date", pa.date32(), nullable=False),
        pa.field("event", pa.string(), nullable=False),
        pa.field("other_story_id", pa.string()),
        pa.field("n_articles", pa.int32()),
        pa.field("n_new_articles", pa.int32()),
        pa.field("headline", pa.string()),
        pa.field("what_is_new", schemas.PUBLISHED["stories"].field("what_is_new").type),
    ]
)


@dataclass(frozen=True)
class StoryHistory:
    """One story through all its editions.

    Attributes:
        story_id: the story's id.
        editions: schema `stories`, a row for each edition that has the story, in order.
        members: schema `MEMBERS`, a row for each article that ever was in the story, by day.
        lineage: schema `lineage`, the rows that name the story on either side, in order.
        timeline: schema `TIMELINE`, the story's events, in order: `born`, `split from` another story, `grew`,
            `unchanged`, `took in` another story, `gave off` another story, `merged into` another story, `ended`.
    """

    story_id: str
    editions: pa.Table
    members: pa.Table
    lineage: pa.Table
    timeline: pa.Table


def story(store: str | Path | Store, story_id: str) -> StoryHistory:
    """Load a story's history: its editions, members by day, merges and splits, and timeline.

    Args:
        store: a store or its address.
        story_id: the story, whether it has ended or not.

    Raises:
        EditionNotFound: no edition has such a story.
        StoreError: the store cannot be read.
    """
    store = open_store(store)
    story_rows: list[pa.Table] = []
    lineage_rows: list[pa.Table] = []
    members: dict[str, dict[str, Any]] = {}
    for edition, tables in iterate_editions(store, story_id, ("stories", "story_articles", "lineage")):
        stories, lineage = tables["stories"], tables["lineage"]
        rows = stories.filter(pc.equal(stories["story_id"], story_id))
        is_named = pc.or_kleene(
            pc.equal(lineage["story_id"], story_id), pc.equal(lineage["previous_story_id"], story_id)
        )
        lineage_rows.append(lineage.filter(pc.fill_null(is_named, False)))
        _update_members(members, tables["story_articles"], story_id, edition)
        if rows.num_rows:
            story_rows.append(rows)
        elif story_rows:
            break
    if not story_rows:
        raise EditionNotFound(f"No edition in {store.name} has the story {story_id!r}; `newsfold show` lists some.")
    editions = schemas.concat_tables("stories", story_rows)
    lineage = schemas.concat_tables("lineage", lineage_rows)
    by_day = sorted(members.values(), key=lambda row: (row["day"], str(row["published_at"] or "~"), row["article_id"]))
    dates = sorted({*editions["edition_date"].to_pylist(), *lineage["edition_date"].to_pylist()})
    events = [event for edition in dates for event in _iter_events(story_id, edition, editions, lineage)]
    return StoryHistory(
        story_id,
        editions,
        pa.Table.from_pylist(by_day, schema=MEMBERS),
        lineage,
        pa.Table.from_pylist(events, schema=TIMELINE),
    )


def _update_members(members: dict[str, dict[str, Any]], story_articles: pa.Table, story_id: str, edition: date) -> None:
    """Add the story's articles of an edition to `members`, and note the new story of members that left."""
    is_member = pc.equal(story_articles["story_id"], story_id)
    was_member = pc.is_in(story_articles["article_id"], pa.array(list(members), pa.string()))
    for row in story_articles.filter(is_member).to_pylist():
        known = members.get(row["article_id"])
        published_at = row["published_at"]
        members[row["article_id"]] = {
            "article_id": row["article_id"],
            "day": published_at.date() if published_at else known["day"] if known else edition,
            "published_at": published_at,
            "outlet": row["outlet"],
            "title": row["title"],
            "url": row["url"],
            "joined": known["joined"] if known else edition,
            "last_seen": edition,
            "moved_to": None,
        }
    left = story_articles.filter(pc.and_(was_member, pc.invert(is_member)))
    for row in left.select(["article_id", "story_id"]).to_pylist():
        members[row["article_id"]]["moved_to"] = row["story_id"]


def _iter_events(story_id: str, edition: date, editions: pa.Table, lineage: pa.Table) -> Iterator[dict[str, Any]]:
    """Yield the story's events in an edition: its start or growth, then merges and splits, then its end."""
    story_rows = editions.filter(pc.equal(editions["edition_date"], edition)).to_pylist()
    lineage_rows = lineage.filter(pc.equal(lineage["edition_date"], edition)).to_pylist()
    sources = [row for row in lineage_rows if row["story_id"] == story_id]
    targets = [row for row in lineage_rows if row["previous_story_id"] == story_id and row["story_id"] != story_id]
    is_continued = any(row["relation"] == "continued" for row in sources)
    for row in story_rows:
        event = "born" if not is_continued else "unchanged" if row["status"] == "unchanged" else "grew"
        facts = {name: row[name] for name in ("n_articles", "n_new_articles", "headline", "what_is_new")}
        yield {"edition_date": edition, "event": event, **facts}
    for row in sources:
        if row["relation"] in ("merged", "split"):
            event = "took in" if row["relation"] == "merged" else "split from"
            yield _exchange_event(edition, event, row["previous_story_id"], row)
    for row in targets:
        if row["relation"] == "ended":
            yield {"edition_date": edition, "event": "ended"}
        else:
            event = "merged into" if row["relation"] == "merged" else "gave off"
            yield _exchange_event(edition, event, row["story_id"], row)


def _exchange_event(edition: date, event: str, other: str, row: dict[str, Any]) -> dict[str, Any]:
    return {"edition_date": edition, "event": event, "other_story_id": other, "n_articles": row["shared_articles"]}
