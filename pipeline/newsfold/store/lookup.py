"""Single articles of an edition's window, and their vectors, as readers look them up."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from newsfold.errors import ConfigError
from newsfold.store.layout import Store, parse_date
from newsfold.store.reading import list_editions, load


def find_article(members: pa.Table, wanted: str) -> dict[str, Any]:
    """The row of `story_articles` that a person means: by id, by an unambiguous beginning of it, or by URL.

    Raises:
        ConfigError: no article of the edition fits, or several do.
    """
    by_id = members.filter(pc.starts_with(members["article_id"], wanted))
    found = by_id if by_id.num_rows else members.filter(pc.equal(members["url"], wanted))
    if found.num_rows != 1:
        what = "is not an article" if not found.num_rows else f"fits {found.num_rows} articles"
        raise ConfigError(f"{wanted!r} {what} of this edition. Ids are in story_articles.article_id.")
    return dict(found.to_pylist()[0])


def load_window_vectors(store: str | Path | Store, edition: date, begins: date | str) -> pa.Table:
    """The vectors of an edition's window, one per article: the last one, which is that of its latest text.

    Args:
        store: a store or its address.
        edition: the window's last day.
        begins: its first day.

    Raises:
        EditionNotFound: there is no edition in it.
        StoreError: the store cannot be read, or the vectors are of different models.
    """
    first = begins if isinstance(begins, date) else parse_date(begins) or edition
    there = [each for each in list_editions(store) if first <= each <= edition]
    bounds = (there[0], there[-1]) if there else (first, edition)
    vectors = load(store, "article_embeddings", bounds)
    last = {article: row for row, article in enumerate(vectors["article_id"].to_pylist())}
    return vectors.take(pa.array(last.values(), pa.int64()))
