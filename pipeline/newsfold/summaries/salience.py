"""How probably an editor uses each n-gram of a story again: an additive model that a person can read.

A generalised additive model (Hastie and Tibshirani 1986), as the pair scorer is: the log-odds that an editor's summary
(or headline) uses an n-gram are an intercept plus, for each of `ngrams.FEATURES`, the height of a piecewise linear
curve. Summaries are then chosen by concept coverage (Gillick and Favre 2009; concepts weighed by learning, Li, Qian and
Liu 2013): the sentences that together hold most of the n-grams an editor would use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.special import expit

from newsfold.errors import ModelError
from newsfold.model_files import load_model, write_model
from newsfold.settings import Summaries
from newsfold.summaries.lexicon import Floats, Ints
from newsfold.summaries.ngrams import FEATURES, StoryNgrams, compute_features, mean_opening_words, read_ngrams
from newsfold.summaries.stories import Story
from newsfold.summaries.word_statistics import WordStatistics

_FORMAT = "newsfold salience model 1"


@dataclass(frozen=True)
class Curve:
    """A feature's part of the log-odds: straight between knots, level outside them."""

    knots: tuple[float, ...]
    heights: tuple[float, ...]


@dataclass(frozen=True)
class NgramModel:
    """The log-odds that an editor uses an n-gram of one size."""

    intercept: float
    curves: Mapping[str, Curve]

    def predict(self, features: Floats) -> Floats:
        """Return float64 probabilities of shape (n-grams,) for features of shape (n-grams, `FEATURES`)."""
        log_odds = np.full(len(features), self.intercept)
        for name, curve in self.curves.items():
            log_odds += np.interp(features[:, FEATURES.index(name)], curve.knots, curve.heights)
        return np.asarray(expit(log_odds), dtype=np.float64)


class Expected(NamedTuple):
    """What an editor's summary or headline is expected to have.

    Attributes:
        ngrams: the n-grams of the story, ascending.
        probabilities: of each, that it is used.
        n_words: the number of words.
    """

    ngrams: Ints
    probabilities: Floats
    n_words: float

    def find_probabilities(self, ngrams: Ints) -> Floats:
        """Return the probabilities of n-grams; 0 of those that the story does not have."""
        if not len(self.ngrams):
            return np.zeros(len(ngrams))
        rows = np.minimum(np.searchsorted(self.ngrams, ngrams), len(self.ngrams) - 1)
        return np.where(self.ngrams[rows] == ngrams, self.probabilities[rows], 0.0)


class ExpectedTexts(NamedTuple):
    """What an editor's headline and summary of a story are expected to have; None: it is computed when it is needed."""

    headline: Expected | None = None
    summary: Expected | None = None


@dataclass(frozen=True)
class SalienceModel:
    """The n-grams and the length that an editor's summary and headline of a story are expected to have.

    Attributes:
        summary: the models of summaries, one per n-gram size, as `ngrams.NGRAM_SIZES`.
        headline: the models of headlines, likewise.
        length_ratio: words of a summary per word of a mean opening, as `ngrams.mean_opening_words` counts.
        min_words: words of a summary of a story whose openings are short.
        headline_words: words of a headline.
        provenance: the sets and versions that the model was fitted with.
    """

    summary: tuple[NgramModel, ...]
    headline: tuple[NgramModel, ...]
    length_ratio: float
    min_words: float
    headline_words: float
    provenance: Mapping[str, Any]

    def expect_summaries(self, read: StoryNgrams) -> list[Expected]:
        """Return what a summary of each story is expected to have; its n-grams are those of the openings."""
        ngrams = _predict_ngrams(self.summary, read, of_titles=False)
        return [
            Expected(*of_story, max(self.min_words, self.length_ratio * mean_opening_words(story)))
            for story, of_story in zip(read.stories, ngrams, strict=True)
        ]

    def expect_headlines(self, read: StoryNgrams) -> list[Expected]:
        """Return what a headline of each story is expected to have; its n-grams are those of the titles."""
        ngrams = _predict_ngrams(self.headline, read, of_titles=True)
        return [Expected(*of_story, self.headline_words) for of_story in ngrams]

    def save(self, path: Path) -> None:
        """Write the model as JSON: the same bytes for the same model."""
        content = {
            "format": _FORMAT,
            "provenance": dict(self.provenance),
            "length_ratio": self.length_ratio,
            "min_words": self.min_words,
            "headline_words": self.headline_words,
            "summary": [asdict(model) for model in self.summary],
            "headline": [asdict(model) for model in self.headline],
        }
        write_model(path, content)


