"""Which editions no longer follow from the ones before them, because one of those was made again."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from newsfold import text
from newsfold.store.layout import Store, open_store
from newsfold.store.reading import list_editions, load_manifest

# What a later edition reads of the editions in its window, and of the one right before it.
_IN_WINDOW = ("articles", "revisions", "article_embeddings")
_RIGHT_BEFORE = ("story_articles", "edges", "copies")
_READERS = 8

Manifests = Mapping[date, Mapping[str, Any]]


def upstream_digests(store: str | Path | Store, edition: date, days: int) -> dict[str, Any]:
    """What an edition made now would be built on: digests of all that it would read of the editions before it.

    Args:
        store: a store or its address.
        edition: the edition.
        days: the length of its window in days.

    Returns:
        Fit for JSON, and equal where the past is: `known_articles`, `window` (edition and digest) and `before`.

    Raises:
        StoreError: the store cannot be read.
    """
    store = open_store(store)
    return _foundation(_manifests(store, [each for each in list_editions(store) if each < edition]), edition, days)


def find_stale_editions(store: str | Path | Store) -> dict[date, str]:
    """The editions that would come out of other inputs if they were made now, ascending, each with the reason.

    Making them again, in this order, puts that right; one that comes out as it was leaves the later ones as they are.
    Editions of a version that did not record what they are built on are not told of.

    Raises:
        StoreError: the store cannot be read.
    """
    store = open_store(store)
    known = _manifests(store, list_editions(store))
    found = {}
    for edition, about in known.items():
        then = about.get("built_on")
        if not then:
            continue
        window = about["window"]
        days = (date.fromisoformat(window["to"]) - date.fromisoformat(window["from"])).days + 1
        now = _foundation({each: known[each] for each in known if each < edition}, edition, days)
        if now != then:
            found[edition] = _reason(then, now)
    return found


def _foundation(past: Manifests, edition: date, days: int) -> dict[str, Any]:
    first = edition - timedelta(days=days - 1)
    before = max(past, default=None)
    return {
        "known_articles": text.compute_digest(*(str(past[each].get("article_ids")) for each in sorted(past))),
        "window": {str(each): _digest(past[each], _IN_WINDOW) for each in sorted(past) if each >= first},
        "before": {str(before): _digest(past[before], _RIGHT_BEFORE)} if before else {},
    }


def _digest(about: Mapping[str, Any], tables: tuple[str, ...]) -> str:
    found = (about["tables"].get(name) for name in tables)
    return text.compute_digest(*(entry["sha256"] if entry else "" for entry in found))


def _reason(then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    was, is_ = ({**side["window"], **side["before"]} for side in (then, now))
    new, gone = sorted(is_.keys() - was.keys()), sorted(was.keys() - is_.keys())
    if new:
        return f"{', '.join(new)} was published after it"
    if gone:
        return f"{', '.join(gone)} is gone"
    changed = sorted(
        {each for part in ("window", "before") for each in then[part] if then[part][each] != now[part].get(each)}
    )
    return f"{', '.join(changed)} was made again" if changed else "articles before its window are other ones"


def _manifests(store: Store, wanted: list[date]) -> dict[date, Mapping[str, Any]]:
    with ThreadPoolExecutor(_READERS) as readers:
        return dict(zip(wanted, readers.map(lambda edition: load_manifest(store, edition), wanted), strict=True))
