"""Stories to describe: their articles, the originals among them, and the centrality of each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import count, islice
from typing import TypeVar, overload

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import text
from newsfold.publishers import UNKNOWN_OUTLET
from newsfold.schemas.kinds import KINDS, find_kind, rank_kind
from newsfold.summaries.names.mentions import NAME_CHARACTERS, Mention, find_mentions, select_names

SENTENCES_READ = 8
OPENING_CHARACTERS = 1600  # news tells what happened first; more costs time and adds background
MAX_CENTRAL_ORIGINALS = 30
_COMPLETE_CHARACTERS = 400
_COMPLETENESS_WEIGHT = 0.15  # of a full text, in mean cosine

T = TypeVar("T")

_FIELD_COLUMNS = (
    "article_id",
    "outlet",
    "publisher_family",
    "url",
    "title",
    "language",
    "published_at",
    "first_seen_at",
    "roundup",
    "kind",
)
ARTICLE_COLUMNS = (*_FIELD_COLUMNS, "body")
COPY_COLUMNS = ("article_id", "copy_group_id", "kind", "origin")


class LazyList(Sequence[T]):
    """A list whose items are computed when they are first asked for: most readers need the first few."""

    def __init__(self, items: Iterator[T]) -> None:
        self._items = items
        self._computed: list[T] = []

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> list[T]: ...

    def __getitem__(self, index: int | slice) -> T | list[T]:
        """Return an item, or a slice; neither may be given from the end."""
        stop = index.stop if isinstance(index, slice) else index + 1
        if stop is None or stop > len(self._computed):
            self._computed.extend(islice(self._items, stop and stop - len(self._computed)))
        return self._computed[index]

    def __iter__(self) -> Iterator[T]:
        """Yield the items, and compute none before it is asked for."""
        for place in count():
            if place == len(self._computed):
                self._computed.extend(islice(self._items, 1))
                if place == len(self._computed):
                    return
            yield self._computed[place]

    def __len__(self) -> int:
        """Compute all items."""
        self._computed.extend(self._items)
        return len(self._computed)


@dataclass(frozen=True, eq=False)
class Article:
    """One article of a story, with the fields that describing it needs.

    Attributes:
        beginning: the part of the body in which names are sought; it is longer than the opening.
        kind: a key of `schemas.kinds.KINDS`.
        copy_kind: how it relates to the original of its copy group: `exact`, `near` or `revision`.
    """

    article_id: str
    outlet: str
    publisher_family: str | None
    url: str | None
    title: str
    opening: str
    beginning: str
    n_characters: int
    language: str
    published_at: datetime | None
    first_seen_at: datetime
    kind: str
    copy_group_id: str
    copy_kind: str
    text_origin: str | None = None

    @property
    def news_rank(self) -> int:
        """0 for news, 1 for analysis, 2 for other kinds: the articles of the lowest rank describe a story."""
        return rank_kind(self.kind)

    @property
    def origin(self) -> str:
        """The origin of the text: that of its copy group, else its publisher family, outlet or copy group."""
        if self.text_origin:
            return f"origin {self.text_origin}"
        if self.publisher_family:
            return f"family {self.publisher_family}"
        if self.outlet != UNKNOWN_OUTLET:
            return f"outlet {self.outlet}"
        return f"copy group {self.copy_group_id}"

    @property
    def time_key(self) -> tuple[bool, float, str]:
        """A sort key: earlier articles first, those without a time last."""
        time = self.published_at
        return time is None, time.timestamp() if time else 0.0, self.article_id

    @cached_property
    def cased_words(self) -> list[str]:
        """The words of the opening, as printed."""
        return text.split_cased_words(self.opening)

    @cached_property
    def distinct_cased_words(self) -> frozenset[str]:
        """The distinct words of the opening, as printed."""
        return frozenset(self.cased_words)

    @cached_property
    def words(self) -> list[str]:
        """The words of the opening, case-folded."""
        return [word.casefold() for word in self.cased_words]

    @cached_property
    def sentences(self) -> Sequence[str]:
        """The first `SENTENCES_READ` sentences of the opening; without its last one if it may end inside that."""
        return LazyList(_read_sentences(self.opening, self.language, is_cut=self.n_characters > len(self.opening)))

    @cached_property
    def cased_sentences(self) -> Sequence[list[str]]:
        """The words of each sentence, as printed."""
        return LazyList(map(text.split_cased_words, self.sentences))

    @cached_property
    def folded_sentences(self) -> Sequence[list[str]]:
        """The words of each sentence, case-folded."""
        return LazyList([word.casefold() for word in sentence] for sentence in self.cased_sentences)

    @cached_property
    def mentions(self) -> list[Mention]:
        """The names in title and beginning, in order."""
        return find_mentions(self.title, self.beginning, self.language)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the mentions whose capitals are evidence, as printed."""
        return select_names(self.mentions, self.language)

    @cached_property
    def title_words(self) -> list[str]:
        """The words of the title, case-folded."""
        return text.split_words(self.title)

    @cached_property
    def numbers(self) -> dict[str, str]:
        """The numbers of two or more digits in title and opening, by their value, as first printed."""
        return text.find_numbers(f"{self.title}\n{self.opening}")

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The distinct words of title and opening, case-folded."""
        return frozenset(self.title_words).union(map(str.casefold, self.distinct_cased_words))


def _read_sentences(opening: str, language: str, *, is_cut: bool) -> Iterator[str]:
    sentences = text.iterate_sentences(opening, language)
    last = next(sentences, None)
    if last is None:
        return
    n_read = 0
    for following in sentences:
        yield last
        last, n_read = following, n_read + 1
        if n_read == SENTENCES_READ:
            return
    if not n_read or not is_cut:
        yield last


@dataclass(frozen=True, eq=False)
class Story:
    """A story.

    Attributes:
        story_id: its id.
        articles: all its articles, by article_id.
        originals: one article per copy group, the most central first.
        centrality: the mean cosine of each original with the others; 1 for a lone original.
        preferred_language: the language to describe it in if it has an article in it; None: no preference.
    """

    story_id: str
    articles: tuple[Article, ...]
    originals: tuple[Article, ...]
    centrality: tuple[float, ...]
    preferred_language: str | None = None

    @property
    def central_originals(self) -> tuple[Article, ...]:
        """The most central originals: enough to describe the story."""
        return self.originals[:MAX_CENTRAL_ORIGINALS]

    @cached_property
    def languages(self) -> list[str]:
        """The languages of the articles, the most frequent first."""
        counts = Counter(article.language for article in self.articles)
        return sorted(counts, key=lambda code: (-counts[code], code))

    @cached_property
    def language(self) -> str:
        """The language to describe it in: the preferred one, else that of most origins, then of most articles.

        Articles that are no news, or of undetermined language, count only if there are no others.
        """
        known = [article for article in self.originals if article.language != text.UNKNOWN_LANGUAGE]
        origins: defaultdict[str, set[str]] = defaultdict(set)
        least = min((article.news_rank for article in known), default=0)
        for article in [a for a in known if a.news_rank == least] or self.originals:
            origins[article.language].add(article.origin)
        if self.preferred_language is not None and self.preferred_language in origins:
            return self.preferred_language
        return min(origins, key=lambda code: (-len(origins[code]), self.languages.index(code)))

    @property
    def in_language(self) -> Story:
        """The story as its articles in `language` alone tell it: no summary mixes languages."""
        return self._part_in_language or self

    @property
    def as_news(self) -> Story:
        """The story as its news in `language` alone tells it: its articles of the lowest `news_rank` there."""
        return self._part_as_news or self.in_language

    # None for the whole: a story that refers to itself stays in memory until the garbage collector finds it.
    @cached_property
    def _part_in_language(self) -> Story | None:
        if self.languages == [self.language]:
            return None
        return restrict_story(self, frozenset(a.article_id for a in self.articles if a.language == self.language))

    @cached_property
    def _part_as_news(self) -> Story | None:
        story = self.in_language
        least = min(article.news_rank for article in story.originals)
        if all(article.news_rank == least for article in story.articles):
            return None
        return restrict_story(story, frozenset(a.article_id for a in story.articles if a.news_rank == least))

    @cached_property
    def representative(self) -> Article:
        """The most central and complete original: news first, its `language` first, the earlier one of equals."""
        scores = {
            article.article_id: mean + _COMPLETENESS_WEIGHT * min(1.0, article.n_characters / _COMPLETE_CHARACTERS)
            for article, mean in zip(self.originals, self.centrality, strict=True)
        }
        return min(
            self.originals,
            key=lambda a: (a.news_rank, a.language != self.language, -round(scores[a.article_id], 4), a.time_key),
        )

    @property
    def kind(self) -> str:
        """`news` or `analysis` if any original is, else the kind of most originals, the first in `KINDS` of equals."""
        counts = Counter(article.kind for article in self.originals)
        order = list(KINDS)
        return min(counts, key=lambda kind: (rank_kind(kind), -counts[kind], order.index(kind)))

    @property
    def first_outlet(self) -> str | None:
        """The outlet that had the story first: that of the original of the earliest text with a time."""
        timed = [article for article in self.articles if article.published_at]
        if not timed:
            return None
        first = min(timed, key=lambda article: article.time_key)
        original = next(a for a in self.originals if a.copy_group_id == first.copy_group_id)
        return first.outlet if original.outlet == UNKNOWN_OUTLET else original.outlet

    @property
    def independent_origins(self) -> list[str]:
        """The distinct origins, ascending: copies add none, nor do several reports of one agency or family."""
        return sorted({article.origin for article in self.originals})


def restrict_story(story: Story, article_ids: frozenset[str]) -> Story:
    """Return the story as if it had only some of its originals, with their centrality unchanged."""
    kept = [
        (article, mean)
        for article, mean in zip(story.originals, story.centrality, strict=True)
        if article.article_id in article_ids
    ]
    articles = tuple(a for a in story.articles if a.article_id in article_ids)
    originals, centrality = tuple(a for a, _ in kept), tuple(mean for _, mean in kept)
    return Story(story.story_id, articles, originals, centrality, story.preferred_language)


def read_articles(
    articles: pa.Table, copies: pa.Table, family_of: Mapping[str, str] | None = None
) -> Iterator[Article]:
    """Yield the rows of a table as articles.

    Args:
        articles: schema `articles`, the `ARTICLE_COLUMNS` at least.
        copies: schema `copies`, the `COPY_COLUMNS` at least; an article without a row in it is not a copy.
        family_of: the publisher family of each outlet; an article of another outlet has the one that it names.
    """
    copy_of = {row["article_id"]: row for row in copies.select(COPY_COLUMNS).to_pylist()}
    openings: list[str] = pc.utf8_slice_codeunits(articles["body"], 0, OPENING_CHARACTERS).to_pylist()
    beginnings: list[str] = pc.utf8_slice_codeunits(articles["body"], 0, NAME_CHARACTERS).to_pylist()
    lengths: list[int] = pc.utf8_length(articles["body"]).to_pylist()
    rows = articles.select(_FIELD_COLUMNS).to_pylist()
    for row, opening, beginning, length in zip(rows, openings, beginnings, lengths, strict=True):
        copy = copy_of.get(row["article_id"])
        yield Article(
            **{name: value for name, value in row.items() if name not in ("kind", "roundup", "publisher_family")},
            publisher_family=(family_of or {}).get(row["outlet"], row["publisher_family"]),
            kind=find_kind(row["kind"], roundup=row["roundup"]),
            opening=opening,
            beginning=beginning,
            n_characters=length,
            copy_group_id=copy["copy_group_id"] if copy else row["article_id"],
            copy_kind=copy["kind"] if copy else "exact",
            text_origin=copy["origin"] if copy else None,
        )
