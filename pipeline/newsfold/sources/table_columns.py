"""Mapping the columns of a table of articles to a document's fields."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, get_args

from newsfold import text
from newsfold.errors import SourceError
from newsfold.failures import describe_failure
from newsfold.settings import Column
from newsfold.sources.cell_values import read_authors, read_scalar, read_text, read_time, read_title
from newsfold.sources.document import Document, Failure, Item
from newsfold.sources.nested_values import KEYS
from newsfold.word_lists import load_word_lists

COLUMNS: tuple[str, ...] = get_args(Column)
HEADER_ROWS = 10  # among which the header is looked for
MAPPING_HINT = "Name them in the source's `columns:`, such as `columns: {title: headline, text: story}`"
_NESTED_STARTS = frozenset(("[", "{", "(", " ", "\t", "\r", "\n"))  # of a text that may write a list or an object
_NAME_GAP = re.compile(r"[\s-]+")
_USUAL_NAMES = load_word_lists(Path(__file__).with_name("column_names.yaml"))
_SUGGESTED_NAMES = load_word_lists(Path(__file__).with_name("column_suggestions.yaml"))
_ignored: ContextVar[dict[str, None] | None] = ContextVar("_ignored", default=None)
_READERS: Mapping[str, Callable[[Any], Any]] = {
    "id": functools.partial(read_scalar, keys=KEYS["id"]),
    "url": functools.partial(read_scalar, keys=KEYS["url"]),
    "outlet": functools.partial(read_scalar, keys=KEYS["name"]),
    "title": read_title,
    "text": read_text,
    "authors": read_authors,
    "published_at": read_time,
    "language": functools.partial(read_scalar, keys=KEYS["language"]),
}
_MAX_LEADING_FAILURES = 1000  # so many broken rows before the first good one: it is another format


def find_columns(available: Sequence[str], columns: Mapping[Column, str]) -> dict[str, str]:
    """Find the table's name of each of newsfold's columns that it has.

    A name is matched exactly, else without regard to capitals, surrounding spaces, and spaces or hyphens for `_`, if
    only one matches so. A column that is neither configured nor there is looked for under the names of
    `column_names.yaml`.

    Args:
        available: the table's columns.
        columns: the configured names, by newsfold's name; other columns have newsfold's name.
    """
    names = dict(_find_columns(tuple(available), tuple(sorted(columns.items()))))
    ignored = _ignored.get()
    if ignored is not None and names.keys() & {"title", "text"}:
        ignored.update(dict.fromkeys(column for column in available if column and column not in names.values()))
    return names


@contextmanager
def watch_ignored_columns() -> Iterator[dict[str, None]]:
    """Yield a mapping whose keys are, after the block, the columns that tables read in it have and nothing reads."""
    ignored: dict[str, None] = {}
    token = _ignored.set(ignored)
    try:
        yield ignored
    finally:
        _ignored.reset(token)


def suggest_columns(ignored: Iterable[str], settled: Collection[str] = ()) -> dict[str, str]:
    """Suggest which ignored columns may hold what newsfold looks for.

    Args:
        ignored: the columns that nothing reads.
        settled: newsfold's columns that need no suggestion.

    Returns:
        The likeliest ignored column, by newsfold's name.
    """
    by_plain_name = {_simplify_name(column): column for column in ignored}
    suggested: dict[str, str] = {}
    for name in COLUMNS:
        likely = [known for known in _SUGGESTED_NAMES.get(name, ()) if known in by_plain_name]
        likely += difflib.get_close_matches(name, by_plain_name, n=1, cutoff=0.75)
        if likely and name not in settled and by_plain_name[likely[0]] not in suggested.values():
            suggested[name] = by_plain_name[likely[0]]
    return suggested


def describe_ignored_columns(ignored: Iterable[str], settled: Collection[str] = ()) -> str:
    """Return a sentence that names ignored columns and what they look like; see `suggest_columns`."""
    names = list(ignored)
    hints = [f"`{column}` looks like `{name}`" for name, column in suggest_columns(names, settled).items()]
    sentence = f"Ignored: the column{'s' if len(names) > 1 else ''} {', '.join(f'`{name}`' for name in names)}."
    return f"{sentence} {'; '.join(hints)}." if hints else sentence


@functools.lru_cache(maxsize=1024)
def _find_columns(available: tuple[str, ...], columns: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    configured = dict(columns)
    by_plain_name: dict[str, list[str]] = {}
    for column in dict.fromkeys(available):
        by_plain_name.setdefault(_simplify_name(column), []).append(column)
    found = []
    for name in COLUMNS:
        candidates = [configured[name]] if name in configured else [name, *_USUAL_NAMES.get(name, ())]
        for column in candidates:
            similar = by_plain_name.get(_simplify_name(column), [])
            if column in available or len(similar) == 1:
                found.append((name, column if column in available else similar[0]))
                break
    return tuple(found)


def _simplify_name(column: str) -> str:
    return _NAME_GAP.sub("_", column.strip().casefold())


def map_columns(available: Sequence[str], columns: Mapping[Column, str]) -> dict[str, str]:
    """Map newsfold's column names to the table's, as `find_columns` does, and check that it has what is needed.

    Args:
        available: the table's columns.
        columns: the configured names, by newsfold's name; other columns have newsfold's name.

    Returns:
        The table's name of each column that it has, by newsfold's name.

    Raises:
        SourceError: a configured column is missing, or both title and text are; or a column is there twice.
    """
    names = find_columns(available, columns)
    listed = ", ".join(available) or "none"
    missing = [f"{name}: {column}" for name, column in columns.items() if name not in names]
    if missing:
        raise SourceError(f"`columns` names what the file does not have ({', '.join(missing)}); it has {listed}")
    if not names.keys() & {"title", "text"}:
        raise SourceError(f"it has neither a title nor a text column; it has {listed}. {MAPPING_HINT}")
    repeated = [column for column in names.values() if available.count(column) > 1]
    if repeated:
        raise SourceError(f"it has more than one column {', '.join(repeated)}; it has {listed}. {MAPPING_HINT}")
    return names


def find_header(rows: Sequence[Sequence[str]], columns: Mapping[Column, str]) -> int:
    """Find the row that names the columns of a table: spreadsheets often have a title or a comment above it.

    Args:
        rows: the first rows of the table, `HEADER_ROWS` at most.
        columns: the configured names, by newsfold's name; other columns have newsfold's name.

    Returns:
        Its position: of the first row that names a title or a text column, and all that are configured; else 0.
    """
    for position, row in enumerate(rows):
        names = find_columns(row, columns).keys()
        if names & {"title", "text"} and names >= columns.keys():
            return position
    return 0


def reject_above_header(rows: Iterable[tuple[str, Sequence[str]]]) -> Iterator[Failure]:
    """Yield a failure for each row above the header, by its location; one with a single cell is a title."""
    for location, row in rows:
        if sum(map(bool, row)) > 1:
            yield Failure(location, "it stands above the row with the names of the columns")


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
    """Build a document of a row's values, by newsfold's column names.

    Raises:
        SourceError: a nested value cannot be read, with the column's name.
    """
    read: dict[str, Any] = {}
    for name, read_value in _READERS.items():
        value = values.get(name)
        if type(value) is str and name != "authors" and value[:1] not in _NESTED_STARTS:
            read[name] = value  # as nearly all cells are
            continue
        try:
            read[name] = read_value(value)
        except SourceError as error:
            raise SourceError(f"column `{name}` cannot be read: {text.shorten(str(error), 300)}") from error
    return Document(location, "fields", **read)


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
