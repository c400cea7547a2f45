"""Tables for other programs: CSV, Excel, JSON, JSON Lines and Parquet, batch by batch, equal bytes for equal tables.

Nested columns are JSON in CSV and Excel. No cell of theirs is a formula, whatever an outlet has written.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import BinaryIO

import pyarrow as pa

from newsfold.queries.excel import write_excel
from newsfold.queries.values import Value, iterate_rows, simplify, to_json
from newsfold.sanitize import escape_controls, escape_formula


def write_csv(batches: pa.RecordBatchReader, file: BinaryIO) -> None:
    """Write a table as CSV in UTF-8; a text that a spreadsheet would take for a formula has an apostrophe before it."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(escape_formula(name) for name in batches.schema.names)
    for row in iterate_rows(batches):
        writer.writerow(map(_format_cell, row))
    text.detach()


def write_json(batches: pa.RecordBatchReader, file: BinaryIO) -> None:
    """Write a table as a JSON list of objects."""
    separator = "[\n"
    for line in _format_objects(batches):
        file.write(f"{separator}{line}".encode())
        separator = ",\n"
    file.write(b"[]\n" if separator == "[\n" else b"\n]\n")


def write_jsonl(batches: pa.RecordBatchReader, file: BinaryIO) -> None:
    """Write a table as JSON Lines: an object per row."""
    for line in _format_objects(batches):
        file.write(f"{line}\n".encode())


def write_parquet(batches: pa.RecordBatchReader, file: BinaryIO) -> None:
    """Write a table as Parquet."""
    import pyarrow.parquet as pq

    with pq.ParquetWriter(file, batches.schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)


WRITERS: dict[str, Callable[[pa.RecordBatchReader, BinaryIO], int | None]] = {
    "csv": write_csv,
    "json": write_json,
    "jsonl": write_jsonl,
    "parquet": write_parquet,
    "xlsx": write_excel,
}


def _format_objects(batches: pa.RecordBatchReader) -> Iterator[str]:
    names = batches.schema.names
    for row in iterate_rows(batches):
        yield escape_controls(to_json(dict(zip(names, row, strict=True))))


def _format_cell(value: Value) -> str:
    if isinstance(value, str):
        return escape_formula(value)
    if isinstance(value, bool | list | dict):
        return to_json(value)
    simple = simplify(value)
    return "" if simple is None else str(simple)
