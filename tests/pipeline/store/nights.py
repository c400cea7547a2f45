"""Small invented editions, and how to put them into a store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa

from newsfold import schemas, store
from newsfold.store import Staging, Store

FIRST, SECOND, THIRD = date(2013, 6, 5), date(2013, 6, 6), date(2013, 6, 7)
LINES = ("Ferry runs aground", "Council sells the mill", "Old bridge reopens")
PUBLISHED_AT = datetime(2013, 6, 5, 18, 30, tzinfo=UTC)


def stories(edition: date, version: str, n: int = 3) -> pa.Table:
    return schemas.build_table(
        "stories",
        [
            {
                "edition_date": edition,
                "story_id": f"{edition}-{version}-{i}",
                "headline": f"{LINES[i % len(LINES)]} ({version})",
                "summary": "It happened at dawn.",
                "summary_sentences": [
                    {
                        "text": "It happened at dawn.",
                        "article_id": article_id(edition, version, i),
                        "outlet": "Harbour Courier",
                        "url": None,
                    }
                ],
                "representative_article_id": article_id(edition, version, i),
                "n_articles": 1,
                "n_outlets": 1,
                "n_independent": 1,
                "first_published_at": PUBLISHED_AT,
                "languages": ["en"],
                "keywords": ["dawn"],
                "entities": [],
                "importance": 1.0,
                "cohesion": 1.0,
                "status": "new",
                "n_new_articles": 1,
                "what_is_new": [],
                "summary_by": "extractive",
                "summary_doubts": [],
                "timeline": [],
            }
            for i in range(n)
        ],
    )


def story_articles(edition: date, version: str, n: int = 3) -> pa.Table:
    return schemas.build_table(
        "story_articles",
        [
            {
                "edition_date": edition,
                "story_id": f"{edition}-{version}-{i}",
                "article_id": article_id(edition, version, i),
                "copy_group_id": article_id(edition, version, i),
                "role": "representative",
                "similarity": 1.0,
                "why": [],
                "outlet": "Harbour Courier",
                "title": LINES[i % len(LINES)],
                "published_at": PUBLISHED_AT,
            }
            for i in range(n)
        ],
    )


def articles(edition: date, version: str, n: int = 3) -> pa.Table:
    return schemas.build_table(
        "articles",
        [
            {
                "article_id": article_id(edition, version, i),
                "outlet": "Harbour Courier",
                "title": LINES[i % len(LINES)],
                "body": f"It happened at dawn on {edition}.",
                "lead": "It happened at dawn.",
                "authors": ["Ida Marsh"],
                "language": "en",
                "first_seen_at": datetime(edition.year, edition.month, edition.day, 23, tzinfo=UTC),
                "content_hash": f"hash-{i}",
                "source": "harbour",
                "roundup": False,
                "extras": [{"key": "caption", "value": "The ferry."}],
            }
            for i in range(n)
        ],
    )


def embeddings(edition: date, version: str, n: int = 3, dimension: int = 4, model: str = "tiny") -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "article_id": article_id(edition, version, i),
                "text_digest": f"digest-{i}",
                "vector": [1.0] + [0.0] * (dimension - 1),
            }
            for i in range(n)
        ],
        schema=schemas.embeddings_schema(dimension, {"model": model}),
    )


def lineage(edition: date, version: str) -> pa.Table:
    row = {"edition_date": edition, "story_id": f"{edition}-{version}-0", "relation": "new"}
    return schemas.build_table("lineage", [row | {"shared_articles": 0, "overlap": 0.0}])


def article_id(edition: date, version: str, i: int) -> str:
    return f"article-{edition}-{version}-{i}"


def night(edition: date, version: str = "a", n: int = 3) -> dict[str, pa.Table]:
    """All that an edition needs to be read and to be the past of another."""
    return {
        "articles": articles(edition, version, n),
        "article_embeddings": embeddings(edition, version, n),
        "stories": stories(edition, version, n),
        "story_articles": story_articles(edition, version, n),
    }


def run_id(edition: date, version: str) -> str:
    return f"{edition}-{version}"


def stage(place: Store | str | Path, edition: date, tables: Mapping[str, pa.Table], version: str) -> Staging:
    area = store.open_staging(place, run_id(edition, version))
    for name, table in tables.items():
        area.write(name, table)
    return area


def about(tables: Mapping[str, pa.Table], edition: date) -> dict[str, object]:
    return {
        "status": "published",
        "window": {"from": str(edition), "to": str(edition)},
        "quality": {
            "articles": tables["articles"].num_rows if "articles" in tables else 0,
            "stories": tables["stories"].num_rows,
        },
        "config_digest": "c0ffee",
        "versions": {"newsfold": "0.1.0"},
    }


def publish(
    place: Store | str | Path, edition: date, version: str = "a", tables: Mapping[str, pa.Table] | None = None
) -> None:
    tables = night(edition, version) if tables is None else tables
    area = stage(place, edition, tables, version)
    store.publish_edition(place, area, edition, list(tables), about(tables, edition))


def files(folder: Path, ignoring: Sequence[str] = (".lock",)) -> dict[str, bytes]:
    """Every file below a folder, by relative path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in ignoring
    }
