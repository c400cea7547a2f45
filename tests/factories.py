"""Invented rows and tables for tests: plain values in every column, overridden by keyword."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

from newsfold import schemas

EDITION = date(2013, 6, 5)
NOON = datetime(2013, 6, 5, 12, tzinfo=UTC)
_STEMS = ("harbour", "council", "ferry", "bridge", "engineer", "budget", "storm", "tide", "winter")


def prose(seed: int, n_words: int) -> str:
    """Return invented text: no two seeds share a run of three words by more than chance."""
    generator = random.Random(seed)
    return " ".join(f"{generator.choice(_STEMS)}{generator.randrange(400)}" for _ in range(n_words))


def article(article_id: str = "a000", title: str = "", body: str = "", **columns: Any) -> dict[str, Any]:
    """Return a row of `articles`, null where the schema allows; a table leaves out keys that are not columns."""
    return {
        "article_id": article_id,
        "outlet": f"Outlet {article_id}",
        "title": title,
        "body": body,
        "lead": body[:200],
        "authors": [],
        "language": "en",
        "first_seen_at": NOON,
        "content_hash": f"{title}|{body}",
        "source": "test",
        "roundup": False,
        "extras": [],
        "kind": "roundup" if columns.get("roundup") else "news",
    } | columns


def articles_table(rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Return `articles` sorted by id; rows that name none are a000, a001, ... of Outlet 0, 1, ..., an hour apart."""
    filled = []
    for number, row in enumerate(rows):
        numbered = {"article_id": f"a{number:03d}", "outlet": f"Outlet {number}"}
        filled.append(article(**{**numbered, "published_at": NOON + timedelta(hours=number), **row}))
    return schemas.build_table("articles", filled).sort_by("article_id")


def originals_table(articles: pa.Table) -> pa.Table:
    """Return `copies` in which every article is its own original."""
    original = {"is_original": True, "similarity": 1.0, "kind": "exact"}
    ids = articles["article_id"].to_pylist()
    return schemas.build_table("copies", [{"article_id": id_, "copy_group_id": id_, **original} for id_ in ids])


def story_article(story_id: str, number: int = 0, **columns: Any) -> dict[str, Any]:
    """Return a row of `story_articles`: article `number` of a story, no copy, five hours before the one before it."""
    article_id = f"{story_id}-{number}"
    return {
        "edition_date": EDITION,
        "story_id": story_id,
        "article_id": article_id,
        "copy_group_id": article_id,
        "role": "member" if number else "representative",
        "similarity": 0.8,
        "why": ["names: Lomo", "close in meaning (0.80)"],
        "outlet": f"Outlet {number}",
        "title": f"Ferry sinks off Lomo, report {number}",
        "url": f"https://outlet{number}.example/{story_id}",
        "published_at": NOON - timedelta(hours=5 * number),
    } | columns


def story(story_id: str, members: Sequence[Mapping[str, Any]], **columns: Any) -> dict[str, Any]:
    """Return a row of `stories` that holds these rows of `story_articles`; the first represents it."""
    first = members[0]
    quote = {"text": "It sank at dawn.", **{key: first.get(key) for key in ("article_id", "outlet", "url")}}
    return {
        "edition_date": first["edition_date"],
        "story_id": story_id,
        "headline": first["title"],
        "summary": quote["text"],
        "summary_sentences": [quote],
        "representative_article_id": first["article_id"],
        "n_articles": len(members),
        "n_outlets": len({row["outlet"] for row in members}),
        "n_independent": len({row["copy_group_id"] for row in members}),
        "languages": ["en"],
        "keywords": ["ferry"],
        "entities": ["Lomo"],
        "entity_mentions": [{"name": "Lomo", "type": "place", "n_articles": 1, "forms": []}],
        "importance": float(len(members)),
        "cohesion": 0.8,
        "status": "new",
        "n_new_articles": len(members),
        "what_is_new": [],
        "summary_by": "extractive",
        "summary_doubts": [],
        "timeline": [],
    } | columns
