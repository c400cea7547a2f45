"""The building blocks of schemas: described fields, and lists and structs without surprising nulls."""

from __future__ import annotations

import json

import pyarrow as pa

TIME = pa.timestamp("us", tz="UTC")
NULL = object()  # as a default: rows written before the column was added are null


def field(
    name: str, kind: pa.DataType, description: str, *, nullable: bool = False, default: object = None
) -> pa.Field:
    """Return a described field.

    Args:
        name: of the column.
        kind: its type.
        description: its meaning, for the data dictionary.
        nullable: whether values may be missing.
        default: value in rows that were written before the column was added; None: the column was always there.
    """
    metadata = {"description": description}
    if default is not None:
        metadata["default"] = json.dumps(None if default is NULL else default)
    return pa.field(name, kind, nullable, metadata)


def list_of(kind: pa.DataType) -> pa.DataType:
    """Return the type of a list without nulls."""
    # Parquet names a list's child `element`; another name would not survive a round trip.
    return pa.list_(pa.field("element", kind, nullable=False))


def struct(*fields: tuple[str, pa.DataType, bool]) -> pa.DataType:
    """Return the type of a struct of (name, type, nullable)."""
    return pa.struct([pa.field(name, kind, nullable) for name, kind, nullable in fields])
