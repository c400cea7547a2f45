"""Rows of Parquet, JSON Lines and CSV files as documents; `columns` says how the file calls things."""

from __future__ import annotations

import ast
import csv
import io
import itertools
import json
import math
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, get_args

import pyarrow as pa

from newsfold import text
from newsfold.errors import SourceError
from newsfold.settings import Column
from newsfold.sources import safe_open
from newsfold.sources.document import Document, Failure, Item

COLUMNS: tuple[str, ...] = get_args(Column)
_BATCH_ROWS = 1024
_LONGEST_LINE = 64_000_000  # bytes of one JSON line
_LONGEST_RECORD = 4_000_000  # characters of one CSV record: an unclosed quote ends here at the latest
_HOPELESS = 1000  # so many broken rows before the first good one: it is another format
_CSV_NULLS = frozenset({"", "nan", "NaN", "NaT", "<NA>", "NULL", "null", "None"})


def read_parquet(path: Path, location: str, columns: Mapping[Column, str], limit: int) -> Iterator[Item]:
    """The rows of a Parquet file.

    Raises:
        SourceError: it is no Parquet, lacks needed columns, or is larger than `limit` bytes.
    """
    import pyarrow.parquet as pq

    with safe_open.seekable(path, limit) as stream:
        try:
            file = pq.ParquetFile(stream)
            names = _names(file.schema_arrow.names, columns)
            for n, batch in enumerate(file.iter_batches(_BATCH_ROWS, columns=list(names.values()))):
                yield from _rows(batch, names, location, n * _BATCH_ROWS)
        except (pa.ArrowException, OSError, NotImplementedError) as error:
            raise SourceError(f"it is not readable as Parquet: {error}") from error


def read_table(table: pa.Table, location: str) -> Iterator[Document]:
    """The rows of a table in memory.

    Raises:
        SourceError: it has neither a title nor a text column.
    """
    names = _names(table.schema.names, {})
    at = 0
    for batch in table.select(list(names.values())).to_batches(_BATCH_ROWS):
        yield from _rows(batch, names, location, at)
        at += batch.num_rows


def read_jsonl(path: Path, location: str, columns: Mapping[Column, str], limit: int) -> Iterator[Item]:
    """The objects of a JSON Lines file, one line in memory at a time; broken lines are failures.

    Raises:
        SourceError: it is no JSON Lines file at all, or larger than `limit` bytes.
    """
    names: dict[str, str] = {name: name for name in COLUMNS} | {str(to): name for to, name in columns.items()}
    with safe_open.opened(path, limit) as stream:
        safe_open.require_text(safe_open.peek(stream))
        if text.detect_encoding(safe_open.peek(stream)[:2]) == "utf-16":
            raise SourceError("JSON Lines must be UTF-8; this is UTF-16")
        yield from _unless_hopeless(_json_rows(stream, location, names))


def read_csv(path: Path, location: str, columns: Mapping[Column, str], limit: int) -> Iterator[Item]:
    """The rows of a CSV or TSV file, one record in memory at a time; broken rows are failures.

    Raises:
        SourceError: it lacks needed columns, or is larger than `limit` bytes.
    """
    with safe_open.opened(path, limit) as stream:
        sample = safe_open.peek(stream)
        safe_open.require_text(sample)
        lines = io.TextIOWrapper(stream, _encoding(sample), errors="surrogateescape", newline="")
        records = _records(lines, _delimiter(sample, path))
        _, header = next(records, (1, []))
        if isinstance(header, str):
            raise SourceError(f"its first line is no header: {header}")
        header = [name.strip() for name in header]
        names = _names(header, columns)
        places = {name: header.index(column) for name, column in names.items()}
        yield from _unless_hopeless(_csv_rows(records, location, places, len(header)))


def _names(available: Sequence[str], columns: Mapping[Column, str]) -> dict[str, str]:
    """The file's own name of each column that is there, by newsfold's name.

    Raises:
        SourceError: a mapped column is not there, or there is neither title nor text.
    """
    wanted: dict[str, str] = {name: columns.get(name, name) for name in get_args(Column)}
    there = ", ".join(available) or "none"
    lost = [f"{name}: {column}" for name, column in columns.items() if column not in available]
    if lost:
        raise SourceError(f"`columns` names what the file does not have ({', '.join(lost)}); it has {there}")
    names = {name: column for name, column in wanted.items() if column in available}
    if not names.keys() & {"title", "text"}:
        raise SourceError(f"it has neither a title nor a text column; it has {there}. {_MAPPING}")
    return names


_MAPPING = "Name them in the source's `columns:`, such as `columns: {title: headline, text: story}`"


def _rows(batch: pa.RecordBatch, names: Mapping[str, str], location: str, before: int) -> Iterator[Document]:
    values = {name: _python_values(batch.column(column)) for name, column in names.items()}
    for n in range(batch.num_rows):
        yield _document({name: column[n] for name, column in values.items()}, f"{location} row {before + n + 1}")


def _python_values(column: pa.Array) -> list[Any]:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.dictionary_decode()
    if pa.types.is_timestamp(kind):
        column = column.cast(pa.timestamp("us", kind.tz), safe=False)
    return list(column.to_pylist())


