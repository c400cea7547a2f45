"""From a run's staging area to an edition in one instant; finishing what a killed run began."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from newsfold.errors import EditionNotFound, StoreError
from newsfold.store import journal
from newsfold.store.layout import UNFINISHED, Store, open_store, parse_run_id, translate_errors
from newsfold.store.leases import require_lease
from newsfold.store.staging import Staging, hash_file
from newsfold.store.validation import validate_edition

HELD = "held"


def publish_edition(
    store: str | Path | Store, staging: Staging, edition: date, tables: Sequence[str], manifest: Mapping[str, Any]
) -> None:
    """Make a run's staged tables the edition, whole or not at all, and clear its staging area.

    Readers see the old edition until one small file is in place, and the new one from then on; what
    a run killed later leaves to do, `repair` does. An edition that this very run has committed
    before is finished, not replaced.

    Args:
        store: a store or its address.
        staging: the run's staging area, with all the tables in it.
        edition: the edition to publish; one that is there is replaced.
        tables: the names of the tables the edition consists of.
        manifest: what is known of the run, fit for JSON. `run_id`, `edition_date` and `tables`
            (file, rows, sha256 and bytes of each table) are added here.

    Raises:
        StoreError: a table is missing, not publishable or contradicts another (nothing is published
            then), or the store cannot be written.
        SchemaError: a staged table does not fit its schema.
    """
    store = open_store(store)
    if staging.run_id in _finish(store).values():
        return
    _describe(store, staging, edition, tables, manifest)
    with translate_errors(store, f"Publishing the edition {edition}"):
        require_lease(store)
        journal.commit_edition(store, edition, staging.run_id)
    _finish(store)


def hold_edition(
    store: str | Path | Store, staging: Staging, edition: date, tables: Sequence[str], manifest: Mapping[str, Any]
) -> dict[str, Any]:
    """Leave a run's edition in staging, whole and described, for a person to decide; nobody reads it until then.

    Args:
        store: a store or its address.
        staging: the run's staging area, with all the tables in it.
        edition: the edition.
        tables: the names of the tables it consists of.
        manifest: as for `publish`; its `status` is what it would be if it were published.

    Returns:
        The manifest, its `status` "held" and the status for later under `if_published`.

    Raises:
        StoreError: a table is missing, not publishable or contradicts another, or the store cannot be written.
        SchemaError: a staged table does not fit its schema.
    """
    held_back = {**manifest, "status": HELD, "if_published": manifest["status"]}
    return _describe(open_store(store), staging, edition, tables, held_back)


def list_held_editions(store: str | Path | Store) -> dict[date, dict[str, Any]]:
    """The manifests of the editions that wait in staging for a person to decide, by edition, ascending.

    Raises:
        StoreError: the store cannot be read.
    """
    store = open_store(store)
    found = {}
    with translate_errors(store, "Looking for editions in staging"):
        committed = set(journal.list_committed(store).values())
        for info in store.list_children(store.path(".staging")):
            manifest = f"{info.path}/manifest.json"
            if info.base_name in committed or not store.exists(manifest):
                continue
            about = store.read_json(manifest)
            if about["status"] == HELD:
                found[parse_run_id(info.base_name)] = about
    return dict(sorted(found.items()))


def release_edition(store: str | Path | Store, edition: date) -> dict[str, Any]:
    """Publish an edition that was held, as it lies in staging. Call it holding the lock, after `repair`.

    Returns:
        The manifest; its `gate` says that a person decided.

    Raises:
        EditionNotFound: it is not held.
        StoreError: the store cannot be written.
    """
    store = open_store(store)
    waiting = list_held_editions(store)
    if edition not in waiting:
        there = ", ".join(map(str, waiting)) or "none is"
        raise EditionNotFound(f"The edition {edition} is not held in {store.name}; held there: {there}.")
    about = waiting[edition]
    gate = {**about.get("gate", {}), "released": True}
    manifest = {**about, "status": about["if_published"], "gate": gate}
    del manifest["if_published"]
    publish_edition(store, Staging(store, about["run_id"]), edition, list(about["tables"]), manifest)
    return manifest


def verify_edition(store: str | Path | Store, manifest: Mapping[str, Any]) -> bool:
    """Whether the files of a published edition are there, as its manifest describes them."""
    store = open_store(store)
    try:
        return all(
            store.exists(path := store.path(entry["file"])) and hash_file(store, path) == entry["sha256"]
            for entry in manifest["tables"].values()
        )
    except StoreError:
        return False


def _describe(
    store: Store, staging: Staging, edition: date, tables: Sequence[str], manifest: Mapping[str, Any]
) -> dict[str, Any]:
    """Validate staged tables and write the manifest beside them."""
    rows = validate_edition(staging, edition, tables)
    with translate_errors(store, f"Describing the edition {edition}"):
        entries = {}
        for name in tables:
            info = store.filesystem.get_file_info(staging.path(name))
            entries[name] = {
                "file": store.table_file(name, edition).removeprefix(f"{store.root}/"),
                "rows": rows[name],
                "sha256": staging.digest(name),
                "bytes": info.size,
            }
        facts = {"run_id": staging.run_id, "edition_date": str(edition)}
        described = {**facts, **manifest, **facts, "tables": entries}
        store.write_json(store.staged_manifest(staging.run_id), described)
    return described


def repair_store(store: str | Path | Store) -> list[str]:
    """Finish what killed runs left half done; unfinished runs keep their staging, to be resumed.

    Killed itself, it is run again. Call it when a run starts, holding the lock.

    Returns:
        What was done, one sentence each; empty where nothing was to do.

    Raises:
        StoreError: the store cannot be written, or a committed table is gone.
    """
    store = open_store(store)
    done = [
        f"Finished publishing the edition {edition} of the run {run_id}." for edition, run_id in _finish(store).items()
    ]
    with translate_errors(store, "Removing half-written files"):
        for folder in (store.path(".staging"), store.path(".journal")):
            for info in store.list_children(folder, recursive=True):
                if info.base_name.endswith(UNFINISHED):
                    store.remove_file(info.path)
                    done.append(f"Removed the half-written {info.path.removeprefix(store.root + '/')}.")
    return done


def _finish(store: Store) -> dict[date, str]:
    finished: dict[date, str] = {}
    with translate_errors(store, "Finishing an edition"):
        for edition, run_id in journal.list_committed(store).items():
            _copy(store, edition, run_id)
            journal.mark_copied(store, edition)
        for edition, run_id in journal.list_copied(store).items():
            store.remove_folder(store.staging_folder(run_id))
            journal.remove_entry(store, edition)
            finished[edition] = run_id
    return finished


def _copy(store: Store, edition: date, run_id: str) -> None:
    manifest = store.read_json(store.staged_manifest(run_id))
    for name in manifest["tables"]:
        # The copy grows in staging, so that a partition's folder never holds a file half written.
        staged = store.staged_file(run_id, name)
        store.copy(staged, store.table_file(name, edition), staged + UNFINISHED)
    if store.exists(store.manifest_file(edition)):
        before = store.read_json(store.manifest_file(edition))
        for name in set(before["tables"]) - set(manifest["tables"]):
            store.remove_folder(store.table_folder(name, edition))
    # The manifest comes last: it is what tells readers without the journal that all is there.
    store.write_json(store.manifest_file(edition), manifest)
