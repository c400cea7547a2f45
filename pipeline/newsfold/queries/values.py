"""Values of Arrow tables as other formats can hold them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

Value = Any  # of Python: a number, a text, a date, a list, a dictionary, …


def iterate_rows(batches: pa.RecordBatchReader) -> Iterator[list[Value]]:
    """Yield the rows of a table, each as Python's values in the order of the columns."""
    for batch in batches:
        yield from map(list, zip(*(_read_column(column) for column in batch.columns), strict=True))


def to_json(value: Value) -> str:
    """Return a value as JSON: dates as in ISO 8601, bytes as hexadecimal digits, `null` for a number that there is not.

    Characters that a terminal would obey stay as they are; see `sanitize.escape_controls`.
    """
    return json.dumps(simplify(value), ensure_ascii=False)


def simplify(value: Value) -> Value:
    """Return a value as JSON's types: text, number, Boolean, list, dictionary or None."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case date() | time():  # a datetime is a date, too
            return value.isoformat()
        case pa.MonthDayNano():
            return _format_interval(value)
        case bytes():
            return value.hex()
        case dict():
            return {str(key): simplify(item) for key, item in value.items()}
        case list() | tuple():
            return [simplify(item) for item in value]
    return str(value)


def _format_interval(interval: pa.MonthDayNano) -> str:
    parts = [f"{n} {unit}" for n, unit in ((interval.months, "months"), (interval.days, "days")) if n]
    clock = str(timedelta(microseconds=interval.nanoseconds // 1000))
    return " ".join([*parts, *([clock] if interval.nanoseconds or not parts else [])])


def _read_column(column: pa.Array) -> list[Value]:
    if pa.types.is_float32(column.type):  # its shortest digits, not those of the double next to it
        return [None if digits is None else float(digits) for digits in column.cast(pa.string()).to_pylist()]
    return list(column.to_pylist())
