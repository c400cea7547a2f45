"""Reading labels from tables that people write by hand or in a notebook."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from newsfold import encodings, schemas, text, urls
from newsfold.constraints.links import Link, find_conflicts, reject_labels
from newsfold.errors import ConfigError
from newsfold.sanitize import restore_formula

_IS_MUST_LINK = dict.fromkeys(["must-link", "must", "together", "same", "1", "true"], True)
_IS_MUST_LINK |= dict.fromkeys(["cannot-link", "cannot", "apart", "different", "0", "false"], False)
_COLUMNS = ("left", "right", "label")


def read_labels(paths: Sequence[str | Path]) -> pa.Table:
    """Read the labels in some tables.

    A table is Parquet, or CSV with a header (comma, semicolon or tab), with the columns `left` and `right` (each an
    `article_id` or a URL) and `label`: must-link (or together, same, 1) or cannot-link (or apart, different, 0). The
    optional columns `by` and `note` are shown in messages about a label. Rows with an empty label, such as those of
    `newsfold suggest-labels`, are skipped.

    Args:
        paths: the files, in any order.

    Returns:
        Table `labels`, in the files' order.

    Raises:
        ConfigError: a file or a row cannot be used, or labels contradict each other; up to 20 problems are listed.
    """
    problems: list[str] = []
    links: list[Link] = []
    for path in map(Path, paths):
        try:
            for number, row in read_rows(path, _COLUMNS):
                link = _parse_link(row, f"{path.name} row {number}")
                if isinstance(link, str):
                    problems.append(link)
                elif link is not None:
                    links.append(link)
        except (OSError, csv.Error, pa.ArrowException, ConfigError) as error:
            problems.append(f"{path}: {error}")
    if not problems:
        problems = find_conflicts(
            link._replace(left=normalise_reference(link.left), right=normalise_reference(link.right)) for link in links
        )
    reject_labels(problems)
    rows = [{"left": link.left, "right": link.right, "must_link": link.must, "origin": link.origin} for link in links]
    return schemas.build_table("labels", rows)


def normalise_reference(name: str) -> str:
    """Return what all spellings of a URL have in common; an id stays as it is."""
    return urls.compute_page_key(name) or name


def read_rows(path: Path, required: Sequence[str]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the rows of a table that a person wrote, Parquet or CSV, each with its number (CSV: its last line).

    Raises:
        ConfigError: a required column is missing, or values of a Parquet file cannot be read.
        OSError, csv.Error, pa.ArrowException: the file cannot be read.
    """
    if path.suffix == ".parquet":
        try:
            table = pq.read_table(path)
            rows = table.to_pylist()
        except (ValueError, OverflowError) as error:  # text that is not UTF-8, times that Python cannot hold
            raise ConfigError(f"it is damaged: {error}") from error
        _require_columns(table.column_names, required)
        yield from enumerate(rows, 1)
        return
    content = encodings.decode(path.read_bytes())
    header = content.split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.DictReader(io.StringIO(content, newline=""), delimiter=delimiter, skipinitialspace=True)
    reader.fieldnames = [name.strip() for name in reader.fieldnames or ()]
    _require_columns(reader.fieldnames, required)
    for row in reader:
        yield reader.line_num, row


def append_note(origin: str, row: Mapping[str, Any]) -> str:
    """Append a row's `by` and `note`, if it has any, to the file and row number that it comes from."""
    note = ": ".join(str(row[name]).strip() for name in ("by", "note") if row.get(name))
    return f"{origin} ({text.shorten(note, 80)})" if note else origin


def _require_columns(columns: Sequence[str], required: Sequence[str]) -> None:
    missing = [name for name in required if name not in columns]
    if missing:
        raise ConfigError(f"it has no column {', '.join(missing)}; it has {', '.join(columns) or 'none'}.")


def _parse_link(row: Mapping[str, Any], origin: str) -> Link | str | None:
    """Return a row's link, a description of what is wrong with the row, or None if its label is empty."""
    left, right, label = (restore_formula(str("" if row[name] is None else row[name]).strip()) for name in _COLUMNS)
    if not left or not right:
        return f"{origin}: the {'left' if not left else 'right'} article is missing."
    if not label:
        return None
    must = _IS_MUST_LINK.get(label.casefold().replace("_", "-").replace(" ", "-"))
    if must is None:
        return f"{origin}: the label is {label!r}; write must-link or cannot-link."
    if normalise_reference(left) == normalise_reference(right):
        return f"{origin}: left and right are the same article, {left!r}."
    return Link(left, right, must, append_note(origin, row))
