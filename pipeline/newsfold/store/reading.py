"""Reading editions, for notebooks and for the next run: always whole, even while a run is publishing."""

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
from newsfold.store.boundary import read_boundary
from newsfold.store.layout import Store, open_store, parse_date, parse_edition_folder
from newsfold.store.staging import hash_file

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
_READERS = 8  # files read at once: in an object store, latency dominates


def list_editions(store: str | Path | Store) -> list[date]:
    """Return the published editions, ascending, without those that were pruned; none if there is no store yet."""
    store = open_store(store)

    def read() -> list[date]:
        # The journal first: if its entry is removed in between, the manifest is there.
        committed = set(journal.list_committed(store))
        manifests = store.list_children(store.path("runs"), recursive=True)
        published = {
            edition
            for info in manifests
            if info.base_name == "manifest.json" and (edition := parse_edition_folder(info.path))
        }
        boundary = read_boundary(store)
        return sorted(edition for edition in committed | published if boundary is None or edition >= boundary)

    return _read_with_retries(store, "the list of editions", read)


def load_manifest(store: str | Path | Store, edition: Edition) -> dict[str, Any]:
    """Load the manifest of an edition: facts about the run that published it, and the edition's files.

    Args:
        store: a store or its address.
        edition: a date (or `YYYY-MM-DD`), or `latest`.

    Raises:
        EditionNotFound: there is no such edition.
        StoreError: the store cannot be read.
    """
    store = open_store(store)
    (selected,) = select_editions(store, edition)
    return _read_manifest(store, selected)


def load(store: str | Path | Store, table: str, edition: Edition | tuple[Edition, Edition] = "latest") -> pa.Table:
    """Load a published table.

    Args:
        store: a store or its address.
        table: a table of the data dictionary, or `runs`: one row per edition, from the manifests.
        edition: a date (or `YYYY-MM-DD`), a range as its first and last date, `latest` or `all`.

    Returns:
        The table; several editions are concatenated in ascending order. Columns that a file is too old to have are
        null, or have the value that the schema names for that case (`roundup` is false).

    Raises:
        SchemaError: there is no such table.
        EditionNotFound: there is no such edition, or no edition at all.
        StoreError: the store cannot be read, the editions do not have the table, or their vectors are of different
            models.
    """
    store = open_store(store)
    if table != "runs" and table not in schemas.PUBLISHED:
        raise SchemaError(f"There is no table called {table!r}; there are {', '.join(schemas.PUBLISHED)} and runs.")
    selected = select_editions(store, edition)
    if table == "runs":
        return pa.Table.from_pylist([describe_run(day, _read_manifest(store, day)) for day in selected], schema=RUNS)
    tables = load_by_edition(store, table, selected)
    if not tables:
        raise StoreError(
            f"{_format_editions(selected)} in {store.name} has no table {table}; "
            f"it has {', '.join(load_manifest(store, selected[-1])['tables'])}."
        )
    return _concat_editions(tables, table)


def load_tables(
    store: str | Path | Store, tables: Mapping[str, Sequence[str] | None], edition: Edition = "latest"
) -> tuple[dict[str, Any], dict[str, pa.Table]]:
    """Load several tables of one edition and its manifest, all of one version even while a run replaces the edition.

    Args:
        store: a store or its address.
        tables: the columns to load of each table, by the table's name; None: all columns.
        edition: a date (or `YYYY-MM-DD`), or `latest`.

    Returns:
        The manifest, and the tables by name; a table that the edition is too old to have is empty.

    Raises:
        EditionNotFound: there is no such edition.
        StoreError: the store cannot be read, or the edition is being replaced repeatedly.
    """
    store = open_store(store)
    (selected,) = select_editions(store, edition)
    for _ in range(_ATTEMPTS):
        manifest = load_manifest(store, selected)
        loaded = {
            name: load_by_edition(store, name, [selected], columns).get(selected, schemas.empty_table(name))
            for name, columns in tables.items()
        }
        if load_manifest(store, selected)["tables"] == manifest["tables"]:
            return manifest, loaded
    raise StoreError(f"The edition {selected} in {store.name} is being replaced repeatedly; try again later.")


def load_by_edition(
    store: Store, table: str, editions: Sequence[date], columns: Sequence[str] | None = None, *, verify: bool = False
) -> dict[date, pa.Table]:
    """Load a table, or some of its columns, of each edition that has it, in the order of `editions`.

    Args:
        store: the store.
        table: a published table.
        editions: the editions.
        columns: the columns to load; None: all.
        verify: whether to compare the whole file with the manifest's digest; pages that are read are always verified.

    Raises:
        StoreError: a file is missing, damaged or cannot be read.
    """

    def read(edition: date) -> pa.Table | None:
        manifest, staged_by = _locate_edition(store, edition)
        if table not in manifest["tables"]:
            return None
        path = store.staged_file(staged_by, table) if staged_by else store.table_file(table, edition)
        if verify and hash_file(store, path) != manifest["tables"][table]["sha256"]:
            raise ValueError("the file is damaged: its SHA-256 is not the one in the manifest")
        return parquet.read_table(store, path, table, columns)

    def read_with_retries(edition: date) -> pa.Table | None:
        return _read_with_retries(store, f"{table} of {edition}", lambda: read(edition))

    with ThreadPoolExecutor(_READERS) as readers:
        tables = zip(editions, readers.map(read_with_retries, editions), strict=True)
        return {edition: rows for edition, rows in tables if rows is not None}


