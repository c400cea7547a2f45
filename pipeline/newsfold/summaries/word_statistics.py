"""Statistics of words over a window, language by language: document frequency, rarity, and use as a name."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from newsfold.summaries.languages import function_words
from newsfold.summaries.lexicon import Ints, Lexicon
from newsfold.summaries.stories import Article, Story
from newsfold.summaries.word_counts import extract_section_label
from newsfold.vocabulary import zipf_frequency

# A language without a list: a word in this share of its articles, if they are enough, is a function word.
_FUNCTION_WORD_SHARE = 0.2
_MIN_ARTICLES = 20
_THEME_SHARE = 0.12  # of all articles, if they are enough: a name in so many says nothing about one story
_FIRST_IDEOGRAPH = 0x2E80
_STRIDE = 64  # every so many words, one is kept as a landmark for the search
_MOSTLY_LOWER_SHARE = 0.5
_MAX_LOWER_SHARE = 0.2  # a name is hardly ever printed in lower case


@dataclass(frozen=True)
class _WordTable:
    """The words of one language, ascending, with the number of texts that have each, and that print it in lower case.

    Counts stay in the arrays and are looked up on demand: a window has many words, and a chunk of it asks for few.
    """

    words: pa.StringArray
    texts: Ints
    lower: Ints
    landmarks: list[str]  # every `_STRIDE`th word
    cache: dict[str, tuple[int, int]] = field(default_factory=dict)

    def counts_of(self, word: str) -> tuple[int, int]:
        """Return the two counts of a word."""
        counts = self.cache.get(word)
        if counts is None:
            n, stop = len(self.words), _STRIDE * bisect_right(self.landmarks, word)
            start, stop = max(0, stop - _STRIDE), min(stop, n)
            row = bisect_left(range(n), word, start, stop, key=lambda row: self.words[row].as_py())
            is_listed = row < stop and self.words[row].as_py() == word
            counts = self.cache[word] = (int(self.texts[row]), int(self.lower[row])) if is_listed else (0, 0)
        return counts

    def load(self, words: Collection[str]) -> None:
        """Look up many words at once: a search of the whole table, which does not pay for few."""
        wanted = pa.array([word for word in words if word not in self.cache], pa.string())
        if len(wanted) * _STRIDE < len(self.words):
            return
        rows = pc.index_in(wanted, value_set=self.words)
        columns = (pc.fill_null(pc.take(pa.array(counts), rows), 0).to_pylist() for counts in (self.texts, self.lower))
        self.cache.update(zip(wanted.to_pylist(), zip(*columns, strict=True), strict=True))


class _Idfs(dict[str, float]):
    """The inverse document frequencies of the words in one language; each is computed when it is first asked for."""

    def __init__(self, table: _WordTable, n_articles: int, without_content: frozenset[str]) -> None:
        super().__init__()
        self._table = table
        self._n_articles = n_articles
        self._without_content = without_content

    def __missing__(self, word: str) -> float:
        ratio = (1 + self._n_articles) / (1 + self._table.counts_of(word)[0])
        self[word] = idf = 0.0 if word in self._without_content else math.log(ratio) + 1.0
        return idf


class WordStatistics:
    """Document frequencies over the originals of a window, language by language.

    Args:
        words: table `window_words`.
        languages: table `window_languages`.
        labels: table `window_section_labels`.
    """

    def __init__(self, words: pa.Table, languages: pa.Table, labels: pa.Table) -> None:
        self._n_articles: dict[str, int] = {row["language"]: row["texts"] for row in languages.to_pylist()}
        self._section_labels = {(row["outlet"], row["label"]) for row in labels.to_pylist()}
        self._words = words
        self._tables: dict[str, _WordTable] = {}
        self._words_without_content: dict[str, frozenset[str]] = {}
        self._idfs: dict[str, _Idfs] = {}
        self.lexicon = Lexicon(self._measure_words)

    def load(self, stories: Iterable[Story]) -> None:
        """Look up at once the words of the titles and openings that describing some stories reads."""
        words: defaultdict[str, set[str]] = defaultdict(set)
        for story in stories:
            for article in story.central_originals:
                words[article.language].update(article.title_words, article.words)
        for language, of_language in words.items():
            self._table(language).load(of_language)

    def n_articles(self, language: str) -> int:
        """Return the number of originals in a language."""
        return self._n_articles.get(language, 0)

    def document_frequency(self, word: str, language: str) -> int:
        """Return the number of originals of a language that have a word."""
        return self._table(language).counts_of(word)[0]

    def has_section_label(self, article: Article) -> bool:
        """Return whether a title begins as many titles of its outlet do: `News Bulletin: …`."""
        label = extract_section_label(article.title)
        return label is not None and (article.outlet, label) in self._section_labels

    def idf(self, word: str, language: str) -> float:
        """Return the smoothed inverse document frequency of a content word, 0 for a function word."""
        return self.idfs(language)[word]

    def idfs(self, language: str) -> Mapping[str, float]:
        """Return the `idf` of any word of a language."""
        if language not in self._idfs:
            self._idfs[language] = _Idfs(
                self._table(language), self.n_articles(language), self._without_content(language)
            )
        return self._idfs[language]

    def is_name(self, words: Sequence[str], language: str) -> bool:
        """Return whether some word of a capitalised run is hardly ever printed in lower case."""
        table, without_content = self._table(language), self._without_content(language)
        counts = ((word, *table.counts_of(word)) for word in words)
        return any(lower <= _MAX_LOWER_SHARE * texts and word not in without_content for word, texts, lower in counts)

    def is_mostly_lower(self, word: str, language: str) -> bool:
        """Return whether most originals of a language that have a word print it in lower case."""
        texts, lower = self._table(language).counts_of(word)
        return lower > _MOSTLY_LOWER_SHARE * texts

    def is_theme(self, words: Sequence[str]) -> bool:
        """Return whether a large share of the window's originals has all the words: its theme, not one story's."""
        n_articles = sum(self._n_articles.values())
        counts = [
            sum(self.document_frequency(word, language) for language in self._n_articles)
            for word in words
            if not word[0].isdigit()  # also 19d of a misspelt COVID-19d
        ]
        return n_articles >= _MIN_ARTICLES and bool(counts) and min(counts) > _THEME_SHARE * n_articles

    def _measure_words(self, words: Sequence[str], language: str) -> tuple[list[float], list[float]]:
        self._table(language).load(words)
        idfs = self.idfs(language)
        return [idfs[word] for word in words], [zipf_frequency(word, language) for word in words]

    def _table(self, language: str) -> _WordTable:
        if language not in self._tables:
            rows = self._words.filter(pc.equal(self._words["language"], language))
            texts, lower = (rows[name].to_numpy() for name in ("texts", "lower"))
            words = rows["word"].combine_chunks()
            landmarks = words.take(pa.array(range(0, len(words), _STRIDE), pa.int64())).to_pylist()
            self._tables[language] = _WordTable(words, texts, lower, landmarks)
        return self._tables[language]

    def _without_content(self, language: str) -> frozenset[str]:
        if language in self._words_without_content:
            return self._words_without_content[language]
        table, n_articles = self._table(language), self.n_articles(language)
        words = function_words(language)
        if not words and n_articles >= _MIN_ARTICLES:
            words = frozenset(table.words.filter(pa.array(table.texts > _FUNCTION_WORD_SHARE * n_articles)).to_pylist())
        # Ideographs are words of one character; other single characters are fragments ("s", "t").
        single = table.words.filter(pc.equal(pc.utf8_length(table.words), 1)).to_pylist()
        self._words_without_content[language] = words | {word for word in single if ord(word) < _FIRST_IDEOGRAPH}
        return self._words_without_content[language]
