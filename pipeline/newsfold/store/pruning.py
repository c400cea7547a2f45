"""Pruning: removing the oldest editions of a store.

1. `prune_store` writes the store's boundary. From here on no reader sees an older edition.
2. It removes their tables, the oldest edition first, then their manifests and what staging holds of them.

A run killed before step 2 ends leaves the rest to `repair_store`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pyarrow import fs

from newsfold import schemas
from newsfold.errors import StoreError
from newsfold.store.boundary import read_boundary, write_boundary
from newsfold.store.layout import (
    MANIFEST_COPIES,
    MANIFESTS,
    STAGING,
    Store,
    open_store,
    parse_edition_folder,
    parse_run_id,
    translate_errors,
)
from newsfold.store.reading import list_editions

# The manifest goes last: an edition without one would look damaged.
_FOLDERS = (*schemas.PUBLISHED, MANIFEST_COPIES, MANIFESTS)


@dataclass(frozen=True)
class PruningPlan:
    """What pruning would remove."""

    before: date
    """The first date that is kept."""
    editions: tuple[date, ...]
    """The editions to remove, ascending."""
    n_files: int
    size: int
    """Their bytes."""


def plan_pruning(store: str | Path | Store, keep_days: int) -> PruningPlan | None:
    """Return what would be removed if the latest edition and those of the `keep_days` days before it were kept.

    An edition dated after tomorrow (UTC) is kept, but is not the latest one: a mistyped year removes nothing.

    Args:
        store: a store or its address.
        keep_days: a number of days.

    Returns:
        The plan; None if the store has no edition, or only such editions.

    Raises:
        StoreError: the store cannot be read.
    """
    store = open_store(store)
    published = list_editions(store)
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    latest = max((edition for edition in published if edition <= tomorrow), default=None)
    if latest is None:
        return None
    before = latest - timedelta(days=keep_days)
    old = tuple(edition for edition in published if edition < before)
    with translate_errors(store, "Listing old editions"):
        files = [
            info
            for edition in old
            for folder in _edition_folders(store, edition)
            for info in store.list_children(folder)
            if info.type == fs.FileType.File
        ]
    return PruningPlan(before, old, len(files), sum(info.size for info in files))


def prune_store(store: str | Path | Store, plan: PruningPlan) -> None:
    """Remove the editions of a plan, for good. Call it holding the lock, after `repair_store`.

    Raises:
        StoreError: the store cannot be written; the next run removes the rest.
    """
    store = open_store(store)
    if not plan.editions:
        return
    with translate_errors(store, "Removing old editions"):
        write_boundary(store, max(plan.before, read_boundary(store) or plan.before))
    finish_pruning(store)


def finish_pruning(store: Store) -> list[date]:
    """Remove whatever is left of editions before the boundary; return these editions, ascending.

    Raises:
        StoreError: the store cannot be written.
    """
    with translate_errors(store, "Removing old editions"):
        boundary = read_boundary(store)
        if not boundary:
            return []
        stored = {
            edition
            for table in _FOLDERS
            for info in store.list_children(store.path(table))
            if (edition := parse_edition_folder(f"{info.path}/")) and edition < boundary
        }
        for edition in sorted(stored):
            for folder in _edition_folders(store, edition):
                store.remove_folder(folder)
        for info in store.list_children(store.path(STAGING)):
            if _is_before(info.base_name, boundary):
                store.remove_folder(info.path)
    return sorted(stored)


def _edition_folders(store: Store, edition: date) -> list[str]:
    """Return the folders of an edition, in the order in which they are removed."""
    return [store.table_folder(table, edition) for table in _FOLDERS]


def _is_before(run_id: str, boundary: date) -> bool:
    try:
        return parse_run_id(run_id) < boundary
    except StoreError:
        return False
