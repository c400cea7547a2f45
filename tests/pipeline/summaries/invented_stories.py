"""Invented stories for the tests of the summaries stage."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from newsfold import schemas
from newsfold.dataflow import Context
from newsfold.schemas.vectors import matrix_to_vectors
from newsfold.settings import Importance, Settings, Summaries
from newsfold.summaries import DESCRIBE
from tests.factories import article

EDITION = date(2024, 3, 9)
SEEN_AT = datetime(2024, 3, 9, 23, 59, 59, tzinfo=UTC)


def member(
    article_id: str, title: str, body: str = "", *, story: str = "s", copy_of: str | None = None, **columns: Any
) -> dict[str, Any]:
    """Return an article row with its story and, of a copy, the original's id; `origin` may say whose text it is."""
    plain: dict[str, Any] = {"url": f"https://example.org/{article_id}", "content_hash": article_id}
    plain |= {"first_seen_at": SEEN_AT, "published_at": SEEN_AT - timedelta(hours=6)}
    return article(article_id, title, body, **{"story": story, "copy_of": copy_of, **plain, **columns})


_BEFORE: dict[str, Any] = {"first_seen_at": SEEN_AT - timedelta(days=1)}
_BULLETIN: dict[str, Any] = {"outlet": "Bulletin"}
# Four stories in four languages, with copies, one whose original left the window, a section label and an earlier night.
ROWS = [
    member("a", "Ferry Halvard runs aground off Skate Point", "The ferry Halvard ran aground off Skate Point."),
    member("b", "Evening Bulletin: Halvard saved", "All 212 people left the ferry Halvard.", **_BEFORE, **_BULLETIN),
    member("c", "Ferry Halvard runs aground off Skate Point", "The ferry Halvard ran aground.", copy_of="a"),
    member("d", "Evening Bulletin: dam closed", "Engineers closed the Ostby dam.", story="t", **_BEFORE, **_BULLETIN),
    member("e", "Crack closes the Ostby dam", "A crack was found in it.", story="t", copy_of="gone", **_BEFORE),
    member("f", "Evening Bulletin: cup", "İlkay Ünal won in İzmir.", story="u", language="tr", **_BULLETIN),
    member("g", "Encalla el ferry Halvard", "El ferry Halvard encalló con 212 personas.", language="es"),
    member("h", "Straße gesperrt", "Die Straße nach Ostby ist gesperrt.", story="v", language="de"),
    member("i", "Evening Bulletin: dam", "Engineers closed it.", story="t", copy_of="d", **_BEFORE, **_BULLETIN),
]
VECTORS = {"a": (1.0, 0.3), "b": (0.9, 0.5), "g": (0.7, 0.1), "d": (0.2, 1.0), "e": (0.1, 1.0)}


@dataclass(frozen=True)
class Described:
    """The tables of the stage `describe`, and their rows by id."""

    tables: tuple[pa.Table, pa.Table]

    @property
    def stories(self) -> dict[str, dict[str, Any]]:
        """The rows of `stories` by story_id."""
        return {row["story_id"]: row for row in self.tables[0].to_pylist()}

    @property
    def articles(self) -> dict[str, dict[str, Any]]:
        """The rows of `story_articles` by article_id."""
        return {row["article_id"]: row for row in self.tables[1].to_pylist()}

    @property
    def story(self) -> dict[str, Any]:
        """The only story."""
        (story,) = self.stories.values()
        return story


def vectors_table(rows: Sequence[Mapping[str, Any]], vectors: Mapping[str, Sequence[float]]) -> pa.Table:
    """Return unit vectors of rows: those given by article_id, else all the same."""
    matrix = np.array([vectors.get(row["article_id"], (1.0, 0.0)) for row in rows], dtype=np.float32).reshape(-1, 2)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    ids = pa.array([row["article_id"] for row in rows], pa.string())
    return pa.table({"article_id": ids, "vector": matrix_to_vectors(matrix)})


def edges_table(rows: Sequence[Mapping[str, Any]], columns: Mapping[tuple[str, str], Mapping[str, Any]]) -> pa.Table:
    """Return a scored pair for any two originals of one story; `columns` overrides those of some pairs."""
    members = defaultdict(list)
    for row in rows:
        if row["copy_of"] is None:
            members[row["story"]].append(row["article_id"])
    pairs = [pair for ids in members.values() for pair in itertools.combinations(sorted(ids), 2)]
    plain: dict[str, Any] = {"probability": 0.8, "dense_cosine": 0.81, "title_cosine": 0.1, "hours_apart": 3.0}
    return schemas.build_table(
        "edges", [{"left_id": a, "right_id": b} | plain | dict(columns.get((a, b), {})) for a, b in pairs]
    )


def stage_inputs(
    *rows: dict[str, Any],
    vectors: Mapping[str, Sequence[float]] | None = None,
    edges: Mapping[tuple[str, str], Mapping[str, Any]] | None = None,
) -> dict[str, pa.Table]:
    """Return the tables that the stage `describe` reads, of invented articles without a previous edition."""
    copies = [
        {
            "article_id": row["article_id"],
            "copy_group_id": row["copy_of"] or row["article_id"],
            "is_original": row["copy_of"] is None,
            "similarity": 1.0,
            "kind": "exact",
            "origin": row.get("origin"),
        }
        for row in rows
    ]
    memberships = [{"article_id": row["article_id"], "story_id": row["story"]} for row in rows]
    return {
        "window_articles": schemas.build_table("articles", rows),
        "copies": schemas.build_table("copies", copies),
        "vectors": vectors_table(rows, vectors or {}),
        "memberships": schemas.build_table("memberships", memberships),
        "edges": edges_table(rows, edges or {}),
        "constraints": schemas.empty_table("constraints"),
        "previous_story_articles": schemas.empty_table("story_articles"),
        "previous_stories": schemas.empty_table("previous_stories"),
        "outlet_families": schemas.empty_table("outlet_families"),
    }


def describe(
    *rows: dict[str, Any],
    previous: pa.Table | None = None,
    previous_stories: pa.Table | None = None,
    families: pa.Table | None = None,
    order: Sequence[int] | None = None,
    vectors: Mapping[str, Sequence[float]] | None = None,
    edges: Mapping[tuple[str, str], Mapping[str, Any]] | None = None,
    importance: Importance | None = None,
    **summaries: Any,
) -> Described:
    """Run the stage on invented articles.

    Args:
        rows: what `member` returns.
        previous: `story_articles` of the previous edition.
        previous_stories: the headlines of its stories.
        families: table `outlet_families`.
        order: shuffles the rows of every table.
        vectors: see `vectors_table`.
        edges: see `edges_table`.
        importance: settings of importance.
        summaries: settings of summaries.
    """
    tables = stage_inputs(*rows, vectors=vectors, edges=edges)
    if previous is not None:
        tables["previous_story_articles"] = previous
    if previous_stories is not None:
        tables["previous_stories"] = previous_stories
    if families is not None:
        tables["outlet_families"] = families
    if order is not None:
        pairs = tables["edges"]
        tables["edges"] = pairs.take(pa.array(range(pairs.num_rows - 1, -1, -1), pa.int64()))
        for name in ("window_articles", "copies", "vectors", "memberships"):
            tables[name] = tables[name].take(pa.array(order, pa.int64()))
    settings = Settings(summaries=Summaries(**summaries), importance=importance or Importance())
    stories, _, story_articles = DESCRIBE.run(tables, Context(settings, EDITION, SEEN_AT)).values()
    return Described((stories, story_articles))
