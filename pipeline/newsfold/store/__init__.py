"""The Parquet store: runs stage tables in it, publish them as editions, and read earlier ones.

Plain pandas, polars and DuckDB read what is published; `load` is there for comfort, and for readers
who must not notice that a run is publishing.
"""

from __future__ import annotations

from newsfold.store.chunk_store import Shelf
from newsfold.store.http_cache import HttpCache, load_latest_fetches, open_http_cache
from newsfold.store.layout import Store, open_store
from newsfold.store.locking import lock
from newsfold.store.lookup import find_article, window_vectors
from newsfold.store.publishing import held, hold, intact, publish, release, repair
from newsfold.store.reading import Edition, editions, load, load_together, manifest
from newsfold.store.staging import Staging, discard_staging, drop, staging
from newsfold.store.staleness import foundation, stale
from newsfold.store.window import Window, known_ids, window

__all__ = [
    "Edition",
    "HttpCache",
    "Shelf",
    "Staging",
    "Store",
    "Window",
    "discard_staging",
    "drop",
    "editions",
    "find_article",
    "foundation",
    "held",
    "hold",
    "intact",
    "known_ids",
    "load",
    "load_latest_fetches",
    "load_together",
    "lock",
    "manifest",
    "open_http_cache",
    "open_store",
    "publish",
    "release",
    "repair",
    "staging",
    "stale",
    "window",
    "window_vectors",
]
