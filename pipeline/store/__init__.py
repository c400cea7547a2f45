"""The Parquet store: runs stage tables in it, publish them as editions, and read earlier ones.

Plain pandas, polars and DuckDB read what is published; `load` is there for comfort, and for readers
who must not notice that a run is publishing.
"""

from __future__ import annotations

from pipeline.store.history import Window, known_ids, window
from pipeline.store.layout import Store, open_store
from pipeline.store.locking import lock
from pipeline.store.publishing import publish, repair
from pipeline.store.reading import editions, load, manifest
from pipeline.store.staging import Staging, discard_staging, staging
from pipeline.store.web import Answers, answers, latest_fetches

__all__ = [
    "Answers",
    "Staging",
    "Store",
    "Window",
    "answers",
    "discard_staging",
    "editions",
    "known_ids",
    "latest_fetches",
    "load",
    "lock",
    "manifest",
    "open_store",
    "publish",
    "repair",
    "staging",
    "window",
]
