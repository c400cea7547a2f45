"""Verification of a whole store: every file as it was published, every edition with its manifest and its past.

A digest that matches proves the rows and the schema, too: both were checked when the edition was published.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from pyarrow import fs

from newsfold import schemas, text
from newsfold.errors import StoreError
from newsfold.store.boundary import read_boundary
from newsfold.store.layout import MANIFEST_COPIES, MANIFESTS, Store, open_store, parse_edition_folder, translate_errors
from newsfold.store.reading import list_editions, load_by_edition, load_manifest, read_manifest_file
from newsfold.store.staging import hash_file
from newsfold.store.staleness import find_stale_editions

Progress = Callable[[int, int], None]  # called with editions done and to do


@dataclass(frozen=True)
class Problem:
    """Something in a store that is not as it was published."""

    edition: date
    """The edition that it concerns; to run that edition again mends it."""
    description: str
    """What is wrong, for people: a sentence."""


@dataclass(frozen=True)
class Verification:
    """What a store holds, and what is wrong with it."""

    editions: int
    files: int
    size: int
    """Bytes of the files that were read."""
    problems: tuple[Problem, ...]
    """By edition."""


def verify_store(store: str | Path | Store, progress: Progress | None = None) -> Verification:
    """Compare every published file with its manifest, and every edition with those before it.

    Args:
        store: a store or its address.
        progress: called with editions done and to do.

    Raises:
        StoreError: the store cannot be read at all.
    """
    store = open_store(store)
    published = list_editions(store)
    boundary = read_boundary(store)
    listed = {
        edition: files for edition, files in _list_published_files(store).items() if not boundary or edition >= boundary
    }
    problems = [Problem(edition, "It has tables and no manifest.") for edition in sorted(listed.keys() - {*published})]
    files = size = 0
    damaged: set[date] = set()
    for number, edition in enumerate(published, 1):
        found, read = _verify_edition(store, edition, listed.get(edition, {}))
        files, size = files + len(read), size + sum(read.values())
        damaged |= {edition} if found else set()
        problems += found
        if progress:
            progress(number, len(published))
    for before, edition in pairwise(published):
        if not damaged & {before, edition}:
            problems += _verify_lineage(store, before, edition)
    if not damaged:
        stale = find_stale_editions(store)
        problems += [Problem(edition, f"It is stale: {reason}.") for edition, reason in stale.items()]
    return Verification(len(published), files, size, tuple(sorted(problems, key=lambda problem: problem.edition)))


def restore_manifests(store: str | Path | Store) -> list[str]:
    """Restore each manifest that is damaged or gone from its copy, and the other way round.

    Call it holding the lock, after `repair_store`. An edition whose two copies are damaged has to be made again; the
    copy of an edition of which no table is left is removed.

    Returns:
        What was done, one sentence each; empty if there was nothing to do.

    Raises:
        StoreError: the store cannot be written.
    """
    store = open_store(store)
    done = []
    with translate_errors(store, "Restoring manifests"):
        boundary = read_boundary(store)
        known = {
            edition
            for folder in (MANIFESTS, MANIFEST_COPIES)
            for info in store.list_children(store.path(folder))
            if (edition := parse_edition_folder(f"{info.path}/")) and not (boundary and edition < boundary)
        }
        for edition in sorted(known):
            manifest, copy = (
                _find_manifest(store, path, edition)
                for path in (store.manifest_file(edition), store.manifest_copy(edition))
            )
            if manifest and manifest != copy:
                store.write_json(store.manifest_copy(edition), manifest)
                done.append(f"Copied the manifest of the edition {edition}.")
            elif copy and not manifest and _has_table(store, copy):
                store.write_json(store.manifest_file(edition), copy)
                done.append(f"Restored the manifest of the edition {edition}.")
            elif copy and not manifest:
                store.remove_folder(store.table_folder(MANIFEST_COPIES, edition))
                done.append(f"Removed the copy of the manifest of the edition {edition}, which is gone.")
    return done


def verify_edition(store: str | Path | Store, manifest: Mapping[str, Any]) -> bool:
    """Return whether the files of a published edition exist and have the digests in its manifest."""
    return not find_damaged_tables(open_store(store), manifest)


def find_damaged_tables(store: Store, manifest: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the files of a published edition: a sentence for each that is missing or damaged."""
    damaged = []
    for name, entry in manifest["tables"].items():
        path = store.path(entry["file"])
        try:
            if not store.exists(path):
                damaged.append(f"The file of {name} is missing.")
            elif hash_file(store, path) != entry["sha256"]:
                damaged.append(f"The file of {name} is damaged: its SHA-256 is not the manifest's.")
        except (OSError, StoreError) as error:
            damaged.append(f"The file of {name} cannot be read: {error}")
    return damaged


