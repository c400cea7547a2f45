"""The Parquet store: runs stage tables in it, publish them as editions, and read earlier ones.

Plain pandas, polars and DuckDB read what is published; `load` is there for comfort, and for readers
who must not notice that a run is publishing.
"""

from __future__ import annotations

from pipeline.store.history import Window, known_ids, window
from pipeline.store.layout import Store, open_store
from pipeline.store.life import Life, find, story
from pipeline.store.locking import lock
from pipeline.store.publishing import held, hold, intact, publish, release, repair
from pipeline.store.reading import Edition, editions, load, load_together, manifest
from pipeline.store.shelf import Shelf
from pipeline.store.staging import Staging, discard_staging, drop, staging
from pipeline.store.staleness import foundation, stale
from pipeline.store.web import Answers, answers, latest_fetches
from pipeline.store.window_articles import find_article, window_vectors

__all__ = [
    "Answers",
    "Edition",
    "Life",
    "Shelf",
    "Staging",
    "Store",
    "Window",
    "answers",
    "discard_staging",
    "drop",
    "editions",
    "find",
    "find_article",
    "foundation",
    "held",
    "hold",
    "intact",
    "known_ids",
    "latest_fetches",
    "load",
    "load_together",
    "lock",
    "manifest",
    "open_store",
    "publish",
    "release",
    "repair",
    "staging",
    "stale",
    "story",
    "window",
    "window_vectors",
]
