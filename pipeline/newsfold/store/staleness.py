"""Stale editions: those that were built on an edition that has been made again since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from newsfold import text
from newsfold.store.boundary import read_boundary
from newsfold.store.layout import Store, open_store
from newsfold.store.reading import list_editions, load_manifest

# The tables that a later edition reads of the editions in its window, and of the previous edition.
_WINDOW_TABLES = ("articles", "revisions", "article_embeddings")
_PREVIOUS_TABLES = ("story_articles", "edges", "copies")
_READERS = 8

Manifests = Mapping[date, Mapping[str, Any]]


def upstream_digests(store: str | Path | Store, edition: date, days: int, known_days: int) -> dict[str, Any]:
    """Return digests of everything that an edition made now would read of earlier editions.

    Args:
        store: a store or its address.
        edition: the edition.
        days: the length of its window in days.
        known_days: how many days before it the articles count that it must not take for new.

    Returns:
        A mapping that serialises as JSON, equal if and only if the past is: `known_articles` and `window` (a digest by
        edition), and `before` (that of the previous edition).

    Raises:
        StoreError: the store cannot be read.
    """
    store = open_store(store)
    return _digest_upstream(_ManifestCache(store), list_editions(store), edition, days, known_days)


def is_built_on(store: str | Path | Store, manifest: Mapping[str, Any], upstream: Mapping[str, Any]) -> bool:
    """Return whether an edition was built on these `upstream_digests`, apart from editions that were pruned since."""
    return _forget_pruned(manifest.get("built_on") or {}, read_boundary(open_store(store))) == upstream


def find_stale_editions(store: str | Path | Store, after: date | None = None) -> dict[date, str]:
    """Return the editions whose inputs from earlier editions have changed, ascending, each with the reason.

    Making them again, in this order, repairs that; if one comes out unchanged, the later ones stay as they are.
    Editions of a version that did not record what they were built on are left out. Editions that were pruned since do
    not make others stale.

    Args:
        store: a store or its address.
        after: only editions after this one are looked at; None: all.

    Raises:
        StoreError: the store cannot be read.
    """
    store = open_store(store)
    published, boundary = list_editions(store), read_boundary(store)
    manifests = _ManifestCache(store)
    stale = {}
    for edition in (edition for edition in published if after is None or edition > after):
        manifest = manifests.load([edition])[edition]
        if not manifest.get("built_on"):
            continue
        recorded, window = _forget_pruned(manifest["built_on"], boundary), manifest["window"]
        days = (date.fromisoformat(window["to"]) - date.fromisoformat(window["from"])).days + 1
        current = _digest_upstream(manifests, published, edition, days, manifest.get("known_days", days))
        if not isinstance(recorded["known_articles"], dict):  # earlier versions: one digest of all earlier editions
            recorded = recorded | {"known_articles": current["known_articles"]}
        if current != recorded:
            stale[edition] = _describe_change(recorded, current)
    return stale


class _ManifestCache:
    """The manifests of a store, each read once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._loaded: dict[date, Mapping[str, Any]] = {}

    def load(self, editions: Sequence[date]) -> Manifests:
        """Return the manifests of these editions."""
        missing = [edition for edition in editions if edition not in self._loaded]
        with ThreadPoolExecutor(_READERS) as readers:
            loaded = readers.map(lambda edition: load_manifest(self._store, edition), missing)
            self._loaded |= dict(zip(missing, loaded, strict=True))
        return {edition: self._loaded[edition] for edition in editions}


def _digest_upstream(
    manifests: _ManifestCache, published: Sequence[date], edition: date, days: int, known_days: int
) -> dict[str, Any]:
    earlier = [day for day in published if day < edition]
    first, first_known = edition - timedelta(days=days - 1), edition - timedelta(days=known_days)
    past = manifests.load([day for day in earlier if day >= min(first, first_known) or day == earlier[-1]])
    return {
        "known_articles": {str(day): str(past[day].get("article_ids")) for day in past if day >= first_known},
        "window": {str(day): _digest_tables(past[day], _WINDOW_TABLES) for day in past if day >= first},
        "before": {str(day): _digest_tables(past[day], _PREVIOUS_TABLES) for day in earlier[-1:]},
    }


def _forget_pruned(built_on: Mapping[str, Any], boundary: date | None) -> dict[str, Any]:
    """Return recorded digests without those of editions that were pruned since."""
    first = str(boundary or "")
    return {
        part: {day: digest for day, digest in digests.items() if day >= first} if isinstance(digests, dict) else digests
        for part, digests in built_on.items()
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
