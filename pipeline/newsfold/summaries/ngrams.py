"""Stemmed words and pairs of words of a story (its n-grams), and the features that salience is predicted from."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from newsfold import text
from newsfold.summaries.lexicon import Floats, Ints, Lexicon
from newsfold.summaries.stories import Story
from newsfold.summaries.word_statistics import WordStatistics

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
NGRAM_SIZES = (1, 2)  # words per n-gram
SENTENCES_READ = 8
MAX_OPENING_WORDS = 90
_CENTRALITY_EXPONENT = 3.0  # an opening weighs e to this times its mean cosine
_MAX_WORD_LENGTH = 8
_STEM_BITS = 32  # of the number of a stem in that of a pair


def list_ngrams(words: Sequence[str], lexicon: Lexicon) -> list[int]:
    """Return the n-grams of some words, those of one word before those of two.

    An n-gram is a number: that of its stem, or those of its two stems in the upper and the lower half of its bits.
    """
    stems = lexicon.list_stems(words)
    return stems + [first << _STEM_BITS | second for first, second in itertools.pairwise(stems)]


def mean_opening_words(story: Story) -> float:
    """Return the mean number of words in the openings of a story, each counted up to `MAX_OPENING_WORDS`."""
    lengths = [len(article.cased_words) for article in story.central_originals]
    lengths = [min(MAX_OPENING_WORDS, length) for length in lengths if length]
    return sum(lengths) / len(lengths) if lengths else 0.0


@dataclass(frozen=True)
class _Uses:
    """The uses of n-grams in some passages, by n-gram and then by place: each array has a value or row per use.

    Attributes:
        ngrams: the n-gram.
        words: the rows of its first and its last word in the lexicon, of shape (uses, 2).
        articles: the position of the article among the story's central originals.
        passages: the position of the passage among all.
        words_before: the words before it in its article.
        in_first: whether its passage is the first of its article.
        order: the position of the use among all, single words first.
        starts: for each n-gram the row of its first use, of shape (n-grams,).
    """

    ngrams: Ints
    words: Ints
    articles: Ints
    passages: Ints
    words_before: Ints
    in_first: Bools
    order: Ints
    starts: Ints


def _find_uses(passages: Sequence[Sequence[Sequence[str]]], lexicon: Lexicon) -> _Uses:
    """Return the uses of n-grams in the passages of each article: their words, as printed."""
    flat = [passage for of_article in passages for passage in of_article]
    words = lexicon.find_rows(itertools.chain.from_iterable(flat))
    lengths = np.array([len(passage) for passage in flat], dtype=np.int64)
    article_of = np.repeat(np.arange(len(passages)), [len(of_article) for of_article in passages])
    is_first = np.diff(article_of, prepend=-1) > 0
    starts = np.cumsum(lengths) - lengths
    passage = np.repeat(np.arange(len(flat)), lengths)
    words_before = np.arange(len(words)) - starts[is_first][np.cumsum(is_first) - 1][passage]
    # Of each pair of words, the first one; a single word is first and last.
    pairs = np.flatnonzero(passage[:-1] == passage[1:])
    first = np.concatenate([np.arange(len(words)), pairs])
    last = np.concatenate([np.arange(len(words)), pairs + 1])
    stems = lexicon.stems[words]
    ngrams = np.concatenate([stems, stems[pairs] << _STEM_BITS | stems[pairs + 1]])
    order = np.argsort(ngrams, kind="stable")
    ngrams, first, last = ngrams[order], first[order], last[order]
    passage_of = passage[first]
    return _Uses(
        ngrams=ngrams,
        words=np.column_stack([words[first], words[last]]),
        articles=article_of[passage_of],
        passages=passage_of,
        words_before=words_before[first],
        in_first=is_first[passage_of],
        order=order,
        starts=np.flatnonzero(np.diff(ngrams, prepend=0)),
    )


def compute_features(story: Story, statistics: WordStatistics, *, of_titles: bool = False) -> list[tuple[Ints, Floats]]:
    """Compute the features of the n-grams in a story's openings, or in its titles.

    Args:
        story: the story, all of which is in one language; its central originals are read, each up to `SENTENCES_READ`
            sentences.
        statistics: document frequencies in the window.
        of_titles: the n-grams of the titles; `log_sentences` and `log_words_before` then count in titles.

    Returns:
        For each of `NGRAM_SIZES` the n-grams, in order of their first use, and float64 of shape (n-grams, `FEATURES`).
    """
    articles = story.central_originals
    lexicon = statistics.lexicon(story.language)
    in_openings = _find_uses([article.cased_sentences[:SENTENCES_READ] for article in articles], lexicon)
    in_titles = _find_uses([[text.split_cased_words(article.title)] for article in articles], lexicon)
    uses = in_titles if of_titles else in_openings
    ngrams = uses.ngrams[uses.starts]
    if not len(ngrams):
        return [(ngrams, np.zeros((0, len(FEATURES))))] * len(NGRAM_SIZES)
    columns = [
        *_measure_spread(story, ngrams, in_openings, in_titles),
        *_measure_places(uses),
        *_measure_words(uses, lexicon),
        np.full(len(ngrams), math.log(len({article.origin for article in articles}))),
        np.full(len(ngrams), mean_opening_words(story)),
    ]
    by_first_use = np.argsort(uses.order[uses.starts])
    ngrams, features = ngrams[by_first_use], np.column_stack(columns)[by_first_use]
    n_single = np.count_nonzero(ngrams < 1 << _STEM_BITS)
    return [(ngrams[:n_single], features[:n_single]), (ngrams[n_single:], features[n_single:])]


def _measure_spread(story: Story, ngrams: Ints, in_openings: _Uses, in_titles: _Uses) -> list[Floats]:
    """Return the features from `opening_share` to `in_representative` of some n-grams, ascending."""
    articles = story.central_originals
    code_of = {origin: code for code, origin in enumerate(dict.fromkeys(article.origin for article in articles))}
    codes = [code_of[article.origin] for article in articles]

    def share_of_origins(holders: Bools) -> Floats:
        of_origin = np.zeros((len(holders), len(code_of)), dtype=bool)
        for number, code in enumerate(codes):
            of_origin[:, code] |= holders[:, number]
        return np.asarray(of_origin.sum(axis=1) / len(code_of), dtype=np.float64)

    in_opening = _find_holders(ngrams, in_openings.ngrams, in_openings.articles, len(articles))
    in_first_sentence = _find_holders(
        ngrams, in_openings.ngrams[in_openings.in_first], in_openings.articles[in_openings.in_first], len(articles)
    )
    in_title = _find_holders(ngrams, in_titles.ngrams, in_titles.articles, len(articles))
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


def _find_holders(ngrams: Ints, used: Ints, articles: Ints, n_articles: int) -> Bools:
    """Return which articles use which n-grams, ascending: bool of shape (n-grams, articles)."""
    holders = np.zeros((len(ngrams), n_articles), dtype=bool)
    rows = np.minimum(np.searchsorted(ngrams, used), len(ngrams) - 1)
    is_listed = ngrams[rows] == used
    holders[rows[is_listed], articles[is_listed]] = True
    return holders


def _measure_places(uses: _Uses) -> list[Floats]:
    """Return `log_sentences` and `log_words_before`."""
    is_new_passage = np.diff(uses.passages, prepend=-1) != 0
    is_new_passage[uses.starts] = True
    n_sentences = np.add.reduceat(is_new_passage, uses.starts, dtype=np.int64)
    words_before = np.minimum.reduceat(uses.words_before, uses.starts)
    return [_list_logarithms(int(counts.max()).bit_length())[counts] for counts in (n_sentences, words_before)]


@functools.cache
def _list_logarithms(n_bits: int) -> Floats:
    """Return ln(1 + n) for each n of at most so many bits; NumPy's may differ in the last bits between machines."""
    return np.array([math.log1p(n) for n in range(1 << n_bits)])


def _measure_words(uses: _Uses, lexicon: Lexicon) -> list[Floats]:
    """Return the features from `max_idf` to `word_length`, of the words of each n-gram's first use."""
    first, last = uses.words[uses.starts].T
    first_idf, last_idf = lexicon.idf[first], lexicon.idf[last]
    n_uses = np.diff(uses.starts, append=len(uses.ngrams))
    n_capitalised = np.add.reduceat(lexicon.is_capitalised[uses.words[:, 0]], uses.starts, dtype=np.int64)
    return [
        np.maximum(first_idf, last_idf),
        np.minimum(first_idf, last_idf),
        np.minimum(lexicon.zipf[first], lexicon.zipf[last]),
        ((first_idf == 0).astype(float) + (last_idf == 0)) / 2,
        (lexicon.is_number[first].astype(float) + lexicon.is_number[last]) / 2,
        n_capitalised / n_uses,
        np.minimum(_MAX_WORD_LENGTH, (lexicon.length[first] + lexicon.length[last]) / 2),
    ]
