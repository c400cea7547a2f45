"""The past of an edition: what a run needs of earlier editions, and nothing of later ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import schemas
from newsfold.errors import StoreError
from newsfold.store.boundary import read_boundary
from newsfold.store.layout import Store, open_store, parse_edition_folder, translate_errors
from newsfold.store.reading import list_editions, load_by_edition


@dataclass(frozen=True)
class PastWindow:
    """The published past of an edition; large tables are read on demand, one edition at a time.

    Attributes:
        store: the store.
        editions: the window's earlier editions, ascending.
        previous_story_articles: the story_articles of the edition before, however long ago; empty if there is none.
        previous_stories: what this edition takes over of that edition's stories; table `previous_stories`.
        previous_threads: the threads of that edition.
        previous_thread_stories: their stories.
        previous_edges: the edges of that edition.
        previous_originals: the originals of that edition, which it compared with one another; column `article_id`.
        previous_edition: that edition, or None.
        cached_embeddings: the vectors of the edition itself, if it was published before and they can be read.
        ignored: why they cannot be read; None if they can.
    """

    store: Store
    editions: tuple[date, ...]
    previous_story_articles: pa.Table
    previous_stories: pa.Table
    previous_threads: pa.Table
    previous_thread_stories: pa.Table
    previous_edges: pa.Table
    previous_originals: pa.Table
    previous_edition: date | None
    cached_embeddings: list[pa.Table]
    ignored: str | None

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
        revisions = schemas.concat_tables("articles", _load(self.store, "revisions", self.editions).values())
        seen = pa.array([], pa.string())
        for edition in self.editions:
            articles = _load(self.store, "articles", [edition]).get(edition, schemas.empty_table("articles"))
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
                yield from _load(self.store, "article_embeddings", [edition]).values()


def load_window(store: str | Path | Store, edition: date, days: int) -> PastWindow:
    """Load what was published in the `days` days that end with `edition`, ignoring later editions.

    Args:
        store: a store or its address; one that does not exist yet has an empty past.
        edition: the edition that is about to be made, or made again.
        days: the length of the window in days, including the edition's own.

    Raises:
        StoreError: the store cannot be read, or an earlier edition is damaged or has lost its manifest.
    """
    store = open_store(store)
    published = list_editions(store)
    _require_manifests(store, published, edition)
    first = edition - timedelta(days=days - 1)
    # A cache: whatever is wrong with it, the edition is made again.
    cached, ignored = [], None
    try:
        cached = list(_load(store, "article_embeddings", [day for day in published if day == edition]).values())
    except StoreError as error:
        ignored = str(error)
    previous = [day for day in published if day < edition][-1:]
    members, edges, copies, stories, threads, thread_stories = (
        schemas.concat_tables(name, _load(store, name, previous).values())
        for name in ("story_articles", "edges", "copies", "stories", "threads", "thread_stories")
    )
    return PastWindow(
        store=store,
        editions=tuple(day for day in published if first <= day < edition),
        previous_story_articles=members,
        previous_stories=stories.select(schemas.SCHEMAS["previous_stories"].names),
        previous_threads=threads,
        previous_thread_stories=thread_stories,
        previous_edges=edges,
        previous_originals=copies.filter(copies["is_original"]).select(["article_id"]),
        previous_edition=previous[0] if previous else None,
        cached_embeddings=[table for table in cached if table.num_rows],
        ignored=ignored,
    )


def load_own_story_articles(store: str | Path | Store, edition: date) -> pa.Table:
    """Load table `story_articles` of an edition that is about to be refreshed; empty if it is not published.

    Raises:
        StoreError: the store cannot be read.
    """
    return schemas.concat_tables("story_articles", _load(open_store(store), "story_articles", [edition]).values())


def load_known_ids(store: str | Path | Store, before: date, days: int) -> pa.Table:
    """Load the ids of all articles that editions recorded, as new or as still delivered, shortly before a date.

    Args:
        store: a store or its address.
        before: the edition that is about to be made.
        days: how many days before it count.

    Returns:
        Table `known_ids`, ascending by id.

    Raises:
        StoreError: the store cannot be read.
    """
    store = open_store(store)
    first = before - timedelta(days=days)
    earlier = [edition for edition in list_editions(store) if first <= edition < before]
    recorded = [
        pa.table({"article_id": ids["article_id"], "recorded_on": pa.repeat(pa.scalar(edition), ids.num_rows)})
        for table in ("articles", "sightings")
        for edition, ids in load_by_edition(store, table, earlier, ["article_id"]).items()
    ]
    latest = schemas.concat_tables("known_ids", recorded).group_by("article_id").aggregate([("recorded_on", "max")])
    columns = {"article_id": latest["article_id"], "recorded_on": latest["recorded_on_max"]}
    return schemas.conform_table(pa.table(columns), "known_ids").sort_by("article_id")


def _load(store: Store, table: str, editions: Sequence[date]) -> dict[date, pa.Table]:
    """Load a table of some editions, after comparing the files with the digests in the manifests."""
    return load_by_edition(store, table, editions, verify=True)


def _require_manifests(store: Store, published: Sequence[date], before: date) -> None:
    """Refuse a store in which an earlier edition has tables and no manifest: it must not silently never have been."""
    with translate_errors(store, "Listing the editions"):
        stored = {parse_edition_folder(f"{info.path}/") for info in store.list_children(store.path("stories"))}
        boundary = read_boundary(store)
    lost = sorted(
        day for day in stored - {None, *published} if day and day < before and (boundary is None or day >= boundary)
    )
    if lost:
        raise StoreError(
            f"{', '.join(map(str, lost))} in {store.name} has tables and no manifest, so that nobody can tell whether "
            "it is whole. `newsfold verify --repair` restores the manifest from its copy; if there is none, run that "
            "edition again."
        )


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
