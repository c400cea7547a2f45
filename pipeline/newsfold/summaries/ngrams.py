"""Stemmed words and pairs of words of a story (its n-grams), and the features that salience is predicted from."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from newsfold import text
from newsfold.summaries.stories import Story
from newsfold.summaries.word_statistics import WordStatistics

Ngram = tuple[str, ...]  # one stem, or two that follow each other
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

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
SHORT_OPENING_WORDS = 38  # fewer are an excerpt of a sentence or two, as in feeds
_STEM_CHARACTERS = 6
_CENTRALITY_EXPONENT = 3.0  # an opening weighs e to this times its mean cosine
_MAX_WORD_LENGTH = 8


def stem(word: str) -> str:
    """Return the beginning of a word, which its inflected forms share; a number as it is."""
    return word if word.isdigit() else word[:_STEM_CHARACTERS]


def extract_ngrams(words: Sequence[str], size: int) -> list[Ngram]:
    """Return the runs of `size` stems in some words, in order."""
    # As `stem` does, without a call for each word: this is among the busiest lines of the stage.
    stems = [word if word.isdigit() else word[:_STEM_CHARACTERS] for word in words]
    return list(zip(*(stems[start:] for start in range(size)), strict=False))


def mean_opening_words(story: Story) -> float:
    """Return the mean number of words in the openings of a story, each counted up to `MAX_OPENING_WORDS`."""
    lengths = [min(MAX_OPENING_WORDS, len(article.words)) for article in story.central_originals if article.words]
    return sum(lengths) / len(lengths) if lengths else 0.0


class _Uses:
    """How the articles of a story use some n-grams: a list per fact, with a value for each n-gram.

    Args:
        wanted: the n-grams to observe; None: all.
    """

    def __init__(self, wanted: Collection[Ngram] | None) -> None:
        self._wanted = wanted
        self.row_of: dict[Ngram, int] = {}
        self.words: list[Sequence[str]] = []  # of the first use, case-folded
        self.languages: list[str] = []  # of the article that has it first
        self.words_before: list[int] = []
        self.sentences: list[int] = []
        self.capitalised: list[int] = []
        self.total: list[int] = []

    def add_sentence(
        self, printed: Sequence[str], folded: Sequence[str], ngrams: Sequence[Ngram], words_before: int, language: str
    ) -> None:
        """Count the n-grams of a sentence, whose words are `printed`, and case-folded `folded`."""
        row_of, wanted = self.row_of, self._wanted
        rows = set[int]()
        for start, ngram in enumerate(ngrams):
            row = row_of.get(ngram)
            if row is not None:
                self.total[row] += 1
                self.capitalised[row] += printed[start][0].isupper()
                if words_before + start < self.words_before[row]:
                    self.words_before[row] = words_before + start
            elif wanted is None or ngram in wanted:
                row = row_of[ngram] = len(self.words)
                self.words.append(folded[start : start + len(ngram)])
                self.languages.append(language)
                self.words_before.append(words_before + start)
                self.sentences.append(0)
                self.capitalised.append(printed[start][0].isupper())
                self.total.append(1)
            else:
                continue
            rows.add(row)
        for row in rows:
            self.sentences[row] += 1


def compute_features(
    story: Story,
    statistics: WordStatistics,
    size: int,
    *,
    of_titles: bool = False,
    wanted: Collection[Ngram] | None = None,
) -> tuple[list[Ngram], Floats]:
    """Compute the features of the n-grams in a story's openings, or in its titles.

    Args:
        story: the story, of which the central originals are read, each up to `SENTENCES_READ` sentences.
        statistics: document frequencies in the window.
        size: words per n-gram, 1 or 2.
        of_titles: the n-grams of the titles; `log_sentences` and `log_words_before` then count in titles.
        wanted: the n-grams to compute features of, those that the story has; None: all.

    Returns:
        The n-grams, in order of their first use, and float64 of shape (n-grams, `FEATURES`).
    """
    articles = story.central_originals
    uses = _Uses(wanted)
    openings, first_sentences, titles = ([set[Ngram]() for _ in articles] for _ in range(3))
    for number, article in enumerate(articles):
        words_before = 0
        for position, printed in enumerate(article.cased_sentences[:SENTENCES_READ]):
            folded = article.folded_sentences[position]
            ngrams = extract_ngrams(folded, size)
            openings[number].update(ngrams)
            if not position:
                first_sentences[number].update(ngrams)
            if not of_titles:
                uses.add_sentence(printed, folded, ngrams, words_before, article.language)
            words_before += len(printed)
        title = text.split_cased_words(article.title)
        folded = [word.casefold() for word in title]
        ngrams = extract_ngrams(folded, size)
        titles[number].update(ngrams)
        if of_titles:
            uses.add_sentence(title, folded, ngrams, 0, article.language)
    if not uses.words:
        return [], np.zeros((0, len(FEATURES)))
    in_opening, in_first_sentence, in_title = (
        _find_holders(uses.row_of, held) for held in (openings, first_sentences, titles)
    )
    columns = [
        *_measure_spread(story, in_opening, in_first_sentence, in_title),
        [math.log1p(count) for count in uses.sentences],
        [math.log1p(count) for count in uses.words_before],
        *_measure_words(uses, statistics, story.language, size),
        np.full(len(uses.words), math.log(len({article.origin for article in articles}))),
        np.full(len(uses.words), mean_opening_words(story)),
    ]
    features = np.column_stack([np.asarray(column, dtype=np.float64) for column in columns])
    return list(uses.row_of), features


def _find_holders(row_of: Mapping[Ngram, int], held: Sequence[set[Ngram]]) -> Bools:
    """Return which articles hold which n-grams: bool of shape (n-grams, articles)."""
    holders = np.zeros((len(row_of), len(held)), dtype=bool)
    for number, ngrams in enumerate(held):
        holders[[row_of[ngram] for ngram in ngrams if ngram in row_of], number] = True
    return holders


def _measure_spread(story: Story, in_opening: Bools, in_first_sentence: Bools, in_title: Bools) -> list[Floats]:
    """Return the features from `opening_share` to `in_representative`, from what holds each n-gram."""
    articles = story.central_originals
    code_of = {origin: code for code, origin in enumerate(dict.fromkeys(article.origin for article in articles))}
    codes = [code_of[article.origin] for article in articles]

    def share_of_origins(holders: Bools) -> Floats:
        of_origin = np.zeros((len(holders), len(code_of)), dtype=bool)
        for number, code in enumerate(codes):
            of_origin[:, code] |= holders[:, number]
        return np.asarray(of_origin.sum(axis=1) / len(code_of), dtype=np.float64)

    centrality = np.exp(_CENTRALITY_EXPONENT * np.array(story.centrality[: len(articles)], dtype=np.float64))
    centrality /= centrality.sum()
    # Added one by one, as a sum of products may differ in its last bits from machine to machine.
    central = np.zeros(len(in_opening))
    for number, weight in enumerate(centrality):
        central += np.where(in_opening[:, number], weight, 0.0)
    is_representative = [article is story.representative for article in articles]
    return [
        share_of_origins(in_opening),
        share_of_origins(in_first_sentence),
        share_of_origins(in_title),
        central,
        ((in_opening | in_title).sum(axis=1) > 1).astype(np.float64),
        in_opening[:, is_representative].any(axis=1).astype(np.float64),
    ]


def _measure_words(uses: _Uses, statistics: WordStatistics, language: str, size: int) -> list[Floats]:
    """Return the features from `max_idf` to `word_length`, of the words of each n-gram's first use."""
    words = [word for of_ngram in uses.words for word in of_ngram]
    languages = [of_article for of_article in uses.languages for _ in range(size)]
    facts = statistics.measure_words(words, languages, language).reshape(-1, size, 4)
    idfs, zipf, digits, characters = (facts[:, :, fact] for fact in range(4))
    return [
        idfs.max(axis=1),
        idfs.min(axis=1),
        zipf.min(axis=1),
        (idfs == 0).sum(axis=1) / size,
        digits.sum(axis=1) / size,
        np.array(uses.capitalised) / np.array(uses.total),
        np.minimum(_MAX_WORD_LENGTH, characters.sum(axis=1) / size),
    ]
