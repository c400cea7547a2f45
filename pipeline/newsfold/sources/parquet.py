"""Reading articles from Parquet, Arrow and Feather files, and from Arrow tables in memory."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from newsfold.errors import SourceError
from newsfold.settings import Column
from newsfold.sources import safe_open
from newsfold.sources.document import Item
from newsfold.sources.table_columns import build_item, map_columns

_BATCH_ROWS = 1024
_ARROW_FILE_MAGIC, _FEATHER_1_MAGIC = b"ARROW1", b"FEA1"
_UNREADABLE = (ValueError, OverflowError, KeyError)  # not UTF-8, beyond Python's calendar, in an unknown time zone


def read_parquet(path: Path, location: str, columns: Mapping[Column, str], max_bytes: int) -> Iterator[Item]:
    """Yield the rows of a Parquet file as documents.

    Args:
        path: the file.
        location: its name in messages.
        columns: the file's column names, by newsfold's, if they differ.
        max_bytes: most bytes of the file, decompressed.

    Raises:
        SourceError: it is not Parquet, lacks needed columns, or is larger than the limit.
    """
    import pyarrow.parquet as pq

    with safe_open.open_seekable(path, max_bytes) as stream:
        try:
            file = pq.ParquetFile(stream)
            names = map_columns(file.schema_arrow.names, columns)
            for number, batch in enumerate(file.iter_batches(_BATCH_ROWS, columns=list(names.values()))):
                yield from _read_batch(batch, names, location, number * _BATCH_ROWS)
        except (pa.ArrowException, OSError, NotImplementedError) as error:
            raise SourceError(f"it is not readable as Parquet: {error}") from error


def read_arrow(path: Path, location: str, columns: Mapping[Column, str], max_bytes: int) -> Iterator[Item]:
    """Yield the rows of an Arrow file or stream (Feather version 2 is such a file) as documents.

    Args:
        path: the file.
        location: its name in messages.
        columns: the file's column names, by newsfold's, if they differ.
        max_bytes: most bytes of the file, and of the columns that are read, decompressed.

    Raises:
        SourceError: it is not Arrow, is Feather version 1, lacks needed columns, or is larger than the limit.
    """
    with safe_open.open_seekable(path, max_bytes) as stream:
        n_rows = n_bytes = 0
        try:
            for names, batch in _read_record_batches(stream, columns):
                n_bytes += batch.nbytes
                if n_bytes > max_bytes:
                    raise SourceError(
                        f"it unpacks to more than {safe_open.format_megabytes(max_bytes)}; raise max_table_mb if this "
                        "size is expected"
                    )
                for start in range(0, batch.num_rows, _BATCH_ROWS):
                    yield from _read_batch(batch.slice(start, _BATCH_ROWS), names, location, n_rows + start)
                n_rows += batch.num_rows
        except (pa.ArrowException, OSError, NotImplementedError) as error:
            raise SourceError(f"it is not readable as Arrow or Feather: {error}") from error


def _read_record_batches(
    stream: BinaryIO, columns: Mapping[Column, str]
) -> Iterator[tuple[dict[str, str], pa.RecordBatch]]:
    """Yield the batches of an Arrow file or stream, and the names of the columns that are read."""
    from pyarrow import ipc

    stream.seek(0)
    start = stream.read(len(_ARROW_FILE_MAGIC))
    stream.seek(0)
    if start.startswith(_FEATHER_1_MAGIC):
        raise SourceError("it is Feather version 1; write it anew with pandas' `to_feather`, or as Parquet")
    is_file = start == _ARROW_FILE_MAGIC
    with (ipc.open_file if is_file else ipc.open_stream)(stream) as reader:
        names = map_columns(reader.schema.names, columns)
        for number in itertools.count():
            if is_file and number == reader.num_record_batches:
                return
            try:
                batch = reader.get_batch(number) if is_file else reader.read_next_batch()
            except StopIteration:
                return
            yield names, batch.select(list(names.values()))


def read_arrow_table(table: pa.Table, location: str) -> Iterator[Item]:
    """Yield the rows of a table as documents; rows that cannot be read as failures.

    Raises:
        SourceError: it has neither a title nor a text column.
    """
    names = map_columns(table.schema.names, {})
    n_rows = 0
    for batch in table.select(list(names.values())).to_batches(_BATCH_ROWS):
        yield from _read_batch(batch, names, location, n_rows)
        n_rows += batch.num_rows


def _read_batch(batch: pa.RecordBatch, names: Mapping[str, str], location: str, first_row: int) -> Iterator[Item]:
    values = {name: _to_python_values(batch.column(column)) for name, column in names.items()}
    for row in range(batch.num_rows):
        row_values = {name: column[row] for name, column in values.items()}
        yield build_item(row_values, f"{location} row {first_row + row + 1}")


def _to_python_values(column: pa.Array) -> list[Any]:
    dtype = column.type
    if pa.types.is_dictionary(dtype):
        column = column.dictionary_decode()
    if pa.types.is_timestamp(dtype):
        column = column.cast(pa.timestamp("us", dtype.tz), safe=False)
    try:
        return list(column.to_pylist())
    except _UNREADABLE:
        return [_to_python_value(scalar) for scalar in column]


def _to_python_value(scalar: pa.Scalar) -> Any:
    """Convert one cell, or return the error if that is impossible.

    Text that is not UTF-8 becomes bytes, a time in an unknown zone is in UTC, one beyond the calendar becomes a text.
    """
    if pa.types.is_timestamp(scalar.type) and scalar.type.tz:
        scalar = scalar.cast(pa.timestamp("us", "UTC"))
    try:
        return scalar.as_py()
    except _UNREADABLE as error:
        if pa.types.is_temporal(scalar.type):
            return f"{scalar.value} ({scalar.type})"
        is_text = pa.types.is_string(scalar.type) or pa.types.is_large_string(scalar.type)
        return scalar.as_buffer().to_pybytes() if is_text else error
