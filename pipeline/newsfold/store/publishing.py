"""Publishing: from a run's staging area to an edition in one instant, and recovery from killed runs.

1. `publish_edition` validates the staged tables and writes a manifest beside them.
2. It commits the edition in the journal (`journal.commit_edition`): from here on readers see it, whole.
3. It copies the tables, then the manifest, to their final place, and removes the staging area.

A run killed before step 2 has published nothing; one killed later leaves step 3 to `repair_store`.
`newsfold.store.journal` describes the entries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from newsfold import schemas
from newsfold.errors import EditionNotFound, StoreError
from newsfold.store import journal
from newsfold.store.journal import HELD
from newsfold.store.layout import STAGING, TEMPORARY_SUFFIX, Store, open_store, parse_run_id, translate_errors
from newsfold.store.leases import require_lease
from newsfold.store.pruning import finish_pruning
from newsfold.store.staging import Staging
from newsfold.store.validation import validate_edition


def publish_edition(
    store: str | Path | Store, staging: Staging, edition: date, tables: Sequence[str], manifest: Mapping[str, Any]
) -> None:
    """Publish a run's staged tables as an edition, atomically, and remove its staging area.

    Readers see the previous version of the edition until one small file is written, and the new one from then on. If
    this run has committed the edition before, it is finished, not replaced.

    Args:
        store: a store or its address.
        staging: the run's staging area, with all the tables in it.
        edition: the edition to publish; an existing one is replaced.
        tables: the names of the edition's tables.
        manifest: facts about the run, serialisable as JSON. `run_id`, `edition_date` and `tables` (file, rows, sha256
            and bytes of each table) are added here.

    Raises:
        StoreError: a table is missing, cannot be published or contradicts another (nothing is published then), or the
            store cannot be written.
        SchemaError: a staged table does not fit its schema.
    """
    store = open_store(store)
    if staging.run_id in _finish_committed(store).values():
        return
    _stage_manifest(store, staging, edition, tables, manifest)
    with translate_errors(store, f"Publishing the edition {edition}"):
        require_lease(store)
        journal.commit_edition(store, edition, staging.run_id)
    _finish_committed(store)


def hold_edition(
    store: str | Path | Store, staging: Staging, edition: date, tables: Sequence[str], manifest: Mapping[str, Any]
) -> dict[str, Any]:
    """Leave a run's edition in staging, with its manifest, until a person releases it; readers do not see it.

    Args:
        store: a store or its address.
        staging: the run's staging area, with all the tables in it.
        edition: the edition.
        tables: the names of the edition's tables.
        manifest: as for `publish_edition`; its `status` is the one the edition gets when it is released.

    Returns:
        The manifest, with "held" as its `status` and the later status as `if_published`.

    Raises:
        StoreError: a table is missing, cannot be published or contradicts another, or the store cannot be written.
        SchemaError: a staged table does not fit its schema.
    """
    held_manifest = {**manifest, "status": HELD, "if_published": manifest["status"]}
    return _stage_manifest(open_store(store), staging, edition, tables, held_manifest)


def list_held_editions(store: str | Path | Store) -> dict[date, dict[str, Any]]:
    """Return the manifests of the editions that are held in staging, by edition, ascending.

    Raises:
        StoreError: the store cannot be read.
    """
    store = open_store(store)
    held = {}
    with translate_errors(store, "Looking for editions in staging"):
        committed = set(journal.list_committed(store).values())
        for info in store.list_children(store.path(STAGING)):
            if info.base_name in committed:
                continue
            try:
                manifest = store.read_json(f"{info.path}/manifest.json")
            except (FileNotFoundError, ValueError):  # not there yet, or damaged: its run is repeated
                continue
            if manifest.get("status") == HELD:
                held[parse_run_id(info.base_name)] = manifest
    return dict(sorted(held.items()))


def release_edition(store: str | Path | Store, edition: date) -> dict[str, Any]:
    """Publish a held edition as it is in staging. Call it holding the lock, after `repair_store`.

    Returns:
        The manifest; its `gate` records that a person released the edition.

    Raises:
        EditionNotFound: the edition is not held.
        StoreError: the store cannot be written.
    """
    store = open_store(store)
    held = list_held_editions(store)
    if edition not in held:
        listed = ", ".join(map(str, held)) or "none"
        raise EditionNotFound(f"The edition {edition} is not held in {store.name}; held editions: {listed}.")
    held_manifest = held[edition]
    gate = {**held_manifest.get("gate", {}), "released": True}
    manifest = {**held_manifest, "status": held_manifest["if_published"], "gate": gate}
    del manifest["if_published"]
    publish_edition(store, Staging(store, held_manifest["run_id"]), edition, list(held_manifest["tables"]), manifest)
    return manifest


def repair_store(store: str | Path | Store) -> list[str]:
    """Finish what killed runs left half done; unfinished runs keep their staging areas, to be resumed.

    Call it when a run starts, holding the lock. If it is killed itself, call it again.

    Returns:
        What was done, one sentence each; empty if there was nothing to do.

    Raises:
        StoreError: the store cannot be written, or a committed table is missing.
    """
    store = open_store(store)
    with translate_errors(store, "Looking for damaged entries of the journal"):
        damaged = journal.remove_damaged_entries(store)
    done = [
        f"Removed a damaged entry of the journal: whether {edition} is whole is not known. Run that edition again."
        for edition in damaged
    ]
    done += [
        f"Finished publishing the edition {edition} of the run {run_id}."
        for edition, run_id in _finish_committed(store).items()
    ]
    done += _discard_published(store)
    done += [f"Removed the rest of the old edition {edition}." for edition in finish_pruning(store)]
    with translate_errors(store, "Removing half-written files"):
        for folder in (store.path(STAGING), store.path(".journal")):
            for info in store.list_children(folder, recursive=True):
                if info.base_name.endswith(TEMPORARY_SUFFIX):
                    store.remove_file(info.path)
                    done.append(f"Removed the half-written {info.path.removeprefix(store.root + '/')}.")
    return done


def _stage_manifest(
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
        identity = {"run_id": staging.run_id, "edition_date": str(edition)}
        completed = {**identity, **manifest, **identity, "tables": entries}
        store.write_json(store.staged_manifest(staging.run_id), completed)
    return completed


def _finish_committed(store: Store) -> dict[date, str]:
    """Copy committed editions to their final place and remove their staging areas; the run id of each edition."""
    finished: dict[date, str] = {}
    with translate_errors(store, "Finishing an edition"):
        for edition, run_id in journal.list_committed(store).items():
            _copy_to_final_place(store, edition, run_id)
            journal.mark_copied(store, edition)
        for edition, run_id in journal.list_copied(store).items():
            store.remove_folder(store.staging_folder(run_id))
            journal.remove_entry(store, edition)
            finished[edition] = run_id
    return finished


def _discard_published(store: Store) -> list[str]:
    """Remove staging areas whose edition is published: a power failure may take an entry of the journal before them."""
    done = []
    with translate_errors(store, "Removing the staging area of a published edition"):
        for info in store.list_children(store.path(STAGING)):
            try:
                staged = store.read_json(f"{info.path}/manifest.json")
                published = store.read_json(store.manifest_file(parse_run_id(info.base_name)))
            except (FileNotFoundError, ValueError, StoreError):
                continue
            if staged == published:
                store.remove_folder(info.path)
                done.append(f"Removed the staging area of the run {info.base_name}, which is published.")
    return done


def _copy_to_final_place(store: Store, edition: date, run_id: str) -> None:
    manifest = store.read_json(store.staged_manifest(run_id))
    for name in manifest["tables"]:
        # The temporary copy lies in staging, so that a partition's folder never contains a half-written file.
        staged = store.staged_file(run_id, name)
        store.copy_file(staged, store.table_file(name, edition), staged + TEMPORARY_SUFFIX)
    # What only the replaced version had goes, whether or not its manifest can still be read.
    for name in set(schemas.PUBLISHED) - set(manifest["tables"]):
        store.remove_folder(store.table_folder(name, edition))
    store.write_json(store.manifest_copy(edition), manifest)
    # The manifest comes last: it tells readers that do not know the journal that the edition is complete.
    store.write_json(store.manifest_file(edition), manifest)
