"""What a run needs to know of the nights before: no more than that, and nothing of later ones."""

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
    """The published past of an edition; its large tables are read when they are asked for, edition by edition.

    Attributes:
        store: where it lies.
        inside: the window's earlier editions, ascending.
        previous_story_articles: the story_articles of the edition before, however long ago; empty
            where there is none.
        previous_edges: its edges.
        previous_originals: schema `settled`, the originals that it paired with one another.
        previous_edition: that edition.
        cached_embeddings: the vectors of the edition itself, where it has been published before.
    """

    store: Store
    inside: tuple[date, ...]
    previous_story_articles: pa.Table
    previous_edges: pa.Table
    previous_originals: pa.Table
    previous_edition: date | None
    cached_embeddings: list[pa.Table]

    @property
    def articles(self) -> pa.Table:
        """The articles of the window's earlier editions, as `articles_by_edition`, in one table."""
        return schemas.concat_tables("articles", self.iter_articles())

    @property
    def article_embeddings(self) -> list[pa.Table]:
        """The vectors of those editions: a table per edition, each with its own model in its metadata."""
        found = load_by_edition(self.store, "article_embeddings", self.inside).values()
        return [table for table in found if table.num_rows]

    def iter_articles(self) -> Iterator[pa.Table]:
        """The articles of each earlier edition, the oldest first, each article once, with its latest text.

        Raises:
            StoreError: the store cannot be read.
        """
        revisions = schemas.concat_tables("articles", load_by_edition(self.store, "revisions", self.inside).values())
        seen = pa.array([], pa.string())
        for edition in self.inside:
            articles = load_by_edition(self.store, "articles", [edition]).get(edition, schemas.empty_table("articles"))
            articles = articles.filter(pc.invert(pc.is_in(articles["article_id"], seen)))
            seen = pa.concat_arrays([seen, *articles["article_id"].chunks])
            yield schemas.concat_tables("articles", [_latest(articles, revisions)])

    def iter_embeddings(self) -> Iterator[pa.Table]:
        """The vectors of each earlier edition, the oldest first; of those that were made as the last of them were.

        Raises:
            StoreError: the store cannot be read.
        """
        thin = load_by_edition(self.store, "article_embeddings", self.inside, ["article_id"])
        made = {edition: table.schema.metadata for edition, table in thin.items() if table.num_rows}
        last = next(reversed(made.values()), None)
        for edition, how in made.items():
            if how == last:
                yield from load_by_edition(self.store, "article_embeddings", [edition]).values()


def load_window(store: str | Path | Store, edition: date, days: int) -> PastWindow:
    """What was published in the `days` that end with `edition`, as if nothing later were there.

    Args:
        store: a store or its address; one that does not exist yet has an empty past.
        edition: the edition that is about to be made, or made again.
        days: the length of the window in days, the edition's own included.

    Raises:
        StoreError: the store cannot be read.
    """
    store = open_store(store)
    there = list_editions(store)
    first = edition - timedelta(days=days - 1)
    own = load_by_edition(store, "article_embeddings", [each for each in there if each == edition]).values()
    before = [each for each in there if each < edition][-1:]
    members, edges, copies = (
        schemas.concat_tables(name, load_by_edition(store, name, before).values())
        for name in ("story_articles", "edges", "copies")
    )
    return PastWindow(
        store=store,
        inside=tuple(each for each in there if first <= each < edition),
        previous_story_articles=members,
        previous_edges=edges,
        previous_originals=copies.filter(copies["is_original"]).select(["article_id"]),
        previous_edition=before[0] if before else None,
        cached_embeddings=[table for table in own if table.num_rows],
    )


def load_known_ids(store: str | Path | Store, before: date) -> pa.Array:
    """The ids of all articles in editions before a date, ascending, each once; strings.

    Raises:
        StoreError: the store cannot be read.
    """
    store = open_store(store)
    earlier = [each for each in list_editions(store) if each < before]
    tables = load_by_edition(store, "articles", earlier, ["article_id"]).values()
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
    both = schemas.concat_tables("articles", [articles, revisions])
    return both.take(pa.array([at[article] for article in ids], pa.int64()))
