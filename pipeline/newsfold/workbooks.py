"""The sheets of Excel workbooks (.xlsx, ECMA-376), read by python-calamine within limits for crafted files."""

from __future__ import annotations

import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, BinaryIO, cast

from newsfold import text
from newsfold.errors import SourceError

_CELL = re.compile(rb"""\br\s*=\s*["']([A-Z]{0,3})(\d{1,7})["']""")
_CHUNK_BYTES, _OVERLAP_BYTES = 1 << 20, 64
_BYTES_PER_CELL = 32  # of calamine, which holds a sheet as a full rectangle

Row = tuple[int, list[Any]]  # its number in the sheet, and its cells; an empty one is None


def read_sheets(file: BinaryIO, max_bytes: int) -> Iterator[tuple[str, list[Row]]]:
    """Yield the name and the rows of each sheet, without empty rows.

    Args:
        file: the workbook, for random access.
        max_bytes: most bytes of the workbook, decompressed, and of a sheet in memory.

    Raises:
        SourceError: it is not a workbook, is damaged or protected, or is larger than the limit.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    with _copy_parts(file, max_bytes) as copy:
        try:
            workbook = CalamineWorkbook.from_filelike(copy)
            for name in workbook.sheet_names:
                yield name, list(_list_rows(workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)))
        except CalamineError as error:
            raise SourceError(f"it is not readable as an Excel workbook: {error}") from error
        except BaseException as error:
            # A panic of calamine's Rust code is not an Exception, and concerns this workbook alone.
            if type(error).__name__ != "PanicException":
                raise
            raise SourceError(f"it is not readable as an Excel workbook: {error}") from error


def _list_rows(rows: list[list[Any]]) -> Iterator[Row]:
    for number, row in enumerate(rows, 1):
        cells = [None if cell == "" else cell for cell in row]
        if any(cell is not None for cell in cells):
            yield number, cells


@contextmanager
def _copy_parts(file: BinaryIO, max_bytes: int) -> Iterator[IO[bytes]]:
    """Copy a workbook's parts, each as large as it declares, so that nothing unpacks to more.

    Raises:
        SourceError: it is no ZIP file, is damaged or protected, or passes the limit.
    """
    try:
        with zipfile.ZipFile(file) as source, tempfile.TemporaryFile() as copy:
            if sum(part.file_size for part in source.infolist()) > max_bytes:
                limit = text.format_megabytes(max_bytes)
                raise SourceError(f"it unpacks to more than {limit}; raise max_table_mb if this size is expected")
            with zipfile.ZipFile(copy, "w") as target:
                for part in source.infolist():
                    if part.filename.endswith((".xml", ".rels")):
                        with source.open(part) as reader, target.open(part.filename, "w") as writer:
                            _copy_part(reader, writer, max_bytes)
            copy.seek(0)
            yield cast("IO[bytes]", copy)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
        raise SourceError(f"it is not readable as an Excel workbook (.xlsx): {error}") from error
    except RuntimeError as error:  # of module zipfile
        raise SourceError(f"the workbook is protected or damaged: {error}") from error


def _copy_part(reader: IO[bytes], writer: IO[bytes], max_bytes: int) -> None:
    """Copy a part; a sheet whose cells span too large a rectangle is refused."""
    overlap, n_rows, n_columns = b"", 1, 1
    is_sheet = "worksheets/" in (reader.name or "")
    while chunk := reader.read(_CHUNK_BYTES):
        writer.write(chunk)
        if not is_sheet:
            continue
        for letters, digits in _CELL.findall(overlap + chunk):
            n_rows, n_columns = max(n_rows, int(digits)), max(n_columns, _parse_column(letters))
        overlap = chunk[-_OVERLAP_BYTES:]
        if n_rows * n_columns * _BYTES_PER_CELL > max_bytes:
            limit = text.format_megabytes(max_bytes)
            raise SourceError(
                f"a sheet spans {n_rows:,} rows and {n_columns:,} columns, more than {limit} in memory; "
                "delete the cells far outside its table, or raise max_table_mb"
            )


def _parse_column(letters: bytes) -> int:
    """Return the number of a column, beginning with 1: that of `AA` is 27; 0 if there are no letters."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
