"""Editions made as the nightly flow makes them, but without Prefect, for tests of their readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa

from newsfold import schemas, sources, stages, store
from newsfold.dataflow import Context, end_of_day
from newsfold.settings import Settings

SAMPLE_NIGHTS = (date(2013, 6, 5), date(2013, 6, 6), date(2013, 6, 7))


def make_editions(folder: Path, settings: Settings, editions: Sequence[date]) -> Path:
    """Make and publish editions in order, and return their store."""
    for edition in editions:
        past = store.load_window(folder, edition, settings.window_days)
        tables: dict[str, pa.Table] = {name: schemas.empty_table(name) for name in stages.INPUTS}
        tables["documents"], tables["source_outcomes"] = sources.read_sources(settings, edition)
        tables |= {
            "known_ids": store.load_known_ids(folder, edition, settings.known_days),
            "known_articles": past.articles,
            "known_embeddings": schemas.concat_tables("article_embeddings", past.iter_embeddings()),
            "previous_story_articles": past.previous_story_articles,
            "previous_stories": past.previous_stories,
            "previous_threads": past.previous_threads,
            "previous_thread_stories": past.previous_thread_stories,
            "previous_originals": past.previous_originals,
            "known_edges": past.previous_edges,
        }
        context = Context(settings, edition, end_of_day(edition))
        for stage in stages.STAGES:
            tables |= stage.run(tables, context)
        publish_tables(folder, edition, tables, settings.window_days)
    return folder


def publish_tables(folder: Path, edition: date, tables: Mapping[str, pa.Table], window_days: int = 7) -> None:
    """Publish an edition of these tables; the other published tables are empty."""
    staging = store.open_staging(folder, f"{edition}-test")
    filled = {name: tables.get(name, schemas.empty_table(name)) for name in schemas.PUBLISHED}
    for name, table in filled.items():
        staging.write(name, table)
    articles = filled["story_articles"].num_rows
    figures = {"new_articles": filled["articles"].num_rows, "articles": articles, "stories": filled["stories"].num_rows}
    manifest = {
        "status": "published",
        "window": {"from": str(edition - timedelta(days=window_days - 1)), "to": str(edition)},
        "sources": [row for row in filled["sources"].to_pylist() if row.pop("edition_date")],
        "quality": figures | {"singletons": 0, "copies": 0, "status": {}},
    }
    store.publish_edition(folder, staging, edition, tuple(filled), manifest)
