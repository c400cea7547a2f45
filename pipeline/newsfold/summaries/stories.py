"""The stories to describe: their articles, the originals among them, and which are central."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import text
from newsfold.summaries.names import names

UNKNOWN_OUTLET = "unknown"
OPENING_CHARACTERS = 1600  # news tells what happened first; more costs time and adds background
NEAREST = 30  # of a large story, so many originals speak for it
_COMPLETE_CHARACTERS = 400
_COMPLETENESS = 0.15  # a full text outweighs so much mean cosine

_AS_THEY_ARE = (
    "article_id",
    "outlet",
    "publisher_family",
    "url",
    "title",
    "language",
    "published_at",
    "first_seen_at",
    "roundup",
)
ARTICLE_COLUMNS = (*_AS_THEY_ARE, "body")  # what is read of articles,
COPY_COLUMNS = ("article_id", "copy_group_id", "kind", "origin")  # and of their copy groups


@dataclass(frozen=True, eq=False)
class Article:
    """One article of a story, as far as describing it needs."""

    article_id: str
    outlet: str
    publisher_family: str | None
    url: str | None
    title: str
    opening: str
    n_characters: int
    language: str
    published_at: datetime | None
    first_seen_at: datetime
    roundup: bool
    copy_group_id: str
    kind: str
    text_origin: str | None = None

    @property
    def origin(self) -> str:
        """Who stands behind the text: whom its copy group comes from, else its family, outlet or copy group."""
        if self.text_origin:
            return f"origin {self.text_origin}"
        if self.publisher_family:
            return f"family {self.publisher_family}"
        if self.outlet != UNKNOWN_OUTLET:
            return f"outlet {self.outlet}"
        return f"copy group {self.copy_group_id}"

    @property
    def by_time(self) -> tuple[bool, float, str]:
        """Sorts earlier articles first, those without a time last."""
        when = self.published_at
        return when is None, when.timestamp() if when else 0.0, self.article_id

    @cached_property
    def printed(self) -> list[str]:
        """The words of the opening, as printed."""
        return text.split_cased_words(self.opening)

    @cached_property
    def forms(self) -> frozenset[str]:
        """The distinct words of the opening, as printed."""
        return frozenset(self.printed)

    @cached_property
    def words(self) -> list[str]:
        """The words of the opening."""
        return [word.casefold() for word in self.printed]

    @cached_property
    def sentences(self) -> list[str]:
        """The sentences of the opening; without the last one where the opening may end inside it."""
        printed = text.split_sentences(self.opening, self.language)
        return (printed[:-1] or printed) if self.n_characters > len(self.opening) else printed

    @cached_property
    def names(self) -> frozenset[str]:
        """The names that title and opening mention, as printed."""
        return names(self.title, self.opening, self.language)

    @cached_property
    def title_words(self) -> list[str]:
        """The words of the title."""
        return text.split_words(self.title)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The distinct words of title and opening."""
        return frozenset(self.title_words).union(map(str.casefold, self.forms))


@dataclass(frozen=True)
class Story:
    """A story's articles by article_id; its originals from the most central to the least."""

    story_id: str
    articles: tuple[Article, ...]
    originals: tuple[Article, ...]
    centrality: tuple[float, ...]  # mean cosine of each original to the others; 1 where there is one

    @property
    def spokesmen(self) -> tuple[Article, ...]:
        """The originals nearest to the centre: enough to describe the story."""
        return self.originals[:NEAREST]

    @cached_property
    def languages(self) -> list[str]:
        """Languages of the articles, the most frequent first."""
        counted = Counter(article.language for article in self.articles)
        return sorted(counted, key=lambda code: (-counted[code], code))

    @cached_property
    def language(self) -> str:
        """The language to tell it in: the most frequent determined one."""
        known = [code for code in self.languages if code != text.UNKNOWN_LANGUAGE]
        return known[0] if known else text.UNKNOWN_LANGUAGE

    @cached_property
    def representative(self) -> Article:
        """The central, complete original, rather no roundup; the earlier one where those are equal."""
        worth = {
            article.article_id: mean + _COMPLETENESS * min(1.0, article.n_characters / _COMPLETE_CHARACTERS)
            for article, mean in zip(self.originals, self.centrality, strict=True)
        }
        return min(self.originals, key=lambda a: (a.roundup, -round(worth[a.article_id], 4), a.by_time))

    @property
    def first_outlet(self) -> str | None:
        """Who had the story first: the outlet with the original of the earliest text that has a time."""
        timed = [article for article in self.articles if article.published_at]
        if not timed:
            return None
        first = min(timed, key=lambda article: article.by_time)
        original = next(one for one in self.originals if one.copy_group_id == first.copy_group_id)
        return first.outlet if original.outlet == UNKNOWN_OUTLET else original.outlet

    @property
    def n_independent(self) -> int:
        """Distinct origins of the originals: copies add none, nor do several reports of one agency or family."""
        return len({article.origin for article in self.originals})


def part(story: Story, article_ids: frozenset[str]) -> Story:
    """The story as if it had only some of its originals; how central each is stays as it was."""
    kept = [
        (article, mean)
        for article, mean in zip(story.originals, story.centrality, strict=True)
        if article.article_id in article_ids
    ]
    articles = tuple(a for a in story.articles if a.article_id in article_ids)
    return Story(story.story_id, articles, tuple(a for a, _ in kept), tuple(mean for _, mean in kept))


def read(articles: pa.Table, copies: pa.Table) -> Iterator[Article]:
    """Articles, in the order of their rows.

    Args:
        articles: schema `articles`, the `ARTICLE_COLUMNS` at least.
        copies: schema `copies`, the `COPY_COLUMNS` at least; whoever is in none of its rows is no copy.
    """
    copy_of = {row["article_id"]: row for row in copies.select(COPY_COLUMNS).to_pylist()}
    openings: list[str] = pc.utf8_slice_codeunits(articles["body"], 0, OPENING_CHARACTERS).to_pylist()
    lengths: list[int] = pc.utf8_length(articles["body"]).to_pylist()
    for row, opening, length in zip(articles.select(_AS_THEY_ARE).to_pylist(), openings, lengths, strict=True):
        copy = copy_of.get(row["article_id"])
        yield Article(
            **row,
            opening=opening,
            n_characters=length,
            copy_group_id=copy["copy_group_id"] if copy else row["article_id"],
            kind=copy["kind"] if copy else "exact",
            text_origin=copy["origin"] if copy else None,
        )
