"""One edition, gathered from its tables for a reader: what the page and the terminal both tell."""

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

BINS = 28  # a window of seven days in parts of six hours
_PAIR = ("left_id", "right_id")
_TABLES = {
    "stories": None,
    "story_articles": None,
    "lineage": None,
    "articles": ("article_id",),
    "edges": (*_PAIR, "probability"),
}
_MIXED = ("merged", "split")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Text:
    """One text of a story: its original (its first print, where that is not in the story), and its copies by time."""

    original: Row
    copies: list[Row]


@dataclass(frozen=True)
class Told:
    """One story as an edition tells it.

    Attributes:
        row: its row of `stories`.
        texts: its texts, by time.
        outlets: its outlets, the first to print it first.
        fresh: the article_ids that are new in this edition.
        coverage: articles in each of `BINS` equal parts of the window; those without a time are in none.
        coverage_fresh: those of them that are new in this edition.
        nearest: for each original the other one that the scorer puts nearest to it, and the pair's probability.
        mixed: rows of `lineage` that tell of a merger or split in this edition.
    """

    row: Row
    texts: list[Text]
    outlets: list[str]
    fresh: frozenset[str]
    coverage: list[int]
    coverage_fresh: list[int]
    nearest: dict[str, tuple[Row, float]]
    mixed: list[Row]


@dataclass(frozen=True)
class Digest:
    """An edition for readers.

    Attributes:
        edition: its date.
        manifest: what is known of the run that made it.
        begins: the first day of its window.
        previous: the edition before it in the store; None where it is the first.
        following: the one after it; None where it is the latest.
        stories: its stories, the most important first.
    """

    edition: date
    manifest: Mapping[str, Any]
    begins: date
    previous: date | None
    following: date | None
    stories: list[Told]


def read(address: str | Path, edition: store.Edition = "latest") -> Digest:
    """An edition of a store, whole and consistent while a run is publishing.

    Args:
        address: the store.
        edition: a date (or `YYYY-MM-DD`), or `latest`.

    Raises:
        EditionNotFound: there is no such edition.
        StoreError: the store cannot be read, or the edition has no stories table.
    """
    manifest, tables = store.load_tables(address, _TABLES, edition)
    if "stories" not in manifest["tables"]:
        raise StoreError(f"The edition {manifest['edition_date']} has no table stories: there is nothing to tell.")
    on = date.fromisoformat(manifest["edition_date"])
    there = store.list_editions(address)
    begins = date.fromisoformat(manifest.get("window", {}).get("from") or str(on))
    members = _by_story(tables["story_articles"].to_pylist())
    mixed = _by_story(row for row in tables["lineage"].to_pylist() if row["relation"] in _MIXED)
    nearest = _nearest(tables["story_articles"], tables["edges"])
    fresh = frozenset(tables["articles"]["article_id"].to_pylist())

    def told(row: Row) -> Told:
        own = members[row["story_id"]]
        new = [member for member in own if member["article_id"] in fresh]
        return Told(
            row=row,
            texts=fold(own),
            outlets=list(dict.fromkeys(member["outlet"] for member in own)),
            fresh=frozenset(member["article_id"] for member in new),
            coverage=coverage((member["published_at"] for member in own), begins, on),
            coverage_fresh=coverage((member["published_at"] for member in new), begins, on),
            nearest={id_: nearest[id_] for member in own if (id_ := member["article_id"]) in nearest},
            mixed=mixed[row["story_id"]],
        )

    ranked = tables["stories"].sort_by([("importance", "descending"), ("story_id", "ascending")])
    return Digest(
        edition=on,
        manifest=manifest,
        begins=begins,
        previous=max((each for each in there if each < on), default=None),
        following=min((each for each in there if each > on), default=None),
        stories=[told(row) for row in ranked.to_pylist()],
    )


def fold(members: Iterable[Row]) -> list[Text]:
    """The texts among some rows of `story_articles`, each with its copies, in the rows' order."""
    groups: dict[str, list[Row]] = {}
    for row in members:
        groups.setdefault(row["copy_group_id"], []).append(row)
    texts = []
    for group, rows in groups.items():
        original = next((row for row in rows if row["article_id"] == group), rows[0])
        texts.append(Text(original, [row for row in rows if row is not original]))
    return texts


def coverage(times: Iterable[datetime | None], begins: date, ends: date) -> list[int]:
    """How many of these times lie in each of `BINS` equal parts of some days; earlier ones count in the first.

    Args:
        times: publication times; unknown ones count nowhere.
        begins: the first day.
        ends: the last day, whole.
    """
    start = datetime.combine(begins, time(), UTC)
    part = (datetime.combine(ends + timedelta(days=1), time(), UTC) - start) / BINS
    counts = [0] * BINS
    for when in times:
        if when is not None:
            counts[min(max((when - start) // part, 0), BINS - 1)] += 1
    return counts


def _by_story(rows: Iterable[Row]) -> defaultdict[str, list[Row]]:
    grouped: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row["story_id"]].append(row)
    return grouped


def _nearest(members: pa.Table, edges: pa.Table) -> dict[str, tuple[Row, float]]:
    """Each original's best edge inside its story: the member at its other end, and the probability."""
    rows = members.to_pylist()
    stories = np.array([row["story_id"] for row in rows], dtype=object)
    ends = [pc.fill_null(pc.index_in(edges[end], members["article_id"].combine_chunks()), -1) for end in _PAIR]
    left, right = (np.asarray(end.to_numpy(), dtype=np.int64) for end in ends)
    known = np.flatnonzero((left >= 0) & (right >= 0))
    inside = known[stories[left[known]] == stories[right[known]]]
    probability = edges["probability"].to_numpy()[inside]
    best: dict[str, tuple[Row, float]] = {}
    for at in np.lexsort((right[inside], left[inside], -probability)):
        one, other = rows[left[inside[at]]], rows[right[inside[at]]]
        best.setdefault(one["article_id"], (other, float(probability[at])))
        best.setdefault(other["article_id"], (one, float(probability[at])))
    return best
