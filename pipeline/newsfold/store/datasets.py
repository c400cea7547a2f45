"""Published tables as Arrow datasets: the files of many editions as one table, of which only what is asked for is read.

Only files that the manifest of a published edition names are read, as it was when the datasets were opened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

from newsfold import schemas
from newsfold.store.layout import Store, open_store, parse_date
from newsfold.store.reading import RUNS, Edition, describe_run, locate_edition, select_editions

_EDITION_DATE = schemas.EDITION_DATE.name
_READERS = 16  # manifests read at once: in an object store, latency dominates
# Pages that are read have to have their checksums, as with `load`.
_FORMAT = ds.ParquetFileFormat(
    default_fragment_scan_options=ds.ParquetFragmentScanOptions(page_checksum_verification=True)
)


@dataclass(frozen=True)
class PublishedEdition:
    """A published edition and its files.

    Attributes:
        edition: its date.
        manifest: its manifest.
        files: the path of each table's file in the store's file system, by the table's name.
    """

    edition: date
    manifest: Mapping[str, Any]
    files: Mapping[str, str]

    @property
    def previous(self) -> date | None:
        """The edition that this one follows, whether the store still has it; None if that is not known."""
        named = (self.manifest.get("built_on") or {}).get("before") or {}
        return max(filter(None, map(parse_date, named)), default=None)


def locate_editions(store: str | Path | Store, last: Edition = "latest") -> list[PublishedEdition]:
    """Return the published editions up to one of them, ascending, each as it is at this moment.

    Args:
        store: a store or its address.
        last: the last edition: a date (or `YYYY-MM-DD`), or `latest`.

    Raises:
        EditionNotFound: there is no such edition, or no edition at all.
        StoreError: the store cannot be read.
    """
    store = open_store(store)
    (selected,) = select_editions(store, last)
    editions = [edition for edition in select_editions(store, "all") if edition <= selected]

    def locate(edition: date) -> PublishedEdition:
        manifest, staged_by = locate_edition(store, edition)
        files = {
            table: store.staged_file(staged_by, table) if staged_by else store.table_file(table, edition)
            for table in manifest["tables"]
        }
        return PublishedEdition(edition, manifest, files)

    with ThreadPoolExecutor(_READERS) as readers:
        return list(readers.map(locate, editions))


def open_dataset(store: Store, editions: Sequence[PublishedEdition], *tables: str) -> ds.Dataset:
    """Return a table of some editions as a dataset; nothing is read yet.

    Args:
        store: the store.
        editions: editions of it.
        tables: a published table, or several that have its columns.

    Returns:
        The columns of the table, `edition_date` first. A column that a file is too old to have is null there. Vectors
        are lists, so that those of several models are in one table.
    """
    fields = [_open_list(field) for field in schemas.PUBLISHED[tables[0]] if field.name != _EDITION_DATE]
    schema = pa.schema([pa.field(_EDITION_DATE, pa.date32()), *fields])
    fragments = [
        _FORMAT.make_fragment(
            located.files[table],
            store.filesystem,
            # Files of other editions than those that a query asks for are not opened.
            partition_expression=ds.field(_EDITION_DATE) == pa.scalar(located.edition, pa.date32()),
        )
        for located in editions
        for table in tables
        if table in located.files
    ]
    if not fragments:
        return ds.dataset(schema.empty_table())
    return ds.FileSystemDataset(fragments, schema, _FORMAT, store.filesystem)


def tabulate_runs(editions: Sequence[PublishedEdition]) -> pa.Table:
    """Return table `runs`: a row for each of some editions, from its manifest."""
    return pa.Table.from_pylist([describe_run(edition.edition, edition.manifest) for edition in editions], schema=RUNS)


def _open_list(field: pa.Field) -> pa.Field:
    """Return a nullable field, with a list of any length instead of one of a fixed length."""
    kind = pa.list_(field.type.value_type) if pa.types.is_fixed_size_list(field.type) else field.type
    return pa.field(field.name, kind)
