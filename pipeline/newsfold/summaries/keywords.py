"""Contrastive keywords of a story, and the names that its members share."""

from __future__ import annotations

import functools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import compress

from newsfold import text
from newsfold.summaries.languages import list_entries
from newsfold.summaries.names.entities import Entity
from newsfold.summaries.stories import Article, Story
from newsfold.summaries.word_statistics import WordStatistics
from newsfold.vocabulary import zipf_frequency

MAX_KEYWORDS = 8
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_MIN_ZIPF = 4.5  # of a word of the language: "die" is one in English, though German has it as an article
_WEEKDAYS = frozenset(list_entries("weekdays"))
_FUNCTION_WORDS = frozenset(list_entries("function_words"))  # of all languages that list them
_TITLE_USES = 2  # what a word in a title counts
_MAX_USES = 4  # counted in one article
_HEAD_WORDS = 80  # keywords are sought in the title and this many words after it


class KeywordExtractor:
    """Extracts the keywords of stories of a window, and remembers what it knows of each word.

    Args:
        statistics: document frequencies in the window.
    """

    def __init__(self, statistics: WordStatistics) -> None:
        self._statistics = statistics
        self._terms: dict[str, _Terms] = {}

    def extract(self, story: Story, entities: Sequence[Entity] = ()) -> list[str]:
        """Return up to `MAX_KEYWORDS` words that are frequent in the story and rare outside it, best first.

        Function words of other languages, weekdays, parts of addresses and of the story's entities, and words with
        digits are left out. A word's weight is its use in the story (title words count double) times the log of its
        share of the story's texts over its share of the window's other texts: its part of the Kullback-Leibler
        divergence. All texts are those in the story's language. Words are spelled as the members mostly print them.
        """
        story = story.in_language
        frequencies = self._terms.get(story.language)
        if frequencies is None:
            frequencies = self._terms[story.language] = _Terms(self._statistics, story.language)
        left_out = _WEEKDAYS.union(*(_split_form(form) for entity in entities for form in (entity.name, *entity.forms)))
        uses, documents = defaultdict[str, int](int), defaultdict[str, int](int)
        for article in story.central_originals:
            titled = article.title_words
            head = {*article.words[:_HEAD_WORDS], *titled} - left_out
            content = {word for word in head if frequencies[word] is not None} - _find_address_words(article)
            for word, n_uses in Counter(filter(content.__contains__, article.words)).items():
                uses[word] += n_uses if n_uses < _MAX_USES else _MAX_USES
            for word in content:
                documents[word] += 1
            for word in content.intersection(titled):
                uses[word] += _TITLE_USES
        n = len(story.central_originals)
        n_outside = max(0, self._statistics.n_articles(story.language) - n)
        weighed = [
            (-_weigh(count, uses[word], frequencies[word] or 0, n, n_outside), word)
            for word, count in documents.items()
        ]
        return _restore_case([word for _, word in sorted(weighed)[:MAX_KEYWORDS]], story)


class _Terms(dict[str, int | None]):
    """The document frequencies of the words in one language that may be keywords; None of others."""

    def __init__(self, statistics: WordStatistics, language: str) -> None:
        super().__init__()
        self._statistics = statistics
        self._language = language

    def __missing__(self, word: str) -> int | None:
        may_be = self._statistics.idf(word, self._language) and _may_be_keyword(word, self._language)
        self[word] = frequency = self._statistics.document_frequency(word, self._language) if may_be else None
        return frequency


@functools.lru_cache(maxsize=50_000)
def _weigh(count: int, n_uses: int, frequency: int, n: int, n_outside: int) -> float:
    """Return the weight of a word that so many of a story's n texts have, so many times, and so many of the window's.

    A word that all texts share counts fully; one in a single text of many, hardly.
    """
    share_outside = (max(0, frequency - count) + 0.5) / (n_outside + 1)
    contrast = math.log(1 + count / n / share_outside)
    return round(count / n * math.log1p(n_uses / n) * contrast, 6)


@functools.lru_cache(maxsize=50_000)
def _split_form(form: str) -> tuple[str, ...]:
    return tuple(text.split_words(form))


def _may_be_keyword(word: str, language: str) -> bool:
    """Return whether a word has no digit, and is no function word of another language."""
    if not word.isalpha() and any(map(str.isdigit, word)):
        return False
    return word not in _FUNCTION_WORDS or zipf_frequency(word, language) >= _MIN_ZIPF


def _find_address_words(article: Article) -> frozenset[str]:
    """Return the words that only web addresses in an article's opening have."""
    addresses = " ".join(_ADDRESS.findall(article.opening)) if "/" in article.opening else ""
    if not addresses:
        return frozenset()
    others = text.split_words(f"{article.title} {_ADDRESS.sub(' ', article.opening)}")
    return frozenset(text.split_words(addresses)).difference(others)


def _restore_case(words: list[str], story: Story) -> list[str]:
    in_bodies: Counter[str] = Counter()
    in_titles: Counter[str] = Counter()
    wanted = frozenset(words)
    for article in story.central_originals:
        in_bodies.update(compress(article.cased_words, map(wanted.__contains__, article.words)))
        in_titles.update(printed for printed in text.split_cased_words(article.title) if printed.casefold() in wanted)
    # Headlines in title case capitalise every word: bodies decide if they have the word.
    forms: dict[str, str] = {}
    for counts in (in_bodies, in_titles):
        of_counts: dict[str, str] = {}
        for printed in sorted(counts, key=lambda form: (-counts[form], form)):
            of_counts.setdefault(printed.casefold(), printed)
        forms = of_counts | forms
    return [forms.get(word, word) for word in words]
