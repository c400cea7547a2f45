"""Mapping the columns of a table of articles to a document's fields, and any cell to text."""

from __future__ import annotations

import ast
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, get_args

from newsfold import encodings
from newsfold.errors import SourceError
from newsfold.failures import describe_failure
from newsfold.settings import Column
from newsfold.sources.document import Document, Failure, Item

COLUMNS: tuple[str, ...] = get_args(Column)
MAPPING_HINT = "Name them in the source's `columns:`, such as `columns: {title: headline, text: story}`"
_MAX_LEADING_FAILURES = 1000  # so many broken rows before the first good one: it is another format


def map_columns(available: Sequence[str], columns: Mapping[Column, str]) -> dict[str, str]:
    """Map newsfold's column names to the table's own names.

    Args:
        available: the table's columns.
        columns: the configured names, by newsfold's name; other columns have newsfold's name.

    Returns:
        The table's name of each column that it has, by newsfold's name.

    Raises:
        SourceError: a configured column is missing, or both title and text are; or a column is there twice.
    """
    names: dict[str, str] = {name: columns.get(name, name) for name in get_args(Column)}
    listed = ", ".join(available) or "none"
    missing = [f"{name}: {column}" for name, column in columns.items() if column not in available]
    if missing:
        raise SourceError(f"`columns` names what the file does not have ({', '.join(missing)}); it has {listed}")
    names = {name: column for name, column in names.items() if column in available}
    if not names.keys() & {"title", "text"}:
        raise SourceError(f"it has neither a title nor a text column; it has {listed}. {MAPPING_HINT}")
    repeated = [column for column in names.values() if available.count(column) > 1]
    if repeated:
        raise SourceError(f"it has more than one column {', '.join(repeated)}; it has {listed}. {MAPPING_HINT}")
    return names


def build_item(values: Mapping[str, Any], location: str) -> Item:
    """Build a document of a row's values, or a failure if a value cannot be read.

    Args:
        values: the row's values by newsfold's column names; the error of a value that could not be converted.
        location: of the row, for messages.

    Raises:
        MachineError: the machine lacks memory, disk space or open files.
    """
    try:
        return build_document(values, location)
    except Exception as error:  # a cell may hold anything
        return Failure(location, describe_failure(error, f"Reading {location}"))


def build_document(values: Mapping[str, Any], location: str) -> Document:
    """Build a document of a row's values, by newsfold's column names."""
    return Document(
        location,
        "fields",
        id=_to_text(values.get("id")),
        url=_to_text(values.get("url")),
        outlet=_to_text(values.get("outlet")),
        title=_to_text(values.get("title")),
        text=_to_text(values.get("text")),
        authors=_parse_authors(values.get("authors")),
        published_at=_to_text(values.get("published_at")),
        language=_to_text(values.get("language")),
    )


def reject_if_all_broken(items: Iterable[Item]) -> Iterator[Item]:
    """Yield the items.

    Raises:
        SourceError: the first thousand rows are all broken, so that the file as a whole is refused.
    """
    leading_failures: list[Item] | None = []
    for item in items:
        if leading_failures is None:
            yield item
        elif isinstance(item, Failure):
            leading_failures.append(item)
            if len(leading_failures) == _MAX_LEADING_FAILURES:
                raise SourceError(f"its first {_MAX_LEADING_FAILURES:,} rows are all broken; the first: {item.reason}")
        else:
            yield from leading_failures
            leading_failures = None
            yield item
    yield from leading_failures or ()


def _to_text(value: Any) -> str | None:
    """Convert any cell to text, and nulls and NaN to None; raise the error of a cell that could not be converted."""
    if isinstance(value, Exception):
        raise value
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return encodings.decode(value)
    if isinstance(value, list):
        return ", ".join(filter(None, map(_to_text, value)))
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return str(value)


def _parse_authors(value: Any) -> tuple[str, ...]:
    """Parse names from a string, a list of strings or of objects with a name, or either written as text."""
    if isinstance(value, str) and value.startswith("[") and value.endswith("]"):
        try:
            value = ast.literal_eval(value)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):  # memory: nested too deep for it
            return (value,)
    items = value if isinstance(value, list | tuple) else [value]
    names = [_to_text(item.get("name") if isinstance(item, dict) else item) for item in items]
    return tuple(name for name in names if name)
