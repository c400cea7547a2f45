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

from newsfold.store.layout import Store, parse_date

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
    return _list_entries(store, _COMMITTED)


def list_copied(store: Store) -> dict[date, str]:
    """Return the editions that are copied and whose staging area may still exist, each with the id of its run."""
    return _list_entries(store, _COPIED)


def _list_entries(store: Store, suffix: str) -> dict[date, str]:
    entries = {}
    for info in store.list_children(store.path(_FOLDER)):
        edition = parse_date(info.base_name.removesuffix(suffix))
        if edition and info.base_name.endswith(suffix):
            entries[edition] = str(store.read_json(info.path)["run_id"])
    return entries


def _entry_file(store: Store, edition: date, suffix: str) -> str:
    return store.path(_FOLDER, f"{edition}{suffix}")
