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

from newsfold import schemas, summaries
from newsfold.settings import Importance, Summaries
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
# Four stories in four languages, with copies, one whose original left the window, a rubric and an earlier night.
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
    """What `describe` gave, by id."""

    stories: dict[str, dict[str, Any]]
    articles: dict[str, dict[str, Any]]
    tables: tuple[pa.Table, pa.Table]

    @property
    def story(self) -> dict[str, Any]:
        """The only story."""
        (only,) = self.stories.values()
        return only


def vectors(rows: Sequence[Mapping[str, Any]], given: Mapping[str, Sequence[float]]) -> pa.Table:
    """Unit vectors: those given, else all alike."""
    flat = np.array([given.get(row["article_id"], (1.0, 0.0)) for row in rows], dtype=np.float32).reshape(-1, 2)
    flat /= np.linalg.norm(flat, axis=1, keepdims=True)
    kind = pa.list_(pa.float32(), 2)
    return pa.table({"article_id": [row["article_id"] for row in rows], "vector": pa.array(flat.tolist(), kind)})


def edges(rows: Sequence[Mapping[str, Any]], known: Mapping[tuple[str, str], Mapping[str, Any]]) -> pa.Table:
    """A scored pair for any two originals of one story."""
    members = defaultdict(list)
    for row in rows:
        if row["copy_of"] is None:
            members[row["story"]].append(row["article_id"])
    pairs = [pair for ids in members.values() for pair in itertools.combinations(sorted(ids), 2)]
    scored: dict[str, Any] = {"probability": 0.8, "dense_cosine": 0.81, "title_cosine": 0.1, "hours_apart": 3.0}
    return schemas.build_table(
        "edges", [{"left_id": a, "right_id": b} | scored | dict(known.get((a, b), {})) for a, b in pairs]
    )


def tables(
    *rows: dict[str, Any], given: Mapping[str, Sequence[float]] | None = None
) -> tuple[pa.Table, pa.Table, pa.Table, pa.Table]:
    """Articles, copies, vectors and memberships of invented articles."""
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
    return (
        schemas.build_table("articles", rows),
        schemas.build_table("copies", copies),
        vectors(rows, given or {}),
        schemas.build_table("memberships", memberships),
    )


def describe(
    *rows: dict[str, Any],
    previous: pa.Table | None = None,
    order: Sequence[int] | None = None,
    given: Mapping[str, Sequence[float]] | None = None,
    known: Mapping[tuple[str, str], Mapping[str, Any]] | None = None,
    weights: Importance | None = None,
    **settings: Any,
) -> Described:
    """Describes invented articles; `order` shuffles the rows of every table."""
    found = tables(*rows, given=given)
    pairs = edges(rows, known or {})
    if order is not None:
        pairs = pairs.take(pa.array(range(pairs.num_rows - 1, -1, -1), pa.int64()))
        found = tuple(table.take(pa.array(order, pa.int64())) for table in found)
    articles, copy_table, embeddings, member_table = found
    stories, members = summaries.describe(
        articles,
        copy_table,
        embeddings,
        pairs,
        member_table,
        schemas.empty_table("story_articles") if previous is None else previous,
        Summaries(**settings),
        EDITION,
        SEEN_AT,
        weights=weights,
    )
    return Described(
        {row["story_id"]: row for row in stories.to_pylist()},
        {row["article_id"]: row for row in members.to_pylist()},
        (stories, members),
    )
