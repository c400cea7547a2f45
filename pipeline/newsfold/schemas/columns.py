"""The columns that schemas are made of."""

from __future__ import annotations

import json

import pyarrow as pa

TIME = pa.timestamp("us", tz="UTC")
NULL = object()  # what a column that older rows know nothing of says of them: null


def field(
    name: str, kind: pa.DataType, description: str, *, nullable: bool = False, default: object = None
) -> pa.Field:
    """A field; `default` is what it says of rows that were written before the column was added."""
    said = None if default is NULL else default
    metadata = {"description": description} | ({} if default is None else {"default": json.dumps(said)})
    return pa.field(name, kind, nullable, metadata)


def list_of(kind: pa.DataType) -> pa.DataType:
    """A list without nulls."""
    # Parquet names a list's child `element`; another name would not survive a round trip.
    return pa.list_(pa.field("element", kind, nullable=False))


def struct(*fields: tuple[str, pa.DataType, bool]) -> pa.DataType:
    """A struct of (name, type, nullable)."""
    return pa.struct([pa.field(name, kind, nullable) for name, kind, nullable in fields])
