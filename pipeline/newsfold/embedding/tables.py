"""The tables that travel between the steps of the embed stage."""

from __future__ import annotations

import pyarrow as pa

from newsfold.schemas import ARTICLE_ID
from newsfold.schemas.columns import field

_DIGEST = field("text_digest", pa.string(), "digest of the embedded text and the model")

REQUIRED_EMBEDDINGS = pa.schema([ARTICLE_ID, _DIGEST])
EMBEDDING_REQUESTS = pa.schema(
    [ARTICLE_ID, _DIGEST, field("fresh", pa.bool_(), "whether earlier editions have no vector of it")]
)
UNCACHED_TEXTS = pa.schema([_DIGEST, field("article_id", pa.string(), "the first article with this text")])
