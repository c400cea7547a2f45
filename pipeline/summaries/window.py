"""How often words occur in the window, language by language: what is rare, what is a name."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from pipeline.summaries.languages import function_words
from pipeline.summaries.stories import Article

_COMMON_SHARE = 0.2  # without a list, a word in this share of a language's texts is a function word
_ENOUGH_TEXTS = 20
_FIRST_IDEOGRAPH = 0x2E80
_RUBRIC_TIMES = 3  # titles of one outlet that begin alike
_RUBRIC_WORDS = 5
_DIVIDED = re.compile(r"([^:|]{2,60}?)\s*[:|]\s")
_LOWER_SHARE = 0.2  # a name is hardly ever printed in lower case


class Window:
    """Document frequencies over the originals of all stories."""

    def __init__(self, originals: Iterable[Article]) -> None:
        self._texts: Counter[str] = Counter()
        self._uses: dict[str, Counter[str]] = defaultdict(Counter)
        self._lower: dict[str, Counter[str]] = defaultdict(Counter)
        articles = list(originals)
        for article in articles:
            self._texts[article.language] += 1
            self._uses[article.language].update(article.vocabulary)
            self._lower[article.language].update(w for w in set(article.printed) if w.islower())
        self._rubrics = _rubrics(articles)
        self._empty: dict[str, frozenset[str]] = {}
        self._rarities: dict[str, dict[str, float]] = defaultdict(dict)

    def texts(self, language: str) -> int:
        """Originals in a language."""
        return self._texts[language]

    def uses(self, word: str, language: str) -> int:
        """Originals of a language that have the word."""
        return self._uses[language][word]

    def has_rubric(self, article: Article) -> bool:
        """Whether the outlet puts what the title begins with before many titles: `News Bulletin: …`."""
        beginning = _beginning(article.title)
        return beginning is not None and (article.outlet, beginning) in self._rubrics

    def content(self, words: frozenset[str], language: str) -> frozenset[str]:
        """Those of an article's words that say what it is about."""
        return words - self._without_content(language)

    def rarity(self, word: str, language: str) -> float:
        """Smoothed inverse document frequency of a content word, 0 of a function word."""
        known = self._rarities[language]
        if word not in known:
            ratio = (1 + self._texts[language]) / (1 + self._uses[language][word])
            known[word] = 0.0 if word in self._without_content(language) else math.log(ratio) + 1.0
        return known[word]

    def is_name(self, words: Sequence[str], language: str) -> bool:
        """Whether some word of a capitalised run is hardly ever printed in lower case."""
        uses, lower = self._uses[language], self._lower[language]
        empty = self._without_content(language)
        return any(lower[w] <= _LOWER_SHARE * uses[w] and w not in empty for w in words)

    def _without_content(self, language: str) -> frozenset[str]:
        if language in self._empty:
            return self._empty[language]
        uses, n_texts = self._uses[language], self._texts[language]
        known = function_words(language)
        if not known and n_texts >= _ENOUGH_TEXTS:
            known = frozenset(word for word, n in uses.items() if n > _COMMON_SHARE * n_texts)
        # Ideographs are words of one character; other single characters are fragments ("s", "t").
        fragments = {word for word in uses if len(word) == 1 and ord(word) < _FIRST_IDEOGRAPH}
        self._empty[language] = known | fragments
        return self._empty[language]


def _rubrics(articles: Iterable[Article]) -> frozenset[tuple[str, str]]:
    found = Counter((a.outlet, start) for a in articles if (start := _beginning(a.title)) is not None)
    return frozenset(rubric for rubric, times in found.items() if times >= _RUBRIC_TIMES)


def _beginning(title: str) -> str | None:
    """What stands before a title's colon or bar, folded, where that is a few words."""
    match = _DIVIDED.match(title)
    return " ".join(match[1].casefold().split()) if match and len(match[1].split()) <= _RUBRIC_WORDS else None
