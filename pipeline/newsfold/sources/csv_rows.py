"""Reading articles from CSV and TSV files, one record in memory at a time."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from newsfold import encodings
from newsfold.errors import SourceError
from newsfold.settings import Column
from newsfold.sources import safe_open
from newsfold.sources.document import Failure, Item
from newsfold.sources.table_columns import build_item, map_columns, reject_if_all_broken

_MAX_RECORD_CHARACTERS = 4_000_000  # an unclosed quote ends here at the latest
_SEPARATOR_LINE = re.compile(rb"\"?sep=([,;|\t:])\"?[,;|\t]*\r?\n?", re.IGNORECASE)  # of Excel, before the header
_QUOTED = re.compile(rb'"[^"]*"')
_HEADER_BYTES = 1 << 16  # that hold the header
_NULLS = frozenset({"", "nan", "NaN", "NaT", "<NA>", "NULL", "null", "None"})

Record = list[str] | str  # its fields, or why it is broken


def read_csv(path: Path, location: str, columns: Mapping[Column, str], max_bytes: int) -> Iterator[Item]:
    """Yield the rows of a CSV or TSV file as documents; broken rows as failures.

    Args:
        path: the file.
        location: its name in messages.
        columns: the file's column names, by newsfold's, if they differ.
        max_bytes: most bytes of the file, decompressed.

    Raises:
        SourceError: it lacks needed columns, or is larger than the limit.
    """
    with safe_open.open_file(path, max_bytes) as stream:
        sample = safe_open.peek_sample(stream)
        safe_open.require_text(sample)
        encoding = encodings.detect_line_encoding(sample)
        # UTF-16 and UTF-32 have no single bytes to let through; a character that is cut off becomes U+FFFD.
        errors = "replace" if encodings.is_wide(encoding) else "surrogateescape"
        lines = io.TextIOWrapper(stream, encoding, errors=errors, newline="")
        beginning = sample[:_HEADER_BYTES].decode(encoding, "replace").encode()
        declared = _SEPARATOR_LINE.match(beginning.lstrip(b"\xef\xbb\xbf"))
        delimiter = declared[1].decode() if declared else _detect_delimiter(beginning, path)
        if declared:
            next(lines)
        records = _read_records(lines, delimiter, 2 if declared else 1)
        _, header = next(records, (1, []))
        if isinstance(header, str):
            raise SourceError(f"its first line is not a header: {header}")
        header = [name.strip() for name in header]
        positions = {name: header.index(column) for name, column in map_columns(header, columns).items()}
        yield from reject_if_all_broken(_build_items(records, location, positions, len(header)))


def _detect_delimiter(sample: bytes, path: Path) -> str:
    if ".tsv" in path.suffixes:
        return "\t"
    header = _QUOTED.sub(b"", sample.replace(b"\x00", b"").splitlines()[0]).decode("ascii", "replace")
    return max(",;\t|", key=header.count)


def _read_records(lines: Iterable[str], delimiter: str, number: int) -> Iterator[tuple[int, Record]]:
    """Yield records with the number of their first line, beginning with `number`.

    After a broken record reading resumes on its second line, so that an unclosed quote costs only one row.
    """
    # The limit of module csv applies to the whole process; `_MAX_RECORD_CHARACTERS` limits a record here.
    csv.field_size_limit(max(csv.field_size_limit(), _MAX_RECORD_CHARACTERS))
    remaining = iter(lines)
    put_back: deque[str] = deque()
    while True:
        record_lines: list[str] = []

        def next_lines(record_lines: list[str] = record_lines) -> Iterator[str]:
            size = 0
            while (line := put_back.popleft() if put_back else next(remaining, "")) and size < _MAX_RECORD_CHARACTERS:
                record_lines.append(line)
                size += len(line)
                yield line

        try:
            record = next(csv.reader(next_lines(), delimiter=delimiter, strict=True), None)
        except csv.Error as error:
            yield number, f"its quotes or line ends are broken: {error}"
            put_back.extendleft(reversed(record_lines[1:]))
            record_lines = record_lines[:1]
        else:
            if record is None:
                return
            if record:
                yield number, record
        number += len(record_lines)


def _build_items(
    records: Iterable[tuple[int, Record]], location: str, positions: Mapping[str, int], n_fields: int
) -> Iterator[Item]:
    for number, record in records:
        row_location = f"{location}:{number}"
        if isinstance(record, str):
            yield Failure(row_location, record)
        elif len(record) != n_fields:
            yield Failure(row_location, f"it has {len(record)} fields; the header has {n_fields}")
        elif any(map(_has_undecoded_bytes, record)):
            yield Failure(row_location, "it holds bytes that do not fit the file's encoding")
        else:
            cells = {name: record[position] for name, position in positions.items()}
            values = {name: None if cell in _NULLS else cell for name, cell in cells.items()}
            yield build_item(values, row_location)


def _has_undecoded_bytes(field: str) -> bool:
    """Whether a field holds bytes that `surrogateescape` let through."""
    return not field.isascii() and any("\udc80" <= character <= "\udcff" for character in field)
