"""Lookup of single articles of an edition's window, and of their vectors."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from newsfold.errors import ConfigError
from newsfold.store.layout import Store, parse_date
from newsfold.store.reading import list_editions, load


def find_article(story_articles: pa.Table, reference: str) -> dict[str, Any]:
    """Return the row of `story_articles` for an article id, an unambiguous prefix of one, or a URL.

    Raises:
        ConfigError: no article of the edition matches, or several do.
    """
    by_id = story_articles.filter(pc.starts_with(story_articles["article_id"], reference))
    matches = by_id if by_id.num_rows else story_articles.filter(pc.equal(story_articles["url"], reference))
    if matches.num_rows != 1:
        problem = "is not an article" if not matches.num_rows else f"fits {matches.num_rows} articles"
        raise ConfigError(f"{reference!r} {problem} of this edition. Ids are in story_articles.article_id.")
    return dict(matches.to_pylist()[0])


def load_window_vectors(store: str | Path | Store, edition: date, first_day: date | str) -> pa.Table:
    """Load the vectors of an edition's window, one per article: the latest, which belongs to its latest text.

    Args:
        store: a store or its address.
        edition: the window's last day.
        first_day: its first day.

    Raises:
        EditionNotFound: there is no edition in the window.
        StoreError: the store cannot be read, or the vectors are of different models.
    """
    first = first_day if isinstance(first_day, date) else parse_date(first_day) or edition
    editions = [published for published in list_editions(store) if first <= published <= edition]
    bounds = (editions[0], editions[-1]) if editions else (first, edition)
    vectors = load(store, "article_embeddings", bounds)
    latest_row = {article: row for row, article in enumerate(vectors["article_id"].to_pylist())}
    return vectors.take(pa.array(latest_row.values(), pa.int64()))
