"""Fitting the embedding and the pair scorer to labelled sets, each to other stories.

A scorer that learns from vectors which were tuned on the same stories trusts them too much. So the embedding is tuned
on three stories in four, and the scorer learns from the fourth.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import embedding, schemas, scoring, stages
from pipeline.errors import ConfigError
from pipeline.learning.sets import Labelled, Prepared, held_back, pair_labels, prepare
from pipeline.settings import Settings


def train_embedding(
    sets: Sequence[Labelled], settings: Settings, progress: stages.Progress = stages.silent
) -> embedding.Adapter:
    """Tune the embedding on three in four of the sets' stories.

    Raises:
        ModelError: there is nothing to learn from, or a library for training is missing.
    """
    texts, stories = [], []
    for labelled in sets:
        originals = pc.unique(labelled.copies["copy_group_id"])
        rows = labelled.articles.filter(pc.is_in(labelled.articles["article_id"], originals)).sort_by("article_id")
        for article, recipe in zip(rows["article_id"].to_pylist(), embedding.recipes(rows), strict=True):
            story = labelled.story_of[article]
            if story is not None and not held_back(story):
                texts.append(recipe)
                stories.append(story)

    def tuned(done: int, total: int) -> None:
        progress("tune", done, total)

    about = {"sets": [_described(labelled) for labelled in sets], "stories": len(set(stories)), "articles": len(texts)}
    return embedding.tune(
        settings.embedding, texts, stories, about | _made_with("peft", "torch", "transformers"), tuned
    )


def train_scorer(
    sets: Sequence[Labelled],
    settings: Settings,
    progress: stages.Progress = stages.silent,
    weights: Mapping[str, float] | None = None,
) -> scoring.PairScorer:
    """Fit a pair scorer to labelled sets; each set weighs the same unless `weights` says otherwise.

    Of a set that the embedding was tuned on, only the stories held back from it count.

    Args:
        sets: the labelled sets.
        settings: embedding, candidates and copies as they will be used.
        progress: called with (stage, done, to do).
        weights: how much a set counts, by its name; 1 where it is not named.

    Raises:
        ModelError: the labels hold only one kind of pair.
        ConfigError: a weight names no set.
    """
    weights = weights or {}
    unknown = sorted(weights.keys() - {labelled.name for labelled in sets})
    if unknown:
        raise ConfigError(f"A weight is given for {', '.join(unknown)}, which is not among the gold tables.")
    seen = embedding.tuned_on(settings.embedding)
    prepared = [prepare(labelled, settings, progress, _usable(labelled, seen)) for labelled in sets]
    progress("fit", 0, 0)
    return fit(prepared, settings, weights)


def fit(prepared: Sequence[Prepared], settings: Settings, weights: Mapping[str, float]) -> scoring.PairScorer:
    """Fit a pair scorer to sets whose pairs have features.

    Raises:
        ModelError: the labels hold only one kind of pair.
    """
    examples, described = [], []
    for one in prepared:
        labels = pair_labels(one)
        known = labels >= 0
        features = {name: one.pairs[name].to_numpy()[known] for name in schemas.FEATURES}
        examples.append((features, labels[known] == 1))
        counts = {"pairs": int(known.sum()), "same_story_pairs": int((labels == 1).sum())}
        described.append(_described(one.labelled) | counts | {"weight": weights.get(one.labelled.name, 1.0)})
    provenance = {
        "sets": described,
        "embedding": dict(embedding.embedder(settings.embedding).identity),
        "candidates": settings.candidates.model_dump(),
    }
    shares = [weights.get(one.labelled.name, 1.0) for one in prepared]
    return scoring.fit(examples, provenance | _made_with("scipy", "numpy"), set_weights=shares)


def edges(prepared: Prepared, scorer: scoring.PairScorer) -> pa.Table:
    """The pairs scored: schema `edges`."""
    features = {name: prepared.pairs[name].to_numpy() for name in schemas.FEATURES}
    probability = scorer.probability(features) if prepared.pairs.num_rows else np.zeros(0, np.float32)
    return schemas.conform(prepared.pairs.append_column("probability", pa.array(probability, pa.float32())), "edges")


def _usable(labelled: Labelled, seen: frozenset[str]) -> Callable[[str | None], bool]:
    if labelled.sha256 in seen:
        return held_back
    return lambda story: story is not None


def _described(labelled: Labelled) -> dict[str, Any]:
    return {
        "set": labelled.name,
        "sha256": labelled.sha256,
        "articles": labelled.articles.num_rows,
        "stories": len(labelled.stories),
    }


def _made_with(*libraries: str) -> dict[str, Any]:
    versions = {name: version(name) for name in ("newsfold", *libraries)}
    return {"versions": versions | {"python": platform.python_version()}}
