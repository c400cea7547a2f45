"""Staging areas: the tables that a run has written so far, and a marker for each completed stage."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from newsfold import schemas
from newsfold.errors import StoreError
from newsfold.store import journal, parquet
from newsfold.store.layout import STAGING, TEMPORARY_SUFFIX, Store, open_store, parse_run_id, translate_errors

_HASH_CHUNK = 1 << 20  # bytes


@dataclass(frozen=True)
class Staging:
    """The staging area of one run, `STORE/.staging/<run_id>/`; half-written files are never read."""

    store: Store
    run_id: str

    def path(self, name: str) -> str:
        """Return the path of a table's file, whether it exists or not."""
        return self.store.staged_file(self.run_id, name)

    def write(self, name: str, table: pa.Table) -> None:
        """Write a table under its schema's name; equal tables give equal bytes.

        Raises:
            SchemaError: the table does not fit the schema of that name.
            StoreError: the file cannot be written.
        """
        with translate_errors(self.store, f"Writing the table {name}"):
            parquet.write_table(self.store, self.path(name), schemas.conform_table(table, name))

    def read(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Read a table, or some of its columns.

        Raises:
            StoreError: the table was not written, or cannot be read.
        """
        self._require_table(name)
        with translate_errors(self.store, f"Reading the staged table {name}"):
            return parquet.read_table(self.store, self.path(name), name, columns)

    def iter_row_groups(self, name: str) -> Iterator[pa.Table]:
        """Yield a table one row group at a time, or one table without rows if it is empty.

        Raises:
            StoreError: the table was not written, or cannot be read.
        """
        self._require_table(name)
        with translate_errors(self.store, f"Reading the staged table {name}"):
            yield from parquet.iter_row_groups(self.store, self.path(name))

    def write_part(self, name: str, part: int, table: pa.Table) -> None:
        """Write a part of a table, for `join_parts`; parts can be written in parallel.

        Raises:
            SchemaError: the part does not fit the schema of that name.
            StoreError: the file cannot be written.
        """
        with translate_errors(self.store, f"Writing a part of the table {name}"):
            parquet.write_table(self.store, self._part_file(name, part), schemas.conform_table(table, name))

    def write_concatenated(self, name: str, parts: Iterable[pa.Table]) -> int:
        """Write several tables as one, with one in memory at a time; without any, write an empty table.

        Returns:
            The number of rows.

        Raises:
            SchemaError: a part does not fit the schema of that name.
            StoreError: a file cannot be read or written.
        """
        n_parts = 0
        for n_parts, part in enumerate(parts, start=1):
            self.write_part(name, n_parts - 1, part)
        if not n_parts:
            self.write(name, schemas.empty_table(name))
            return 0
        return self.join_parts(name, n_parts)

    def join_parts(self, name: str, n_parts: int) -> int:
        """Join the first `n_parts` parts of a table, in order, and remove them; one row group at a time is in memory.

        Returns:
            The number of rows.

        Raises:
            StoreError: a part was not written, or a file cannot be read or written.
        """
        with translate_errors(self.store, f"Joining the parts of the table {name}"):
            part_files = [self._part_file(name, part) for part in range(n_parts)]
            rows = parquet.join_files(self.store, self.path(name), part_files)
            self.store.remove_folder(self._parts_folder(name))
        return rows

    def digest(self, name: str) -> str:
        """Return the SHA-256 of a table's file, in hexadecimal: equal for equal tables.

        Raises:
            StoreError: the table was not written, or cannot be read.
        """
        self._require_table(name)
        return hash_file(self.store, self.path(name))

    def mark_complete(self, stage: str, input_digest: str, writes: Sequence[str], seconds: float) -> None:
        """Mark a stage as complete.

        Args:
            stage: the stage's name.
            input_digest: a digest of everything that the stage was computed from.
            writes: the names of the tables that it wrote.
            seconds: how long it took.

        Raises:
            StoreError: a table was not written, or the marker cannot be written.
        """
        marker = {
            "input_digest": input_digest,
            "writes": {name: self.digest(name) for name in writes},
            "seconds": seconds,
        }
        with translate_errors(self.store, f"Marking the stage {stage} as complete"):
            self.store.write_json(self._marker_file(stage), marker)

    def is_complete(self, stage: str, input_digest: str) -> bool:
        """Return whether a stage is complete for this input, with its tables unchanged since."""
        try:
            marker = self.store.read_json(self._marker_file(stage))
        except (OSError, ValueError):  # it is missing, or damaged: the stage runs again
            return False
        return marker["input_digest"] == input_digest and all(
            self.store.exists(self.path(name)) and self.digest(name) == digest
            for name, digest in marker["writes"].items()
        )

    def stage_seconds(self) -> dict[str, float]:
        """Return the seconds that each completed stage took, by the stage's name."""
        return {
            Path(info.base_name).stem: float(self.store.read_json(info.path)["seconds"])
            for info in self.store.list_children(self._markers_folder)
            if not info.base_name.endswith(TEMPORARY_SUFFIX)
        }

    def _parts_folder(self, name: str) -> str:
        return f"{self.store.staging_folder(self.run_id)}/{name}.parts"

    def _part_file(self, name: str, part: int) -> str:
        return f"{self._parts_folder(name)}/{part:05}.parquet"

    @property
    def _markers_folder(self) -> str:
        return f"{self.store.staging_folder(self.run_id)}/completed"

    def _marker_file(self, stage: str) -> str:
        return f"{self._markers_folder}/{stage}.json"

    def _require_table(self, name: str) -> None:
        if not self.store.exists(self.path(name)):
            raise StoreError(
                f"The run {self.run_id} has not written the table {name!r} to {self.store.name}. "
                f"Run its edition again: completed tables are kept, only the missing ones are computed."
            )


def open_staging(store: str | Path | Store, run_id: str) -> Staging:
    """Open the staging area of a run; call `repair_store` first, once, when the run starts.

    Args:
        store: a store or its address.
        run_id: the edition and a digest of its settings and code: `2013-06-05-0f3c`. Two runs with the same id make
            the same edition.

    Raises:
        StoreError: `run_id` is not a run id.
    """
    parse_run_id(run_id)
    return Staging(open_store(store), run_id)


def discard_staging(staging: Staging) -> None:
    """Remove a run's staging area without publishing it.

    Raises:
        StoreError: the staging area cannot be removed.
    """
    with translate_errors(staging.store, "Removing a staging area"):
        staging.store.remove_folder(staging.store.staging_folder(staging.run_id))


def discard_abandoned_staging(store: str | Path | Store, keep_run_id: str) -> list[str]:
    """Remove the staging areas of abandoned runs of the same edition; those of committed runs are kept.

    Returns:
        The ids of the runs whose staging areas were removed, ascending.

    Raises:
        StoreError: `keep_run_id` is not a run id, or a folder cannot be removed.
    """
    store = open_store(store)
    edition = parse_run_id(keep_run_id)
    kept = {keep_run_id, *journal.list_committed(store).values()}
    runs = [info.base_name for info in store.list_children(store.path(STAGING))]
    abandoned = [run for run in runs if run.startswith(f"{edition}-") and run not in kept]
    with translate_errors(store, "Removing abandoned staging areas"):
        for run_id in abandoned:
            store.remove_folder(store.path(STAGING, run_id))
    return abandoned


def hash_file(store: Store, path: str) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    state = hashlib.sha256()
    with translate_errors(store, f"Reading {path}"), store.filesystem.open_input_stream(path) as stream:
        while chunk := stream.read(_HASH_CHUNK):
            state.update(chunk)
    return state.hexdigest()
