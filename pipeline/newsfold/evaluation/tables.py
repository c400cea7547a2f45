"""Reading a file of labelled rows as an Arrow table: Parquet, Arrow, Excel, JSON, JSON Lines or CSV, by its content."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from newsfold import encodings
from newsfold.errors import SourceError
from newsfold.workbooks import read_sheets

_PARQUET = b"PAR1"
_ARROW_FILE, _ARROW_STREAM = b"ARROW1", b"\xff\xff\xff\xff"
_ZIP = b"PK\x03\x04"
_LABELS = ("story", "cluster")
_MAX_WORKBOOK_BYTES = 4_000_000_000
_GZIP = b"\x1f\x8b"
_CSV_NULLS = ["", "nan", "NaN", "NaT", "<NA>", "NULL", "null", "None"]


def read_table(path: Path) -> pa.Table:
    """Read the rows of a file, gzipped or not.

    Of a workbook of Excel the first sheet with a `story` or `cluster` column is read, else its first sheet with a cell.
    JSON may be a list of objects, one object a line, or an object of columns as pandas' `to_json` writes it.

    Raises:
        SourceError: the file cannot be read, or does not hold a table.
    """
    try:
        raw = path.read_bytes()
        if raw.startswith(_GZIP):
            raw = gzip.decompress(raw)
        if raw.startswith(_PARQUET):
            return pq.read_table(io.BytesIO(raw))
        if raw.startswith((_ARROW_FILE, _ARROW_STREAM)):
            return _from_arrow(raw)
        if raw.startswith(_ZIP):
            return _from_workbook(raw)
        if not raw.strip():
            raise ValueError("it is empty")
        if b"\x00" in raw[:1000] and not encodings.detect_wide_encoding(raw):
            raise ValueError("it is neither Parquet nor text")
        content = encodings.decode(raw)
        return _from_json(content) if content.lstrip()[:1] in ("{", "[") else _from_csv(content)
    except (OSError, EOFError, ValueError, RecursionError, csv.Error, pa.ArrowException, SourceError) as error:
        raise SourceError(
            f"The gold table {path} cannot be read: {error}. Give Parquet, Arrow, Excel, CSV, JSON or JSON Lines."
        ) from error


def _from_arrow(raw: bytes) -> pa.Table:
    with (pa.ipc.open_file if raw.startswith(_ARROW_FILE) else pa.ipc.open_stream)(raw) as reader:
        table = reader.read_all()
    table.validate(full=True)  # pyarrow believes the offsets of a file
    return table


def _from_workbook(raw: bytes) -> pa.Table:
    sheets = [rows for _, rows in read_sheets(io.BytesIO(raw), _MAX_WORKBOOK_BYTES) if rows]
    if not sheets:
        raise ValueError("it has no sheet with a cell")
    header, *rows = next((rows for rows in sheets if set(_LABELS) & set(rows[0][1])), sheets[0])
    return pa.table(
        {
            str(name): _to_array([cells[position] for _, cells in rows])
            for position, name in enumerate(header[1])
            if name is not None
        }
    )


def _from_csv(content: str) -> pa.Table:
    header = content.split("\n", 1)[0]
    delimiter = max(",;\t|", key=header.count)
    names = next(csv.reader(io.StringIO(content), delimiter=delimiter))
    return pyarrow.csv.read_csv(
        io.BytesIO(content.encode()),
        parse_options=pyarrow.csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), null_values=_CSV_NULLS, strings_can_be_null=True
        ),
    )


def _from_json(content: str) -> pa.Table:
    try:
        rows = json.loads(content)
    except json.JSONDecodeError:
        rows = [json.loads(line) for line in content.split("\n") if line.strip()]
    if isinstance(rows, dict):
        rows = _columns_to_rows(rows)
    if not rows or not all(isinstance(row, dict) for row in rows):
        raise ValueError("its JSON holds no objects with the columns as keys")
    names = list(dict.fromkeys(key for row in rows for key in row))
    return pa.table({name: _to_array([row.get(name) for row in rows]) for name in names})


def _columns_to_rows(table: dict[str, Any]) -> Sequence[Any]:
    """Return the rows of one object: columns by row label, columns as lists, or a single row."""
    columns = list(table.values())
    if columns and all(isinstance(column, dict) for column in columns):
        return [{name: column.get(label) for name, column in table.items()} for label in columns[0]]
    if columns and all(isinstance(column, list) for column in columns):
        return [dict(zip(table, values, strict=True)) for values in zip(*columns, strict=True)]
    return [table]


def _to_array(values: list[Any]) -> pa.Array:
    """Build a column; values that do not share a type are written as JSON."""
    try:
        array = pa.array(values)
    except pa.ArrowException:
        dumped = [value if value is None or isinstance(value, str) else json.dumps(value) for value in values]
        return pa.array(dumped, pa.string())
    return array.cast(pa.string()) if pa.types.is_null(array.type) else array
