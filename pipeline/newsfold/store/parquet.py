"""One table, one Parquet file: equal tables give equal bytes, and files of older versions fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from newsfold import schemas
from newsfold.store.layout import Store

# Named, not measured: which columns are encoded must not change with a night's values.
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
ROWS_PER_GROUP = 16_384  # what is read at a time where a table is read by the piece
_LEVEL = 3


def write_table(store: Store, path: str, table: pa.Table) -> None:
    """Put a table in place of a file, all at once; equal tables give equal bytes.

    Args:
        store: where.
        path: the file, as the store's file system calls it.
        table: a table that conforms to its schema.
    """
    _write(store, path, table.schema, [table])


def join_files(store: Store, path: str, files: Sequence[str]) -> int:
    """Put one file in place of several, with their rows in order, as `write` would have written them.

    A row group at a time is in memory.

    Args:
        store: where.
        path: the file to write.
        files: the files to read, at least one; an empty one says nothing of the others' schema.

    Returns:
        The number of rows.
    """
    filled = [file for file in files if count_rows(store, [file])] or list(files[:1])
    with _opened(store, filled[0]) as first:
        schema = first.schema_arrow
    _write(store, path, schema, (part for file in filled for part in _groups(store, file)))
    return count_rows(store, [path])


def count_rows(store: Store, files: Sequence[str]) -> int:
    """How many rows files hold together."""
    total = 0
    for file in files:
        with _opened(store, file) as opened:
            total += opened.metadata.num_rows
    return total


def read_rows(
    store: Store, files: Sequence[str], start: int, stop: int, columns: Sequence[str] | None = None
) -> pa.Table:
    """Rows `start` to `stop` of files that follow one another, as they were written.

    Args:
        store: where.
        files: files with one schema; the first one that has rows tells it.
        start: the first row, counted over all files.
        stop: the row after the last one.
        columns: the columns to read; all without it.
    """
    found: list[pa.Table] = []
    at = 0
    for file in files:
        with _opened(store, file) as opened:
            for group in range(opened.num_row_groups):
                size = opened.metadata.row_group(group).num_rows
                if at < stop and at + size > start:
                    table = opened.read_row_group(group, columns)
                    found.append(table.slice(max(0, start - at), min(stop, at + size) - max(start, at)))
                at += size
    return pa.concat_tables(found) if found else _nothing(store, files, columns)


def read_matching_rows(
    store: Store, files: Sequence[str], key: str, values: pa.Array, columns: Sequence[str] | None = None
) -> pa.Table:
    """The rows whose `key` is among some values, in order; a row group at a time is in memory.

    Args:
        store: where.
        files: files with one schema; the first one that has rows tells it.
        key: a column of strings.
        values: what to look for.
        columns: the columns to read; all without it.
    """
    found: list[pa.Table] = []
    for file in files:
        with _opened(store, file) as opened:
            for group in range(opened.num_row_groups):
                there = pc.is_in(opened.read_row_group(group, [key])[key], values)
                if pc.any(there).as_py():
                    found.append(opened.read_row_group(group, columns).filter(there))
    return pa.concat_tables(found) if found else _nothing(store, files, columns)


def iter_row_groups(store: Store, file: str) -> Iterator[pa.Table]:
    """A file's row groups, one after another; a table without rows where it has none."""
    yield from _groups(store, file) if count_rows(store, [file]) else [_nothing(store, [file], None)]


def _nothing(store: Store, files: Sequence[str], columns: Sequence[str] | None) -> pa.Table:
    told = next((file for file in files if count_rows(store, [file])), files[0])
    with _opened(store, told) as opened:
        empty = opened.schema_arrow.empty_table()
    return empty if columns is None else empty.select(list(columns))


def _groups(store: Store, file: str) -> Iterator[pa.Table]:
    with _opened(store, file) as opened:
        for group in range(opened.num_row_groups):
            yield opened.read_row_group(group)


@contextmanager
def _opened(store: Store, path: str) -> Iterator[pq.ParquetFile]:
    with store.filesystem.open_input_file(path) as source, pq.ParquetFile(source) as file:
        yield file


def _write(store: Store, path: str, schema: pa.Schema, tables: Iterable[pa.Table]) -> None:
    schema = schema.with_metadata(dict(sorted((schema.metadata or {}).items())))
    options = {
        "compression": "zstd",
        "compression_level": _LEVEL,
        "use_dictionary": [name for name in schema.names if name in DICTIONARY_COLUMNS],
    }
    with store.replace_file(path) as stream, pq.ParquetWriter(stream, schema, **options) as writer:
        for group in _regrouped(schema, tables):
            writer.write_table(group, row_group_size=ROWS_PER_GROUP)


def _regrouped(schema: pa.Schema, tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The rows of tables in groups of `ROWS_PER_GROUP`, however they came."""
    waiting: list[pa.Table] = []
    count = 0
    for table in tables:
        waiting.append(table.replace_schema_metadata(schema.metadata))
        count += table.num_rows
        while count >= ROWS_PER_GROUP:
            together = pa.concat_tables(waiting)
            # Pages end where chunks do, so bytes would tell how the table was put together.
            yield together.slice(0, ROWS_PER_GROUP).combine_chunks()
            waiting, count = [together.slice(ROWS_PER_GROUP)], count - ROWS_PER_GROUP
    if count:
        yield pa.concat_tables(waiting).combine_chunks()


def read_table(store: Store, path: str, name: str, columns: Sequence[str] | None = None) -> pa.Table:
    """Schema `name`'s columns (or some of them) from a file.

    A column that is younger than the file says what its schema names for that case, or is null throughout.

    Args:
        store: where.
        path: the file, as the store's file system calls it.
        name: the table it holds, as pipeline/schemas.py calls it.
        columns: the columns to read; all without it.
    """
    wanted = [field for field in schemas.SCHEMAS[name] if columns is None or field.name in columns]
    with store.filesystem.open_input_file(path) as source, pq.ParquetFile(source) as file:
        there = file.schema_arrow
        table = file.read(columns=[field.name for field in wanted if field.name in there.names])
    fields, arrays = [], []
    for field in wanted:
        if field.name in there.names:
            column = table.column(field.name)
            # Only vectors have a type that the schema leaves open: their dimension.
            kind = column.type if pa.types.is_fixed_size_list(field.type) else field.type
            fields.append(field.with_type(kind))
            arrays.append(column.cast(kind))
        else:
            fields.append(field if b"default" in field.metadata else field.with_nullable(True))
            arrays.append(pa.chunked_array([schemas.default_column(field, table.num_rows)]))
    schema = pa.schema(fields, metadata=there.metadata)
    return pa.Table.from_arrays(arrays, schema=schema)
