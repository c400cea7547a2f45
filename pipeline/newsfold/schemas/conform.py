"""How tables are made to fit the schemas: built from rows, concatenated, and completed with columns added later."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from newsfold.errors import SchemaError
from newsfold.schemas.intermediate import INTERMEDIATE
from newsfold.schemas.published import PUBLISHED
from newsfold.schemas.vectors import vector_type

SCHEMAS: Mapping[str, pa.Schema] = PUBLISHED | INTERMEDIATE


def embeddings_schema(dimension: int, metadata: Mapping[str, str]) -> pa.Schema:
    """Return the schema of `article_embeddings` for vectors of a dimension, with metadata that names the model."""
    schema = PUBLISHED["article_embeddings"]
    index = schema.get_field_index("vector")
    field = schema.field(index).with_type(vector_type(dimension))
    return schema.set(index, field).with_metadata(dict(metadata))


def conform_table(table: pa.Table, name: str) -> pa.Table:
    """Return the table with exactly the columns, order and types of schema `name`.

    Columns unknown to the schema are dropped; `article_embeddings` keeps its dimension and metadata. A column that was
    added to the schema later may be missing and gets its default.

    Raises:
        SchemaError: another column is missing, cannot be cast, or holds nulls but is not nullable.
    """
    if name not in SCHEMAS:
        raise SchemaError(f"There is no table called {name!r}; there are {', '.join(SCHEMAS)}.")
    schema = SCHEMAS[name]
    table = _add_missing_columns(table, schema)
    missing = [field.name for field in schema if field.name not in table.column_names]
    if missing:
        raise SchemaError(f"The table for {name!r} lacks {', '.join(missing)}; it has {', '.join(table.column_names)}.")
    if "vector" in schema.names:
        kind = table.schema.field("vector").type
        if not pa.types.is_fixed_size_list(kind):
            raise SchemaError(f"{name} needs fixed-size vectors; these are {kind}.")
        schema = embeddings_schema(kind.list_size, _decode_metadata(table.schema.metadata))
    for field in schema:
        if not field.nullable and table.column(field.name).null_count:
            raise SchemaError(
                f"{name}.{field.name} holds {table.column(field.name).null_count} nulls, but allows none."
            )
    try:
        return table.select(schema.names).cast(schema).replace_schema_metadata(schema.metadata)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
        raise SchemaError(f"The table for {name!r} does not fit its schema: {error}") from error


def build_table(name: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Build a table of schema `name` from Python rows; absent keys are null.

    Raises:
        SchemaError: a value does not fit, or is missing in a column that is not nullable.
    """
    try:
        table = pa.Table.from_pylist(list(rows), schema=SCHEMAS[name])
    except (pa.ArrowInvalid, pa.ArrowTypeError, ValueError) as error:
        raise SchemaError(f"Rows for {name!r} do not fit its schema: {error}") from error
    return conform_table(table, name)


def empty_table(name: str) -> pa.Table:
    """Return a table of schema `name` without rows."""
    return SCHEMAS[name].empty_table()


def concat_tables(name: str, tables: Iterable[pa.Table]) -> pa.Table:
    """Concatenate tables of schema `name`, also of older versions of it; without rows, return an empty table."""
    filled = [_add_missing_columns(table, SCHEMAS[name]) for table in tables if table.num_rows]
    return pa.concat_tables(filled, promote_options="default") if filled else empty_table(name)


def default_column(field: pa.Field, n_rows: int) -> pa.Array:
    """Return what a column holds in `n_rows` rows written before it was added to the schema; null without a default."""
    default = (field.metadata or {}).get(b"default")
    return pa.array([None if default is None else json.loads(default)] * n_rows, field.type)


def _add_missing_columns(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Add the columns that are younger than the table and have a default."""
    for index, field in enumerate(schema):
        if field.name not in table.column_names and b"default" in (field.metadata or {}):
            column = default_column(field, table.num_rows)
            table = table.add_column(min(index, table.num_columns), field, column)
    return table


def _decode_metadata(metadata: Mapping[bytes, bytes] | None) -> dict[str, str]:
    return {key.decode(): value.decode() for key, value in (metadata or {}).items()}
