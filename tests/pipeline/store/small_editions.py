"""Small invented editions, and how to stage, publish and compare them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from newsfold import schemas, store
from newsfold.store import Staging, Store
from tests import factories

FIRST, SECOND, THIRD = date(2013, 6, 5), date(2013, 6, 6), date(2013, 6, 7)
HEADLINES = ("Ferry runs aground", "Council sells the mill", "Old bridge reopens")
PUBLISHED_AT = datetime(2013, 6, 5, 18, 30, tzinfo=UTC)


def article_id(edition: date, version: str, number: int) -> str:
    return f"article-{edition}-{version}-{number}"


def stories_table(edition: date, version: str, n: int = 3) -> pa.Table:
    """Return `stories` of one article each; `version` is part of every id and headline."""
    rows = []
    for member in _story_article_rows(edition, version, n):
        columns: dict[str, Any] = {
            "headline": f"{member['title']} ({version})",
            "cohesion": 1.0,
            "first_published_at": PUBLISHED_AT,
        }
        rows.append(factories.story(member["story_id"], [member], **columns))
    return schemas.build_table("stories", rows)


def story_articles_table(edition: date, version: str, n: int = 3) -> pa.Table:
    return schemas.build_table("story_articles", _story_article_rows(edition, version, n))


def _story_article_rows(edition: date, version: str, n: int) -> list[dict[str, Any]]:
    rows = []
    for number in range(n):
        id_ = article_id(edition, version, number)
        columns: dict[str, Any] = {
            "edition_date": edition,
            "article_id": id_,
            "copy_group_id": id_,
            "similarity": 1.0,
            "why": [],
            "outlet": "Harbour Courier",
            "title": HEADLINES[number % len(HEADLINES)],
            "url": None,
            "published_at": PUBLISHED_AT,
        }
        rows.append(factories.story_article(f"{edition}-{version}-{number}", **columns))
    return rows


def articles_table(edition: date, version: str, n: int = 3) -> pa.Table:
    rows = [
        factories.article(
            article_id(edition, version, number),
            HEADLINES[number % len(HEADLINES)],
            f"It happened at dawn on {edition}.",
            outlet="Harbour Courier",
            lead="It happened at dawn.",
            authors=["Ida Marsh"],
            first_seen_at=datetime(edition.year, edition.month, edition.day, 23, tzinfo=UTC),
            source="harbour",
            extras=[{"key": "caption", "value": "The ferry."}],
        )
        for number in range(n)
    ]
    return schemas.build_table("articles", rows)


def embeddings_table(edition: date, version: str, n: int = 3, dimension: int = 4, model: str = "tiny") -> pa.Table:
    rows = [
        {
            "article_id": article_id(edition, version, number),
            "text_digest": f"digest-{number}",
            "vector": [1.0] + [0.0] * (dimension - 1),
        }
        for number in range(n)
    ]
    return pa.Table.from_pylist(rows, schema=schemas.embeddings_schema(dimension, {"model": model}))


def lineage_table(edition: date, version: str) -> pa.Table:
    row = {"edition_date": edition, "story_id": f"{edition}-{version}-0", "relation": "new"}
    return schemas.build_table("lineage", [row | {"shared_articles": 0, "overlap": 0.0}])


def edition_tables(edition: date, version: str = "a", n: int = 3) -> dict[str, pa.Table]:
    """Return all tables that an edition needs to be read and to be the past of another."""
    return {
        "articles": articles_table(edition, version, n),
        "article_embeddings": embeddings_table(edition, version, n),
        "stories": stories_table(edition, version, n),
        "story_articles": story_articles_table(edition, version, n),
    }


def run_id(edition: date, version: str) -> str:
    return f"{edition}-{version}"


def stage_tables(place: Store | str | Path, edition: date, tables: Mapping[str, pa.Table], version: str) -> Staging:
    staging = store.open_staging(place, run_id(edition, version))
    for name, table in tables.items():
        staging.write(name, table)
    return staging


def run_facts(tables: Mapping[str, pa.Table], edition: date) -> dict[str, object]:
    """Return what a run adds to the manifest."""
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


def publish_tables(
    place: Store | str | Path, edition: date, version: str = "a", tables: Mapping[str, pa.Table] | None = None
) -> None:
    """Stage and publish these tables, or those of `edition_tables`."""
    tables = edition_tables(edition, version) if tables is None else tables
    staging = stage_tables(place, edition, tables, version)
    store.publish_edition(place, staging, edition, list(tables), run_facts(tables, edition))


def make_older(folder: Path, edition: date, name: str, table: pa.Table) -> None:
    """Replace a published table by one as an older version of newsfold wrote it."""
    file, manifest_file = (folder / part / f"edition={edition}" for part in (name, "runs"))
    pq.write_table(table, file / "part-0.parquet")
    manifest = json.loads((manifest_file / "manifest.json").read_text())
    manifest["tables"][name]["sha256"] = hashlib.sha256((file / "part-0.parquet").read_bytes()).hexdigest()
    del manifest["checksum"]  # which an older version did not write
    (manifest_file / "manifest.json").write_text(json.dumps(manifest))


def read_files(folder: Path, ignoring: Sequence[str] = (".lock",)) -> dict[str, bytes]:
    """Return the content of every file below a folder, by relative path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in ignoring
    }
