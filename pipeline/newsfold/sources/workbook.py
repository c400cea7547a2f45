"""Reading articles from Excel workbooks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from newsfold.errors import SourceError
from newsfold.settings import Column
from newsfold.sources import safe_open
from newsfold.sources.document import Failure, Item
from newsfold.sources.table_columns import HEADER_ROWS, build_item, find_header, map_columns, reject_above_header
from newsfold.workbooks import Row, read_sheets


def read_workbook(path: Path, location: str, columns: Mapping[Column, str], max_bytes: int) -> Iterator[Item]:
    """Yield the rows of every sheet that has a title or a text column as documents; broken rows as failures.

    A sheet with other columns is a failure; the first row with the names of such columns is its header.

    Args:
        path: the file.
        location: its name in messages.
        columns: the sheets' column names, by newsfold's, if they differ.
        max_bytes: most bytes of the file, decompressed, and of a sheet in memory.

    Raises:
        SourceError: it is not a workbook, no sheet has the needed columns, or it is larger than the limit.
    """
    passed_over: list[tuple[str, str]] = []  # the names of sheets, and the reasons
    n_sheets = 0
    with safe_open.open_seekable(path, max_bytes) as file:
        for name, rows in read_sheets(file, max_bytes):
            if not rows:
                continue
            sheet_location = f"{location} sheet {name}"
            first = [
                [str(cell if cell is not None else "").strip() for cell in cells] for _, cells in rows[:HEADER_ROWS]
            ]
            position = find_header(first, columns)
            header = first[position]
            try:
                names = map_columns(header, columns)
            except SourceError as error:
                passed_over.append((name, str(error)))
                continue
            n_sheets += 1
            above = zip(rows[:position], first, strict=False)
            yield from reject_above_header((f"{sheet_location} row {number}", row) for (number, _), row in above)
            yield from _build_items(
                rows[position + 1 :], {name: header.index(column) for name, column in names.items()}, sheet_location
            )
    if not n_sheets:
        reasons = "; ".join(f"sheet {name}: {reason}" for name, reason in passed_over)
        raise SourceError(reasons or "it has no sheet with a cell")
    for name, reason in passed_over:
        yield Failure(f"{location} sheet {name}", f"the sheet is passed over: {reason}")


def _build_items(rows: list[Row], positions: Mapping[str, int], location: str) -> Iterator[Item]:
    for number, cells in rows:
        yield build_item({name: cells[position] for name, position in positions.items()}, f"{location} row {number}")
