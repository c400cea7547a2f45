"""The schemas of the tables that only the steps of scoring exchange."""

from __future__ import annotations

import pyarrow as pa

from newsfold.schemas.columns import field, list_of
from newsfold.schemas.pair_features import EXTRA_COLUMNS, FEATURES

PAIR_TIME_GAPS = pa.schema(
    [field("hours", pa.float32(), "hours between the two articles; null if unknown", nullable=True)]
)
VECTOR_MOMENTS = pa.schema(
    [
        field("articles", pa.int64(), "number of articles"),
        field("sums", list_of(pa.float64()), "sum of their quantised vectors"),
        field("products", list_of(pa.float64()), "sum of the outer products of these vectors, row by row"),
    ]
)
WINDOW_MOMENTS = VECTOR_MOMENTS
USUAL_TIME_GAP = pa.schema(
    [
        field("hours", pa.float32(), "stand-in for an unknown time gap; null: it stays unknown", nullable=True),
        field("first_seen_together", pa.bool_(), "whether all articles were first seen at one time"),
    ]
)
PAIR_COMPARISONS = pa.schema(
    [
        field("left_id", pa.string(), "article_id, the smaller of the two"),
        field("right_id", pa.string(), "article_id, the larger of the two"),
        field("left", pa.int32(), "row of the left article among the originals"),
        field("right", pa.int32(), "row of the right article among the originals"),
        *(field(name, pa.float32(), meaning, nullable=True) for name, meaning in (FEATURES | EXTRA_COLUMNS).items()),
    ]
)
BASE_RATE = pa.schema(
    [field("shift", pa.float64(), "log-odds by which the window's base rate raises those of its pairs")]
)
