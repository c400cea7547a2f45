"""The publishing journal: a redo log of the editions that are committed.

1. A run writes its tables and a manifest to its staging area, `.staging/<run_id>/`.
2. `commit_edition` writes `.journal/<edition>.json`. This is the commit point: from now on readers take the edition
   from that staging area, and whatever happens, the next run finishes the remaining steps.
3. The tables, then the manifest, are copied to their final place.
4. `mark_copied` renames the entry to `<edition>.done`: readers turn to the final place.
5. The staging area is removed, and then the entry (`remove_entry`).

Each step is on the disk before the next one begins.
"""

from __future__ import annotations

from datetime import date

from newsfold.errors import StoreError
from newsfold.store.layout import STAGING, Store, parse_date, parse_run_id

HELD = "held"  # the status of an edition in staging that waits for a person
_FOLDER = ".journal"
_COMMITTED = ".json"
_COPIED = ".done"


def commit_edition(store: Store, edition: date, run_id: str) -> None:
    """Make a run's staged tables the edition, durably and in one step."""
    entry = {"run_id": run_id, "edition": str(edition)}
    # Here an edition becomes visible: one small file, written atomically.
    store.write_json(_entry_file(store, edition, _COMMITTED), entry)


def mark_copied(store: Store, edition: date) -> None:
    """Record that a committed edition is complete in its final place."""
    store.move_file(_entry_file(store, edition, _COMMITTED), _entry_file(store, edition, _COPIED))


def remove_entry(store: Store, edition: date) -> None:
    """Remove the entry of a copied edition; its staging area must be gone."""
    store.remove_file(_entry_file(store, edition, _COPIED))


def list_committed(store: Store) -> dict[date, str]:
    """Return the editions that are committed and not copied yet, each with the id of its run."""
    return {edition: run_id for edition, run_id in _list_entries(store, _COMMITTED).items() if run_id}


def list_copied(store: Store) -> dict[date, str]:
    """Return the editions that are copied and whose staging area may still exist, each with the id of its run."""
    return {edition: run_id for edition, run_id in _list_entries(store, _COPIED).items() if run_id}


def remove_damaged_entries(store: Store) -> list[date]:
    """Remove the entries that name no run with a staging area; return their editions, ascending."""
    damaged = set()
    for suffix in (_COMMITTED, _COPIED):
        for edition, run_id in _list_entries(store, suffix).items():
            if run_id is None:
                store.remove_file(_entry_file(store, edition, suffix))
                damaged.add(edition)
    return sorted(damaged)


def _list_entries(store: Store, suffix: str) -> dict[date, str | None]:
    """Return the editions that have an entry, each with the id of its run; None if nobody knows it any more."""
    entries = {}
    for info in store.list_children(store.path(_FOLDER)):
        edition = parse_date(info.base_name.removesuffix(suffix))
        if edition and info.base_name.endswith(suffix):
            entries[edition] = _find_run_id(store, edition, info.path, needs_staging=suffix == _COMMITTED)
    return entries


def _find_run_id(store: Store, edition: date, path: str, *, needs_staging: bool) -> str | None:
    """Return the run that an entry names; if the entry is damaged, the only one of its edition that could publish."""
    try:
        run_id = str(store.read_json(path)["run_id"])
        if parse_run_id(run_id) == edition and not (needs_staging and _read_status(store, run_id) is None):
            return run_id
    except (ValueError, KeyError, StoreError):
        pass
    staged = [info.base_name for info in store.list_children(store.path(STAGING))]
    ready = [run for run in staged if run.startswith(f"{edition}-") and _read_status(store, run) not in (None, HELD)]
    return ready[0] if len(ready) == 1 else None


def _read_status(store: Store, run_id: str) -> str | None:
    """Return the status in the manifest of a staging area; None if the manifest is missing or damaged."""
    try:
        return str(store.read_json(store.staged_manifest(run_id)).get("status"))
    except (FileNotFoundError, ValueError, StoreError):
        return None


def _entry_file(store: Store, edition: date, suffix: str) -> str:
    return store.path(_FOLDER, f"{edition}{suffix}")
