"""Parquet files, one per table: equal tables give equal bytes, and files of older versions can be read.

Pages have checksums, which are verified whenever one is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import pyarrow as pa
import pyarrow.parquet as pq

from newsfold import schemas
from newsfold.store.layout import Store

# A fixed list: which columns are dictionary-encoded must not depend on an edition's values.
DICTIONARY_COLUMNS = frozenset(
    {
        "agency",
        "edition_date",
        "first_outlet",
        "kind",
        "language",
        "outlet",
        "publisher_family",
        "relation",
        "role",
        "source",
        "status",
        "syndicated_from",
    }
)
ROWS_PER_GROUP = 16_384  # rows in memory at once when a table is read or joined by row group
_COMPRESSION_LEVEL = 3


def write_table(store: Store, path: str, table: pa.Table) -> None:
    """Replace a file with a table, atomically; equal tables give equal bytes.

    Args:
        store: the store.
        path: the file's path in the store's file system.
        table: a table that conforms to its schema.
    """
    _write_tables(store, path, table.schema, [table])


def join_files(store: Store, path: str, files: Sequence[str]) -> int:
    """Write the rows of several files, in order, to one file, with the bytes that `write_table` would write.

    One row group at a time is in memory.

    Args:
        store: the store.
        path: the file to write.
        files: the files to read, at least one; the schema is that of the first file with rows.

    Returns:
        The number of rows.
    """
    filled = [file for file in files if count_rows(store, [file])] or list(files[:1])
    with open_parquet(store, filled[0]) as first:
        schema = first.schema_arrow
    _write_tables(store, path, schema, (group for file in filled for group in _read_row_groups(store, file)))
    return count_rows(store, [path])


def is_whole(store: Store, path: str) -> bool:
    """Return whether a file exists and all its pages have their checksums."""
    try:
        with open_parquet(store, path) as parquet_file:
            for group in range(parquet_file.num_row_groups):
                parquet_file.read_row_group(group)
    except (OSError, pa.ArrowException):
        return False
    return True


def count_rows(store: Store, files: Sequence[str]) -> int:
    """Return the total number of rows of some files."""
    total = 0
    for file in files:
        with open_parquet(store, file) as parquet_file:
            total += parquet_file.metadata.num_rows
    return total


@contextmanager
def open_parquet(store: Store, path: str) -> Iterator[pq.ParquetFile]:
    """Open a file whose pages are compared with their checksums when they are read."""
    with (
        store.filesystem.open_input_file(path) as source,
        pq.ParquetFile(source, page_checksum_verification=True) as parquet_file,
    ):
        yield parquet_file


def iter_row_groups(store: Store, file: str) -> Iterator[pa.Table]:
    """Yield a file's row groups, one after another, or one table without rows if the file is empty."""
    yield from _read_row_groups(store, file) if count_rows(store, [file]) else [_make_empty(store, file)]


def _make_empty(store: Store, file: str) -> pa.Table:
    with open_parquet(store, file) as parquet_file:
        return parquet_file.schema_arrow.empty_table()


def _read_row_groups(store: Store, file: str) -> Iterator[pa.Table]:
    with open_parquet(store, file) as parquet_file:
        for group in range(parquet_file.num_row_groups):
            yield parquet_file.read_row_group(group)


def _write_tables(store: Store, path: str, schema: pa.Schema, tables: Iterable[pa.Table]) -> None:
    schema = schema.with_metadata(dict(sorted((schema.metadata or {}).items())))
    options = {
        "compression": "zstd",
        "compression_level": _COMPRESSION_LEVEL,
        "use_dictionary": [name for name in schema.names if name in DICTIONARY_COLUMNS],
        "write_page_checksum": True,
    }
    with store.replace_file(path) as stream, pq.ParquetWriter(stream, schema, **options) as writer:
        for group in _regroup_rows(schema, tables):
            writer.write_table(group, row_group_size=ROWS_PER_GROUP)


def _regroup_rows(schema: pa.Schema, tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Yield the rows of some tables in groups of `ROWS_PER_GROUP`, whatever the tables' sizes."""
    pending: list[pa.Table] = []
    n_pending = 0
    for table in tables:
        pending.append(table.replace_schema_metadata(schema.metadata))
        n_pending += table.num_rows
        while n_pending >= ROWS_PER_GROUP:
            combined = pa.concat_tables(pending)
            # Parquet ends a page at the end of a chunk: without one chunk per group, bytes would depend on the chunks.
            yield combined.slice(0, ROWS_PER_GROUP).combine_chunks()
            pending, n_pending = [combined.slice(ROWS_PER_GROUP)], n_pending - ROWS_PER_GROUP
    if n_pending:
        yield pa.concat_tables(pending).combine_chunks()


def read_table(store: Store, path: str, name: str, columns: Sequence[str] | None = None) -> pa.Table:
    """Read the columns of schema `name`, or some of them, from a file.

    A column that the file is too old to have gets the value that its schema names for that case, or null.

    Args:
        store: the store.
        path: the file's path in the store's file system.
        name: the table in it, as `newsfold.schemas` names it.
        columns: the columns to read; None: all.
    """
    requested = [field for field in schemas.SCHEMAS[name] if columns is None or field.name in columns]
    with open_parquet(store, path) as parquet_file:
        file_schema = parquet_file.schema_arrow
        table = parquet_file.read(columns=[field.name for field in requested if field.name in file_schema.names])
    fields, arrays = [], []
    for field in requested:
        if field.name in file_schema.names:
            column = table.column(field.name)
            # The schema leaves only the dimension of vectors open.
            kind = column.type if pa.types.is_fixed_size_list(field.type) else field.type
            fields.append(field.with_type(kind))
            arrays.append(column.cast(kind))
        else:
            fields.append(field if b"default" in field.metadata else field.with_nullable(True))
            arrays.append(pa.chunked_array([schemas.default_column(field, table.num_rows)]))
    schema = pa.schema(fields, metadata=file_schema.metadata)
    return pa.Table.from_arrays(arrays, schema=schema)
