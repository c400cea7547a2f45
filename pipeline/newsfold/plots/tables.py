"""The tables of an edition as data frames, ready to be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import pandas as pd

from newsfold import schemas, store
from newsfold.schemas.importance import rank_stories
from newsfold.schemas.kinds import DEFAULT_KIND, NEWS_KINDS
from newsfold.store.reading import load_by_edition
from newsfold.text import UNKNOWN_LANGUAGE

FACETS = ("outlet", "language", "kind")  # columns of `members` that articles are divided by


@dataclass(frozen=True)
class EditionTables:
    """An edition as data frames; larger tables are loaded when they are first used.

    Attributes:
        store: the store's address.
        edition: the edition's date.
        first_day: the first date of its window.
        stories: `stories`, by `story_id`, in the order of lists; without nulls in `kind`.
        ranked: the stories of the chosen kinds; all, if there are none.
        members: `story_articles`, with the `kind` of each article, its story's `headline`, and `is_new`: whether this
            edition saw it first; without nulls in `kind` and `language`.
    """

    store: str
    edition: date
    first_day: date
    stories: pd.DataFrame
    ranked: pd.DataFrame
    members: pd.DataFrame

    @cached_property
    def several(self) -> pd.DataFrame:
        """The stories of several articles."""
        return self.stories[self.stories.n_articles > 1]

    @property
    def start(self) -> pd.Timestamp:
        """The time from which articles are drawn, a day before the window: feeds repeat old articles."""
        return pd.Timestamp(self.first_day, tz="UTC") - pd.Timedelta(days=1)

    @cached_property
    def timed(self) -> pd.DataFrame:
        """The articles whose time is known, by time."""
        timed = self.members.dropna(subset=["published_at"])
        return timed.sort_values(["published_at", "article_id"])

    @cached_property
    def threads(self) -> pd.DataFrame:
        """`threads`, by `thread_id`; without rows for an edition that is older than threads."""
        return self._load("threads").set_index("thread_id")

    @property
    def running_threads(self) -> pd.DataFrame:
        """The threads of several stories, those with the most stories first."""
        running = self.threads[self.threads.n_stories > 1]
        return running.sort_values("n_stories", ascending=False, kind="stable")

    @property
    def grown_threads(self) -> pd.DataFrame:
        """The threads of several stories with new articles tonight, the most important first."""
        grown = self.threads[(self.threads.n_new_articles > 0) & (self.threads.n_stories > 1)]
        return grown.sort_values("importance", ascending=False, kind="stable")

    @cached_property
    def thread_stories(self) -> pd.DataFrame:
        """`thread_stories`, without centroids."""
        return self._load("thread_stories", _THREAD_STORY_COLUMNS)

    @cached_property
    def lineage(self) -> pd.DataFrame:
        """`lineage`: how the stories continue those of the edition before."""
        return self._load("lineage", ["relation"])

    @cached_property
    def edges(self) -> pd.DataFrame:
        """`edges`: the ids of the pairs that the scorer kept, and their probability."""
        return self._load("edges", ["left_id", "right_id", "probability"])

    @cached_property
    def vectors(self) -> pd.DataFrame:
        """The vectors of the window's originals: columns `article_id` and `vector`."""
        loaded = store.load(self.store, "article_embeddings", (self.first_day, self.edition))
        vectors: pd.DataFrame = loaded.select(["article_id", "vector"]).to_pandas()
        return vectors.drop_duplicates("article_id", keep="last")

    def _load(self, table: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        _, loaded = store.load_tables(self.store, {table: columns}, self.edition)
        frame: pd.DataFrame = loaded[table].to_pandas()
        return frame if columns is None else frame[list(columns)]


_THREAD_STORY_COLUMNS = ["thread_id", "story_id", "in_window", "first_day", "n_articles"]


def load_edition(
    address: str | Path, edition: store.Edition = "latest", kinds: Sequence[str] = NEWS_KINDS
) -> EditionTables:
    """Load what the plots of an edition need.

    Args:
        address: the store.
        edition: a date (or `YYYY-MM-DD`), or `latest`.
        kinds: kinds of the stories that plots rank, such as `news` and `analysis`.

    Raises:
        EditionNotFound: there is no such edition.
        StoreError: the store cannot be read.
    """
    manifest, loaded = store.load_tables(address, {"stories": None, "story_articles": None}, edition)
    day = date.fromisoformat(manifest["edition_date"])
    first_day = store.load(address, "runs", day)["window_start"][0].as_py() or day
    stories = rank_stories(loaded["stories"]).to_pandas().set_index("story_id")
    stories["kind"] = stories.kind.fillna(DEFAULT_KIND)  # editions of older versions have no kinds
    ranked = stories[stories.kind.isin(list(kinds))]
    members = loaded["story_articles"].to_pandas().join(stories[["headline", "n_outlets"]], on="story_id")
    members = members.join(_load_kinds(address, first_day, day), on="article_id")
    members = members.fillna({"kind": DEFAULT_KIND, "is_new": False, "language": UNKNOWN_LANGUAGE})
    members["is_new"] = members.is_new.astype(bool)
    return EditionTables(str(address), day, first_day, stories, ranked if len(ranked) else stories, members)


def _load_kinds(address: str | Path, first_day: date, last_day: date) -> pd.DataFrame:
    """Load the `kind` of each article of some editions, and `is_new`: whether the last one saw it first."""
    columns = ["article_id", "kind"]
    opened = store.open_store(address)
    editions = [edition for edition in store.list_editions(opened) if first_day <= edition <= last_day]
    loaded = load_by_edition(opened, "articles", editions, columns) or {last_day: schemas.empty_table("articles")}
    frames: list[pd.DataFrame] = [
        table.select(columns).to_pandas().assign(is_new=edition == last_day) for edition, table in loaded.items()
    ]
    return pd.concat(frames).drop_duplicates("article_id", keep="last").set_index("article_id")


def count_names(tables: EditionTables) -> pd.DataFrame:
    """Count the names in the ranked stories: columns `type`, `name`, `articles` and `stories`, most frequent first."""
    ranked = tables.ranked
    mentions = [(named["type"], named["name"], named["n_articles"]) for row in ranked.entity_mentions for named in row]
    if not mentions:  # editions of older versions have names without types
        articles = zip(ranked.entities, ranked.n_articles, strict=True)
        mentions = [("name", name, n) for names, n in articles for name in names]
    named = pd.DataFrame(mentions, columns=["type", "name", "articles"]).groupby(["type", "name"]).articles
    counts = named.agg(articles="sum", stories="size").reset_index()
    counts = counts.sort_values(["articles", "stories", "name"], ascending=[False, False, True])
    return counts.reset_index(drop=True)
