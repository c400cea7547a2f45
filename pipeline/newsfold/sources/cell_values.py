"""Cells of tables as fields of a document: any scalar as text, nested values read or refused, never written out."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from newsfold import encodings
from newsfold.errors import SourceError
from newsfold.sources.nested_values import KEYS, collect_paragraphs, describe_type, find_first, parse_literal, unwrap

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AUTHOR_SEPARATOR = re.compile(r"\s*[;|\n]\s*")
_SECONDS, _FRACTIONS = ("seconds", "_seconds"), {"nanos": 1e9, "nanoseconds": 1e9, "_nanoseconds": 1e9}
_DATE_PARTS = ("year", "month", "day", "hour", "minute", "second")


def read_text(value: Any) -> str | None:
    """Read a body: of a list or an object its paragraphs, each on a line of its own, in order.

    Raises:
        SourceError: it is nested, and holds no text that can be found; or it is not a text, such as `true`.
    """
    value = _parse_nested(value)
    if isinstance(value, list | Mapping):
        return "\n".join(collect_paragraphs(value)) or None
    return format_scalar(value)


def read_title(value: Any) -> str | None:
    """Read a title: of a list its texts, of an object the one that stands for it. Raises as `read_text`."""
    value = _parse_nested(value)
    if isinstance(value, Mapping):
        found = find_first(value, KEYS["title"])
        value = [found] if found is not None else value
    if isinstance(value, list | Mapping):
        return " ".join(collect_paragraphs(value)) or None
    return format_scalar(value)


def read_scalar(value: Any, keys: Sequence[str]) -> str | None:
    """Read an id, address, name or language: of a list the first, of an object the one under the first known key.

    Raises:
        SourceError: it is nested otherwise, or it is no text or number.
    """
    for _ in range(4):
        value = _parse_nested(value, ("[", "{"))
        if isinstance(value, Mapping) and value:
            found = find_first(value, keys)
            if found is None and any(str(key).lower() not in keys for key in value):
                raise SourceError(f"it holds {describe_type(value)}, which newsfold does not read there")
            value = found
        elif isinstance(value, list | Mapping):
            value = next((item for item in map(unwrap, value) if item not in (None, "")), None)
        else:
            return format_scalar(value)
    raise SourceError(f"it holds {describe_type(value)}, nested too deep")


def read_time(value: Any) -> str | None:
    """Read a time as text, for the reader of times: ISO 8601 of typed times, numbers as they are.

    Objects are MongoDB's dates, seconds with nanoseconds (Firestore, protobuf), dates with a time zone (PHP) or with a
    time, and parts of a date.

    Raises:
        SourceError: it is nested otherwise, or it is no time, such as `true`.
    """
    value = _parse_nested(value, ("[", "{"))
    if isinstance(value, Mapping):
        by_key = {str(key).lower(): item for key, item in value.items()}
        if "$date" in by_key:
            return _read_mongo_date(unwrap(by_key["$date"]))
        seconds = next((unwrap(by_key[key]) for key in _SECONDS if key in by_key), None)
        if isinstance(seconds, int | float | str) and not isinstance(seconds, bool):
            return _add_fraction(seconds, by_key)
        if "year" in by_key and "month" in by_key:
            return _join_date_parts(by_key)
        day, zone = by_key.get("date"), by_key.get("timezone") or by_key.get("time")
        if isinstance(day, str) and isinstance(zone, str):
            return f"{day} {zone}"
    if isinstance(value, list):
        value = next((item for item in map(unwrap, value) if item not in (None, "")), None)
        return read_time(value) if isinstance(value, Mapping) else read_scalar(value, KEYS["time"])
    if isinstance(value, Mapping) and isinstance(inner := find_first(value, KEYS["time"]), Mapping):
        return read_time(inner) if inner is not value and len(str(inner)) < len(str(value)) else None
    return read_scalar(value, KEYS["time"])


def read_authors(value: Any) -> tuple[str, ...]:
    """Read names of a text (`A; B`), a list of texts or of objects with a name, or either written as text.

    An author without a name, such as a number, is left out.
    """
    return tuple(dict.fromkeys(_collect_authors(value, 0)))


def format_scalar(value: Any) -> str | None:
    """Convert a cell to text, and nulls and NaN to None.

    Raises:
        SourceError: it is neither a text, a number nor a time.
        Exception: the cell holds it as the error of a value that could not be converted.
    """
    match value:
        case Exception():
            raise value
        case None | str():
            return value
        case bool() | timedelta():
            raise SourceError(f"it holds {describe_type(value)}, which is neither a text nor a number")
        case float() if not math.isfinite(value):
            return None
        case float():
            return str(int(value)) if value.is_integer() else repr(value)
        case Decimal():
            return _format_decimal(value)
        case datetime() | date() | time():
            return value.isoformat()
        case bytes() | bytearray() | memoryview():
            return encodings.decode(bytes(value))
        case int() | UUID():
            return str(value)
    raise SourceError(f"it holds {describe_type(value)}, which is neither a text nor a number")


def _parse_nested(value: Any, starts: tuple[str, ...] = ("[", "{", "(")) -> Any:
    """Return a value unwrapped, and parsed if it is a text that begins like a list or an object."""
    value = unwrap(value)
    if isinstance(value, str) and value.lstrip()[:1] in starts:
        return unwrap(parse_literal(value))
    return value


def _format_decimal(value: Decimal) -> str | None:
    if not value.is_finite():
        return None
    if value.adjusted() > 400:
        return str(value)
    return str(int(value)) if value == value.to_integral_value() else format(value.normalize(), "f")


def _read_mongo_date(value: Any) -> str | None:
    """Read what stands under `$date`: ISO 8601, or milliseconds since 1970 (MongoDB Extended JSON, version 1 and 2)."""
    try:
        milliseconds = int(value)
    except (TypeError, ValueError):
        return read_scalar(value, KEYS["time"])
    try:
        return (_EPOCH + timedelta(milliseconds=milliseconds)).isoformat()
    except OverflowError:
        return str(milliseconds)


def _add_fraction(seconds: float | str, by_key: Mapping[str, Any]) -> str:
    fraction = sum(
        float(by_key[key]) / unit for key, unit in _FRACTIONS.items() if isinstance(by_key.get(key), int | float)
    )
    try:
        return (_EPOCH + timedelta(seconds=float(seconds) + fraction)).isoformat()
    except (ValueError, OverflowError):
        return str(seconds)


def _join_date_parts(by_key: Mapping[str, Any]) -> str:
    parts = [by_key.get(name) for name in _DATE_PARTS]
    if not all(isinstance(part, int | str | None) and str(part or 0).isdigit() for part in parts):
        raise SourceError(f"it holds {describe_type(by_key)}, which are no parts of a date")
    year, month, day, hour, minute, second = (int(part or 0) for part in parts)
    date_text = f"{year:04}-{month:02}" + (f"-{day:02}" if day else "")
    return f"{date_text}T{hour:02}:{minute:02}:{second:02}" if day and by_key.get("hour") is not None else date_text


def _collect_authors(value: Any, depth: int) -> list[str]:
    value = unwrap(value)
    if isinstance(value, str):
        if depth == 0 and value.startswith(("[", "{")):
            try:
                parsed = parse_literal(value)
            except SourceError:
                parsed = value
            if not isinstance(parsed, str):
                return _collect_authors(parsed, 1)
            return [value]
        return [name for name in _AUTHOR_SEPARATOR.split(value.strip()) if name]
    if isinstance(value, list) and depth < 9:
        return [name for item in value for name in _collect_authors(item, depth + 1)]
    if isinstance(value, Mapping) and depth < 9:
        given, family = (find_first(value, KEYS[name]) for name in ("given_name", "family_name"))
        name = find_first(value, KEYS["name"][:-1])
        if isinstance(name, str):
            return [name]
        if isinstance(given, str) or isinstance(family, str):
            return [" ".join(part for part in (given, family) if isinstance(part, str))]
        inner = find_first(value, KEYS["authors"])
        return [] if inner is None else _collect_authors(inner, depth + 1)
    if isinstance(value, bytes | Exception):
        return list(filter(None, [format_scalar(value)]))
    return []
