"""The Parquet store: runs stage tables in it, publish them as editions, and read earlier ones.

Plain pandas, polars and DuckDB read what is published; `load` is there for comfort, and for readers
who must not notice that a run is publishing.
"""

from __future__ import annotations

from newsfold.store.chunk_store import Shelf
from newsfold.store.http_cache import Answers, answers, latest_fetches
from newsfold.store.layout import Store, open_store
from newsfold.store.locking import lock
from newsfold.store.lookup import find_article, window_vectors
from newsfold.store.publishing import held, hold, intact, publish, release, repair
from newsfold.store.reading import Edition, editions, load, load_together, manifest
from newsfold.store.staging import Staging, discard_staging, drop, staging
from newsfold.store.staleness import foundation, stale
from newsfold.store.window import Window, known_ids, window

__all__ = [
    "Answers",
    "Edition",
    "Shelf",
    "Staging",
    "Store",
    "Window",
    "answers",
    "discard_staging",
    "drop",
    "editions",
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
    "window",
    "window_vectors",
]
