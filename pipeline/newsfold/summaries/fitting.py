"""Fitting the model of what is told to editors' own summaries and headlines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from newsfold import text
from newsfold.errors import ModelError
from newsfold.summaries.members import gather, lay_out
from newsfold.summaries.ngrams import FEATURES, Floats, features, mean_words, units
from newsfold.summaries.salience import LENGTHS, Curve, Teller, Telling
from newsfold.summaries.stories import Story, part
from newsfold.summaries.window import Window, add_up, counted

_KNOTS = 6  # per curve, at quantiles of its feature
_SHORT = 0.2  # of the stories, those with the shortest openings tell how long a summary is at least
_PENALTY = 1.0  # scikit-learn's C: the inverse of the weight of the squared heights


@dataclass(frozen=True)
class Example:
    """A story in its window, and what an editor wrote of it."""

    story: Story
    window: Window
    summary: str
    headline: str


def examples(
    articles: pa.Table,
    copies: pa.Table,
    article_embeddings: pa.Table,
    memberships: pa.Table,
    written: Mapping[str, tuple[str, str]],
) -> list[Example]:
    """The stories of a window of which editors wrote a summary and a headline.

    Args:
        articles: all articles of the window.
        copies: their copy groups.
        article_embeddings: unit-norm vectors of all originals.
        memberships: the story of every article.
        written: summary and headline by story_id.

    Raises:
        SchemaError: an article lacks a membership, a membership an article, an original a vector.
    """
    members, originals = lay_out(articles, copies, article_embeddings, memberships)
    window = Window(*add_up(*counted(articles, originals)))
    stories = gather(members, articles, copies, article_embeddings)
    return [Example(story, window, *written[story.story_id]) for story in stories if story.story_id in written]


def fit(shown: Sequence[Example], provenance: Mapping[str, Any]) -> Teller:
    """Fit the curves by penalised maximum likelihood; every story weighs the same.

    A larger story is also shown with two of its articles and with one, so that the model knows small stories.

    Args:
        shown: the examples.
        provenance: what they are.

    Raises:
        ModelError: there is too little to learn from.
    """
    parts = [(example, shape) for example in shown for shape in _shapes(example.story)]

    def learnt(length: int, *, of_titles: bool) -> Telling:
        seen, told = [], []
        for example, story in parts:
            found, values = features(story, example.window, length, of_titles=of_titles)
            written = set(units(text.split_words(example.headline if of_titles else example.summary), length))
            seen.append(values)
            told.append(np.array([unit in written for unit in found], dtype=bool))
        return _fitted(seen, told)

    summary = tuple(learnt(length, of_titles=False) for length in LENGTHS)
    headline = tuple(learnt(length, of_titles=True) for length in LENGTHS)
    offered = np.array([mean_words(example.story) for example in shown])
    spoken = np.array([len(text.split_words(example.summary)) for example in shown])
    titled = np.mean([len(text.split_words(example.headline)) for example in shown])
    shortest = spoken[offered <= np.quantile(offered, _SHORT)].mean()
    ratio, least, title = (round(float(length), 3) for length in (spoken.sum() / offered.sum(), shortest, titled))
    return Teller(summary, headline, ratio, least, title, provenance)


def _shapes(story: Story) -> Iterator[Story]:
    yield story
    for size in (1, 2):
        if len(story.originals) > size:
            drawn = sorted(story.originals, key=lambda article: text.compute_digest(str(size), article.article_id))[
                :size
            ]
            yield part(story, frozenset(article.article_id for article in drawn))


def _fitted(seen: Sequence[Floats], told: Sequence[Any]) -> Telling:
    """A model from the features of each story's units, of shape (units, `FEATURES`), and which of these were told."""
    from sklearn.linear_model import LogisticRegression

    values, labels = np.vstack(seen), np.concatenate(told)
    if labels.all() or not labels.any():
        raise ModelError("There is nothing to learn: the references share all words with the articles, or none.")
    weights = np.concatenate([np.full(len(one), 1 / max(1, len(one))) for one in told])
    knots = [_knots(values[:, column]) for column in range(len(FEATURES))]
    basis = np.hstack([_hats(values[:, column], own) for column, own in enumerate(knots)])
    model = LogisticRegression(C=_PENALTY, max_iter=1000)
    model.fit(basis, labels, sample_weight=weights * len(weights) / weights.sum())
    heights = np.split(model.coef_[0], np.cumsum([len(own) for own in knots])[:-1])
    curves = {
        name: Curve(tuple(own.tolist()), tuple(height.round(4).tolist()))
        for name, own, height in zip(FEATURES, knots, heights, strict=True)
        if len(own) > 1
    }
    return Telling(round(float(model.intercept_[0]), 4), curves)


def _knots(values: Floats) -> Floats:
    return np.unique(np.quantile(values, np.linspace(0, 1, _KNOTS)).round(4))


def _hats(values: Floats, knots: Floats) -> Floats:
    """The basis of piecewise linear curves, of shape (values, knots): column j is 1 at knot j and 0 at the others."""
    if len(knots) < 2:
        return np.zeros((len(values), len(knots)))
    return np.column_stack([np.interp(values, knots, row) for row in np.eye(len(knots))])
