"""Fitting the salience model to editors' own summaries and headlines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from newsfold import text
from newsfold.dataflow import Context, MemoryView
from newsfold.errors import ModelError
from newsfold.summaries.lexicon import Floats
from newsfold.summaries.members import build_stories
from newsfold.summaries.ngrams import (
    FEATURES,
    NGRAM_SIZES,
    Bools,
    compute_features,
    find_ngrams,
    mean_opening_words,
    read_ngrams,
)
from newsfold.summaries.salience import Curve, NgramModel, SalienceModel
from newsfold.summaries.stage import DESCRIBE
from newsfold.summaries.stories import Story, restrict_story
from newsfold.summaries.word_statistics import WordStatistics

_KNOTS = 6  # per curve, at quantiles of its feature
_SHORT_QUANTILE = 0.2  # of the openings' lengths: the stories below it set the least length of a summary
_INVERSE_PENALTY = 1.0  # scikit-learn's C: the inverse of the weight of the squared heights
_SMALL_STORIES = (1, 2)


@dataclass(frozen=True)
class Example:
    """A story in its window, and an editor's summary and headline of it."""

    story: Story
    statistics: WordStatistics
    summary: str
    headline: str


def build_examples(
    tables: Mapping[str, pa.Table], context: Context, references: Mapping[str, tuple[str, str]]
) -> list[Example]:
    """Return the stories of a window that have a reference.

    Args:
        tables: the tables that the stage `describe` reads.
        context: its context.
        references: an editor's summary and headline by story_id.

    Raises:
        SchemaError: an article lacks a membership, a membership an article, or an original a vector.
    """
    wanted = ("story_members", "window_words", "window_languages", "window_section_labels")
    members, *counts = DESCRIBE.run(tables, context, wanted=wanted).values()
    statistics = WordStatistics(*counts)
    articles, copies, vectors = (MemoryView(tables[name]) for name in ("window_articles", "copies", "vectors"))
    return [
        Example(story.in_language, statistics, *references[story.story_id])
        for story in build_stories(members, articles, copies, vectors)
        if story.story_id in references
    ]


def fit_salience_model(examples: Sequence[Example], provenance: Mapping[str, Any]) -> SalienceModel:
    """Fit the curves by penalised maximum likelihood; every story weighs the same.

    A larger story is also shown with two of its articles and with one, so that the model knows small stories.

    Args:
        examples: stories with their references.
        provenance: the sets and versions that the model is fitted with.

    Raises:
        ModelError: there is too little to learn from.
    """
    sampled = [(example, story) for example in examples for story in _with_smaller_samples(example.story)]

    def fit_sizes(*, of_titles: bool) -> tuple[NgramModel, ...]:
        features: list[list[Floats]] = [[] for _ in NGRAM_SIZES]
        labels: list[list[Bools]] = [[] for _ in NGRAM_SIZES]
        for example, story in sampled:
            reference = text.split_words(example.headline if of_titles else example.summary)
            used, _ = find_ngrams([reference], example.statistics.lexicon, story.language)
            computed = compute_features(read_ngrams([story], example.statistics), of_titles=of_titles)
            for size, of_size in enumerate(computed):
                features[size].append(of_size.features)
                labels[size].append(np.isin(of_size.ngrams, used))
        return tuple(map(_fit_ngram_model, features, labels))

    summary, headline = fit_sizes(of_titles=False), fit_sizes(of_titles=True)
    opening_words = np.array([mean_opening_words(example.story) for example in examples])
    summary_words = np.array([len(text.split_words(example.summary)) for example in examples])
    headline_words = np.mean([len(text.split_words(example.headline)) for example in examples])
    min_words = summary_words[opening_words <= np.quantile(opening_words, _SHORT_QUANTILE)].mean()
    lengths = (summary_words.sum() / opening_words.sum(), min_words, headline_words)
    ratio, least, title = (round(float(length), 3) for length in lengths)
    return SalienceModel(summary, headline, ratio, least, title, provenance)


def _with_smaller_samples(story: Story) -> Iterator[Story]:
    yield story
    for size in _SMALL_STORIES:
        if len(story.originals) > size:
            # A digest draws as a random number would, and the same every time.
            drawn = sorted(story.originals, key=lambda article: text.compute_digest(str(size), article.article_id))
            yield restrict_story(story, frozenset(article.article_id for article in drawn[:size]))


def _fit_ngram_model(features: Sequence[Floats], labels: Sequence[Bools]) -> NgramModel:
    """Fit a model to each story's features, of shape (n-grams, `FEATURES`), and labels, of shape (n-grams,)."""
    from sklearn.linear_model import LogisticRegression

    values, used = np.vstack(features), np.concatenate(labels)
    if used.all() or not used.any():
        raise ModelError("There is nothing to learn: the references share all words with the articles, or none.")
    weights = np.concatenate([np.full(len(story), 1 / max(1, len(story))) for story in labels])
    knots = [_place_knots(values[:, column]) for column in range(len(FEATURES))]
    basis = np.hstack([_linear_basis(values[:, column], of_feature) for column, of_feature in enumerate(knots)])
    model = LogisticRegression(C=_INVERSE_PENALTY, max_iter=1000)
    model.fit(basis, used, sample_weight=weights * len(weights) / weights.sum())
    heights = np.split(model.coef_[0], np.cumsum([len(of_feature) for of_feature in knots])[:-1])
    curves = {
        name: Curve(tuple(of_feature.tolist()), tuple(height.round(4).tolist()))
        for name, of_feature, height in zip(FEATURES, knots, heights, strict=True)
        if len(of_feature) > 1
    }
    return NgramModel(round(float(model.intercept_[0]), 4), curves)


def _place_knots(values: Floats) -> Floats:
    return np.unique(np.quantile(values, np.linspace(0, 1, _KNOTS)).round(4))


def _linear_basis(values: Floats, knots: Floats) -> Floats:
    """Return the basis of piecewise linear curves, of shape (values, knots): column j is 1 at knot j, 0 at others."""
    if len(knots) < 2:
        return np.zeros((len(values), len(knots)))
    return np.column_stack([np.interp(values, knots, row) for row in np.eye(len(knots))])