def _list_published_files(store: Store) -> dict[date, dict[str, int]]:
    """Return the files in the partitions of all published tables, by edition: size in bytes by path."""
    listed: dict[date, dict[str, int]] = {}
    with translate_errors(store, "Listing the tables"):
        for table in schemas.PUBLISHED:
            for info in store.list_children(store.path(table), recursive=True):
                edition = parse_edition_folder(info.path)
                if edition and info.type == fs.FileType.File:
                    listed.setdefault(edition, {})[info.path] = info.size
    return listed


def _verify_edition(store: Store, edition: date, listed: Mapping[str, int]) -> tuple[list[Problem], dict[str, int]]:
    """Return the problems of an edition's files, and the size of each file that was read, by path."""
    try:
        manifest = load_manifest(store, edition)
    except StoreError as error:
        return [Problem(edition, str(error))], {}
    problems = [Problem(edition, description) for description in find_damaged_tables(store, manifest)]
    copy = store.manifest_copy(edition)
    if store.exists(copy) and not _find_manifest(store, copy, edition):
        problems.append(Problem(edition, "The copy of its manifest is damaged."))
    expected = {store.table_file(name, edition) for name in manifest["tables"]}
    read = {path: size for path, size in listed.items() if path in expected}
    for path in sorted(listed.keys() - expected):
        relative = path.removeprefix(f"{store.root}/")
        problems.append(Problem(edition, f"{relative} is not in the manifest; other readers take it for a part of it."))
    return problems, read


def _find_manifest(store: Store, path: str, edition: date) -> dict[str, Any] | None:
    """Return the manifest in a file; None if the file is missing or damaged."""
    try:
        return read_manifest_file(store, path, edition)
    except (FileNotFoundError, ValueError):
        return None


def _has_table(store: Store, manifest: Mapping[str, Any]) -> bool:
    """Return whether a file of any table in a manifest exists, damaged or not."""
    return any(store.exists(store.path(entry["file"])) for entry in manifest["tables"].values())


def _verify_lineage(store: Store, before: date, edition: date) -> list[Problem]:
    """Return where the lineage of an edition names stories that it, or the one before, does not have."""
    lineage = load_by_edition(store, "lineage", [edition]).get(edition)
    if lineage is None or not lineage.num_rows:
        return []
    ids = {
        day: set(table["story_id"].to_pylist())
        for day, table in load_by_edition(store, "stories", [before, edition], ["story_id"]).items()
    }
    return [
        *_describe_unknown(edition, lineage["story_id"].to_pylist(), ids.get(edition, set()), "it"),
        *_describe_unknown(edition, lineage["previous_story_id"].to_pylist(), ids.get(before, set()), str(before)),
    ]


def _describe_unknown(edition: date, named: Collection[Any], known: Collection[str], owner: str) -> list[Problem]:
    unknown = sorted(set(named) - {None, *known})
    if not unknown:
        return []
    count = text.format_count(len(unknown), "story")
    return [Problem(edition, f"Its lineage names {count} that {owner} lacks, the first: {unknown[0]}.")]
