"""A story's whole life, from the edition that saw its birth to its end, read from what editions published."""

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
from newsfold.schemas.columns import TIME
from newsfold.store.layout import Store, open_store, parse_date
from newsfold.store.reading import list_editions, load_by_edition

_AT_ONCE = 8  # editions read together: a story seldom lives longer than its window and a day

MEMBERS = pa.schema(
    [
        pa.field("article_id", pa.string(), nullable=False),
        pa.field("day", pa.date32(), nullable=False),  # of publication; where that is unknown, of the first edition
        pa.field("published_at", TIME),
        pa.field("outlet", pa.string(), nullable=False),
        pa.field("title", pa.string(), nullable=False),
        pa.field("url", pa.string()),
        pa.field("joined", pa.date32(), nullable=False),  # the first edition that has it in this story
        pa.field("last_seen", pa.date32(), nullable=False),  # and the last
        pa.field("moved_to", pa.string()),  # the story it went to, where it left
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
        story_id: its id.
        editions: schema `stories`, a row for each edition that has it, in order.
        members: schema `MEMBERS`, a row for each article that ever was in it, by day.
        lineage: schema `lineage`, the rows that name it on either side, in order.
        timeline: schema `TIMELINE`, what happened to it, in order. Events: `born`, `split from` another story, `grew`,
            `unchanged`, `took in` another story, `gave off` another story, `merged into` another story, `ended`.
    """

    story_id: str
    editions: pa.Table
    members: pa.Table
    lineage: pa.Table
    timeline: pa.Table


def story(store: str | Path | Store, story_id: str) -> StoryHistory:
    """A story's whole life in one call: editions, members by day, merges and splits, timeline.

    Args:
        store: a store or its address.
        story_id: the story, whether it still lives or not.

    Raises:
        EditionNotFound: no edition has such a story.
        StoreError: the store cannot be read.
    """
    store = open_store(store)
    told: list[pa.Table] = []
    descent: list[pa.Table] = []
    members: dict[str, dict[str, Any]] = {}
    for edition, tables in _from_birth(store, story_id):
        rows, links = tables["stories"], tables["lineage"]
        own = rows.filter(pc.equal(rows["story_id"], story_id))
        named = pc.or_kleene(pc.equal(links["story_id"], story_id), pc.equal(links["previous_story_id"], story_id))
        descent.append(links.filter(pc.fill_null(named, False)))
        _follow(members, tables["story_articles"], story_id, edition)
        if own.num_rows:
            told.append(own)
        elif told:
            break
    if not told:
        raise EditionNotFound(f"No edition in {store.name} has the story {story_id!r}; `newsfold show` lists some.")
    lives = schemas.concat_tables("stories", told)
    links = schemas.concat_tables("lineage", descent)
    by_day = sorted(members.values(), key=lambda row: (row["day"], str(row["published_at"] or "~"), row["article_id"]))
    events = [event for edition in _dates(lives, links) for event in _events(story_id, edition, lives, links)]
    return StoryHistory(
        story_id,
        lives,
        pa.Table.from_pylist(by_day, schema=MEMBERS),
        links,
        pa.Table.from_pylist(events, schema=TIMELINE),
    )


def find_stories(store: str | Path | Store, beginning: str, edition: date | None = None) -> list[str]:
    """The ids of the stories that begin so: those of an edition, or of the latest one and of the one they were born in.

    Raises:
        EditionNotFound: there is no such edition, or no edition at all.
        StoreError: the store cannot be read.
    """
    store = open_store(store)
    there = list_editions(store)
    born = _birth(beginning)
    wanted = {edition} if edition else {*there[-1:], *([born] if born in there else [])}
    found: set[str] = set()
    for table in load_by_edition(store, "stories", sorted(wanted), ["story_id"]).values():
        found |= set(table.filter(pc.starts_with(table["story_id"], beginning))["story_id"].to_pylist())
    return sorted(found)


def _birth(story_id: str) -> date | None:
    """The edition that an id says it was minted in."""
    day = story_id[:8]
    return parse_date(f"{day[:4]}-{day[4:6]}-{day[6:]}") if len(day) == 8 and day.isdigit() else None


def _from_birth(store: Store, story_id: str) -> Iterator[tuple[date, dict[str, pa.Table]]]:
    born = _birth(story_id)
    there = [edition for edition in list_editions(store) if born is None or edition >= born]
    names = ("stories", "story_articles", "lineage")
    for start in range(0, len(there), _AT_ONCE):
        part = there[start : start + _AT_ONCE]
        tables = {name: load_by_edition(store, name, part) for name in names}
        for edition in part:
            yield edition, {name: tables[name].get(edition, schemas.empty_table(name)) for name in names}


def _follow(members: dict[str, dict[str, Any]], published: pa.Table, story_id: str, edition: date) -> None:
    """Note who is in the story in an edition, and where those went who were in it and are in another."""
    ours = pc.equal(published["story_id"], story_id)
    gone = pc.and_(pc.is_in(published["article_id"], pa.array(list(members), pa.string())), pc.invert(ours))
    for row in published.filter(ours).to_pylist():
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
    for row in published.filter(gone).select(["article_id", "story_id"]).to_pylist():
        members[row["article_id"]]["moved_to"] = row["story_id"]


def _dates(lives: pa.Table, links: pa.Table) -> list[date]:
    return sorted({*lives["edition_date"].to_pylist(), *links["edition_date"].to_pylist()})


def _events(story_id: str, edition: date, lives: pa.Table, links: pa.Table) -> Iterator[dict[str, Any]]:
    """What an edition did to the story: first how it came or went on, then with whom it mixed, then its end."""
    own = lives.filter(pc.equal(lives["edition_date"], edition)).to_pylist()
    rows = links.filter(pc.equal(links["edition_date"], edition)).to_pylist()
    came = [row for row in rows if row["story_id"] == story_id]
    left = [row for row in rows if row["previous_story_id"] == story_id and row["story_id"] != story_id]
    goes_on = any(row["relation"] == "continued" for row in came)
    for row in own:
        event = "born" if not goes_on else "unchanged" if row["status"] == "unchanged" else "grew"
        about = {name: row[name] for name in ("n_articles", "n_new_articles", "headline", "what_is_new")}
        yield {"edition_date": edition, "event": event, **about}
    for row in came:
        if row["relation"] in ("merged", "split"):
            event = "took in" if row["relation"] == "merged" else "split from"
            yield _mixed(edition, event, row["previous_story_id"], row)
    for row in left:
        if row["relation"] == "ended":
            yield {"edition_date": edition, "event": "ended"}
        else:
            yield _mixed(edition, "merged into" if row["relation"] == "merged" else "gave off", row["story_id"], row)


def _mixed(edition: date, event: str, other: str, row: dict[str, Any]) -> dict[str, Any]:
    return {"edition_date": edition, "event": event, "other_story_id": other, "n_articles": row["shared_articles"]}
