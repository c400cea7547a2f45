"""Schemas of the tables that only the steps of extraction exchange."""

from __future__ import annotations

import pyarrow as pa

from newsfold.schemas import ARTICLE_ID, PUBLISHED
from newsfold.schemas.columns import field, list_of

READINGS = pa.schema(
    [
        *PUBLISHED["articles"],
        field("own_id", pa.bool_(), "whether the article's id is its document's own"),
        field("location", pa.string(), "of the document: file, row or item"),
        field("reason", pa.string(), "why it is not an article; the other columns are then empty", nullable=True),
    ]
)
ARTICLE_INDEX = pa.schema(
    [
        ARTICLE_ID,
        field("place", pa.int64(), "number of the first document that holds it, among all of the night's"),
        field("row", pa.int64(), "its number among the articles, by article_id"),
    ]
)
REPEATS = pa.schema(
    [
        field("source", pa.string(), "a source"),
        field("n_repeated", pa.int32(), "how many of its documents hold an article that an earlier document holds"),
    ]
)
SENTENCE_HASHES = pa.schema(
    [
        field("row", pa.int64(), "number of the article, as in `article_index`"),
        field("sentence", pa.uint64(), "hash of a sentence in it"),
    ]
)
OUTLET_BOILERPLATE = pa.schema(
    [
        field("outlet", pa.string(), "an outlet"),
        field("sentences", list_of(pa.uint64()), "hashes of the sentences that it prints everywhere, ascending"),
        field("endings", list_of(pa.string()), "endings of its titles, ascending"),
    ]
)
WINDOW_CHANGES = pa.schema(
    [ARTICLE_ID, field("how", pa.string(), "fresh; revised: known with another text; known: unchanged")]
)
