"""Stemmed words and pairs of words of a story (its n-grams), and the features that salience is predicted from."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from newsfold import text
from newsfold.summaries.stories import Article, Story
from newsfold.summaries.word_statistics import WordStatistics
from newsfold.vocabulary import zipf_frequency

Ngram = tuple[str, ...]  # one stem, or two that follow each other
Floats = npt.NDArray[np.float64]

FEATURES = (
    "opening_share",  # of the story's origins whose opening has the n-gram
    "first_sentence_share",  # … whose first sentence has it
    "title_share",  # … whose title has it
    "centrality_share",  # of openings that have it, weighted by centrality
    "in_several_articles",  # whether more than one article has it
    "in_representative",  # whether the representative has it
    "log_sentences",  # ln(1 + sentences that have it)
    "log_words_before",  # ln(1 + words before it, in the article that has it first)
    "max_idf",  # of its rarest word in the window
    "min_idf",  # of its most common word
    "min_zipf",  # Zipf frequency of its rarest word in the language
    "function_word_share",
    "number_share",
    "capitalised_share",  # of its uses
    "word_length",  # characters per word, at most 8
    "log_origins",  # ln of the story's origins
    "opening_words",  # mean words of an opening, each counted up to `MAX_OPENING_WORDS`
)
SENTENCES_READ = 8
MAX_OPENING_WORDS = 90
_STEM_CHARACTERS = 6
_CENTRALITY_EXPONENT = 3.0  # an opening weighs e to this times its mean cosine
_MAX_WORD_LENGTH = 8


def stem(word: str) -> str:
    """Return the beginning of a word, which its inflected forms share; a number as it is."""
    return word if word.isdigit() else word[:_STEM_CHARACTERS]


def extract_ngrams(words: Sequence[str], size: int) -> list[Ngram]:
    """Return the runs of `size` stems in some words, in order."""
    stems = [stem(word) for word in words]
    return list(zip(*(stems[start:] for start in range(size)), strict=False))


def mean_opening_words(story: Story) -> float:
    """Return the mean number of words in the openings of a story, each counted up to `MAX_OPENING_WORDS`."""
    lengths = [min(MAX_OPENING_WORDS, len(article.words)) for article in story.central_originals if article.words]
    return sum(lengths) / len(lengths) if lengths else 0.0


@dataclass
class _Uses:
    """How the articles of a story use one n-gram."""

    idfs: list[float]
    words: tuple[str, ...]
    words_before: int = 10**6
    sentences: int = 0
    capitalised: int = 0
    total: int = 0


def compute_features(
    story: Story, statistics: WordStatistics, size: int, *, of_titles: bool = False
) -> tuple[list[Ngram], Floats]:
    """Compute the features of the n-grams in a story's openings, or in its titles.

    Args:
        story: the story, of which the central originals are read, each up to `SENTENCES_READ` sentences.
        statistics: document frequencies in the window.
        size: words per n-gram, 1 or 2.
        of_titles: the n-grams of the titles; `log_sentences` and `log_words_before` then count in titles.

    Returns:
        The n-grams, sorted, and float64 of shape (n-grams, `FEATURES`).
    """
    articles = story.central_originals
    uses: dict[Ngram, _Uses] = {}
    in_opening, in_first_sentence, in_title = (defaultdict[Ngram, set[int]](set) for _ in range(3))
    for number, article in enumerate(articles):
        sentences = [text.split_cased_words(s) for s in article.sentences[:SENTENCES_READ]]
        title = text.split_cased_words(article.title)
        words_before = 0
        for position, printed in enumerate(sentences):
            ngrams = _count_uses(printed, words_before, article, statistics, size, None if of_titles else uses)
            for ngram in ngrams:
                in_opening[ngram].add(number)
                if not position:
                    in_first_sentence[ngram].add(number)
            words_before += len(printed)
        for ngram in _count_uses(title, 0, article, statistics, size, uses if of_titles else None):
            in_title[ngram].add(number)
    order = sorted(uses)
    origins = [article.origin for article in articles]
    n_origins = len(set(origins))
    centrality = np.exp(_CENTRALITY_EXPONENT * np.array(story.centrality[: len(articles)], dtype=np.float64))
    centrality /= centrality.sum()
    representative = articles.index(story.representative) if story.representative in articles else -1
    of_story = [math.log(n_origins), mean_opening_words(story)]

    def share_of_origins(numbers: set[int]) -> float:
        return len({origins[number] for number in numbers}) / n_origins

    rows = []
    for ngram in order:
        used, openings, titles = uses[ngram], in_opening.get(ngram, set()), in_title.get(ngram, set())
        rows.append(
            [
                share_of_origins(openings),
                share_of_origins(in_first_sentence.get(ngram, set())),
                share_of_origins(titles),
                sum(float(centrality[number]) for number in sorted(openings)),
                float(len(openings | titles) > 1),
                float(representative in openings),
                math.log1p(used.sentences),
                math.log1p(used.words_before),
                max(used.idfs),
                min(used.idfs),
                min(zipf_frequency(word, story.language) for word in used.words),
                sum(idf == 0 for idf in used.idfs) / size,
                sum(word.isdigit() for word in used.words) / size,
                used.capitalised / used.total,
                min(_MAX_WORD_LENGTH, sum(map(len, used.words)) / size),
                *of_story,
            ]
        )
    return order, np.array(rows, dtype=np.float64).reshape(len(order), len(FEATURES))


def _count_uses(
    printed: Sequence[str],
    words_before: int,
    article: Article,
    statistics: WordStatistics,
    size: int,
    uses: dict[Ngram, _Uses] | None,
) -> Iterable[Ngram]:
    """Return the n-grams of one sentence, and add them to `uses`."""
    words = [word.casefold() for word in printed]
    ngrams = extract_ngrams(words, size)
    if uses is None:
        return ngrams
    for start, ngram in enumerate(ngrams):
        if ngram not in uses:
            forms = tuple(words[start : start + size])
            uses[ngram] = _Uses([statistics.idf(word, article.language) for word in forms], forms)
        used = uses[ngram]
        used.words_before = min(used.words_before, words_before + start)
        used.total += 1
        used.capitalised += printed[start][:1].isupper()
    for ngram in set(ngrams):
        uses[ngram].sentences += 1
    return ngrams
