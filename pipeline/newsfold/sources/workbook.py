"""Reading articles from Excel workbooks (.xlsx, ECMA-376) by python-calamine, within limits that no crafted file passes."""

from __future__ import annotations

import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from newsfold.errors import SourceError
from newsfold.settings import Column
from newsfold.sources import safe_open
from newsfold.sources.document import Failure, Item
from newsfold.sources.table_columns import build_item, map_columns

_CELL = re.compile(rb"""\br\s*=\s*["']([A-Z]{0,3})(\d{1,7})["']""")
_CHUNK_BYTES, _OVERLAP_BYTES = 1 << 20, 64
_BYTES_PER_CELL = 32  # of calamine, which holds a sheet as a full rectangle


def read_workbook(path: Path, location: str, columns: Mapping[Column, str], max_bytes: int) -> Iterator[Item]:
    """Yield the rows of every sheet that has a title or a text column as documents; broken rows as failures.

    Args:
        path: the file.
        location: its name in messages.
        columns: the sheets' column names, by newsfold's, if they differ.
        max_bytes: most bytes of the file, decompressed, and of a sheet in memory.

    Raises:
        SourceError: it is not a workbook, no sheet has the needed columns, or it is larger than the limit.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    with safe_open.open_seekable(path, max_bytes) as file, _copy_parts(file, max_bytes) as copy:
        try:
            workbook = CalamineWorkbook.from_filelike(copy)
            problems: list[tuple[str, str]] = []
            for name in workbook.sheet_names:
                rows = enumerate(workbook.get_sheet_by_name(name).to_python(skip_empty_area=False), 1)
                header = next((row for _, row in rows if any(cell != "" for cell in row)), None)
                if header is None:
                    continue
                try:
                    names = map_columns([str(cell).strip() for cell in header], columns)
                except SourceError as error:
                    problems.append((name, str(error)))
                    continue
                yield from _read_rows(rows, [str(cell).strip() for cell in header], names, f"{location} sheet {name}")
        except CalamineError as error:
            raise SourceError(f"it is not readable as an Excel workbook: {error}") from error
        except BaseException as error:
            # A panic of calamine's Rust code is not an Exception, and concerns this workbook alone.
            if type(error).__name__ != "PanicException":
                raise
            raise SourceError(f"it is not readable as an Excel workbook: {error}") from error
    if len(problems) == len(workbook.sheet_names) or not workbook.sheet_names:
        raise SourceError("; ".join(f"sheet {name}: {problem}" for name, problem in problems) or "it has no sheet")
    for name, problem in problems:
        yield Failure(f"{location} sheet {name}", f"the sheet is passed over: {problem}")


def _read_rows(
    rows: Iterator[tuple[int, list[Any]]], header: list[str], names: Mapping[str, str], location: str
) -> Iterator[Item]:
    positions = {name: header.index(column) for name, column in names.items()}
    for number, row in rows:
        cells = {name: row[position] for name, position in positions.items()}
        if any(cell != "" for cell in row):
            values = {name: None if cell == "" else cell for name, cell in cells.items()}
            yield build_item(values, f"{location} row {number}")


@contextmanager
def _copy_parts(file: BinaryIO, max_bytes: int) -> Iterator[IO[bytes]]:
    """Copy a workbook's parts, each as large as it declares, so that nothing unpacks to more.

    Raises:
        SourceError: it is no ZIP file, is damaged or protected, or passes the limit.
    """
    try:
        with zipfile.ZipFile(file) as source, tempfile.TemporaryFile() as copy:
            if sum(part.file_size for part in source.infolist()) > max_bytes:
                limit = safe_open.format_megabytes(max_bytes)
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
            n_rows, n_columns = max(n_rows, int(digits)), max(n_columns, _column_number(letters))
        overlap = chunk[-_OVERLAP_BYTES:]
        if n_rows * n_columns * _BYTES_PER_CELL > max_bytes:
            limit = safe_open.format_megabytes(max_bytes)
            raise SourceError(
                f"a sheet spans {n_rows:,} rows and {n_columns:,} columns, more than {limit} in memory; "
                "delete the cells far outside its table, or raise max_table_mb"
            )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
