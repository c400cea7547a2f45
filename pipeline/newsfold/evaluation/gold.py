"""Labelled articles from files: newsfold's own tables, and those of published benchmarks.

The format follows from the columns, whatever the name of the file:

- **newsfold's**: `story` and any of `id, url, outlet, title, text, published_at, language`.
- **News14, WCEP18, WCEP19** (Yoon et al. 2023, "Unsupervised Story Discovery from Continuous News Streams via
  Scalable Thematic Embedding"): `id, date, title, text, story`, a JSON object of columns as pandas writes it.
- **Miranda et al. 2018** ("Multilingual Clustering of Streaming News", EMNLP), `dataset.dev.json` and
  `dataset.test.json`: `id, lang, date, title, text, cluster`, a JSON list of articles.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from newsfold.errors import SourceError
from newsfold.evaluation import tables

COLUMNS = ("id", "url", "outlet", "title", "text", "published_at", "language", "story")

INPUTS: dict[str, tuple[str, ...]] = {"dates": ("published_at",), "text": ("text",), "outlet": ("outlet", "url")}
"""What `remove_inputs` can take away, and the columns it empties: an address names its outlet, too."""

_TITLE_WORDS = 12  # of a text without a title that are kept as its title

# The benchmarks' names for these columns, used if the file does not have ours.
_OTHER_NAMES = {"published_at": "date", "language": "lang", "outlet": "source"}
_ISO_639_1 = {"deu": "de", "eng": "en", "spa": "es"}
_MILLISECONDS = 10**11  # a number of seconds this large lies beyond the year 5000
_ENDINGS = (".gz", ".parquet", ".arrow", ".feather", ".ipc", ".xlsx", ".jsonl", ".ndjson", ".json", ".csv", ".tsv")


@dataclass(frozen=True)
class GoldTable:
    """A labelled set and its name."""

    name: str
    table: pa.Table
    """`id` and `story` as strings, and those of `COLUMNS` that the file has; a null `story` is unlabelled."""


def read_gold(path: Path, *, across_languages: bool = False) -> list[GoldTable]:
    """Read the labelled sets in a file: Parquet, Arrow, Excel, CSV, JSON or JSON Lines, gzipped or not.

    Miranda's file holds three languages, and a `cluster` number may occur in several of them. The paper clusters and
    scores each language by itself, so each language becomes a set of its own (`dataset.test.en`). Its second task joins
    the clusters of one number across the languages: that is the one set of `across_languages` (scored here by articles,
    in the paper by clusters).

    Args:
        path: the file; its content decides the format.
        across_languages: whether Miranda's languages form one set; ignored for other formats.

    Returns:
        At least one set, in a fixed order. If ids are missing or not unique, the id of every row is `row-<number>`.

    Raises:
        SourceError: the file cannot be read, or its columns fit no known format.
    """
    raw = tables.read_table(path)
    columns = set(raw.column_names)
    name = _set_name(path)
    if "story" in columns:
        return [GoldTable(name, _to_gold_columns(raw, "story", path))]
    if {"cluster", "lang"} <= columns:
        table = _to_gold_columns(raw, "cluster", path)
        if across_languages:
            return [GoldTable(f"{name}.across-languages", table)]
        languages = sorted(filter(None, pc.unique(table["language"]).to_pylist()))
        return [
            GoldTable(f"{name}.{code}", table.filter(pc.equal(table["language"], code)).combine_chunks())
            for code in languages
        ]
    raise SourceError(
        f"{path} has no labels: there is no `story` column, nor `cluster` with `lang` (Miranda et al. 2018). "
        f"It has {', '.join(raw.column_names) or 'no column at all'}. Rename the label column to `story`."
    )


def remove_inputs(table: pa.Table, without: Iterable[str]) -> pa.Table:
    """Empty columns, to measure what a poorer input costs.

    If texts are removed, an article without a title keeps its text's first words as its title. Dates and outlets that
    are printed in titles and texts stay.

    Args:
        table: of a `GoldTable`.
        without: names of `INPUTS`.
    """
    if "text" in without and "text" in table.column_names:
        titles = table["title"].to_pylist() if "title" in table.column_names else [None] * table.num_rows
        kept = [
            title if title and title.strip() else " ".join((text or "").split()[:_TITLE_WORDS]) or None
            for title, text in zip(titles, table["text"].to_pylist(), strict=True)
        ]
        table = table.drop_columns([name for name in ("title",) if name in table.column_names])
        table = table.append_column("title", pa.array(kept, pa.string()))
    emptied = {column for name in without for column in INPUTS[name]} & set(table.column_names)
    for column in sorted(emptied):
        table = table.set_column(table.schema.get_field_index(column), column, pa.nulls(table.num_rows, pa.string()))
    return table


def _to_gold_columns(raw: pa.Table, label: str, path: Path) -> pa.Table:
    """Return the table in newsfold's columns, with a unique id in every row."""
    columns: dict[str, Any] = {}
    for name in COLUMNS:
        source_name = label if name == "story" else name
        if source_name not in raw.column_names:
            source_name = _OTHER_NAMES.get(name, source_name)
        if source_name in raw.column_names:
            columns[name] = raw[source_name].combine_chunks()
    if not columns.keys() & {"title", "text"}:
        raise SourceError(
            f"{path} has neither a `title` nor a `text` column; it has {', '.join(raw.column_names)}. "
            "Rename the columns that hold them."
        )
    columns["story"] = _to_strings(columns["story"])
    columns["id"] = _unique_ids(columns.get("id"), raw.num_rows)
    if "published_at" in columns:
        columns["published_at"] = _to_timestamps(columns["published_at"])
    if "language" in columns:
        codes = _to_strings(columns["language"]).to_pylist()
        columns["language"] = pa.array([_ISO_639_1.get(code, code) for code in codes], pa.string())
    return pa.table({name: columns[name] for name in COLUMNS if name in columns})


def _to_strings(column: pa.Array) -> pa.Array:
    """Convert labels and ids to strings; a whole number has no decimals, and NaN is null."""
    if pa.types.is_floating(column.type):
        return pa.array([_format_number(value) for value in column.to_pylist()], pa.string())
    return column.cast(pa.string())


def _format_number(value: float | None) -> str | None:
    if value is None or not math.isfinite(value):
        return None
    return str(int(value)) if value.is_integer() else repr(value)


def _unique_ids(column: pa.Array | None, rows: int) -> pa.Array:
    ids = None if column is None else _to_strings(column)
    if ids is None or ids.null_count or len(pc.unique(ids)) < rows:
        return pa.array([f"row-{number}" for number in range(rows)], pa.string())
    return ids


def _to_timestamps(column: pa.Array) -> pa.Array:
    """Convert numbers to times: pandas writes dates as milliseconds since 1970. Other columns stay unchanged."""
    if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
        return column
    return pa.array([_to_time(value) for value in column.to_pylist()], pa.timestamp("us", "UTC"))


def _to_time(value: float | None) -> datetime | None:
    if value is None or not math.isfinite(value):
        return None
    return datetime.fromtimestamp(value / 1000 if abs(value) >= _MILLISECONDS else value, UTC)


def _set_name(path: Path) -> str:
    name = path.name
    while name.lower().endswith(_ENDINGS) and name[: name.rindex(".")]:
        name = name[: name.rindex(".")]
    return name
