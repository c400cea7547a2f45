"""Editions, as notebooks and the next run read them; whole even while a run is publishing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from newsfold import schemas
from newsfold.errors import EditionNotFound, SchemaError, StoreError
from newsfold.store import journal, parquet
from newsfold.store.layout import Store, open_store, parse_date, parse_edition_folder

Edition = date | str
Result = TypeVar("Result")

RUNS = pa.schema(
    [
        pa.field("edition_date", pa.date32(), nullable=False),
        pa.field("run_id", pa.string(), nullable=False),
        pa.field("status", pa.string()),
        pa.field("window_start", pa.date32()),
        pa.field("n_articles", pa.int64()),
        pa.field("n_stories", pa.int64()),
        pa.field("config_digest", pa.string()),
        pa.field("code_version", pa.string()),
        pa.field("n_new_articles", pa.int64()),
        pa.field("churn", pa.float64()),
    ]
)
_ATTEMPTS = 5
_READERS = 8  # files read at once: what counts in an object store is the wait for each


def list_editions(store: str | Path | Store) -> list[date]:
    """The published editions, ascending; none where there is no store yet."""
    store = open_store(store)

    def look() -> list[date]:
        # The journal first: an entry that is gone by the time we look has left its manifest.
        under_way = set(journal.list_committed(store))
        manifests = store.list_children(store.path("runs"), recursive=True)
        published = {
            edition
            for info in manifests
            if info.base_name == "manifest.json" and (edition := parse_edition_folder(info.path))
        }
        return sorted(under_way | published)

    return _attempt(store, "the list of editions", look)


def load_manifest(store: str | Path | Store, edition: Edition) -> dict[str, Any]:
    """What is known of the run that published an edition, and the files it consists of.

    Args:
        store: a store or its address.
        edition: a date (or `YYYY-MM-DD`), or `latest`.

    Raises:
        EditionNotFound: there is no such edition.
        StoreError: the store cannot be read.
    """
    store = open_store(store)
    (found,) = _chosen(store, edition)
    return _attempt(store, f"the manifest of {found}", lambda: _manifest(store, found)[0])


def load(store: str | Path | Store, table: str, edition: Edition | tuple[Edition, Edition] = "latest") -> pa.Table:
    """A published table.

    Args:
        store: a store or its address.
        table: a table of DESIGN.md §4, or `runs`: one row per edition, from the manifests.
        edition: a date (or `YYYY-MM-DD`), a range as its first and last date, `latest` or `all`.

    Returns:
        The table; of several editions, one after another in their order. Columns that a file is too
        old to have are null, or say what the schema names for that case (`roundup` is false).

    Raises:
        SchemaError: there is no such table.
        EditionNotFound: there is no such edition, or no edition at all.
        StoreError: the store cannot be read, or the editions have no such table or vectors of
            different models.
    """
    store = open_store(store)
    if table != "runs" and table not in schemas.PUBLISHED:
        raise SchemaError(f"There is no table called {table!r}; there are {', '.join(schemas.PUBLISHED)} and runs.")
    wanted = _chosen(store, edition)
    if table == "runs":
        return pa.Table.from_pylist([_run(store, each) for each in wanted], schema=RUNS)
    found = load_by_edition(store, table, wanted)
    if not found:
        raise StoreError(
            f"{_listed(wanted)} in {store.name} has no table {table}; "
            f"it has {', '.join(load_manifest(store, wanted[-1])['tables'])}."
        )
    return _concatenated(found, table)


def load_tables(
    store: str | Path | Store, tables: Mapping[str, Sequence[str] | None], edition: Edition = "latest"
) -> tuple[dict[str, Any], dict[str, pa.Table]]:
    """Several tables of one edition and its manifest, all of one publication even while a run replaces it.

    Args:
        store: a store or its address.
        tables: published tables, and which columns of each; all where None.
        edition: a date (or `YYYY-MM-DD`), or `latest`.

    Returns:
        The manifest, and the tables by name; one that the edition is too old to have is empty.

    Raises:
        EditionNotFound: there is no such edition.
        StoreError: the store cannot be read, or the edition is replaced again and again.
    """
    store = open_store(store)
    (chosen,) = _chosen(store, edition)
    for _ in range(_ATTEMPTS):
        about = load_manifest(store, chosen)
        found = {
            name: load_by_edition(store, name, [chosen], columns).get(chosen, schemas.empty_table(name))
            for name, columns in tables.items()
        }
        if load_manifest(store, chosen)["tables"] == about["tables"]:
            return about, found
    raise StoreError(f"The edition of {chosen} in {store.name} is being replaced all the time; try again later.")


def load_by_edition(
    store: Store, table: str, wanted: Sequence[date], columns: Sequence[str] | None = None
) -> dict[date, pa.Table]:
    """A table (or some of its columns) of each edition that has it, in the editions' order.

    Raises:
        StoreError: a file is gone or cannot be read.
    """

    def look(edition: date) -> pa.Table | None:
        about, staged_by = _manifest(store, edition)
        if table not in about["tables"]:
            return None
        path = store.staged_file(staged_by, table) if staged_by else store.table_file(table, edition)
        return parquet.read_table(store, path, table, columns)

    def whole(edition: date) -> pa.Table | None:
        return _attempt(store, f"{table} of {edition}", lambda: look(edition))

    with ThreadPoolExecutor(_READERS) as readers:
        tables = zip(wanted, readers.map(whole, wanted), strict=True)
        return {edition: found for edition, found in tables if found is not None}


def _manifest(store: Store, edition: date) -> tuple[dict[str, Any], str | None]:
    """The manifest, and the run in whose staging area the edition still lies."""
    run_id = journal.list_committed(store).get(edition)
    path = store.staged_manifest(run_id) if run_id else store.manifest_file(edition)
    return store.read_json(path), run_id


def _attempt(store: Store, what: str, look: Callable[[], Result]) -> Result:
    # Files vanish and are replaced while a run publishes; each new look starts from the journal.
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return look()
        except (OSError, ValueError) as error:
            if attempt == _ATTEMPTS:
                raise StoreError(
                    f"{what[0].upper()}{what[1:]} in {store.name} cannot be read: {error}. "
                    f"Check the access; if a file is damaged or gone, run that edition again."
                ) from error
    raise AssertionError("unreachable: the last attempt returns or raises")


def _chosen(store: Store, choice: Edition | tuple[Edition, Edition]) -> list[date]:
    there = list_editions(store)
    if not there:
        raise EditionNotFound(
            f"{store.name} holds no edition yet. Publish one with `newsfold run --store {store.name}`."
        )
    if choice == "all":
        return there
    if choice == "latest":
        return there[-1:]
    bounds = choice if isinstance(choice, tuple) else (choice, choice)
    first, last = (_as_date(bound) for bound in bounds)
    if first > last:
        raise StoreError(f"The range {first} to {last} is empty; give the earlier date first.")
    chosen = [edition for edition in there if first <= edition <= last]
    if not chosen:
        asked = f"no edition of {first}" if first == last else f"no edition from {first} to {last}"
        raise EditionNotFound(f"{store.name} holds {asked}; it holds {_listed(there)}.")
    return chosen


def _as_date(choice: Edition) -> date:
    if isinstance(choice, datetime):
        return choice.date()
    found = choice if isinstance(choice, date) else parse_date(choice)
    if found is None:
        raise StoreError(
            f"{choice!r} names no edition. Give a date such as 2013-06-05, a pair of dates, `latest` or `all`."
        )
    return found


def _run(store: Store, edition: date) -> dict[str, Any]:
    about = _attempt(store, f"the manifest of {edition}", lambda: _manifest(store, edition)[0])
    start = about.get("window", {}).get("from")
    figures = about.get("quality", {})
    return {
        "edition_date": edition,
        "run_id": about["run_id"],
        "status": about.get("status"),
        "window_start": start and parse_date(start),
        "n_articles": figures.get("articles"),
        "n_stories": figures.get("stories"),
        "config_digest": about.get("config_digest"),
        "code_version": about.get("versions", {}).get("newsfold"),
        "n_new_articles": figures.get("new_articles"),
        "churn": figures.get("churn"),
    }


def _concatenated(found: dict[date, pa.Table], table: str) -> pa.Table:
    filled = {edition: rows for edition, rows in found.items() if rows.num_rows}
    if not filled:
        return next(reversed(found.values()))
    if table == "article_embeddings":
        _check_vectors(filled)
    return pa.concat_tables(filled.values(), promote_options="default")


def _check_vectors(found: dict[date, pa.Table]) -> None:
    first, *later = found
    for edition in later:
        if found[edition].schema.equals(found[first].schema, check_metadata=True):
            continue
        raise StoreError(
            f"The vectors of {first} ({_vectors(found[first])}) and {edition} "
            f"({_vectors(found[edition])}) cannot stand in one table. Load each by itself, or run "
            f"the older editions again."
        )


def _vectors(table: pa.Table) -> str:
    about = table.schema.metadata or {}
    made = [f"{key.decode()} {value.decode()}" for key, value in sorted(about.items())]
    return ", ".join([f"{table.schema.field('vector').type.list_size} values", *made])


def _listed(there: Sequence[date], at_most: int = 6) -> str:
    if len(there) <= at_most:
        return ", ".join(map(str, there))
    return f"{len(there)} from {there[0]} to {there[-1]}"
