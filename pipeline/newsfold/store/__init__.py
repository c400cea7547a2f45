"""The Parquet store: runs stage their tables in it, publish them as editions, and read earlier editions.

pandas, polars and DuckDB can read published tables directly. `load` is more convenient, and always sees whole editions,
even while a run is publishing. `newsfold.store.publishing` describes how an edition becomes visible.
"""

from __future__ import annotations

from newsfold.store.boundary import require_past
from newsfold.store.chunk_store import ChunkStore
from newsfold.store.http_cache import HttpCache, load_latest_fetches, open_http_cache
from newsfold.store.layout import Store, open_store
from newsfold.store.locking import lock_store
from newsfold.store.lookup import find_article, load_window_vectors
from newsfold.store.pruning import PruningPlan, plan_pruning, prune_store
from newsfold.store.publishing import hold_edition, list_held_editions, publish_edition, release_edition, repair_store
from newsfold.store.reading import Edition, list_editions, load, load_manifest, load_tables
from newsfold.store.staging import Staging, discard_abandoned_staging, discard_staging, open_staging
from newsfold.store.staleness import find_stale_editions, is_built_on, upstream_digests
from newsfold.store.verification import Verification, restore_manifests, verify_edition, verify_store
from newsfold.store.window import PastWindow, load_known_ids, load_own_story_articles, load_window

__all__ = [
    "ChunkStore",
    "Edition",
    "HttpCache",
    "PastWindow",
    "PruningPlan",
    "Staging",
    "Store",
    "Verification",
    "discard_abandoned_staging",
    "discard_staging",
    "find_article",
    "find_stale_editions",
    "hold_edition",
    "is_built_on",
    "list_editions",
    "list_held_editions",
    "load",
    "load_known_ids",
    "load_latest_fetches",
    "load_manifest",
    "load_own_story_articles",
    "load_tables",
    "load_window",
    "load_window_vectors",
    "lock_store",
    "open_http_cache",
    "open_staging",
    "open_store",
    "plan_pruning",
    "prune_store",
    "publish_edition",
    "release_edition",
    "repair_store",
    "require_past",
    "restore_manifests",
    "upstream_digests",
    "verify_edition",
    "verify_store",
]
