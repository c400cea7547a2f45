"""SQL on a store: its published tables as views of a DuckDB connection.

Views read Parquet through Arrow datasets: only the files, columns and rows that a query asks for, from a folder or an
object store. DuckDB itself opens no file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from newsfold import schemas
from newsfold.errors import ConfigError, StoreError
from newsfold.schemas.rows import ROWS
from newsfold.store.datasets import PublishedEdition, locate_editions, open_dataset, tabulate_runs
from newsfold.store.layout import Store, open_store
from newsfold.store.reading import Edition

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_MACROS = Path(__file__).with_name("macros.sql")
_RUNS = "runs"
# How DuckDB reports that Arrow could not read a file, in versions 1 and 2.
_READING_FAILED = re.compile(r"arrow_scan: get_next failed\(\): |reading the stream registered as '\w+' failed: ")
_QUERY_FAILED = re.compile(r"[A-Z][\w ]+ Error: ")


def connect(
    store: str | Path | Store, edition: Edition = "latest", *, external_access: bool = True
) -> DuckDBPyConnection:
    """Open a DuckDB connection with views of a store's published tables.

    Args:
        store: a store or its address.
        edition: the edition that the views show: a date (or `YYYY-MM-DD`), or `latest`.
        external_access: whether queries may read and write files, attach databases and change settings.

    Returns:
        A connection with these views of each table of the data dictionary, and of `runs`, such as `stories`:
        `stories`, the rows of the edition; `stories_all`, each story once, from the last edition that contains it;
        `stories_by_edition`, the rows of every edition. Editions after `edition` do not count. Each view has a column
        `edition_date`. The table functions are `new_since(day)` and `lineage_of(story_id)`. Times are shown in UTC.
        The views show the store as it is now: connect again after a run.

    Raises:
        ConfigError: the extra `sql` is not installed.
        EditionNotFound: there is no such edition, or no edition at all.
        StoreError: the store cannot be read.
    """
    try:
        import duckdb
    except ImportError as error:
        raise ConfigError("SQL needs another library: pip install 'newsfold[sql]'.") from error
    store = open_store(store)
    editions = locate_editions(store, edition)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for statement in _create_views(connection, store, editions):
        connection.execute(statement)
    connection.execute(_MACROS.read_text(encoding="utf-8").replace("{edition}", str(editions[-1].edition)))
    if not external_access:
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
    return connection


def describe_views() -> dict[str, str]:
    """Return the views and table functions of `connect`, each with what one row of it is."""
    views = {name: rows.meaning for name, rows in ROWS.items()}
    views[_RUNS] = "an edition, with figures of its manifest"
    views["…_all"] = "the same over all editions: an article, a story, … once, from the last edition that contains it"
    views["…_by_edition"] = "a row of any edition, repeats included: how a story or thread grew"
    views["new_since(day)"] = "a story that editions after that day began or added to; by default since the last one"
    views["lineage_of(story_id)"] = "a night of a story, of those that it came from, and of those that it went into"
    return views


def read_query(connection: DuckDBPyConnection, query: str) -> pa.RecordBatchReader:
    """Run a query and return its result, batch by batch; without one, an empty result.

    Raises:
        ConfigError: the query is wrong; the message is DuckDB's, in one line.
        StoreError: a file of the store cannot be read.
    """
    with translate_sql_errors():
        relation: Any = connection.sql(query)
        if relation is None:
            return pa.RecordBatchReader.from_batches(pa.schema([]), [])
        reader = pa.RecordBatchReader.from_stream(relation)
    return pa.RecordBatchReader.from_batches(reader.schema, _iterate_batches(reader))


@contextmanager
def translate_sql_errors() -> Iterator[None]:
    """Raise DuckDB's errors, and Arrow's, as newsfold's.

    Raises:
        ConfigError: the query is wrong.
        StoreError: a file of the store cannot be read.
    """
    import duckdb

    try:
        yield
    except (duckdb.Error, pa.ArrowException, OSError, RuntimeError) as error:
        message = " ".join(str(error).split("\n\nLINE ")[0].split())
        if _QUERY_FAILED.match(message) and not _READING_FAILED.search(message):
            raise ConfigError(message) from error
        raise StoreError(
            f"The store's files cannot be read: {_READING_FAILED.split(message)[-1]}. If a run was publishing, try "
            "again; else `newsfold verify` names the edition to run again."
        ) from error


def _iterate_batches(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    with translate_sql_errors():
        yield from reader


def _create_views(connection: DuckDBPyConnection, store: Store, editions: Sequence[PublishedEdition]) -> Iterator[str]:
    """Register the tables of some editions, and yield the statements that create their views."""
    sources: dict[str, Any] = {name: open_dataset(store, editions, name) for name in schemas.PUBLISHED}
    sources[_RUNS] = tabulate_runs(editions)
    sources["texts"] = open_dataset(store, editions, "articles", "revisions")
    previous = {
        "edition_date": pa.array([edition.edition for edition in editions], pa.date32()),
        "previous_edition_date": pa.array([edition.previous for edition in editions], pa.date32()),
    }
    connection.register("_previous", pa.table(previous))
    for name, source in sources.items():
        connection.register(f"_{name}", source)
    for name in (*schemas.PUBLISHED, _RUNS):
        yield f"CREATE VIEW {name}_by_edition AS {_select(name, name)}"
        yield f"CREATE VIEW {name} AS FROM {name}_by_edition WHERE edition_date = DATE '{editions[-1].edition}'"
        if name == "articles":  # the latest text of each
            yield f"CREATE VIEW {name}_all AS {_select('texts', name)} {_keep_last(name)}"
        elif name != "lineage":  # among the macros
            yield f"CREATE VIEW {name}_all AS FROM {name}_by_edition {_keep_last(name)}"


def _select(source: str, table: str) -> str:
    """Return a SELECT of all rows of a source, in which columns that a file is too old to have hold their default."""
    defaults = {
        field.name: json.loads(field.metadata[b"default"])
        for field in schemas.PUBLISHED.get(table, ())
        if b"default" in field.metadata
    }
    replaced = ", ".join(
        f"coalesce({name}, {_literal(value)}) AS {name}" for name, value in defaults.items() if value is not None
    )
    return f"FROM _{source} SELECT *" + (f" REPLACE ({replaced})" if replaced else "")


def _keep_last(table: str) -> str:
    key = ", ".join(ROWS[table].key) if table in ROWS else ""
    return f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY edition_date DESC) = 1" if key else ""


def _literal(value: object) -> str:
    return f"'{value}'" if isinstance(value, str) else json.dumps(value)
