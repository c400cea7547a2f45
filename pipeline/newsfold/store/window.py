"""The past of an edition: what a run needs of earlier editions, and nothing of later ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import schemas
from newsfold.store.layout import Store, open_store
from newsfold.store.reading import list_editions, load_by_edition


@dataclass(frozen=True)
class PastWindow:
    """The published past of an edition; large tables are read on demand, one edition at a time.

    Attributes:
        store: the store.
        editions: the window's earlier editions, ascending.
        previous_story_articles: the story_articles of the edition before, however long ago; empty if there is none.
        previous_edges: the edges of that edition.
        previous_originals: the originals of that edition, which it compared with one another; column `article_id`.
        previous_edition: that edition, or None.
        cached_embeddings: the vectors of the edition itself, if it was published before.
    """

    store: Store
    editions: tuple[date, ...]
    previous_story_articles: pa.Table
    previous_edges: pa.Table
    previous_originals: pa.Table
    previous_edition: date | None
    cached_embeddings: list[pa.Table]

    @property
    def articles(self) -> pa.Table:
        """The articles that `iter_articles` yields, in one table; read from the store on each access."""
        return schemas.concat_tables("articles", self.iter_articles())

    @property
    def article_embeddings(self) -> list[pa.Table]:
        """The vectors of the earlier editions: a table per edition, with the model in its metadata."""
        tables = load_by_edition(self.store, "article_embeddings", self.editions).values()
        return [table for table in tables if table.num_rows]

    def iter_articles(self) -> Iterator[pa.Table]:
        """Yield the articles of each earlier edition, oldest first: each article once, with its latest text.

        Raises:
            StoreError: the store cannot be read.
        """
        revisions = schemas.concat_tables("articles", load_by_edition(self.store, "revisions", self.editions).values())
        seen = pa.array([], pa.string())
        for edition in self.editions:
            articles = load_by_edition(self.store, "articles", [edition]).get(edition, schemas.empty_table("articles"))
            articles = articles.filter(pc.invert(pc.is_in(articles["article_id"], seen)))
            seen = pa.concat_arrays([seen, *articles["article_id"].chunks])
            yield schemas.concat_tables("articles", [_apply_revisions(articles, revisions)])

    def iter_embeddings(self) -> Iterator[pa.Table]:
        """Yield the vectors of each earlier edition, oldest first, that has the same model as the latest of them.

        Raises:
            StoreError: the store cannot be read.
        """
        ids = load_by_edition(self.store, "article_embeddings", self.editions, ["article_id"])
        model_of = {edition: table.schema.metadata for edition, table in ids.items() if table.num_rows}
        latest_model = next(reversed(model_of.values()), None)
        for edition, model in model_of.items():
            if model == latest_model:
                yield from load_by_edition(self.store, "article_embeddings", [edition]).values()


def load_window(store: str | Path | Store, edition: date, days: int) -> PastWindow:
    """Load what was published in the `days` days that end with `edition`, ignoring later editions.

    Args:
        store: a store or its address; one that does not exist yet has an empty past.
        edition: the edition that is about to be made, or made again.
        days: the length of the window in days, including the edition's own.

    Raises:
        StoreError: the store cannot be read.
    """
    store = open_store(store)
    published = list_editions(store)
    first = edition - timedelta(days=days - 1)
    cached = load_by_edition(store, "article_embeddings", [day for day in published if day == edition]).values()
    previous = [day for day in published if day < edition][-1:]
    members, edges, copies = (
        schemas.concat_tables(name, load_by_edition(store, name, previous).values())
        for name in ("story_articles", "edges", "copies")
    )
    return PastWindow(
        store=store,
        editions=tuple(day for day in published if first <= day < edition),
        previous_story_articles=members,
        previous_edges=edges,
        previous_originals=copies.filter(copies["is_original"]).select(["article_id"]),
        previous_edition=previous[0] if previous else None,
        cached_embeddings=[table for table in cached if table.num_rows],
    )


def load_known_ids(store: str | Path | Store, before: date) -> pa.Array:
    """Load the ids of all articles in editions before a date: distinct strings, ascending.

    Raises:
        StoreError: the store cannot be read.
    """
    store = open_store(store)
    earlier = [edition for edition in list_editions(store) if edition < before]
    tables = load_by_edition(store, "articles", earlier, ["article_id"]).values()
    chunks = [chunk for table in tables for chunk in table.column("article_id").chunks]
    if not chunks:
        return pa.array([], pa.string())
    ids = pc.unique(pa.chunked_array(chunks))
    return ids.take(pc.sort_indices(ids))


def _apply_revisions(articles: pa.Table, revisions: pa.Table) -> pa.Table:
    """Replace each article with its last revision, if it has one; rows keep their order."""
    if not revisions.num_rows:
        return articles
    ids = articles["article_id"].to_pylist()
    row_of = {article: row for row, article in enumerate(ids)}
    for row, article in enumerate(revisions["article_id"].to_pylist(), start=len(ids)):
        if article in row_of:
            row_of[article] = row
    combined = schemas.concat_tables("articles", [articles, revisions])
    return combined.take(pa.array([row_of[article] for article in ids], pa.int64()))
