"""What a run needs to know of the nights before: no more than that, and nothing of later ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import schemas
from pipeline.store.layout import Store, open_store
from pipeline.store.reading import editions, read_editions


@dataclass(frozen=True)
class Window:
    """The published past of an edition.

    Attributes:
        articles: the articles of the window's earlier editions, oldest edition first, each once, with the text that
            the latest of these editions read.
        article_embeddings: the vectors of those editions: a table per edition, each with its own model
            in its metadata.
        own_embeddings: the vectors of the edition itself, where it has been published before.
        previous_story_articles: the story_articles of the edition before, however long ago; empty
            where there is none.
        previous_edges: its edges.
        previous_originals: schema `settled`, the originals that it paired with one another.
        previous_edition: that edition.
    """

    articles: pa.Table
    article_embeddings: list[pa.Table]
    own_embeddings: list[pa.Table]
    previous_story_articles: pa.Table
    previous_edges: pa.Table
    previous_originals: pa.Table
    previous_edition: date | None


def window(store: str | Path | Store, edition: date, days: int) -> Window:
    """What was published in the `days` that end with `edition`, as if nothing later were there.

    Args:
        store: a store or its address; one that does not exist yet has an empty past.
        edition: the edition that is about to be made, or made again.
        days: the length of the window in days, the edition's own included.

    Raises:
        StoreError: the store cannot be read.
    """
    store = open_store(store)
    there = editions(store)
    first = edition - timedelta(days=days - 1)
    inside = [each for each in there if first <= each < edition]
    articles = schemas.concatenate("articles", read_editions(store, "articles", inside).values())
    revisions = schemas.concatenate("articles", read_editions(store, "revisions", inside).values())
    vectors = read_editions(store, "article_embeddings", inside).values()
    own = read_editions(store, "article_embeddings", [each for each in there if each == edition]).values()
    before = [each for each in there if each < edition][-1:]
    members, edges, copies = (
        schemas.concatenate(name, read_editions(store, name, before).values())
        for name in ("story_articles", "edges", "copies")
    )
    return Window(
        articles=_latest(_first_of_each(articles), revisions),
        article_embeddings=[table for table in vectors if table.num_rows],
        own_embeddings=[table for table in own if table.num_rows],
        previous_story_articles=members,
        previous_edges=edges,
        previous_originals=copies.filter(copies["is_original"]).select(["article_id"]),
        previous_edition=before[0] if before else None,
    )


def known_ids(store: str | Path | Store, before: date) -> pa.Array:
    """The ids of all articles in editions before a date, ascending, each once; strings.

    Raises:
        StoreError: the store cannot be read.
    """
    store = open_store(store)
    earlier = [each for each in editions(store) if each < before]
    tables = read_editions(store, "articles", earlier, ["article_id"]).values()
    found = [chunk for table in tables for chunk in table.column("article_id").chunks]
    if not found:
        return pa.array([], pa.string())
    ids = pc.unique(pa.chunked_array(found))
    return ids.take(pc.sort_indices(ids))


def _latest(articles: pa.Table, revisions: pa.Table) -> pa.Table:
    """The articles, each with the last of its revisions, in the same order."""
    if not revisions.num_rows:
        return articles
    ids = articles["article_id"].to_pylist()
    at = {article: row for row, article in enumerate(ids)}
    at |= {article: len(ids) + row for row, article in enumerate(revisions["article_id"].to_pylist()) if article in at}
    both = schemas.concatenate("articles", [articles, revisions])
    return both.take(pa.array([at[article] for article in ids], pa.int64()))


def _first_of_each(articles: pa.Table) -> pa.Table:
    _, first = np.unique(articles.column("article_id").to_numpy(), return_index=True)
    return articles.take(pa.array(np.sort(first)))
