"""Tables as Excel workbooks, for people: one sheet, a header that stays in view, times in UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any, BinaryIO

import pyarrow as pa

from newsfold.errors import ConfigError
from newsfold.queries.values import Value, iterate_rows, simplify, to_json
from newsfold.sanitize import escape_formula

_MAX_ROWS, _MAX_COLUMNS, _MAX_CELL = 1_048_576, 16_384, 32_767  # of a sheet; cells in UTF-16 code units
_MAX_INTEGER = 10**15  # Excel calculates with 15 digits
_FIRST_YEAR = 1900  # Excel has no earlier dates
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - XlsxWriter's times have no zone; fixed, so that equal tables give equal bytes


def write_excel(batches: pa.RecordBatchReader, file: BinaryIO) -> int:
    """Write a table as a workbook with one sheet.

    A text is a text, also one that looks like a formula, a number or a link. A cell that is too long for Excel is cut,
    and says so at its end.

    Args:
        batches: the table.
        file: where to write it.

    Returns:
        The number of cells that were cut.

    Raises:
        ConfigError: the extra `xlsx` is not installed, or a sheet has too few rows or columns for the table.
    """
    try:
        import xlsxwriter
    except ImportError as error:
        raise ConfigError("Excel files need another library: pip install 'newsfold[xlsx]'.") from error
    names = batches.schema.names
    if len(names) > _MAX_COLUMNS:
        raise ConfigError(f"An Excel sheet has {_MAX_COLUMNS:,} columns, and the table has {len(names):,}.")
    workbook = xlsxwriter.Workbook(file, {"constant_memory": True})
    workbook.set_properties({"created": _CREATED})
    sheet = _Sheet(workbook)
    try:
        sheet.write_header(batches.schema)
        for number, row in enumerate(iterate_rows(batches), 1):
            if number >= _MAX_ROWS:
                raise ConfigError(
                    f"An Excel sheet holds {_MAX_ROWS - 1:,} rows below its header, and the table has more. Write CSV "
                    "or JSON Lines, or select fewer rows."
                )
            sheet.write_row(number, row)
    finally:  # also of a table that failed: it has temporary files
        workbook.close()
    return sheet.n_cut


class _Sheet:
    """The sheet of a workbook, and how many of its cells were cut.

    Attributes:
        n_cut: the number of cells that were cut.
    """

    def __init__(self, workbook: Any) -> None:
        self.n_cut = 0
        self._sheet = workbook.add_worksheet()
        self._bold = workbook.add_format({"bold": True})
        self._text = workbook.add_format({"quote_prefix": True})  # it stays a text when a person edits it
        self._date = workbook.add_format({"num_format": "yyyy-mm-dd"})
        self._time = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})

    def write_header(self, schema: pa.Schema) -> None:
        """Write the names of the columns, and make the columns as wide as their types need."""
        for at, field in enumerate(schema):
            is_short = pa.types.is_primitive(field.type)
            self._sheet.set_column(at, at, 20 if pa.types.is_timestamp(field.type) else 12 if is_short else 40)
            self._sheet.write_string(0, at, self._cut(field.name), self._bold)
        self._sheet.freeze_panes(1, 0)

    def write_row(self, number: int, row: list[Value]) -> None:
        """Write the cells of a row; the header is row 0."""
        for at, value in enumerate(row):
            if value is not None:
                self._write_cell(number, at, value)

    def _write_cell(self, row: int, column: int, value: Value) -> None:
        if isinstance(value, bool):
            self._sheet.write_boolean(row, column, value)
        elif isinstance(value, datetime) and value.year >= _FIRST_YEAR:
            naive = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
            self._sheet.write_datetime(row, column, naive, self._time)
        elif isinstance(value, date) and not isinstance(value, datetime) and value.year >= _FIRST_YEAR:
            self._sheet.write_datetime(row, column, value, self._date)
        else:
            simple = simplify(value)
            if isinstance(simple, int | float) and abs(simple) <= _MAX_INTEGER:
                self._sheet.write_number(row, column, simple)
            elif simple is not None:
                self._write_text(row, column, to_json(value) if isinstance(simple, list | dict) else str(simple))

    def _write_text(self, row: int, column: int, value: str) -> None:
        looks_like_formula = escape_formula(value) != value
        self._sheet.write_string(row, column, self._cut(value), self._text if looks_like_formula else None)

    def _cut(self, value: str) -> str:
        """Return a text as a cell can hold it, with a mark at its end if it is cut."""
        value = _UNWRITABLE.sub("", value)
        units = value.encode("utf-16-le")
        if len(units) <= 2 * _MAX_CELL:
            return value
        self.n_cut += 1
        mark = f" … [cut: {len(value):,} characters]"
        return units[: 2 * (_MAX_CELL - len(mark))].decode("utf-16-le", "ignore") + mark
