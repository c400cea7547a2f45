"""What a run has made so far: its tables, and a marker for each stage that is complete."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from newsfold import schemas
from newsfold.errors import StoreError
from newsfold.store import journal, parquet
from newsfold.store.layout import UNFINISHED, Store, open_store, parse_run_id, translate_errors

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Staging:
    """The staging area of one run, `STORE/.staging/<run_id>/`; a half-written file never counts."""

    store: Store
    run_id: str

    def path(self, name: str) -> str:
        """The file of a table, whether it is there or not."""
        return self.store.staged_file(self.run_id, name)

    def write(self, name: str, table: pa.Table) -> None:
        """Keep a table under its schema's name; equal tables give equal bytes.

        Raises:
            SchemaError: the table does not fit the schema of that name.
            StoreError: the file cannot be written.
        """
        with translate_errors(self.store, f"Writing the table {name}"):
            parquet.write_table(self.store, self.path(name), schemas.conform_table(table, name))

    def read(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """The table kept under a name, or some of its columns.

        Raises:
            StoreError: it was not written, or cannot be read.
        """
        self._require(name)
        with translate_errors(self.store, f"Reading the staged table {name}"):
            return parquet.read_table(self.store, self.path(name), name, columns)

    def iter_row_groups(self, name: str) -> Iterator[pa.Table]:
        """The table kept under a name, a row group at a time; one without rows where it has none.

        Raises:
            StoreError: it was not written, or cannot be read.
        """
        self._require(name)
        with translate_errors(self.store, f"Reading the staged table {name}"):
            yield from parquet.iter_row_groups(self.store, self.path(name))

    def write_part(self, name: str, part: int, table: pa.Table) -> None:
        """Keep a part of a table, which `join` puts in its place: several can be written side by side.

        Raises:
            SchemaError: the part does not fit the schema of that name.
            StoreError: the file cannot be written.
        """
        with translate_errors(self.store, f"Writing a part of the table {name}"):
            parquet.write_table(self.store, self._part(name, part), schemas.conform_table(table, name))

    def write_concatenated(self, name: str, parts: Iterable[pa.Table]) -> int:
        """Keep tables that come one after another as one, one in memory at a time; an empty one where there are none.

        Returns:
            The number of rows.

        Raises:
            SchemaError: one does not fit the schema of that name.
            StoreError: something cannot be read or written.
        """
        written = 0
        for written, part in enumerate(parts, start=1):
            self.write_part(name, written - 1, part)
        if not written:
            self.write(name, schemas.empty_table(name))
            return 0
        return self.join_parts(name, written)

    def join_parts(self, name: str, parts: int) -> int:
        """Make a table of its first so many parts, in their order, and remove these; a part at a time is in memory.

        Returns:
            The number of rows.

        Raises:
            StoreError: a part was not written, or something cannot be read or written.
        """
        with translate_errors(self.store, f"Joining the parts of the table {name}"):
            rows = parquet.join_files(self.store, self.path(name), [self._part(name, part) for part in range(parts)])
            self.store.remove_folder(self._parts(name))
        return rows

    def digest(self, name: str) -> str:
        """The sha256 of a table's file: equal for equal tables.

        Raises:
            StoreError: the table was not written, or cannot be read.
        """
        self._require(name)
        return hash_file(self.store, self.path(name))

    def mark_complete(self, stage: str, input_digest: str, writes: Sequence[str], seconds: float) -> None:
        """Mark a stage as done: on this input it wrote these tables, in so many seconds.

        Raises:
            StoreError: a table was not written, or the marker cannot be.
        """
        marker = {
            "input_digest": input_digest,
            "writes": {name: self.digest(name) for name in writes},
            "seconds": seconds,
        }
        with translate_errors(self.store, f"Marking the stage {stage} as complete"):
            self.store.write_json(self._marker(stage), marker)

    def is_complete(self, stage: str, input_digest: str) -> bool:
        """Whether a stage is done on this very input, and what it wrote is there as it wrote it."""
        if not self.store.exists(self._marker(stage)):
            return False
        marker = self.store.read_json(self._marker(stage))
        return marker["input_digest"] == input_digest and all(
            self.store.exists(self.path(name)) and self.digest(name) == digest
            for name, digest in marker["writes"].items()
        )

    def stage_seconds(self) -> dict[str, float]:
        """The seconds each completed stage took, by name of the stage."""
        return {
            Path(info.base_name).stem: float(self.store.read_json(info.path)["seconds"])
            for info in self.store.list_children(self._markers)
            if not info.base_name.endswith(UNFINISHED)
        }

    def _parts(self, name: str) -> str:
        return f"{self.store.staging_folder(self.run_id)}/{name}.parts"

    def _part(self, name: str, part: int) -> str:
        return f"{self._parts(name)}/{part:05}.parquet"

    @property
    def _markers(self) -> str:
        return f"{self.store.staging_folder(self.run_id)}/completed"

    def _marker(self, stage: str) -> str:
        return f"{self._markers}/{stage}.json"

    def _require(self, name: str) -> None:
        if not self.store.exists(self.path(name)):
            raise StoreError(
                f"The run {self.run_id} has not written the table {name!r} to {self.store.name}. "
                f"Run its edition again: what it has made is kept, the rest is made anew."
            )


def open_staging(store: str | Path | Store, run_id: str) -> Staging:
    """The staging area of a run; call `repair` first, once, when the run starts.

    Args:
        store: a store or its address.
        run_id: the edition and a digest of what goes into it: `2013-06-05-0f3c`. Two runs with
            one id are taken to make the same edition.

    Raises:
        StoreError: the run id does not look like one.
    """
    parse_run_id(run_id)
    return Staging(open_store(store), run_id)


def discard_staging(staging: Staging) -> None:
    """Remove a run's staging area, where nothing of it is to be published.

    Raises:
        StoreError: it cannot be removed.
    """
    with translate_errors(staging.store, "Removing a staging area"):
        staging.store.remove_folder(staging.store.staging_folder(staging.run_id))


def discard_abandoned_staging(store: str | Path | Store, keep_run_id: str) -> list[str]:
    """Remove what abandoned runs of the same edition left in staging; committed runs are kept.

    Returns:
        The ids of the runs whose staging areas were removed, ascending.

    Raises:
        StoreError: the run id does not look like one, or a folder cannot be removed.
    """
    store = open_store(store)
    edition = parse_run_id(keep_run_id)
    kept = {keep_run_id, *journal.list_committed(store).values()}
    runs = [info.base_name for info in store.list_children(store.path(".staging"))]
    abandoned = [run for run in runs if run.startswith(f"{edition}-") and run not in kept]
    with translate_errors(store, "Removing abandoned staging areas"):
        for run_id in abandoned:
            store.remove_folder(store.path(".staging", run_id))
    return abandoned


def hash_file(store: Store, path: str) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    state = hashlib.sha256()
    with translate_errors(store, f"Reading {path}"), store.filesystem.open_input_stream(path) as stream:
        while chunk := stream.read(_CHUNK):
            state.update(chunk)
    return state.hexdigest()
