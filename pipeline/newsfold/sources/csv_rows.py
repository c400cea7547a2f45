"""Reading articles from CSV and TSV files, one record in memory at a time."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from newsfold import encodings
from newsfold.errors import SourceError
from newsfold.settings import Column
from newsfold.sources import safe_open
from newsfold.sources.document import Failure, Item
from newsfold.sources.table_columns import (
    HEADER_ROWS,
    build_item,
    find_columns,
    find_header,
    map_columns,
    reject_above_header,
    reject_if_all_broken,
)

_MAX_RECORD_CHARACTERS = 4_000_000  # an unclosed quote ends here at the latest
_SEPARATOR_LINE = re.compile(r"\"?sep=([,;|\t:])\"?[,;|\t]*\r?\n?", re.IGNORECASE)  # of Excel, before the header
_QUOTED = re.compile(r'"[^"]*"')
_HEADER_BYTES = 1 << 16  # that hold the header
# As pandas, databases, Excel and R write them.
_NULLS = frozenset({"", "nan", "NaN", "NaT", "<NA>", "NULL", "null", "None", "\\N", "#N/A", "N/A", "NA"})

Record = list[str] | str  # its fields, or why it is broken


@dataclass(frozen=True, slots=True)
class _Form:
    """How the fields of a record are written."""

    delimiter: str
    is_spaced: bool  # a space follows each delimiter, before the quotes of a field


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
        beginning = sample[:_HEADER_BYTES].decode(encoding, "replace").removeprefix("\ufeff")
        declared = _SEPARATOR_LINE.match(beginning)
        form = _detect_form(beginning, path, declared[1] if declared else None, columns)
        if declared:
            next(lines)
        records = _read_records(lines, form, 2 if declared else 1)
        first = list(itertools.islice(records, HEADER_ROWS))
        rows = [[] if isinstance(record, str) else [cell.strip() for cell in record] for _, record in first]
        position = find_header(rows, columns)
        if first and isinstance(first[position][1], str):
            raise SourceError(f"its first line is not a header: {first[position][1]}")
        header = rows[position] if rows else []
        positions = {name: header.index(column) for name, column in map_columns(header, columns).items()}
        above = ((f"{location}:{number}", row) for (number, _), row in zip(first[:position], rows, strict=False))
        yield from reject_above_header(above)
        records = itertools.chain(first[position + 1 :], records)
        yield from reject_if_all_broken(_build_items(records, location, positions, len(header)))


def _detect_form(sample: str, path: Path, delimiter: str | None, columns: Mapping[Column, str]) -> _Form:
    """Detect how the fields are written, by the line that names the columns."""
    if not delimiter and ".tsv" in path.suffixes:
        delimiter = "\t"
    delimiters = delimiter or ",;\t|"
    lines = [line for line in sample.replace("\x00", "").splitlines()[: HEADER_ROWS + 1] if line.strip()]
    headers = (line for line in lines if any(_names_columns(line.split(mark), columns) for mark in delimiters))
    header = _QUOTED.sub("", next(headers, lines[0] if lines else ""))
    delimiter = max(delimiters, key=header.count)
    # `title, text` and then `"Ferry", "It sank"`: the spaces belong to no field (RFC 4180 knows none there).
    is_spaced = delimiter in header and header.count(delimiter) == header.count(f"{delimiter} ")
    return _Form(delimiter, is_spaced and f'{delimiter} "' in sample)


def _names_columns(cells: list[str], columns: Mapping[Column, str]) -> bool:
    return not find_columns([cell.strip(' \t\ufeff"') for cell in cells], columns).keys().isdisjoint(("title", "text"))


def _read_records(lines: Iterable[str], form: _Form, number: int) -> Iterator[tuple[int, Record]]:
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
            reader = csv.reader(next_lines(), delimiter=form.delimiter, skipinitialspace=form.is_spaced, strict=True)
            record = next(reader, None)
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
        elif len(record) < n_fields or any(cell.strip() for cell in record[n_fields:]):
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
