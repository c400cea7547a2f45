"""Stemmed words and pairs of words of a story (its n-grams), and the features that salience is predicted from."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, fields

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
MAX_OPENING_WORDS = 90
SHORT_OPENING_WORDS = 38  # fewer are an excerpt of a sentence or two, as in feeds
_CENTRALITY_EXPONENT = 3.0  # an opening weighs e to this times its mean cosine
_MAX_WORD_LENGTH = 8
_STEM_BITS = 32  # of the number of a stem in that of a pair


def find_ngrams(passages: Sequence[Sequence[str]], lexicon: Lexicon, language: str) -> tuple[Ints, Ints]:
    """Return the n-grams of passages, each given by its words, and the passage of each n-gram.

    An n-gram is a number: that of its stem, or those of its two stems in the upper and the lower half of its bits.

    Returns:
        Arrays of the n-grams, those of one word before those of two, and of their passages' positions.
    """
    rows = lexicon.find_rows(itertools.chain.from_iterable(passages), language)
    stems = lexicon.stems[rows]  # which are longer now if there were new words
    passage_of = np.repeat(np.arange(len(passages)), [len(words) for words in passages])
    pairs = np.flatnonzero(passage_of[:-1] == passage_of[1:])
    ngrams = np.concatenate([stems, stems[pairs] << _STEM_BITS | stems[pairs + 1]])
    return ngrams, np.concatenate([passage_of, passage_of[pairs]])


def mean_opening_words(story: Story) -> float:
    """Return the mean number of words in the openings of a story, each counted up to `MAX_OPENING_WORDS`."""
    lengths = [len(article.cased_words) for article in story.central_originals]
    lengths = [min(MAX_OPENING_WORDS, length) for length in lengths if length]
    return sum(lengths) / len(lengths) if lengths else 0.0


@dataclass(frozen=True)
class _Passages:
    """The titles and the first sentences of some stories' central originals, story by story, in arrays.

    Attributes:
        words: the rows of all words in the lexicon.
        passage_of: the passage of each word, of shape (words,).
        words_before: the words before each one in its title or opening, of shape (words,).
        article_of: the article of each passage, of shape (passages,).
        is_title, is_first: whether each passage is a title, or the first sentence of an opening, likewise.
        story_of: the story of each article, of shape (articles,).
    """

    words: Ints
    passage_of: Ints
    words_before: Ints
    article_of: Ints
    is_title: Bools
    is_first: Bools
    story_of: Ints


def _read_passages(stories: Sequence[Story], lexicon: Lexicon) -> _Passages:
    words_of: list[list[str]] = []
    lengths: list[int] = []
    positions: list[int] = []  # -1 for a title
    n_passages: list[int] = []
    for story in stories:
        passages = []
        for article in story.central_originals:
            sentences = article.cased_sentences
            passages += [text.split_cased_words(article.title), *sentences]
            positions += range(-1, len(sentences))
            n_passages.append(1 + len(sentences))
        words_of.append(list(itertools.chain.from_iterable(passages)))
        lengths += map(len, passages)
    languages = [story.language for story in stories]
    lexicon.prepare(words_of, languages)
    words = np.concatenate(list(map(lexicon.find_rows, words_of, languages)))
    n_words, position = np.array(lengths, dtype=np.int64), np.array(positions, dtype=np.int64)
    passage_of = np.repeat(np.arange(len(n_words)), n_words)
    starts = np.cumsum(n_words) - n_words
    # Titles and openings each count their words from 0.
    opening_starts = np.maximum.accumulate(np.where(position <= 0, starts, 0))
    return _Passages(
        words=words,
        passage_of=passage_of,
        words_before=np.arange(len(words)) - opening_starts[passage_of],
        article_of=np.repeat(np.arange(len(n_passages)), n_passages),
        is_title=position < 0,
        is_first=position == 0,
        story_of=np.repeat(np.arange(len(stories)), [len(story.central_originals) for story in stories]),
    )


@dataclass(frozen=True)
class _Uses:
    """Uses of n-grams, by story, n-gram and place: each array has a value per use.

    Attributes:
        ngrams: the n-gram.
        first, last: the positions of its first and last word among the words.
        group_of: the number of its n-gram in its story.
        order: the position of the use among all, single words first.
    """

    ngrams: Ints
    first: Ints
    last: Ints
    group_of: Ints
    order: Ints

    def select(self, is_wanted: Bools) -> _Uses:
        """Return some of the uses."""
        return _Uses(*(getattr(self, field.name)[is_wanted] for field in fields(self)))


def _find_uses(passages: _Passages, lexicon: Lexicon) -> _Uses:
    positions = np.arange(len(passages.words))
    # Of each pair of words, the first one; a single word is first and last.
    pairs = np.flatnonzero(passages.passage_of[:-1] == passages.passage_of[1:])
    first, last = np.concatenate([positions, pairs]), np.concatenate([positions, pairs + 1])
    stems = lexicon.stems[passages.words]
    ngrams = np.concatenate([stems, stems[pairs] << _STEM_BITS | stems[pairs + 1]])
    story = passages.story_of[passages.article_of[passages.passage_of[first]]]
    order = np.lexsort((ngrams, story))
    ngrams, story = ngrams[order], story[order]
    is_new = (np.diff(ngrams, prepend=0) != 0) | (np.diff(story, prepend=-1) != 0)
    return _Uses(ngrams, first[order], last[order], np.cumsum(is_new) - 1, order)


@dataclass(frozen=True)
class NgramFeatures:
    """Features of the n-grams of one size in some stories.

    Attributes:
        stories: the position of each n-gram's story, ascending.
        ngrams: the n-grams, those of a story in order of their first use.
        features: float64 of shape (n-grams, `FEATURES`).
    """

    stories: Ints
    ngrams: Ints
    features: Floats


@dataclass(frozen=True)
class StoryNgrams:
    """The uses of n-grams in the titles and openings of some stories.

    Attributes:
        stories: the stories.
        lexicon: the lexicon that has their words.
        passages: their titles and sentences.
        uses: the uses of n-grams in these.
        spread: the features from `opening_share` to `in_representative`, a value per group of uses each.
    """

    stories: Sequence[Story]
    lexicon: Lexicon
    passages: _Passages
    uses: _Uses
    spread: list[Floats]


def read_ngrams(stories: Sequence[Story], statistics: WordStatistics) -> StoryNgrams:
    """Read the n-grams of stories, each in one language.

    Args:
        stories: one or more; their central originals are read, each up to `stories.SENTENCES_READ` sentences.
        statistics: document frequencies in the window.
    """
    passages = _read_passages(stories, statistics.lexicon)
    uses = _find_uses(passages, statistics.lexicon)
    spread = _measure_spread(stories, passages, uses) if len(uses.ngrams) else []
    return StoryNgrams(stories, statistics.lexicon, passages, uses, spread)


def compute_features(read: StoryNgrams, *, of_titles: bool = False) -> list[NgramFeatures]:
    """Compute the features of the n-grams in the openings of stories, or in their titles.

    Args:
        read: the n-grams of the stories.
        of_titles: the n-grams of the titles; `log_sentences` and `log_words_before` then count in titles.

    Returns:
        The features of the n-grams of each of `NGRAM_SIZES`.
    """
    stories, passages = read.stories, read.passages
    uses = read.uses.select(passages.is_title[passages.passage_of[read.uses.first]] == of_titles)
    starts = np.flatnonzero(np.diff(uses.group_of, prepend=-1))
    if not len(starts):
        return [NgramFeatures(starts, starts, np.zeros((0, len(FEATURES)))) for _ in NGRAM_SIZES]
    story = passages.story_of[passages.article_of[passages.passage_of[uses.first[starts]]]]
    log_origins = [math.log(len({article.origin for article in story.central_originals})) for story in stories]
    columns = [
        *(of_group[uses.group_of[starts]] for of_group in read.spread),
        *_measure_places(passages, uses, starts),
        *_measure_words(passages, uses, starts, read.lexicon),
        np.array(log_origins)[story],
        np.array([mean_opening_words(story) for story in stories])[story],
    ]
    order = np.argsort(uses.order[starts])
    ngrams, features, story = uses.ngrams[starts][order], np.stack(columns)[:, order].T, story[order]
    n = np.count_nonzero(ngrams < 1 << _STEM_BITS)
    sizes = (slice(None, n), slice(n, None))
    return [NgramFeatures(story[of_size], ngrams[of_size], features[of_size]) for of_size in sizes]


def _measure_spread(stories: Sequence[Story], passages: _Passages, uses: _Uses) -> list[Floats]:
    """Return the features from `opening_share` to `in_representative` of each group of uses."""
    articles = [article for story in stories for article in story.central_originals]
    n_groups = int(uses.group_of[-1]) + 1
    code_of: dict[tuple[int, str], int] = {}
    owners = zip(passages.story_of.tolist(), articles, strict=True)
    origins = np.array([code_of.setdefault((story, a.origin), len(code_of)) for story, a in owners], dtype=np.int64)
    n_origins = np.bincount([story for story, _ in code_of], minlength=len(stories))
    passage = passages.passage_of[uses.first]
    article = passages.article_of[passage]
    in_title = passages.is_title[passage]

    def list_distinct(owners: Ints, is_counted: Bools) -> tuple[Ints, Ints]:
        """Return the groups of counted uses with each different owner of theirs, articles or origins."""
        pairs = uses.group_of[is_counted] * len(articles) + owners[is_counted]
        if np.any(pairs[1:] < pairs[:-1]):
            pairs.sort()
        return np.divmod(pairs[np.diff(pairs, prepend=-1) != 0], len(articles))

    def count_distinct(owners: Ints, is_counted: Bools) -> Ints:
        return np.bincount(list_distinct(owners, is_counted)[0], minlength=n_groups)

    story_of_group = passages.story_of[article[np.flatnonzero(np.diff(uses.group_of, prepend=-1))]]
    shares = [
        count_distinct(origins[article], is_counted) / n_origins[story_of_group]
        for is_counted in (~in_title, passages.is_first[passage], in_title)
    ]
    groups, holders = list_distinct(article, ~in_title)
    weights = np.concatenate([_weigh_openings(story) for story in stories])
    # `bincount` adds in order, as a sum of products may not: its last bits would differ from machine to machine.
    central = np.bincount(groups, weights[holders], n_groups)
    in_several = count_distinct(article, np.ones(len(article), dtype=bool)) > 1
    is_representative = np.array([a is story.representative for story in stories for a in story.central_originals])
    in_representative = np.bincount(uses.group_of[is_representative[article] & ~in_title], minlength=n_groups) > 0
    return [*shares, central, in_several.astype(float), in_representative.astype(float)]


def _weigh_openings(story: Story) -> Floats:
    """Return the weights of the central originals' openings, which add up to 1."""
    centrality = story.centrality[: len(story.central_originals)]
    weights = np.exp(_CENTRALITY_EXPONENT * np.array(centrality, dtype=np.float64))
    return np.asarray(weights / weights.sum())