def _json_rows(stream: BinaryIO, location: str, names: Mapping[str, str]) -> Iterator[Item]:
    for number in itertools.count(1):
        raw = stream.readline(_LONGEST_LINE)
        if not raw:
            return
        where = f"{location}:{number}"
        if len(raw) == _LONGEST_LINE and not raw.endswith(b"\n"):
            while raw and not raw.endswith(b"\n"):
                raw = stream.readline(_LONGEST_LINE)
            yield Failure(where, f"the line is longer than {safe_open.megabytes(_LONGEST_LINE)}")
        elif raw.strip():
            yield _json_row(raw, where, names)


def _json_row(raw: bytes, where: str, names: Mapping[str, str]) -> Item:
    try:
        found = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return Failure(where, f"it holds bytes that are not UTF-8 (byte {error.start + 1} of the line)")
    except (ValueError, RecursionError) as error:
        return Failure(where, f"it is not JSON: {error}")
    if not isinstance(found, dict):
        return Failure(where, f"it is a JSON {type(found).__name__}; each line must be one object")
    if names["title"] not in found and names["text"] not in found:
        keys = text.shorten(", ".join(map(str, found)), 200) or "none"
        return Failure(where, f"it has neither a title nor a text; its keys are {keys}. {_MAPPING}")
    return _document({name: found.get(key) for name, key in names.items()}, where)


def _encoding(sample: bytes) -> str:
    """The encoding of a CSV file; one lone bad line is a broken row in UTF-8, not another encoding."""
    guess = text.detect_encoding(sample)
    if guess not in {"utf-16", "utf-8-sig"}:
        lines = sample.splitlines()
        foreign = sum(text.detect_encoding(line) != "utf-8-sig" for line in lines)
        sound = sum(not line.isascii() for line in lines) - foreign
        if len(lines) > 2 and (foreign == 1 or foreign < sound):
            return "utf-8-sig"
    return guess


def _delimiter(sample: bytes, path: Path) -> str:
    if ".tsv" in path.suffixes:
        return "\t"
    header = sample.replace(b"\x00", b"").splitlines()[0].decode("ascii", "replace")
    return max(",;\t|", key=header.count)


def _records(lines: Iterable[str], delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """CSV records with the number of their first line; for a broken one, why instead of its fields.

    After a broken record reading resumes on its second line, so that an unclosed quote costs one row only.
    """
    # The module's limit is for the whole process; `_LONGEST_RECORD` is what bounds a record here.
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_RECORD))
    rest = iter(lines)
    again: deque[str] = deque()
    number = 1
    while True:
        taken: list[str] = []

        def feed(taken: list[str] = taken) -> Iterator[str]:
            size = 0
            while (line := again.popleft() if again else next(rest, "")) and size < _LONGEST_RECORD:
                taken.append(line)
                size += len(line)
                yield line

        try:
            record = next(csv.reader(feed(), delimiter=delimiter, strict=True), None)
        except csv.Error as error:
            yield number, f"its quotes or line ends are broken: {error}"
            again.extendleft(reversed(taken[1:]))
            taken = taken[:1]
        else:
            if record is None:
                return
            if record:
                yield number, record
        number += len(taken)


def _csv_rows(
    records: Iterable[tuple[int, list[str] | str]], location: str, places: Mapping[str, int], width: int
) -> Iterator[Item]:
    for number, record in records:
        where = f"{location}:{number}"
        if isinstance(record, str):
            yield Failure(where, record)
        elif len(record) != width:
            yield Failure(where, f"it has {len(record)} fields; the header has {width}")
        elif any("\udc80" <= character <= "\udcff" for field in record if not field.isascii() for character in field):
            yield Failure(where, "it holds bytes that do not fit the file's encoding")
        else:
            cells = {name: record[place] for name, place in places.items()}
            yield _document({name: None if cell in _CSV_NULLS else cell for name, cell in cells.items()}, where)


def _unless_hopeless(items: Iterable[Item]) -> Iterator[Item]:
    """The items; but a file whose first thousand rows are all broken is refused as a whole."""
    failures: list[Item] | None = []
    for item in items:
        if failures is None:
            yield item
        elif isinstance(item, Failure):
            failures.append(item)
            if len(failures) == _HOPELESS:
                raise SourceError(f"its first {_HOPELESS:,} rows are all broken; the first: {item.reason}")
        else:
            yield from failures
            failures = None
            yield item
    yield from failures or ()


def _document(values: Mapping[str, Any], location: str) -> Document:
    return Document(
        location,
        "fields",
        id=_string(values.get("id")),
        url=_string(values.get("url")),
        outlet=_string(values.get("outlet")),
        title=_string(values.get("title")),
        text=_string(values.get("text")),
        authors=_authors(values.get("authors")),
        published_at=_string(values.get("published_at")),
        language=_string(values.get("language")),
    )


def _string(value: Any) -> str | None:
    """Any value of a file as text; nulls and NaN as None."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return text.decode(value)
    if isinstance(value, list):
        return ", ".join(filter(None, map(_string, value)))
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return str(value)


def _authors(value: Any) -> tuple[str, ...]:
    """Names from a string, a list of strings or of objects with a name, or either written as text."""
    if isinstance(value, str) and value.startswith("[") and value.endswith("]"):
        try:
            value = ast.literal_eval(value)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return (value,)
    items = value if isinstance(value, list | tuple) else [value]
    names = [_string(item.get("name") if isinstance(item, dict) else item) for item in items]
    return tuple(name for name in names if name)
