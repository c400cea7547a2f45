"""Reading articles from Parquet, Arrow and Feather files, and from Arrow tables in memory."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from newsfold import text
from newsfold.errors import SourceError
from newsfold.settings import Column
from newsfold.sources import safe_open
from newsfold.sources.document import Item
from newsfold.sources.table_columns import build_item, map_columns

_BATCH_ROWS = 1024
_ALLOCATION = re.compile(r"of size (\d+) failed")
_ARROW_FILE_MAGIC, _FEATHER_1_MAGIC = b"ARROW1", b"FEA1"
_UNREADABLE = (ValueError, OverflowError, KeyError)  # not UTF-8, beyond Python's calendar, in an unknown time zone


class _SizedFile(io.RawIOBase):
    """A file that returns what it has if it is asked for more, so that nobody allocates what a damaged length says."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._size = file, file.seek(0, io.SEEK_END)
        file.seek(0)

    def read(self, size: int = -1) -> bytes:
        return self._file.read(min(size, self._size) if size >= 0 else -1)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True


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
        damage = None
        try:
            for names, batch in _read_record_batches(stream, columns):
                n_bytes += batch.nbytes
                if n_bytes > max_bytes:
                    raise SourceError(
                        f"it unpacks to more than {text.format_megabytes(max_bytes)}; raise max_table_mb if this "
                        "size is expected"
                    )
                for start in range(0, batch.num_rows, _BATCH_ROWS):
                    yield from _read_batch(batch.slice(start, _BATCH_ROWS), names, location, n_rows + start)
                n_rows += batch.num_rows
        except pa.ArrowMemoryError as error:
            size = _ALLOCATION.search(str(error))
            if size is None or int(size[1]) <= max_bytes:
                raise
            damage = f"it declares {text.format_megabytes(int(size[1]))} for one of its columns"
        except (pa.ArrowException, OSError, NotImplementedError) as error:
            raise SourceError(f"it is not readable as Arrow or Feather: {error}") from error
    if damage:  # raised here, since its cause is no lack of memory
        raise SourceError(f"it is damaged, or larger than max_table_mb allows: {damage}")


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
    with (ipc.open_file if is_file else ipc.open_stream)(_SizedFile(stream)) as reader:
        names = map_columns(reader.schema.names, columns)
        for number in itertools.count():
            if is_file and number == reader.num_record_batches:
                return
            try:
                batch = reader.get_batch(number) if is_file else reader.read_next_batch()
            except StopIteration:
                return
            yield names, _validate_batch(batch.select(list(names.values())))


def _validate_batch(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Check a batch from outside, whose offsets pyarrow believes; texts that are not UTF-8 become bytes.

    Raises:
        ArrowInvalid: it is damaged; reading it could end the process.
    """
    for number, column in enumerate(batch.columns):
        try:
            column.validate(full=True)
        except pa.ArrowInvalid as error:
            if "UTF8" not in str(error) or not pa.types.is_string(column.type):
                raise
            as_bytes = column.view(pa.binary())
            as_bytes.validate(full=True)
            batch = batch.set_column(number, batch.schema.names[number], as_bytes)
    return batch


def read_arrow_table(table: pa.Table, location: str, columns: Mapping[Column, str] | None = None) -> Iterator[Item]:
    """Yield the rows of a table as documents; rows that cannot be read as failures.

    Raises:
        SourceError: it has neither a title nor a text column, or lacks one of `columns`.
    """
    names = map_columns(table.schema.names, columns or {})
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
