"""The Arrow schemas of every table, published and intermediate, and how tables are made to fit them."""

from newsfold.schemas.columns import ARTICLE_ID, EDITION_DATE, STORY_ID
from newsfold.schemas.conform import (
    SCHEMAS,
    build_table,
    concat_tables,
    conform_table,
    default_column,
    embeddings_schema,
    empty_table,
)
from newsfold.schemas.intermediate import INTERMEDIATE, PREVIOUS_STORY_COLUMNS
from newsfold.schemas.published import PUBLISHED

__all__ = [
    "ARTICLE_ID",
    "EDITION_DATE",
    "INTERMEDIATE",
    "PREVIOUS_STORY_COLUMNS",
    "PUBLISHED",
    "SCHEMAS",
    "STORY_ID",
    "build_table",
    "concat_tables",
    "conform_table",
    "default_column",
    "embeddings_schema",
    "empty_table",
]
