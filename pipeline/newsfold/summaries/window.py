"""How often words occur in the window, language by language: what is rare, what is a name."""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from newsfold import schemas
from newsfold.summaries.languages import function_words
from newsfold.summaries.stories import Article, read

_COMMON_SHARE = 0.2  # without a list, a word in this share of a language's texts is a function word
_ENOUGH_TEXTS = 20
_FIRST_IDEOGRAPH = 0x2E80
_RUBRIC_TIMES = 3  # titles of one outlet that begin alike
_RUBRIC_WORDS = 5
_DIVIDED = re.compile(r"([^:|]{2,60}?)\s*[:|]\s")
_STRIDE = 64  # of so many words one is at hand for looking up the others
_LOWER_SHARE = 0.2  # a name is hardly ever printed in lower case

Counts = tuple[pa.Table, pa.Table, pa.Table]  # of words, of languages, of rubrics
Ints = npt.NDArray[np.int64]


def counted(articles: pa.Table, originals: pa.Table) -> Counts:
    """What some of a window's articles add to its counts.

    Args:
        articles: schema `articles`, the `ARTICLE_COLUMNS` at least.
        originals: table `story_originals`; the other articles do not count.

    Returns:
        Tables `word_counts`, `language_counts` and `rubric_counts`.
    """
    counting = articles.filter(pc.is_in(articles["article_id"], originals["article_id"].combine_chunks()))
    texts: Counter[str] = Counter()
    rubrics: Counter[tuple[str, str]] = Counter()
    uses: defaultdict[str, Counter[str]] = defaultdict(Counter)
    lower: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for article in read(counting, schemas.empty_table("copies")):
        texts[article.language] += 1
        uses[article.language].update(article.vocabulary)
        lower[article.language].update(filter(str.islower, article.forms))
        beginning = _beginning(article.title)
        if beginning is not None:
            rubrics[article.outlet, beginning] += 1
    pairs = [(language, word) for language, found in sorted(uses.items()) for word in sorted(found)]
    words = {
        "language": [language for language, _ in pairs],
        "word": [word for _, word in pairs],
        "texts": [uses[language][word] for language, word in pairs],
        "lower": [lower[language][word] for language, word in pairs],
    }
    begun = [{"outlet": outlet, "beginning": start, "titles": n} for (outlet, start), n in sorted(rubrics.items())]
    return (
        pa.table(words, schema=schemas.SCHEMAS["word_counts"]),
        schemas.build_table(
            "language_counts", [{"language": language, "texts": n} for language, n in sorted(texts.items())]
        ),
        schemas.build_table("rubric_counts", begun),
    )


def add_up(words: pa.Table, languages: pa.Table, rubrics: pa.Table) -> Counts:
    """What `Window` knows of a whole window, from the counts of its parts: sums, so in any order the same.

    Returns:
        Tables `window_words` and `window_languages`, ascending, and `window_rubrics`: beginnings that many titles have.
    """
    titled = _added(rubrics, "outlet", "beginning")
    return (
        _added(words, "language", "word"),
        _added(languages, "language"),
        titled.filter(pc.greater_equal(titled["titles"], _RUBRIC_TIMES)),
    )


def _added(counts: pa.Table, *keys: str) -> pa.Table:
    """The sum of each count, ascending by the keys."""
    names = [name for name in counts.column_names if name not in keys]
    total = counts.group_by(list(keys)).aggregate([(name, "sum") for name in names])
    total = total.rename_columns([name.removesuffix("_sum") for name in total.column_names])
    return total.select(counts.column_names).cast(counts.schema).sort_by([(key, "ascending") for key in keys])


@dataclass(frozen=True)
class _Words:
    """The words of one language, ascending; how many texts have each, and how many print it in lower case.

    They stay as they lie in the table, and one is looked up where it is asked for: a window has many words, and a
    chunk of it asks for few.
    """

    words: pa.StringArray
    texts: Ints
    lower: Ints
    landmarks: list[str]
    known: dict[str, tuple[int, int]] = field(default_factory=dict)

    def of(self, word: str) -> tuple[int, int]:
        """The two counts of a word."""
        if word not in self.known:
            n, end = len(self.words), _STRIDE * bisect_right(self.landmarks, word)
            start, end = max(0, end - _STRIDE), min(end, n)
            at = bisect_left(range(n), word, start, end, key=lambda row: self.words[row].as_py())
            there = at < end and self.words[at].as_py() == word
            self.known[word] = (int(self.texts[at]), int(self.lower[at])) if there else (0, 0)
        return self.known[word]


class Window:
    """Document frequencies over the originals of all stories: tables `window_words`, `…_languages`, `…_rubrics`."""

    def __init__(self, words: pa.Table, languages: pa.Table, rubrics: pa.Table) -> None:
        self._texts: dict[str, int] = {row["language"]: row["texts"] for row in languages.to_pylist()}
        self._rubrics = {(row["outlet"], row["beginning"]) for row in rubrics.to_pylist()}
        self._words = words
        self._spoken: dict[str, _Words] = {}
        self._empty: dict[str, frozenset[str]] = {}
        self._rarities: dict[str, dict[str, float]] = defaultdict(dict)

    def texts(self, language: str) -> int:
        """Originals in a language."""
        return self._texts.get(language, 0)

    def uses(self, word: str, language: str) -> int:
        """Originals of a language that have the word."""
        return self._of(language).of(word)[0]

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
            ratio = (1 + self.texts(language)) / (1 + self.uses(word, language))
            known[word] = 0.0 if word in self._without_content(language) else math.log(ratio) + 1.0
        return known[word]

    def is_name(self, words: Sequence[str], language: str) -> bool:
        """Whether some word of a capitalised run is hardly ever printed in lower case."""
        known, empty = self._of(language), self._without_content(language)
        counts = ((word, *known.of(word)) for word in words)
        return any(lower <= _LOWER_SHARE * texts and word not in empty for word, texts, lower in counts)

    def _of(self, language: str) -> _Words:
        if language not in self._spoken:
            own = self._words.filter(pc.equal(self._words["language"], language))
            texts, lower = (own[name].to_numpy() for name in ("texts", "lower"))
            words = own["word"].combine_chunks()
            landmarks = words.take(pa.array(range(0, len(words), _STRIDE), pa.int64())).to_pylist()
            self._spoken[language] = _Words(words, texts, lower, landmarks)
        return self._spoken[language]

    def _without_content(self, language: str) -> frozenset[str]:
        if language in self._empty:
            return self._empty[language]
        own, n_texts = self._of(language), self.texts(language)
        empty = function_words(language)
        if not empty and n_texts >= _ENOUGH_TEXTS:
            empty = frozenset(own.words.filter(pa.array(own.texts > _COMMON_SHARE * n_texts)).to_pylist())
        # Ideographs are words of one character; other single characters are fragments ("s", "t").
        single = own.words.filter(pc.equal(pc.utf8_length(own.words), 1)).to_pylist()
        self._empty[language] = empty | {word for word in single if ord(word) < _FIRST_IDEOGRAPH}
        return self._empty[language]


def _beginning(title: str) -> str | None:
    """What stands before a title's colon or bar, folded, where that is a few words."""
    match = _DIVIDED.match(title)
    return " ".join(match[1].casefold().split()) if match and len(match[1].split()) <= _RUBRIC_WORDS else None
