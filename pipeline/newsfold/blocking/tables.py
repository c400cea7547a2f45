"""The tables that travel between the steps of the block stage."""

from __future__ import annotations

import pyarrow as pa

from newsfold.schemas import ARTICLE_ID
from newsfold.schemas.columns import TIME, field, list_of

VECTOR_LISTS = pa.schema([ARTICLE_ID, field("list", pa.int32(), "number of the centroid nearest to its vector")])
SEARCH_ORDER = pa.schema(
    [
        ARTICLE_ID,
        field("row", pa.int32(), "place among the originals by article_id"),
        field("published_at", TIME, "publication time", nullable=True),
        field("searched", pa.bool_(), "whether its neighbours are searched for: it was not paired before"),
        field("list", pa.int32(), "number of the centroid nearest to its vector"),
    ]
)
SEARCH_INDEX = pa.schema(
    [
        *SEARCH_ORDER,
        field("components", list_of(pa.float32()), "its vector, unit norm"),
        field("columns", list_of(pa.int32()), "its informative words, as rows of the vocabulary, ascending"),
        field("weights", list_of(pa.float32()), "the TF-IDF of each"),
    ]
)
NEIGHBOUR_PAIRS = pa.schema(
    [field("left", pa.int32(), "row of one article"), field("right", pa.int32(), "row of the other")]
)
