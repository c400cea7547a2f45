"""From a run's staging area to an edition in one instant; finishing what a killed run began."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.store import journal
from pipeline.store.layout import UNFINISHED, Store, open_store, reporting
from pipeline.store.staging import Staging
from pipeline.store.validation import validate


def publish(
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
    rows = validate(staging, edition, tables)
    with reporting(store, f"Publishing the edition {edition}"):
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
        store.write_json(store.staged_manifest(staging.run_id), {**facts, **manifest, **facts, "tables": entries})
        journal.commit(store, edition, staging.run_id)
    _finish(store)


def repair(store: str | Path | Store) -> list[str]:
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
    with reporting(store, "Removing half-written files"):
        for folder in (store.path(".staging"), store.path(".journal")):
            for info in store.children(folder, recursive=True):
                if info.base_name.endswith(UNFINISHED):
                    store.remove_file(info.path)
                    done.append(f"Removed the half-written {info.path.removeprefix(store.root + '/')}.")
    return done


def _finish(store: Store) -> dict[date, str]:
    finished: dict[date, str] = {}
    with reporting(store, "Finishing an edition"):
        for edition, run_id in journal.committed(store).items():
            _copy(store, edition, run_id)
            journal.copied(store, edition)
        for edition, run_id in journal.leftovers(store).items():
            store.remove_folder(store.staging_folder(run_id))
            journal.close(store, edition)
            finished[edition] = run_id
    return finished


def _copy(store: Store, edition: date, run_id: str) -> None:
    manifest = store.read_json(store.staged_manifest(run_id))
    for name in manifest["tables"]:
        # The copy grows in staging, so that a partition's folder never holds a file half written.
        growing = store.staged_file(run_id, name) + UNFINISHED
        store.filesystem.copy_file(store.staged_file(run_id, name), growing)
        store.filesystem.create_dir(store.table_folder(name, edition), recursive=True)
        store.filesystem.move(growing, store.table_file(name, edition))
    if store.exists(store.manifest_file(edition)):
        before = store.read_json(store.manifest_file(edition))
        for name in set(before["tables"]) - set(manifest["tables"]):
            store.remove_folder(store.table_folder(name, edition))
    # The manifest comes last: it is what tells readers without the journal that all is there.
    store.write_json(store.manifest_file(edition), manifest)
