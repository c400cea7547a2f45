"""What `newsfold.cluster` is given, as tables: files, tables of any library, lists of dictionaries."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from newsfold import schemas, sources, text
from newsfold.dataflow import UNDATED
from newsfold.errors import SourceError
from newsfold.settings import Column, FilesSource, Settings

_ROW_COLUMNS = ("id", "url", "outlet", "title", "text", "published_at", "language")  # that tell rows apart
_INDEX = "__index_level_"  # with which columns begin that hold the index of a pandas table


@dataclass(frozen=True)
class ClusterInput:
    """Documents, and where they come from.

    Attributes:
        documents: table `documents`; each row of a table has an `id` of its own.
        outcomes: table `source_outcomes`.
        rows: the given table, a row per document; of files, what was read of them.
        ignored_columns: columns of tables that nothing reads.
    """

    documents: pa.Table
    outcomes: pa.Table
    rows: pa.Table
    ignored_columns: tuple[str, ...] = field(default=())


def read_input(articles: object, settings: Settings, columns: Mapping[Column, str]) -> ClusterInput:
    """Read what `newsfold.cluster` is given.

    Args:
        articles: see `newsfold.cluster`.
        settings: the configuration.
        columns: names of columns, by newsfold's, if they differ.

    Raises:
        SourceError: a table has neither a title nor a text column, lacks one of `columns`, or a row cannot be read.
    """
    paths = _list_paths(articles)
    with sources.watch_ignored_columns() as ignored:
        if paths:
            source = FilesSource(name="files", path=[str(path.resolve()) for path in paths], columns=dict(columns))
            read, outcomes = sources.read_sources(settings.model_copy(update={"sources": [source]}), UNDATED)
            documents = identify_rows(read)
            rows = documents.select(list(_ROW_COLUMNS))
        else:
            rows = articles if isinstance(articles, pa.Table) else _to_table(articles)
            documents, outcomes = rows, schemas.empty_table("source_outcomes")
            if rows.schema.names != schemas.SCHEMAS["documents"].names:
                documents = identify_rows(sources.documents_from_table(rows, "articles", columns))
    names = tuple(name for name in ignored if not name.startswith(_INDEX))
    return ClusterInput(documents, outcomes, rows, names)


def identify_rows(documents: pa.Table) -> pa.Table:
    """Give each row of a table an id of its own, so that no article of a table is taken for another.

    A row keeps its id; one without has a digest of what it says, so that ids do not depend on the order of rows. The
    second row with an id has it with `-2`, and so on.
    """
    ids: list[str | None] = []
    uses: dict[str, int] = {}
    for row in documents.select([*_ROW_COLUMNS, "form", "entry_id"]).to_pylist():
        if row["form"] != "fields" or row["entry_id"]:
            ids.append(row["id"])
            continue
        name = row["id"] or text.compute_digest(*(row[column] or "" for column in _ROW_COLUMNS))[:32]
        uses[name] = uses.get(name, 0) + 1
        ids.append(name if uses[name] == 1 else f"{name}-{uses[name]}")
    position = documents.schema.get_field_index("id")
    return documents.set_column(position, documents.schema.field("id"), pa.array(ids, pa.string()))


def _list_paths(articles: object) -> list[Path]:
    """Return the paths that the articles are, if they are paths."""
    if isinstance(articles, str | os.PathLike):
        return [Path(articles)]
    if isinstance(articles, Sequence) and articles and all(isinstance(each, str | os.PathLike) for each in articles):
        return [Path(each) for each in articles]
    return []


def _to_table(articles: object) -> pa.Table:
    """Convert a list of dictionaries, or a table of another library, to an Arrow table.

    Raises:
        SourceError: it is neither.
    """
    if isinstance(articles, Sequence) and all(isinstance(row, Mapping) for row in articles):
        names = dict.fromkeys(name for row in articles for name in row)
        return pa.table({str(name): _to_array([row.get(name) for row in articles]) for name in names})
    try:
        return pa.table(articles)
    except (TypeError, ValueError) as error:
        raise SourceError(
            f"A {type(articles).__name__} cannot be read as articles: give a table (pandas, polars, Arrow), a list of "
            "dictionaries, or files."
        ) from error


def _to_array(values: list[Any]) -> pa.Array:
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError):  # values of several types
        return pa.array([None if value is None else str(value) for value in values])
