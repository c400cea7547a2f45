"""The building blocks of schemas: described fields, lists, structs, and the columns that several tables share."""

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


KEY_VALUE = struct(("key", pa.string(), False), ("value", pa.string(), False))
SENTENCE = struct(
    ("text", pa.string(), False),
    ("article_id", pa.string(), False),
    ("outlet", pa.string(), False),
    ("url", pa.string(), True),
)
DAY = pa.struct([pa.field("day", pa.date32(), nullable=False), *SENTENCE])
DAY_REPORT = pa.struct([*DAY, pa.field("n_texts", pa.int32(), nullable=False)])
ENTITY = struct(
    ("name", pa.string(), False),
    ("type", pa.string(), False),
    ("n_articles", pa.int32(), False),
    ("forms", list_of(pa.string()), False),
)
REJECTION = struct(("location", pa.string(), False), ("reason", pa.string(), False))
FAILURE = struct(
    ("location", pa.string(), False),
    ("reason", pa.string(), False),
    ("file_failed", pa.bool_(), False),
    ("n_documents", pa.int32(), False),
)

PAIR = (
    field("left_id", pa.string(), "Id of one article of the pair: the smaller of the two `article_id`s."),
    field("right_id", pa.string(), "Id of the other article: the larger of the two `article_id`s."),
)
ARTICLE_ID = field("article_id", pa.string(), "Id of the article, as in the table `articles`.")
STORY_ID = field("story_id", pa.string(), "Id of the story, the same in every edition for as long as the story lives.")
THREAD_ID = field(
    "thread_id", pa.string(), "Id of the thread, the same in every edition for as long as the thread lives."
)
EDITION_DATE = field("edition_date", pa.date32(), "Date of the edition that published this row.")
