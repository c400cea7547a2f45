"""The schemas of the tables that only the steps of linking stories into threads exchange."""

from __future__ import annotations

import pyarrow as pa

from newsfold.schemas import INTERMEDIATE, PUBLISHED
from newsfold.schemas.columns import field, list_of

_RECORDS = INTERMEDIATE["story_records"]
_VECTOR_COLUMNS = ("centroid", "model")

THREAD_RECORDS = pa.schema([field for field in _RECORDS if field.name not in _VECTOR_COLUMNS])
CENTROIDS = pa.schema([_RECORDS.field(name) for name in ("story_id", "kind", "in_window", *_VECTOR_COLUMNS)])
FORGOTTEN_STORIES = pa.schema(
    [PUBLISHED["thread_stories"].field(name) for name in ("story_id", "thread_id", "n_articles")]
)
STORY_LISTS = pa.schema([field("list", pa.int32(), "the list of the story of that row of `centroids`; -1: none")])
LIST_CENTROIDS = pa.schema([field("centroid", list_of(pa.float32()), "the centre of a list, in whole steps")])
_PAIR = [
    field("left", pa.int32(), "row of one story in `thread_records`, the smaller"),
    field("right", pa.int32(), "row of the other"),
]
STORY_EDGES = pa.schema(
    [*_PAIR, field("log_odds", pa.float32(), "the greatest log-odds of a pair of articles, one of each story")]
)
STORY_LINKS = pa.schema([*_PAIR, field("log_odds", pa.float32(), "log-odds that the two belong to one thread")])
THREAD_MEMBERS = pa.schema(
    [
        field("thread_id", pa.string(), "a thread of tonight, or one of the edition before that ends"),
        field("story_ids", list_of(pa.string()), "its stories; none if it ends"),
        field("inherited_ids", list_of(pa.string()), "the threads of the edition before that it continues"),
    ]
)
