"""Staged tables whose columns a process decompresses once; from then on, their rows are mapped into memory.

Each chunk of a step takes rows from all over a table. If it read the table's files, a night would cost the square of
its articles. So a column that has been read lies, uncompressed, in a temporary file, of which the system loads the
pages that are asked for, and takes them from memory again when it needs that for something else.
"""

from __future__ import annotations

import itertools
import mmap
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from newsfold.store.layout import Store
from newsfold.store.parquet import open_parquet

_MAX_TABLES = 64  # that are kept, those used last: more than any step reads
_MAX_IN_MEMORY = 1 << 16  # bytes of a column that is kept without a file


class StagedFile(NamedTuple):
    """A file and what changes when it is replaced."""

    path: str
    size: int | None
    modified: int | None


@dataclass(frozen=True)
class MappedColumn:
    """A column, in memory or in a file that vanishes with it.

    Attributes:
        values: its values.
        mapped: the file; None if it has none.
    """

    values: pa.ChunkedArray
    mapped: mmap.mmap | None = None

    def read(self) -> pa.ChunkedArray:
        """Return the values; those that were read before give their memory back until they are read again."""
        if self.mapped and hasattr(mmap, "MADV_DONTNEED"):
            self.mapped.madvise(mmap.MADV_DONTNEED)
        return self.values


class MappedTable:
    """A table of several Parquet files, in their order."""

    def __init__(self, store: Store, paths: Sequence[str]) -> None:
        """Read the schema, which is that of the first file with rows, and the number of rows."""
        self.num_rows = 0
        self._store = store
        self._paths: list[str] = []
        for path in paths:
            with open_parquet(store, path) as parquet_file:
                n_rows, schema = parquet_file.metadata.num_rows, parquet_file.schema_arrow
            if not self._paths or (n_rows and not self.num_rows):
                self._paths, self.schema = [path], schema
            elif n_rows:
                self._paths.append(path)
            self.num_rows += n_rows
        self._columns: dict[str, MappedColumn] = {}
        self._lock = threading.Lock()

    def read(self, columns: Sequence[str] | None, start: int, stop: int) -> pa.Table:
        """Return rows `start` to `stop` of some columns, of all if None, without copying them."""
        names = self.schema.names if columns is None else columns
        with self._lock:
            arrays = [self._map_column(name).read().slice(start, stop - start) for name in names]
        schema = pa.schema([self.schema.field(name) for name in names], metadata=self.schema.metadata)
        return pa.Table.from_arrays(arrays, schema=schema)

    def _map_column(self, name: str) -> MappedColumn:
        if name not in self._columns:
            folder = self._store.folder and Path(self._paths[0]).parent
            self._columns[name] = map_column(self.schema.field(name), self._read_row_groups(name), folder)
        return self._columns[name]

    def _read_row_groups(self, name: str) -> Iterator[pa.Table]:
        for path in self._paths:
            with open_parquet(self._store, path) as parquet_file:
                for group in range(parquet_file.num_row_groups):
                    yield parquet_file.read_row_group(group, [name]).replace_schema_metadata()


def map_column(field: pa.Field, tables: Iterator[pa.Table], folder: Path | None) -> MappedColumn:
    """Join tables of one column in a temporary file without a name, and map it into memory.

    Args:
        field: the column.
        tables: the tables, one of which is in memory at a time.
        folder: where the file takes its space; None: where temporary files are kept.
    """
    schema, first = pa.schema([field]), list(itertools.islice(tables, 2))
    if len(first) < 2 and sum(table.nbytes for table in first) <= _MAX_IN_MEMORY:
        return MappedColumn((first[0] if first else schema.empty_table()).column(0))
    with tempfile.TemporaryFile(dir=folder) as file:
        with pa.ipc.new_file(file, schema) as writer:
            for table in itertools.chain(first, tables):
                writer.write_table(table)
        file.flush()
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return MappedColumn(pa.ipc.open_file(pa.py_buffer(mapped)).read_all().column(0), mapped)


_open: OrderedDict[tuple[str, tuple[StagedFile, ...]], MappedTable] = OrderedDict()
_open_lock = threading.Lock()


def open_table(store: Store, files: tuple[StagedFile, ...]) -> MappedTable:
    """Open the table that some files hold together; the same files give the same object for a while."""
    key = store.address, files
    with _open_lock:
        if key not in _open:
            _open[key] = MappedTable(store, [file.path for file in files])
        _open.move_to_end(key)
        while len(_open) > _MAX_TABLES:
            _open.popitem(last=False)
        return _open[key]