def expect_texts(stories: Sequence[Story], statistics: WordStatistics, model: SalienceModel) -> list[ExpectedTexts]:
    """Return what the texts of each story are expected to have, by its news: faster than story by story.

    The headline of a story of one article, and the summary of a story of one text, need no expectations.
    """
    expected: dict[str, ExpectedTexts] = {}
    news = [story.as_news for story in stories]
    several = [story for story in news if len(story.originals) > 1]
    copied = [story for story in news if len(story.originals) == 1 < len(story.articles)]
    if several:
        read = read_ngrams(several, statistics)
        texts = map(ExpectedTexts, model.expect_headlines(read), model.expect_summaries(read))
        expected |= zip([story.story_id for story in several], texts, strict=True)
    if copied:
        headlines = map(ExpectedTexts, model.expect_headlines(read_ngrams(copied, statistics)))
        expected |= zip([story.story_id for story in copied], headlines, strict=True)
    return [expected.get(story.story_id, ExpectedTexts()) for story in stories]


def load_salience_model(settings: Summaries) -> SalienceModel:
    """Load the model that the settings name: the shipped one, or a file of `newsfold train-summaries`.

    Raises:
        ModelError: the file is missing or damaged, or cannot be read.
    """
    shipped = Path(__file__).with_name("default.json")
    return load_model(
        shipped if settings.model == "default" else Path(settings.model),
        _parse_model,
        kind="model",
        file_format=_FORMAT,
        setting="summaries.model",
        command="newsfold train-summaries",
    )


def _parse_model(content: Mapping[str, Any]) -> SalienceModel:
    summary, headline = (tuple(map(_parse_ngram_model, content[kind])) for kind in ("summary", "headline"))
    ratio, min_words, n_words = (float(content[name]) for name in ("length_ratio", "min_words", "headline_words"))
    return SalienceModel(summary, headline, ratio, min_words, n_words, content["provenance"])


def _parse_ngram_model(content: Mapping[str, Any]) -> NgramModel:
    curves = {name: Curve(tuple(curve["knots"]), tuple(curve["heights"])) for name, curve in content["curves"].items()}
    unknown = sorted(curves.keys() - set(FEATURES))
    if unknown:
        raise ModelError(
            f"The model of summaries needs features this newsfold does not have: {', '.join(unknown)}. Train it anew."
        )
    return NgramModel(float(content["intercept"]), curves)


def _predict_ngrams(models: tuple[NgramModel, ...], read: StoryNgrams, *, of_titles: bool) -> list[tuple[Ints, Floats]]:
    """Return the n-grams of each story, ascending, and their probabilities."""
    computed = compute_features(read, of_titles=of_titles)
    predicted = [model.predict(of_size.features) for model, of_size in zip(models, computed, strict=True)]
    story_of, ngrams = (np.concatenate([getattr(c, name) for c in computed]) for name in ("stories", "ngrams"))
    order = np.lexsort((ngrams, story_of))
    ends = np.cumsum(np.bincount(story_of, minlength=len(read.stories)))[:-1]
    parts = (np.split(values[order], ends) for values in (ngrams, np.concatenate(predicted)))
    return list(zip(*parts, strict=True))