def _measure_places(passages: _Passages, uses: _Uses, starts: Ints) -> list[Floats]:
    """Return `log_sentences` and `log_words_before`."""
    is_new_passage = np.diff(passages.passage_of[uses.first], prepend=-1) != 0
    is_new_passage[starts] = True
    n_sentences = np.add.reduceat(is_new_passage, starts, dtype=np.int64)
    words_before = np.minimum.reduceat(passages.words_before[uses.first], starts)
    return [_list_logarithms(int(counts.max()).bit_length())[counts] for counts in (n_sentences, words_before)]


@functools.cache
def _list_logarithms(n_bits: int) -> Floats:
    """Return ln(1 + n) for each n of at most so many bits; NumPy's may differ in the last bits between machines."""
    return np.array([math.log1p(n) for n in range(1 << n_bits)])


def _measure_words(passages: _Passages, uses: _Uses, starts: Ints, lexicon: Lexicon) -> list[Floats]:
    """Return the features from `max_idf` to `word_length`, of the words of each n-gram's first use."""
    first, last = passages.words[uses.first[starts]], passages.words[uses.last[starts]]
    first_idf, last_idf = lexicon.idf[first], lexicon.idf[last]
    is_capitalised = lexicon.is_capitalised[passages.words[uses.first]]
    n_capitalised = np.add.reduceat(is_capitalised, starts, dtype=np.int64)
    return [
        np.maximum(first_idf, last_idf),
        np.minimum(first_idf, last_idf),
        np.minimum(lexicon.zipf[first], lexicon.zipf[last]),
        ((first_idf == 0).astype(float) + (last_idf == 0)) / 2,
        (lexicon.is_number[first].astype(float) + lexicon.is_number[last]) / 2,
        n_capitalised / np.diff(starts, append=len(uses.ngrams)),
        np.minimum(_MAX_WORD_LENGTH, (lexicon.length[first] + lexicon.length[last]) / 2),
    ]
