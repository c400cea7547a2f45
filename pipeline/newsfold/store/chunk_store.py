"""A stage at work: its tables in a run's staging area, and what its steps have made so far, part by part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from newsfold import schemas
from newsfold.store import parquet
from newsfold.store.layout import translate_errors
from newsfold.store.staging import Staging


@dataclass(frozen=True)
class Shelf:
    """Tables of a run, whole ones and such as lie there in parts; a process holds no more of one than it takes.

    Attributes:
        staging: the run's staging area.
        work: what the parts are made from, a digest: parts made from anything else lie elsewhere. A part that is there
            is whole, so a run that was killed goes on after it.
    """

    staging: Staging
    work: str

    def rows(self, name: str) -> int:
        """How many rows a table has.

        Raises:
            StoreError: it is not there, or cannot be read.
        """
        with translate_errors(self.staging.store, f"Reading the staged table {name}"):
            return parquet.count_rows(self.staging.store, self._files(name))

    def whole(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """A table, or some of its columns.

        Raises:
            StoreError: it is not there, or cannot be read.
        """
        return self.part(name, 0, self.rows(name), columns)

    def part(self, name: str, start: int, stop: int, columns: Sequence[str] | None = None) -> pa.Table:
        """Some rows of a table, by number.

        Raises:
            StoreError: it is not there, or cannot be read.
        """
        with translate_errors(self.staging.store, f"Reading the staged table {name}"):
            return parquet.read_rows(self.staging.store, self._files(name), start, stop, columns)

    def where(self, name: str, key: str, values: pa.Array, columns: Sequence[str] | None = None) -> pa.Table:
        """The rows of a table whose `key` is among some strings, in their order.

        Raises:
            StoreError: it is not there, or cannot be read.
        """
        with translate_errors(self.staging.store, f"Reading the staged table {name}"):
            return parquet.read_matching_rows(self.staging.store, self._files(name), key, values, columns)

    def put(self, number: int, tables: Mapping[str, pa.Table]) -> None:
        """Keep what a step made of its chunk of this number, counted from 0.

        Raises:
            SchemaError: a table does not fit its schema.
            StoreError: it cannot be written.
        """
        for name, table in tables.items():
            with translate_errors(self.staging.store, f"Writing a part of the table {name}"):
                parquet.write_table(self.staging.store, self._part(name, number), schemas.conform_table(table, name))

    def has(self, number: int, names: Iterable[str]) -> bool:
        """Whether these parts of tables are there."""
        return all(self.staging.store.exists(self._part(name, number)) for name in names)

    def finish(self, writes: Iterable[str]) -> None:
        """Put tables that lie here in parts in their place, and remove all the other parts.

        Raises:
            StoreError: one is not there, or cannot be read or written.
        """
        with translate_errors(self.staging.store, "Joining the parts of a stage"):
            for name in writes:
                parquet.join_files(self.staging.store, self.staging.path(name), self._files(name))
            self.staging.store.remove_folder(self._folder)

    @property
    def _folder(self) -> str:
        return f"{self.staging.store.staging_folder(self.staging.run_id)}/parts-{self.work}"

    def _part(self, name: str, number: int) -> str:
        return f"{self._folder}/{name}/{number:06}.parquet"

    def _files(self, name: str) -> list[str]:
        parts = self.staging.store.list_children(f"{self._folder}/{name}")
        return [info.path for info in parts if info.path.endswith(".parquet")] or [self.staging.path(name)]
