"""Nights of invented stories, for tests of the stage that links them into threads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from newsfold import schemas
from newsfold.dataflow import Context, end_of_day
from newsfold.schemas.vectors import matrix_to_vectors
from newsfold.settings import Settings
from newsfold.threads.stage import LINK

FIRST = date(2026, 3, 2)
FERRY, BUDGET, ELECTION = np.eye(8)[:3]
Tables = Mapping[str, pa.Table]


def near(direction: np.ndarray, cosine: float, axis: int) -> np.ndarray:
    """Return a unit vector that has a cosine with a direction, turned towards an axis of its own."""
    turned: np.ndarray = cosine * direction + np.sqrt(1 - cosine**2) * np.eye(8)[axis]
    return turned


def story(story_id: str, vector: np.ndarray, day: date = FIRST, **fields: Any) -> dict[str, Any]:
    """Describe a story of one article."""
    return {"story_id": story_id, "vector": vector, "day": day, "kind": "news", "outlet": "Courier"} | fields


def build_night(
    stories: Sequence[dict[str, Any]], edition: date, past: Tables, relations: Sequence[tuple[str, str]] = ()
) -> Tables:
    """Build the tables that the stage reads; `relations` are earlier stories and what became of them."""
    described, reaches, members = [], [], []
    for row in stories:
        story_id, published_at = row["story_id"], datetime.combine(row["day"], datetime.min.time(), UTC)
        article = {"article_id": f"a-{story_id}", "outlet": row["outlet"], "url": None}
        headline = row.get("headline", f"Headline of {story_id}")
        is_new = row["day"] == edition
        described.append(
            {
                **dict.fromkeys(schemas.SCHEMAS["described_stories"].names),
                "edition_date": edition,
                "story_id": story_id,
                "headline": headline,
                "kind": row["kind"],
                "summary": "",
                "summary_sentences": [],
                "summary_by": "extractive",
                "summary_doubts": [],
                "representative_article_id": article["article_id"],
                "language": "en",
                "languages": ["en"],
                "n_articles": 1,
                "n_outlets": 1,
                "n_independent": 1,
                "n_new_articles": int(is_new),
                "first_published_at": published_at,
                "last_published_at": published_at,
                "keywords": [],
                "entities": row.get("entities", []),
                "entity_mentions": [],
                "timeline": [],
                "what_is_new": [],
                "importance": row.get("importance", 1.0),
                "cohesion": 1.0,
                "status": "new",
            }
        )
        origins = [f"outlet {row['outlet']}"] if "origins" not in row else row["origins"]
        reaches.append(
            {
                "story_id": story_id,
                "independent_origins": origins,
                "news_rank": 0,
                "origins": [(origin, end_of_day(row["day"])) for origin in origins],
                "new_origins": origins if is_new else [],
                "owners": [(origin, end_of_day(row["day"])) for origin in origins],
                "articles": [(end_of_day(row["day"]), 1)],
                "last_published_at": published_at,
            }
        )
        members.append(
            {
                "edition_date": edition,
                "story_id": story_id,
                "copy_group_id": article["article_id"],
                **article,
                "role": "representative",
                "similarity": 1.0,
                "why": [],
                "title": headline,
                "published_at": published_at,
                "language": "en",
            }
        )
    matrix = np.array([row["vector"] for row in stories], dtype=np.float32).reshape(len(stories), 8)
    vectors = pa.table(
        {
            "article_id": [row["article_id"] for row in members],
            "text_digest": [row["article_id"] for row in members],
            "vector": matrix_to_vectors(matrix),
        },
        schema=schemas.embeddings_schema(8, {"model": "invented"}),
    )
    lineage = [{"edition_date": edition, "previous_story_id": id_, "relation": relation} for id_, relation in relations]
    return {
        "described_stories": schemas.build_table("described_stories", described),
        "story_reaches": schemas.build_table("story_reaches", reaches),
        "story_articles": schemas.build_table("story_articles", members),
        "vectors": vectors,
        "memberships": schemas.build_table("memberships", members),
        "edges": schemas.empty_table("edges"),
        "lineage": schemas.build_table("lineage", [row | {"shared_articles": 0, "overlap": 0.0} for row in lineage]),
        "previous_story_articles": past.get("story_articles", schemas.empty_table("story_articles")),
        "previous_threads": past.get("threads", schemas.empty_table("threads")),
        "previous_thread_stories": past.get("thread_stories", schemas.empty_table("thread_stories")),
    }


def link(stories: Sequence[dict[str, Any]], edition: date = FIRST, past: Tables | None = None, **fields: Any) -> Tables:
    """Link a night's stories and return the stage's tables, with what the next night reads of it."""
    relations = [(id_, "ended") for id_ in fields.get("ended", ())] + fields.get("relations", [])
    tables = build_night(stories, edition, past or {}, relations)
    if fields.get("edges"):
        tables = {**tables, "edges": schemas.build_table("edges", fields["edges"])}
    return LINK.run(tables, Context(Settings(), edition, end_of_day(edition))) | {
        "story_articles": tables["story_articles"]
    }


def thread_of(tables: Tables) -> dict[str, str]:
    """Return the thread of each story, by id."""
    table = tables["thread_stories"]
    return dict(zip(table["story_id"].to_pylist(), table["thread_id"].to_pylist(), strict=True))


def only_thread(tables: Tables, story_id: str) -> dict[str, Any]:
    """Return the row of `threads` of the thread that a story is in."""
    return next(row for row in tables["threads"].to_pylist() if row["thread_id"] == thread_of(tables)[story_id])
