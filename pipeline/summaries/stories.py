"""The stories to describe, gathered from the tables: articles, originals, and which are central."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import text
from pipeline.errors import SchemaError
from pipeline.summaries.names import names

UNKNOWN_OUTLET = "unknown"
OPENING_CHARACTERS = 1600  # news tells what happened first; more costs time and adds background
NEAREST = 30  # of a large story, so many originals speak for it
_COMPLETE_CHARACTERS = 400
_COMPLETENESS = 0.15  # a full text outweighs so much mean cosine

Floats = npt.NDArray[np.float32]


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
    is_original: bool
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
        return text.printed_words(self.opening)

    @cached_property
    def words(self) -> list[str]:
        """The words of the opening."""
        return [word.casefold() for word in self.printed]

    @cached_property
    def sentences(self) -> list[str]:
        """The sentences of the opening; without the last one where the opening may end inside it."""
        printed = text.sentences(self.opening, self.language)
        return (printed[:-1] or printed) if self.n_characters > len(self.opening) else printed

    @cached_property
    def names(self) -> frozenset[str]:
        """The names that title and opening mention, as printed."""
        return names(self.title, self.opening, self.language)

    @cached_property
    def title_words(self) -> list[str]:
        """The words of the title."""
        return text.words(self.title)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The distinct words of title and opening."""
        return frozenset(self.title_words) | frozenset(self.words)


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


def gather(articles: pa.Table, copies: pa.Table, article_embeddings: pa.Table, memberships: pa.Table) -> list[Story]:
    """The stories of the memberships, by story_id.

    Raises:
        SchemaError: an article lacks a membership, a membership an article, an original a vector.
    """
    found = _read(articles, copies)
    story_of: dict[str, str] = {row["article_id"]: row["story_id"] for row in memberships.to_pylist()}
    if story_of.keys() != found.keys():
        lost = sorted(story_of.keys() ^ found.keys())
        raise SchemaError(
            f"Memberships and articles differ in {len(lost)} article_ids ({', '.join(lost[:3])}, …): "
            "every article of the window needs exactly one story."
        )
    members: dict[str, list[Article]] = defaultdict(list)
    for article_id in sorted(found):
        members[story_of[article_id]].append(found[article_id])
    vector_ids: list[str] = article_embeddings["article_id"].to_pylist()
    vector_row = {article_id: row for row, article_id in enumerate(vector_ids)}
    vectors = _matrix(article_embeddings)
    return [_story(story, members[story], vector_row, vectors) for story in sorted(members)]


def _read(articles: pa.Table, copies: pa.Table) -> dict[str, Article]:
    copy_of = {row["article_id"]: row for row in copies.to_pylist()}
    columns = ["article_id", "outlet", "publisher_family", "url", "title", "language"]
    columns += ["published_at", "first_seen_at", "roundup"]
    openings: list[str] = pc.utf8_slice_codeunits(articles["body"], 0, OPENING_CHARACTERS).to_pylist()
    lengths: list[int] = pc.utf8_length(articles["body"]).to_pylist()
    found = {}
    for row, opening, length in zip(articles.select(columns).to_pylist(), openings, lengths, strict=True):
        copy = copy_of.get(row["article_id"])
        found[row["article_id"]] = Article(
            **row,
            opening=opening,
            n_characters=length,
            copy_group_id=copy["copy_group_id"] if copy else row["article_id"],
            is_original=copy["is_original"] if copy else True,
            kind=copy["kind"] if copy else "exact",
            text_origin=copy["origin"] if copy else None,
        )
    return found


def _matrix(article_embeddings: pa.Table) -> Floats:
    vectors: Any = article_embeddings["vector"].combine_chunks()
    flat = vectors.flatten().to_numpy(zero_copy_only=False)
    return np.asarray(flat, dtype=np.float32).reshape(len(vectors), vectors.type.list_size)


def _story(story_id: str, articles: Sequence[Article], vector_row: dict[str, int], vectors: Floats) -> Story:
    originals = _one_per_group(articles)
    try:
        rows = [vector_row.get(a.article_id, -1) for a in originals]
        rows = [row if row >= 0 else vector_row[a.copy_group_id] for row, a in zip(rows, originals, strict=True)]
    except KeyError as error:
        raise SchemaError(
            f"article_embeddings has no vector for {error}, an original of story {story_id!r}: "
            "embed the articles of this window before describing its stories."
        ) from error
    if len(rows) == 1:
        return Story(story_id, tuple(articles), tuple(originals), (1.0,))
    mine = vectors[rows].astype(np.float64)
    # The mean over the others: the sum over all, less the article's cosine with itself.
    means = (mine @ mine.sum(axis=0) - np.einsum("ij,ij->i", mine, mine)) / (len(rows) - 1)
    order = sorted(range(len(rows)), key=lambda i: (-round(float(means[i]), 6), originals[i].by_time))
    return Story(story_id, tuple(articles), tuple(originals[i] for i in order), tuple(float(means[i]) for i in order))


def _one_per_group(articles: Iterable[Article]) -> list[Article]:
    """The original of each copy group; where it left the window, the group's first article."""
    chosen: dict[str, Article] = {}
    for article in articles:
        if article.is_original or article.copy_group_id not in chosen:
            chosen[article.copy_group_id] = article
    return list(chosen.values())
