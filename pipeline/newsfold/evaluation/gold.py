"""Labelled articles from files: newsfold's own tables, and those of published benchmarks.

A format is told by its columns, whatever the file is called:

- **newsfold's**: `story` and any of `id, url, outlet, title, text, published_at, language`.
- **News14, WCEP18, WCEP19** (Yoon et al. 2023, "Unsupervised Story Discovery from Continuous News Streams via
  Scalable Thematic Embedding"): `id, date, title, text, story`, a JSON object of columns as pandas writes it.
- **Miranda et al. 2018** ("Multilingual Clustering of Streaming News", EMNLP), `dataset.dev.json` and
  `dataset.test.json`: `id, lang, date, title, text, cluster`, a JSON list of articles.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from newsfold.errors import SourceError
from newsfold.evaluation import tables

COLUMNS = ("id", "url", "outlet", "title", "text", "published_at", "language", "story")

# The benchmarks' names for these columns, each used where the file does not have ours.
_OTHER_NAMES = {"published_at": "date", "language": "lang", "outlet": "source"}
_ISO_639_1 = {"deu": "de", "eng": "en", "spa": "es"}
_MILLISECONDS = 10**11  # a number of seconds this large lies beyond the year 5000
_ENDINGS = (".gz", ".parquet", ".jsonl", ".ndjson", ".json", ".csv", ".tsv")


@dataclass(frozen=True)
class GoldTable:
    """A labelled set by name."""

    name: str
    table: pa.Table
    """`id` and `story`, strings, and those of `COLUMNS` that the file has; a null `story` is unlabelled."""


def read(path: Path, *, across_languages: bool = False) -> list[GoldTable]:
    """The labelled sets in a file: Parquet, CSV, JSON or JSON Lines, gzipped or not.

    Miranda's file holds three languages, and one `cluster` number may occur in several of them. The paper groups
    and scores each language by itself, so each becomes a set of its own (`dataset.test.en`), and articles of two
    languages are never asked to be together. Its second task, which joins the clusters of one number over the
    languages, is the one set that `across_languages` gives (here judged by articles, there by clusters).

    Args:
        path: the file; what it is, its content says.
        across_languages: Miranda's languages as one set. It changes nothing in files of other formats.

    Returns:
        At least one set, in a fixed order. Where ids are missing or not unique, every row's is `row-<number>`.

    Raises:
        SourceError: the file cannot be read, or its columns are those of no known format.
    """
    found = tables.read(path)
    columns = set(found.column_names)
    name = _name(path)
    if "story" in columns:
        return [GoldTable(name, _gold(found, "story", path))]
    if {"cluster", "lang"} <= columns:
        table = _gold(found, "cluster", path)
        if across_languages:
            return [GoldTable(f"{name}.across-languages", table)]
        languages = sorted(filter(None, pc.unique(table["language"]).to_pylist()))
        return [
            GoldTable(f"{name}.{code}", table.filter(pc.equal(table["language"], code)).combine_chunks())
            for code in languages
        ]
    raise SourceError(
        f"{path} has no labels: there is no `story` column, nor `cluster` with `lang` (Miranda et al. 2018). "
        f"It has {', '.join(found.column_names) or 'no column at all'}. Name the column with the labels `story`."
    )


def _gold(found: pa.Table, label: str, path: Path) -> pa.Table:
    """The table in newsfold's columns, with a unique id in every row."""
    columns: dict[str, Any] = {}
    for name in COLUMNS:
        theirs = label if name == "story" else name
        if theirs not in found.column_names:
            theirs = _OTHER_NAMES.get(name, theirs)
        if theirs in found.column_names:
            columns[name] = found[theirs].combine_chunks()
    if not columns.keys() & {"title", "text"}:
        raise SourceError(
            f"{path} has neither a `title` nor a `text` column; it has {', '.join(found.column_names)}. "
            "Rename the columns that hold them."
        )
    columns["story"] = _strings(columns["story"])
    columns["id"] = _ids(columns.get("id"), found.num_rows)
    if "published_at" in columns:
        columns["published_at"] = _times(columns["published_at"])
    if "language" in columns:
        codes = _strings(columns["language"]).to_pylist()
        columns["language"] = pa.array([_ISO_639_1.get(code, code) for code in codes], pa.string())
    return pa.table({name: columns[name] for name in COLUMNS if name in columns})


def _strings(column: pa.Array) -> pa.Array:
    """Labels and ids as text; a number that is whole has no decimals, and NaN is null."""
    if pa.types.is_floating(column.type):
        return pa.array([_number(value) for value in column.to_pylist()], pa.string())
    return column.cast(pa.string())


def _number(value: float | None) -> str | None:
    if value is None or not math.isfinite(value):
        return None
    return str(int(value)) if value.is_integer() else repr(value)


def _ids(column: pa.Array | None, rows: int) -> pa.Array:
    ids = None if column is None else _strings(column)
    if ids is None or ids.null_count or len(pc.unique(ids)) < rows:
        return pa.array([f"row-{number}" for number in range(rows)], pa.string())
    return ids


def _times(column: pa.Array) -> pa.Array:
    """Numbers as times: pandas writes dates as milliseconds since 1970. Other columns stay as they are."""
    if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
        return column
    return pa.array([_time(value) for value in column.to_pylist()], pa.timestamp("us", "UTC"))


def _time(value: float | None) -> datetime | None:
    if value is None or not math.isfinite(value):
        return None
    return datetime.fromtimestamp(value / 1000 if abs(value) >= _MILLISECONDS else value, UTC)


def _name(path: Path) -> str:
    name = path.name
    while name.lower().endswith(_ENDINGS) and name[: name.rindex(".")]:
        name = name[: name.rindex(".")]
    return name
