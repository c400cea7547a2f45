"""Validation of an edition's tables before they are published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import schemas
from newsfold.errors import StoreError
from newsfold.store.staging import Staging

_UNIQUE_KEYS = {
    "articles": "article_id",
    "revisions": "article_id",
    "sightings": "article_id",
    "copies": "article_id",
    "article_embeddings": "article_id",
    "stories": "story_id",
    "story_articles": "article_id",
    "sources": "source",
    "fetches": "url",
}


def validate_edition(staging: Staging, edition: date, tables: Sequence[str]) -> dict[str, int]:
    """Check that staged tables make a valid edition.

    Returns:
        The number of rows of each table.

    Raises:
        StoreError: a table is missing or cannot be published, belongs to another edition, or names an article or a
            story twice, or stories and story_articles are not about the same stories.
        SchemaError: a table does not fit its schema.
    """
    unknown = [name for name in tables if name not in schemas.PUBLISHED]
    if unknown:
        raise StoreError(
            f"{', '.join(unknown)} cannot be published; an edition consists of {', '.join(schemas.PUBLISHED)}."
        )
    missing = [name for name in tables if not staging.store.exists(staging.path(name))]
    if missing:
        raise StoreError(
            f"The run {staging.run_id} cannot publish the edition {edition}: {', '.join(missing)} "
            f"is not in staging. Run the edition again."
        )
    rows: dict[str, int] = {}
    stories: dict[str, set[str]] = {}
    for name in tables:
        rows[name], key = 0, _UNIQUE_KEYS.get(name)
        keys: list[pa.ChunkedArray] = []
        for group in staging.iter_row_groups(name):
            table = schemas.conform_table(group, name)
            rows[name] += table.num_rows
            _check_edition(table, name, edition)
            keys += [table.column(key)] if key else []
            if name in ("stories", "story_articles"):
                stories.setdefault(name, set()).update(pc.unique(table.column("story_id")).to_pylist())
        if key:
            _check_unique(
                pa.chunked_array([chunk for column in keys for chunk in column.chunks], pa.string()), name, edition
            )
    if len(stories) == 2:
        _check_same_stories(stories["stories"], stories["story_articles"], edition)
    return rows


def _check_edition(table: pa.Table, name: str, edition: date) -> None:
    if "edition_date" not in table.column_names:
        return
    others = set(pc.unique(table.column("edition_date")).to_pylist()) - {edition}
    if others:
        raise StoreError(f"The edition {edition} is not published: {name} has rows of {_shorten_list(others)}.")


def _check_unique(ids: pa.ChunkedArray, name: str, edition: date) -> None:
    counts = pc.value_counts(ids)
    duplicates = counts.filter(pc.greater(counts.field("counts"), 1)).field("values").to_pylist()
    if duplicates:
        raise StoreError(
            f"The edition {edition} is not published: {name} has more than one row for "
            f"{_UNIQUE_KEYS[name]} {_shorten_list(set(duplicates))}."
        )


def _check_same_stories(in_stories: set[str], in_story_articles: set[str], edition: date) -> None:
    for missing, table, other in (
        (in_stories - in_story_articles, "stories", "story_articles"),
        (in_story_articles - in_stories, "story_articles", "stories"),
    ):
        if missing:
            raise StoreError(
                f"The edition {edition} is not published: {table} has {_shorten_list(missing)}, which {other} does not."
            )


def _shorten_list(values: set[str] | set[date], at_most: int = 3) -> str:
    shown = sorted(str(value) for value in values)
    more = f" and {len(shown) - at_most} more" if len(shown) > at_most else ""
    return ", ".join(shown[:at_most]) + more
