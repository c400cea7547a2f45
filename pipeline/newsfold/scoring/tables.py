"""The schemas of the tables that only the steps of scoring exchange."""

from __future__ import annotations

import pyarrow as pa

from newsfold.schemas import ARTICLE_ID
from newsfold.schemas.columns import TIME, field, list_of
from newsfold.schemas.pair_features import EXTRA_COLUMNS, FEATURES

TIME_GAP_COUNTS = pa.schema(
    [
        field("minutes", pa.int64(), "minutes between the two articles of a pair"),
        field("n_pairs", pa.int64(), "the number of pairs with them"),
    ]
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
ARTICLE_PROFILES = pa.schema(
    [
        ARTICLE_ID,
        field("outlet", pa.string(), "its outlet"),
        field("language", pa.string(), "its language"),
        field("published_at", TIME, "publication time", nullable=True),
        field("first_seen_at", TIME, "time of first sight"),
        field("headline_only", pa.bool_(), "whether it has no text besides its title"),
        field("cosine_mean", pa.float64(), "mean of its vector's cosines with the window"),
        field("cosine_std", pa.float64(), "their standard deviation"),
        field("word_columns", list_of(pa.int32()), "words of title and opening by their place in the order of rarity"),
        field("word_values", list_of(pa.float32()), "the weight of each, norm 1"),
        field("title_columns", list_of(pa.int32()), "words of the title by the same places"),
        field("title_values", list_of(pa.float32()), "the weight of each, norm 1"),
        field("title_rarity", pa.float32(), "sum of their rarities"),
        field("name_columns", list_of(pa.int32()), "names by the same places"),
        field("name_rarity", pa.float32(), "sum of their rarities"),
        field("numbers", list_of(pa.int64()), "hashes of its numbers, ascending"),
        field("neighbours", list_of(pa.int64()), "rows of its nearest neighbours, itself included, ascending"),
    ]
)
PAIR_SCORES = pa.schema(
    [
        field("left", pa.int32(), "row of the left article among the originals"),
        field("right", pa.int32(), "row of the right article among the originals"),
        field("log_odds", pa.float64(), "log-odds at the base rate of the training, without labels"),
    ]
)
LOG_ODDS_COUNTS = pa.schema(
    [
        field("level", pa.int32(), "log-odds at the base rate of the training, in thousandths"),
        field("n_pairs", pa.int64(), "the number of pairs with them"),
        field("n_close", pa.int64(), "how many of these are close"),
    ]
)
LIKELY_PAIRS = pa.schema(PAIR_SCORES.remove(2))
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
