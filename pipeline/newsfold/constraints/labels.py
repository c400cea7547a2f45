"""Reading labels: tables that people write by hand or from a notebook."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from newsfold import schemas, text, urls
from newsfold.constraints.links import Link, find_conflicts, reject_labels
from newsfold.errors import ConfigError

_MEANINGS = dict.fromkeys(["must-link", "must", "together", "same", "1", "true"], True)
_MEANINGS |= dict.fromkeys(["cannot-link", "cannot", "apart", "different", "0", "false"], False)
_COLUMNS = ("left", "right", "label")


def read_labels(paths: Sequence[str | Path]) -> pa.Table:
    """The labels in some tables.

    A table is Parquet, or CSV with a header (comma, semicolon or tab), with the columns `left` and `right` (each an
    `article_id` or a URL) and `label`: must-link (or together, same, 1) or cannot-link (or apart, different, 0); and,
    if you like, `by` and `note`, which are shown where a label is questioned. A row whose label is empty waits for
    one (`newsfold doubts`), and says nothing yet.

    Args:
        paths: the files, in any order.

    Returns:
        Table `labels`, in the files' order.

    Raises:
        ConfigError: a file or a row cannot be used, or labels contradict each other; up to 20 problems are listed.
    """
    problems: list[str] = []
    found: list[Link] = []
    for path in map(Path, paths):
        try:
            for number, row in read_rows(path, _COLUMNS):
                link = _link(row, f"{path.name} row {number}")
                if isinstance(link, str):
                    problems.append(link)
                elif link is not None:
                    found.append(link)
        except (OSError, csv.Error, pa.ArrowException, ConfigError) as error:
            problems.append(f"{path}: {error}")
    if not problems:
        problems = find_conflicts(
            Link(normalise_reference(e.left), normalise_reference(e.right), e.must, e.origin) for e in found
        )
    reject_labels(problems)
    return schemas.build_table(
        "labels", [{"left": e.left, "right": e.right, "must_link": e.must, "origin": e.origin} for e in found]
    )


def normalise_reference(name: str) -> str:
    """One spelling per address; ids as they are."""
    return urls.clean_url(name) or name


def read_rows(path: Path, required: Sequence[str]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The rows of a table that a person wrote, Parquet or CSV: each with its number, or the line it ends on.

    Raises:
        ConfigError: a column that is required is not there.
        OSError, csv.Error, pa.ArrowException: the file cannot be read.
    """
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        _require_columns(table.column_names, required)
        yield from enumerate(table.to_pylist(), 1)
        return
    content = text.decode(path.read_bytes())
    header = content.split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.DictReader(io.StringIO(content, newline=""), delimiter=delimiter, skipinitialspace=True)
    reader.fieldnames = [name.strip() for name in reader.fieldnames or ()]
    _require_columns(reader.fieldnames, required)
    for row in reader:
        yield reader.line_num, row


def _require_columns(there: Sequence[str], required: Sequence[str]) -> None:
    missing = [name for name in required if name not in there]
    if missing:
        raise ConfigError(f"it has no column {', '.join(missing)}; it has {', '.join(there) or 'none'}.")


def _link(row: Mapping[str, Any], origin: str) -> Link | str | None:
    """A row's link, what is wrong with it, or None where nobody has labelled it yet."""
    left, right, label = (str("" if row[name] is None else row[name]).strip() for name in _COLUMNS)
    if not left or not right:
        return f"{origin}: it names no {'left' if not left else 'right'} article."
    if not label:
        return None
    must = _MEANINGS.get(label.casefold().replace("_", "-").replace(" ", "-"))
    if must is None:
        return f"{origin}: the label is {label!r}; write must-link or cannot-link."
    if normalise_reference(left) == normalise_reference(right):
        return f"{origin}: it names one article twice, {left!r}."
    said = ": ".join(str(row[name]).strip() for name in ("by", "note") if row.get(name))
    return Link(left, right, must, f"{origin} ({text.shorten(said, 80)})" if said else origin)
