"""Stale editions: those that were built on an edition that has been made again since."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from newsfold import text
from newsfold.store.layout import Store, open_store
from newsfold.store.reading import list_editions, load_manifest

# The tables that a later edition reads of the editions in its window, and of the previous edition.
_WINDOW_TABLES = ("articles", "revisions", "article_embeddings")
_PREVIOUS_TABLES = ("story_articles", "edges", "copies")
_READERS = 8

Manifests = Mapping[date, Mapping[str, Any]]


def upstream_digests(store: str | Path | Store, edition: date, days: int) -> dict[str, Any]:
    """Return digests of everything that an edition made now would read of earlier editions.

    Args:
        store: a store or its address.
        edition: the edition.
        days: the length of its window in days.

    Returns:
        A mapping that serialises as JSON, equal if and only if the past is: `known_articles`, `window` (a digest by
        edition) and `before` (that of the previous edition).

    Raises:
        StoreError: the store cannot be read.
    """
    store = open_store(store)
    earlier = [published for published in list_editions(store) if published < edition]
    return _digest_upstream(_load_manifests(store, earlier), edition, days)


def find_stale_editions(store: str | Path | Store) -> dict[date, str]:
    """Return the editions whose inputs from earlier editions have changed, ascending, each with the reason.

    Making them again, in this order, repairs that; if one comes out unchanged, the later ones stay as they are.
    Editions of a version that did not record what they were built on are left out.

    Raises:
        StoreError: the store cannot be read.
    """
    store = open_store(store)
    manifests = _load_manifests(store, list_editions(store))
    stale = {}
    for edition, manifest in manifests.items():
        recorded = manifest.get("built_on")
        if not recorded:
            continue
        window = manifest["window"]
        days = (date.fromisoformat(window["to"]) - date.fromisoformat(window["from"])).days + 1
        past = {earlier: manifests[earlier] for earlier in manifests if earlier < edition}
        current = _digest_upstream(past, edition, days)
        if current != recorded:
            stale[edition] = _describe_change(recorded, current)
    return stale


def _digest_upstream(past: Manifests, edition: date, days: int) -> dict[str, Any]:
    first = edition - timedelta(days=days - 1)
    previous = max(past, default=None)
    return {
        "known_articles": text.compute_digest(*(str(past[earlier].get("article_ids")) for earlier in sorted(past))),
        "window": {
            str(earlier): _digest_tables(past[earlier], _WINDOW_TABLES) for earlier in sorted(past) if earlier >= first
        },
        "before": {str(previous): _digest_tables(past[previous], _PREVIOUS_TABLES)} if previous else {},
    }


def _digest_tables(manifest: Mapping[str, Any], tables: tuple[str, ...]) -> str:
    entries = (manifest["tables"].get(name) for name in tables)
    return text.compute_digest(*(entry["sha256"] if entry else "" for entry in entries))


def _describe_change(recorded: Mapping[str, Any], current: Mapping[str, Any]) -> str:
    editions_then, editions_now = ({*side["window"], *side["before"]} for side in (recorded, current))
    added, removed = sorted(editions_now - editions_then), sorted(editions_then - editions_now)
    if added:
        return f"{', '.join(added)} was published after it"
    if removed:
        return f"{', '.join(removed)} is gone"
    changed = sorted(
        {
            edition
            for part in ("window", "before")
            for edition in recorded[part]
            if recorded[part][edition] != current[part].get(edition)
        }
    )
    return f"{', '.join(changed)} was made again" if changed else "articles before its window have changed"


def _load_manifests(store: Store, editions: list[date]) -> dict[date, Mapping[str, Any]]:
    with ThreadPoolExecutor(_READERS) as readers:
        return dict(zip(editions, readers.map(lambda edition: load_manifest(store, edition), editions), strict=True))
