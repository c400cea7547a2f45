"""The Arrow schemas of every table, published and intermediate, and how tables are made to fit them."""

from newsfold.schemas.columns import ARTICLE_ID, EDITION_DATE, STORY_ID
from newsfold.schemas.conform import (
    build_table,
    concat_tables,
    conform_table,
    default_column,
    embeddings_schema,
    empty_table,
)
from newsfold.schemas.published import PUBLISHED, SCHEMAS, STAGING

__all__ = [
    "ARTICLE_ID",
    "EDITION_DATE",
    "PUBLISHED",
    "SCHEMAS",
    "STAGING",
    "STORY_ID",
    "build_table",
    "concat_tables",
    "conform_table",
    "default_column",
    "embeddings_schema",
    "empty_table",
]
