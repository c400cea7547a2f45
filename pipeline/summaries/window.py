"""How often words occur in the window, language by language: what is rare, what is a name."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from pipeline.summaries.languages import function_words
from pipeline.summaries.stories import Article

_COMMON_SHARE = 0.2  # without a list, a word in this share of a language's texts is a function word
_ENOUGH_TEXTS = 20
_FIRST_IDEOGRAPH = 0x2E80
_LOWER_SHARE = 0.2  # a name is hardly ever printed in lower case


class Window:
    """Document frequencies over the originals of all stories."""

    def __init__(self, originals: Iterable[Article]) -> None:
        self._texts: Counter[str] = Counter()
        self._uses: dict[str, Counter[str]] = defaultdict(Counter)
        self._lower: dict[str, Counter[str]] = defaultdict(Counter)
        for article in originals:
            self._texts[article.language] += 1
            self._uses[article.language].update(article.vocabulary)
            self._lower[article.language].update(w for w in set(article.printed) if w.islower())
        self._empty: dict[str, frozenset[str]] = {}
        self._rarities: dict[str, dict[str, float]] = defaultdict(dict)

    def texts(self, language: str) -> int:
        """Originals in a language."""
        return self._texts[language]

    def uses(self, word: str, language: str) -> int:
        """Originals of a language that have the word."""
        return self._uses[language][word]

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
