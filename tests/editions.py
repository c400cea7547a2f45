"""Editions made as the nightly flow makes them, without Prefect: for tests of what reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa

from newsfold import schemas, sources, stages, store
from newsfold.dataflow import Context, end_of_day
from newsfold.settings import Settings

SAMPLE_NIGHTS = (date(2013, 6, 5), date(2013, 6, 6), date(2013, 6, 7))


def make(folder: Path, chosen: Settings, nights: Sequence[date]) -> Path:
    """Publish an edition for each night into a store, each after the one before it."""
    for night in nights:
        past = store.load_window(folder, night, chosen.window_days)
        tables: dict[str, pa.Table] = {name: schemas.empty_table(name) for name in stages.INPUTS}
        tables["documents"], tables["source_outcomes"] = sources.read_sources(chosen, night)
        tables |= {
            "known_ids": pa.table({"article_id": store.load_known_ids(folder, night)}),
            "known_articles": past.articles,
            "known_embeddings": schemas.concat_tables("article_embeddings", past.iter_embeddings()),
            "previous_story_articles": past.previous_story_articles,
            "previous_originals": past.previous_originals,
            "known_edges": past.previous_edges,
        }
        context = Context(chosen, night, end_of_day(night))
        for stage in stages.STAGES:
            tables |= stage.run(tables, context)
        publish(folder, night, tables, chosen.window_days)
    return folder


def publish(folder: Path, night: date, tables: Mapping[str, pa.Table], window_days: int = 7) -> None:
    """Publish an edition of these tables; those that are not given are empty."""
    area = store.open_staging(folder, f"{night}-test")
    filled = {name: tables.get(name, schemas.empty_table(name)) for name in schemas.PUBLISHED}
    for name, table in filled.items():
        area.write(name, table)
    articles = filled["story_articles"].num_rows
    figures = {"new_articles": filled["articles"].num_rows, "articles": articles, "stories": filled["stories"].num_rows}
    about = {
        "status": "published",
        "window": {"from": str(night - timedelta(days=window_days - 1)), "to": str(night)},
        "sources": [row for row in filled["sources"].to_pylist() if row.pop("edition_date")],
        "quality": figures | {"singletons": 0, "copies": 0, "status": {}},
    }
    store.publish_edition(folder, area, night, tuple(filled), about)
