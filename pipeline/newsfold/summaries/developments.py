"""Developments of a story: the reports that newer ones contradict, complete or supersede.

Two reports of one story are compared by their titles, in the order of their times. Without any list of words, a newer
one supersedes an older one that counts fewer of the same things than its title or opening; the reports of the latest
day supersede those before it if several origins share a new word in their titles; and of a few reports the latest hours
supersede those before them. The lists of `developments.yaml` add, per language, words for what is still to come, for
reversals, and for stages that follow each other: missing, found; arrested, sentenced.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from newsfold import text
from newsfold.summaries.languages import Phrases, list_entries
from newsfold.summaries.lexicon import stem
from newsfold.summaries.stories import Article, Story
from newsfold.summaries.titles import count_slight_flaws, has_severe_flaw, lacks_event
from newsfold.summaries.word_statistics import WordStatistics
from newsfold.vocabulary import zipf_frequency
from newsfold.word_lists import load_word_lists

LATEST = timedelta(hours=24)
_LATEST_OF_FEW = timedelta(hours=12)
_FEW = 6  # originals: no word need be shared by several of them to be news
_MIN_SHARED = 2  # content words that two titles share if they are about one matter
_MIN_SHARED_SHARE = 0.6  # of the words of a title about what is to come, in one that says it has come
_COMMON_ZIPF = 5.3  # a word this common is no news: "says", "people"
_NEARBY = 3  # words around a number that may name what it counts
_MAX_GROWTH = 20.0  # of a count in titles: more is a count of other things
_MAX_GROWTH_IN_TEXT = 3.0
_SENTENCES_COUNTED = 3  # of each opening: news tells its counts first
_FIRST_YEAR, _LAST_YEAR = 1900, 2099
_MAX_GROWTH_TO_TOTAL = 3.0  # of a count in titles of which the newer gives a total, whatever it counts
_TOTAL = "+"  # no stem is like it,
_ORDER = "#"  # nor begins like this: an ordinal of what the stem after it names
_TOTAL_NEARBY = 3  # words before a number that may tell that it is a total
_ORDINAL = re.compile(r"(\d{1,3})(?:st|nd|rd|th)")
_SEPARATOR = re.compile(r"(?<=\d)[.,](?=\d{3}(?!\d))")
_NOT_A_COUNT = re.compile(r"\d+[.,:/–-]\d+|[$€£¥₱]\d+")


@dataclass(frozen=True)
class _Title:
    """What a title says about the progress of its story."""

    stems: frozenset[str]
    """Of its content words."""
    is_prospect: bool
    is_reversal: bool
    stages: tuple[int, ...]
    """By succession; -1 without a word of it."""
    counts: Mapping[str, int]
    """The largest number of each counted thing."""
    last_day: datetime | None
    """The end of the day that a prospect names: after it, the title is out of date."""


class Developments:
    """The order in which the articles of a story supersede each other.

    Args:
        story: the story, all of which is in one language.
        statistics: document frequencies in the window.
    """

    def __init__(self, story: Story, statistics: WordStatistics) -> None:
        self._language = story.language
        self._statistics = statistics
        self._titles: dict[str, _Title] = {}
        self._story = story

    def list_current(self, articles: Sequence[Article]) -> list[Article]:
        """Return the articles that still hold: those that no other one supersedes, nor one that came after them.

        All of them if there would be none.
        """
        if len(articles) < 2:
            return list(articles)
        superseded = [a for a in articles if any(self._supersedes(other, a) for other in articles)]
        if not superseded:
            return list(articles)
        ids = {article.article_id for article in superseded}
        return [
            a for a in articles if a.article_id not in ids and not any(_is_newer(other, a) for other in superseded)
        ] or list(articles)

    def list_leading(self, articles: Sequence[Article]) -> list[Article]:
        """Return the current articles with the latest development; all current ones if none stands out.

        Those that supersede others by a number, a stage or a reversal; else those of the latest day that share a new
        word in their titles.
        """
        current = self.list_current(articles)
        leading = [a for a in current if any(self._supersedes(a, other, surely=True) for other in articles)]
        return leading or self._find_turn(current) or current

    def list_latest_of_few(self, articles: Sequence[Article]) -> list[Article]:
        """Return the latest articles of a small story with clean titles on the matter of the others.

        None if the story is large or tells all within some hours.
        """
        times = [article.published_at for article in self._story.originals if article.published_at]
        if not _MIN_SHARED <= len(self._story.originals) <= _FEW or len(times) < _MIN_SHARED:
            return []
        # Midnight stands for a day: the report may be as old as one of the day before.
        start = max(times) - (_LATEST_OF_FEW + LATEST if max(times).time() == time.min else _LATEST_OF_FEW)
        if min(times) > start:
            return []
        return [a for a in articles if a.published_at and a.published_at > start and self._is_clean(a)]

    def _is_clean(self, article: Article) -> bool:
        """Return whether a title has no flaw and shares enough words with the story's other titles."""
        if has_severe_flaw(article) or lacks_event(article) or count_slight_flaws(article, self._statistics):
            return False
        stems = self._read_title(article).stems
        others = [self._read_title(other).stems for other in self._story.originals if other is not article]
        return len(stems & frozenset().union(*others)) >= _MIN_SHARED

    def is_outdated(self, sentence: str, words: Sequence[str], article: Article) -> bool:
        """Return whether a newer article of the story counts more of what a sentence, of these words, counts."""
        if len(self._story.originals) < 2 or _counted_things(self._language).keys().isdisjoint(words):
            return False
        return any(
            number < later <= number * _MAX_GROWTH_IN_TEXT and _is_newer(newer, article)
            for thing, number in _find_counts(sentence, self._language).items()
            for newer, later in self._opening_counts.get(thing, ())
        )

    def _find_turn(self, articles: Sequence[Article]) -> list[Article]:
        """Return the reports of the latest day that share a new word; none if they share none."""
        times = [article.published_at for article in articles if article.published_at]
        if len(times) < _MIN_SHARED:
            return []
        start = max(times) - LATEST
        older = [a for a in articles if a.published_at and a.published_at <= start]
        recent = [a for a in articles if a.published_at and a.published_at > start]
        if len(older) < _MIN_SHARED or len(recent) < _MIN_SHARED:
            return []
        known = frozenset().union(*(self._read_title(article).stems for article in older))
        origins: defaultdict[str, set[str]] = defaultdict(set)
        for article in recent:
            for word_stem in self._read_title(article).stems - known:
                origins[word_stem].add(article.origin)
        needed = max(_MIN_SHARED, len({article.origin for article in older}) // 4)
        new = {word_stem for word_stem, held in origins.items() if len(held) >= needed}
        return [a for a in recent if self._read_title(a).stems & new]

    def _supersedes(self, newer: Article, older: Article, *, surely: bool = False) -> bool:
        if not _is_newer(newer, older):
            return False
        after, before = self._read_title(newer), self._read_title(older)
        if before.last_day and self._latest and before.last_day < self._latest and not after.is_prospect:
            return not has_severe_flaw(newer)
        n_shared = len(after.stems & before.stems)
        if not n_shared:
            return False
        if _has_grown(before.counts, after.counts):
            return True
        if after.is_prospect > before.is_prospect:
            return False
        if any(0 <= earlier < later for earlier, later in zip(before.stages, after.stages, strict=True)):
            return True
        if n_shared < _MIN_SHARED:
            return False
        if (after.is_reversal and not before.is_reversal) or surely:
            return after.is_reversal and not before.is_reversal
        if any(
            number < later <= number * _MAX_GROWTH_IN_TEXT
            for thing, number in before.counts.items()
            for report, later in self._opening_counts.get(thing, ())
            if report is newer
        ):
            return True
        is_completed = before.is_prospect and not after.is_prospect
        return is_completed and n_shared >= _MIN_SHARED_SHARE * len(before.stems)

    def _read_title(self, article: Article) -> _Title:
        if article.article_id not in self._titles:
            words, language = article.title_words, self._language
            content = {word for word in words if self._statistics.idf(word, language)}
            is_prospect = _phrases("prospects", language).occur_in(words)
            self._titles[article.article_id] = _Title(
                frozenset(stem(word) for word in content if zipf_frequency(word, language) < _COMMON_ZIPF),
                is_prospect,
                _phrases("reversals", language).occur_in(words),
                _find_stages(words, language),
                _find_counts(article.title, language, of_any_thing=True),
                _find_last_day(article, language) if is_prospect else None,
            )
        return self._titles[article.article_id]

    @functools.cached_property
    def _latest(self) -> datetime | None:
        return max((a.published_at for a in self._story.originals if a.published_at), default=None)

    @functools.cached_property
    def _opening_counts(self) -> dict[str, list[tuple[Article, int]]]:
        """The counts in titles and openings of the story's originals, by counted thing."""
        counts: defaultdict[str, list[tuple[Article, int]]] = defaultdict(list)
        for article in self._story.central_originals:
            for thing, number in _find_counts(
                "\n".join([article.title, *article.sentences[:_SENTENCES_COUNTED]]), self._language
            ).items():
                counts[thing].append((article, number))
        return counts


def _is_newer(article: Article, other: Article) -> bool:
    """Return whether an article is newer: published later, or if one has no time, first seen in a later edition."""
    if article.published_at and other.published_at:
        return article.published_at > other.published_at
    return article.first_seen_at > other.first_seen_at


def _find_last_day(article: Article, language: str) -> datetime | None:
    """Return the end of the last weekday that a title names, from its day (UTC) on; None if it names none."""
    weekdays = list_entries("weekdays", language)
    named = [weekdays.index(word) for word in article.title_words if word in weekdays]
    if not named or article.published_at is None:
        return None
    published = article.published_at
    days_ahead = max((day - published.weekday()) % 7 for day in named)
    return datetime.combine(published.date() + timedelta(days=days_ahead), time.max, published.tzinfo)


def _has_grown(before: Mapping[str, int], after: Mapping[str, int]) -> bool:
    """Return whether a number of the same thing is larger, or a total where the other title counts anything."""
    if any(number < after.get(thing, 0) <= number * _MAX_GROWTH for thing, number in before.items()):
        return True
    earlier, later = before.get(_TOTAL), after.get(_TOTAL)
    if earlier is None and later is None:
        return False
    # A total says of nothing, or of something else than the other title, what it counts.
    numbers = [earlier] if earlier else [n for thing, n in before.items() if not thing.startswith(_ORDER)]
    risen = [later] if later else [n for thing, n in after.items() if not thing.startswith(_ORDER)]
    return any(number < larger <= number * _MAX_GROWTH_TO_TOTAL for number in numbers for larger in risen)


def _find_counts(passage: str, language: str, *, of_any_thing: bool = False) -> dict[str, int]:
    """Return the largest number of each counted thing: a listed one near the number, or any word right after it."""
    things, uncounted = _counted_things(language), _list_words("uncounted", language)
    words = text.split_words(_NOT_A_COUNT.sub(" ", _SEPARATOR.sub("", passage)))
    counts: dict[str, int] = {}
    for position, word in enumerate(words):
        number = _parse_count(word, language)
        if number is None:
            ordinal = _parse_ordinal(word, language) if of_any_thing else None
            if ordinal and position + 1 < len(words):
                ordered = f"{_ORDER}{stem(words[position + 1])}"
                counts[ordered] = max(ordinal, counts.get(ordered, 0))
            continue
        after = words[position + 1 : position + 1 + _NEARBY]
        if of_any_thing and _is_total(words, position, language):
            counts[_TOTAL] = max(number, counts.get(_TOTAL, 0))
        if not uncounted.isdisjoint([*after[:1], *words[max(0, position - 1) : position]]):
            continue
        near = [*after, *words[max(0, position - _NEARBY) : position][::-1]]
        thing = next((things[other] for other in near if other in things), None)
        if thing is None and of_any_thing and after and len(after[0]) > 1 and not after[0].isdecimal():
            thing = stem(after[0])
        if thing is not None:
            counts[thing] = max(number, counts.get(thing, 0))
    return counts


def _parse_count(word: str, language: str) -> int | None:
    """Return the number that a word is; None for other words, years and numbers too long to count anything."""
    if word.isdecimal():
        number = int(word) if len(word) < 8 else 0
        return number if number and not _FIRST_YEAR <= number <= _LAST_YEAR else None
    return _number_words(language).get(word)


def _is_total(words: Sequence[str], position: int, language: str) -> bool:
    """Return whether a word near a number tells that it is a total, and none after it that it counts no things."""
    totals, following = _list_words("totals", language), words[position + 1 : position + 3]
    near = [*words[max(0, position - _TOTAL_NEARBY) : position], *following]
    return not totals.isdisjoint(near) and _list_words("uncounted", language).isdisjoint(following[:1])


def _parse_ordinal(word: str, language: str) -> int | None:
    """Return the number of `second` or `2nd`; None for other words."""
    match = _ORDINAL.fullmatch(word) if language == "en" else None
    return int(match[1]) if match else _ordinals(language).get(word)


def _find_stages(words: Sequence[str], language: str) -> tuple[int, ...]:
    return tuple(
        max((i for i, stage in enumerate(stages) if stage.occur_in(words)), default=-1)
        for stages in _successions(language)
    )


def _lists(language: str) -> Mapping[str, Any]:
    of_language: Mapping[str, Any] = load_word_lists(Path(__file__).with_suffix(".yaml")).get(language, {})
    return of_language


@functools.cache
def _phrases(kind: str, language: str) -> Phrases:
    return Phrases(_lists(language).get(kind, ()))


@functools.cache
def _list_words(kind: str, language: str) -> frozenset[str]:
    return frozenset(_lists(language).get(kind, ()))


@functools.cache
def _successions(language: str) -> tuple[tuple[Phrases, ...], ...]:
    return tuple(tuple(map(Phrases, stages)) for stages in _lists(language).get("successions", ()))


@functools.cache
def _counted_things(language: str) -> dict[str, str]:
    """Return the counted things by the words for them."""
    return {word: words[0] for words in _lists(language).get("counts", ()) for word in words}


@functools.cache
def _number_words(language: str) -> dict[str, int]:
    """Return the numbers by their words; zero counts nothing."""
    words = _lists(language).get("numbers", ())
    return {word: number for number, word in enumerate(words) if number}


@functools.cache
def _ordinals(language: str) -> dict[str, int]:
    """Return the numbers by the words for first, second, …; a language may have several words for each."""
    forms = _lists(language).get("ordinals", ())
    return {word: number for number, words in enumerate(forms, 1) for word in words}
