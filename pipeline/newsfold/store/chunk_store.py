"""The tables of a stage while it runs in chunks: what earlier stages staged, and the parts its own steps wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import schemas
from newsfold.dataflow import TableView, distinct_strings
from newsfold.store import parquet
from newsfold.store.layout import Store, translate_errors
from newsfold.store.mapped_tables import StagedFile, open_table
from newsfold.store.staging import Staging


@dataclass(frozen=True)
class StagedView:
    """A `TableView` of staged Parquet files.

    Attributes:
        store: where the files are.
        name: the table's name, for messages.
        files: the files, in order.
        rows: the first row of the view and the one after its last; None: all rows.
    """

    store: Store
    name: str
    files: tuple[StagedFile, ...]
    rows: tuple[int, int] | None = None

    @property
    def num_rows(self) -> int:
        """The number of rows."""
        if self.rows is not None:
            return self.rows[1] - self.rows[0]
        with self._reading():
            return open_table(self.store, self.files).num_rows

    def read(self, columns: Sequence[str] | None = None) -> pa.Table:
        """Read all rows.

        Raises:
            StoreError: a file is missing or cannot be read.
        """
        with self._reading():
            table = open_table(self.store, self.files)
            return table.read(columns, *(self.rows or (0, table.num_rows)))

    def where(self, key: str, *values: pa.ChunkedArray, columns: Sequence[str] | None = None) -> pa.Table:
        """Read the rows whose `key` is in any of `values`.

        Raises:
            StoreError: a file is missing or cannot be read.
        """
        is_match = pc.is_in(self.read([key])[key], distinct_strings(*values))
        return self.read(columns).filter(is_match)

    def slice(self, start: int, stop: int) -> StagedView:
        """Return a view of rows `start` to `stop`."""
        first = self.rows[0] if self.rows else 0
        return StagedView(self.store, self.name, self.files, (first + start, first + stop))

    def _reading(self) -> AbstractContextManager[None]:
        return translate_errors(self.store, f"Reading the staged table {self.name}")


@dataclass(frozen=True)
class ChunkStore:
    """The tables of a run, whole or in parts, as views by name.

    Attributes:
        staging: the run's staging area.
        work: a digest of the stage's inputs: parts of other inputs have folders of their own. A part that exists is
            complete (unless its disk has damaged it since), so a run that was killed resumes after it.
    """

    staging: Staging
    work: str

    def views(self, names: Iterable[str]) -> dict[str, TableView]:
        """Return views of tables by name: of all parts, or of the whole table if there are none.

        Raises:
            StoreError: the store does not answer.
        """
        with translate_errors(self.staging.store, "Looking up staged tables"):
            return {name: StagedView(self.staging.store, name, self._files(name)) for name in names}

    def write_part(self, number: int, tables: Mapping[str, pa.Table]) -> None:
        """Keep the tables that a step wrote for its chunk of this number, counted from 0.

        Raises:
            SchemaError: a table does not fit its schema.
            StoreError: it cannot be written.
        """
        for name, table in tables.items():
            with translate_errors(self.staging.store, f"Writing a part of the table {name}"):
                fitted = schemas.conform_table(table, name) if name in schemas.SCHEMAS else table
                parquet.write_table(self.staging.store, self._part(name, number), fitted)

    def has_part(self, number: int, names: Sequence[str]) -> bool:
        """Return whether these tables' parts of this number exist, whole."""
        return all(parquet.is_whole(self.staging.store, self._part(name, number)) for name in names)

    def join_parts(self, names: Sequence[str]) -> None:
        """Stage tables that were written in parts as whole ones, and remove all parts.

        Raises:
            StoreError: a part is missing, or a file cannot be read or written.
        """
        with translate_errors(self.staging.store, "Joining the parts of a stage"):
            for name in names:
                files = [file.path for file in self._files(name)]
                parquet.join_files(self.staging.store, self.staging.path(name), files)
            self.staging.store.remove_folder(self._folder)

    @property
    def _folder(self) -> str:
        return f"{self.staging.store.staging_folder(self.staging.run_id)}/parts-{self.work}"

    def _part(self, name: str, number: int) -> str:
        return f"{self._folder}/{name}/{number:06}.parquet"

    def _files(self, name: str) -> tuple[StagedFile, ...]:
        store = self.staging.store
        parts = [info for info in store.list_children(f"{self._folder}/{name}") if info.path.endswith(".parquet")]
        files = parts or [store.filesystem.get_file_info(self.staging.path(name))]
        return tuple(StagedFile(info.path, info.size, info.mtime_ns) for info in files)
