"""One table, one Parquet file: equal tables give equal bytes, and files of older versions fit."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import schemas
from pipeline.store.layout import Store

# Named, not measured: which columns are encoded must not change with a night's values.
DICTIONARY_COLUMNS = frozenset(
    {
        "agency",
        "edition_date",
        "first_outlet",
        "kind",
        "language",
        "outlet",
        "publisher_family",
        "relation",
        "role",
        "source",
        "status",
        "syndicated_from",
    }
)
_ROWS_PER_GROUP = 65_536
_LEVEL = 3


def write(store: Store, path: str, table: pa.Table) -> None:
    """Put a table in place of a file, all at once; equal tables give equal bytes.

    Args:
        store: where.
        path: the file, as the store's file system calls it.
        table: a table that conforms to its schema.
    """
    metadata = dict(sorted((table.schema.metadata or {}).items()))
    # Pages end where chunks do, so bytes would tell how the table was put together.
    whole = table.combine_chunks().replace_schema_metadata(metadata)
    with store.replacing(path) as stream:
        pq.write_table(
            whole,
            stream,
            compression="zstd",
            compression_level=_LEVEL,
            row_group_size=_ROWS_PER_GROUP,
            use_dictionary=[name for name in whole.column_names if name in DICTIONARY_COLUMNS],
        )


def read(store: Store, path: str, name: str, columns: Sequence[str] | None = None) -> pa.Table:
    """Schema `name`'s columns (or some of them) from a file.

    A column that is younger than the file says what its schema names for that case, or is null throughout.

    Args:
        store: where.
        path: the file, as the store's file system calls it.
        name: the table it holds, as pipeline/schemas.py calls it.
        columns: the columns to read; all without it.
    """
    wanted = [field for field in schemas.SCHEMAS[name] if columns is None or field.name in columns]
    with store.filesystem.open_input_file(path) as source, pq.ParquetFile(source) as file:
        there = file.schema_arrow
        table = file.read(columns=[field.name for field in wanted if field.name in there.names])
    fields, arrays = [], []
    for field in wanted:
        if field.name in there.names:
            column = table.column(field.name)
            # Only vectors have a type that the schema leaves open: their dimension.
            kind = column.type if pa.types.is_fixed_size_list(field.type) else field.type
            fields.append(field.with_type(kind))
            arrays.append(column.cast(kind))
        else:
            fields.append(field if b"before" in field.metadata else field.with_nullable(True))
            arrays.append(pa.chunked_array([schemas.unwritten(field, table.num_rows)]))
    schema = pa.schema(fields, metadata=there.metadata)
    return pa.Table.from_arrays(arrays, schema=schema)