def _locate_edition(store: Store, edition: date) -> tuple[dict[str, Any], str | None]:
    """Return an edition's manifest and, if its files are still in a staging area, the id of that run."""
    run_id = journal.list_committed(store).get(edition)
    path = store.staged_manifest(run_id) if run_id else store.manifest_file(edition)
    return read_manifest_file(store, path, edition), run_id


def read_manifest_file(store: Store, path: str, edition: date) -> dict[str, Any]:
    """Read one of the files that hold an edition's manifest.

    Raises:
        OSError: it is missing, or cannot be read.
        ValueError: it is damaged, or of another edition.
    """
    manifest = store.read_json(path)
    if not _names_run_and_tables(manifest, edition):
        raise ValueError("the manifest is damaged: it does not say which run published which tables")
    return manifest


def _names_run_and_tables(manifest: Mapping[str, Any], edition: date) -> bool:
    tables = manifest.get("tables")
    return (
        manifest.get("edition_date") == str(edition)
        and isinstance(manifest.get("run_id"), str)
        and isinstance(tables, dict)
        and bool(tables)
        and all(isinstance(entry, dict) and {"file", "rows", "sha256"} <= entry.keys() for entry in tables.values())
    )


def locate_edition(store: Store, edition: date) -> tuple[dict[str, Any], str | None]:
    """Return an edition's manifest and, if its files are still in a staging area, the id of that run.

    Raises:
        StoreError: the manifest is missing or damaged, or cannot be read.
    """
    return _read_with_retries(store, f"the manifest of {edition}", lambda: _locate_edition(store, edition))


def _read_manifest(store: Store, edition: date) -> dict[str, Any]:
    return locate_edition(store, edition)[0]


def _read_with_retries(store: Store, what: str, read: Callable[[], Result]) -> Result:
    # Files disappear and are replaced while a run publishes; each attempt starts from the journal.
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return read()
        except (OSError, ValueError, pa.ArrowException, StoreError) as error:
            if attempt == _ATTEMPTS:
                raise StoreError(
                    f"{what[0].upper()}{what[1:]} in {store.name} cannot be read: {error}. "
                    f"Check your access; if a file is damaged or missing, run that edition again (`newsfold verify "
                    f"--repair` restores a manifest)."
                ) from error
    raise AssertionError("unreachable: the last attempt returns or raises")


def select_editions(store: Store, selection: Edition | tuple[Edition, Edition]) -> list[date]:
    """Return the published editions that `load` reads for a selection, ascending.

    Raises:
        EditionNotFound: there is no such edition, or no edition at all.
        StoreError: the selection is neither a date, nor a range, nor `latest` or `all`.
    """
    published = list_editions(store)
    if not published:
        raise EditionNotFound(f"{store.name} has no edition yet. Publish one with `newsfold run --store {store.name}`.")
    if selection == "all":
        return published
    if selection == "latest":
        return published[-1:]
    bounds = selection if isinstance(selection, tuple) else (selection, selection)
    first, last = (_to_date(bound) for bound in bounds)
    if first > last:
        raise StoreError(f"The range {first} to {last} is empty; give the earlier date first.")
    selected = [edition for edition in published if first <= edition <= last]
    if not selected:
        missing = f"no edition of {first}" if first == last else f"no edition from {first} to {last}"
        raise EditionNotFound(f"{store.name} has {missing}; it has {_format_editions(published)}.")
    return selected


def _to_date(edition: Edition) -> date:
    if isinstance(edition, datetime):
        return edition.date()
    day = edition if isinstance(edition, date) else parse_date(edition)
    if day is None:
        raise StoreError(
            f"{edition!r} is not an edition. Give a date such as 2013-06-05, a pair of dates, `latest` or `all`."
        )
    return day


def describe_run(edition: date, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row of table `runs` for an edition."""
    start = manifest.get("window", {}).get("from")
    quality = manifest.get("quality", {})
    return {
        "edition_date": edition,
        "run_id": manifest["run_id"],
        "status": manifest.get("status"),
        "window_start": start and parse_date(start),
        "n_articles": quality.get("articles"),
        "n_stories": quality.get("stories"),
        "config_digest": manifest.get("config_digest"),
        "code_version": manifest.get("versions", {}).get("newsfold"),
        "n_new_articles": quality.get("new_articles"),
        "churn": quality.get("churn"),
    }


def _concat_editions(tables: dict[date, pa.Table], name: str) -> pa.Table:
    filled = {edition: rows for edition, rows in tables.items() if rows.num_rows}
    if not filled:
        return next(reversed(tables.values()))
    if name == "article_embeddings":
        _check_same_model(filled)
    return pa.concat_tables(filled.values(), promote_options="default")


def _check_same_model(tables: dict[date, pa.Table]) -> None:
    first, *later = tables
    for edition in later:
        if tables[edition].schema.equals(tables[first].schema, check_metadata=True):
            continue
        raise StoreError(
            f"The vectors of {first} ({_describe_vectors(tables[first])}) and {edition} "
            f"({_describe_vectors(tables[edition])}) cannot be combined in one table. Load the editions separately, "
            f"or run the older ones again."
        )


def _describe_vectors(table: pa.Table) -> str:
    metadata = table.schema.metadata or {}
    facts = [f"{key.decode()} {value.decode()}" for key, value in sorted(metadata.items())]
    return ", ".join([f"{table.schema.field('vector').type.list_size} values", *facts])


def _format_editions(editions: Sequence[date], at_most: int = 6) -> str:
    if len(editions) <= at_most:
        return ", ".join(map(str, editions))
    return f"{len(editions)} from {editions[0]} to {editions[-1]}"
