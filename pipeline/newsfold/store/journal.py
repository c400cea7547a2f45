"""The journal of a store: which editions are committed and still on their way to their final place.

Publishing is a redo log. Writing `.journal/<edition>.json` commits: from then on readers take the
edition from the run's staging area, and whoever comes next finishes the copying. When all is copied
the entry is renamed to `<edition>.done`: readers turn to the final place, and the staging area may
go.
"""

from __future__ import annotations

from datetime import date

from newsfold.store.layout import Store, parse_date

_FOLDER = ".journal"
_COMMITTED = ".json"
_COPIED = ".done"


def commit_edition(store: Store, edition: date, run_id: str) -> None:
    """Make a run's staged tables the edition; they stay so even if nothing else happens."""
    entry = {"run_id": run_id, "edition": str(edition)}
    store.write_json(_file(store, edition, _COMMITTED), entry)


def mark_copied(store: Store, edition: date) -> None:
    """Say that a committed edition is whole in its final place."""
    store.filesystem.move(_file(store, edition, _COMMITTED), _file(store, edition, _COPIED))


def remove_entry(store: Store, edition: date) -> None:
    """Drop the entry of an edition whose staging area is gone."""
    store.remove_file(_file(store, edition, _COPIED))


def list_committed(store: Store) -> dict[date, str]:
    """The run whose staging area holds each edition that is committed and not yet copied."""
    return _entries(store, _COMMITTED)


def list_copied(store: Store) -> dict[date, str]:
    """The run of each edition that is copied and whose staging area may still be there."""
    return _entries(store, _COPIED)


def _entries(store: Store, ending: str) -> dict[date, str]:
    found = {}
    for info in store.list_children(store.path(_FOLDER)):
        edition = parse_date(info.base_name.removesuffix(ending))
        if edition and info.base_name.endswith(ending):
            found[edition] = str(store.read_json(info.path)["run_id"])
    return found


def _file(store: Store, edition: date, ending: str) -> str:
    return store.path(_FOLDER, f"{edition}{ending}")
