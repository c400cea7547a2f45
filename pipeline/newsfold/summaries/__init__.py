"""What an edition says of each story: headline, summary, keywords, counts, why it is one story."""

from __future__ import annotations

from datetime import date, datetime

import pyarrow as pa

from newsfold import schemas
from newsfold.settings import Importance, Summaries
from newsfold.summaries.cohesion import EDGE_COLUMNS
from newsfold.summaries.fitting import build_examples, fit_salience_model
from newsfold.summaries.members import lay_out
from newsfold.summaries.pieces import tell
from newsfold.summaries.salience import SalienceModel, load_salience_model
from newsfold.summaries.stories import ARTICLE_COLUMNS, COPY_COLUMNS
from newsfold.summaries.summariser import Summariser
from newsfold.summaries.word_statistics import WordStatistics, add_up, counted

__all__ = [
    "ARTICLE_COLUMNS",
    "COPY_COLUMNS",
    "EDGE_COLUMNS",
    "SalienceModel",
    "Summariser",
    "WordStatistics",
    "add_up",
    "build_examples",
    "counted",
    "describe",
    "fit_salience_model",
    "lay_out",
    "load_salience_model",
    "tell",
]


def describe(
    articles: pa.Table,
    copies: pa.Table,
    article_embeddings: pa.Table,
    edges: pa.Table,
    memberships: pa.Table,
    previous_story_articles: pa.Table,
    settings: Summaries,
    edition: date,
    seen_at: datetime,
    *,
    constraints: pa.Table | None = None,
    weights: Importance | None = None,
) -> tuple[pa.Table, pa.Table]:
    """Describes every story of the window.

    Args:
        articles: all articles of the window, in any row order, as all tables here.
        copies: their copy groups.
        article_embeddings: unit-norm vectors of at least all originals.
        edges: scored pairs of originals.
        memberships: the story of every article, copies included.
        previous_story_articles: `story_articles` of the edition before; empty for the first.
        settings: how long summaries may be.
        edition: the edition's date.
        seen_at: the edition's time: articles first seen then are its new ones.
        constraints: schema `constraints`; what a must-link names says so in its `why`.
        weights: what counts how much in a story's importance; the defaults where None.

    Returns:
        Tables `stories`, sorted by story_id, and `story_articles`, sorted by story_id, published_at
        (unknown last) and article_id.

    Raises:
        SchemaError: an article lacks a membership, a membership an article, an original a vector.
        ConfigError: the summariser cannot be used.
        ModelError: the model of what is told cannot be read.
    """
    members, originals = lay_out(articles, copies, article_embeddings, memberships)
    return tell(
        members,
        (articles, copies, article_embeddings),
        edges,
        previous_story_articles,
        schemas.empty_table("constraints") if constraints is None else constraints,
        WordStatistics(*add_up(*counted(articles, originals))),
        settings,
        weights or Importance(),
        edition,
        seen_at,
    )
