"""Training of the embedding and of the pair scorer on labelled sets, each on different stories.

A scorer trained on vectors that were tuned on the same stories would trust them too much. So the embedding is tuned on
four stories in five, and the scorer's first pass is fitted to the fifth.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from newsfold import embedding, scoring
from newsfold.dataflow import Progress, no_progress
from newsfold.errors import ConfigError
from newsfold.schemas import pair_features
from newsfold.settings import Settings
from newsfold.training.datasets import (
    HEADLINE_SUFFIX,
    LabelledSet,
    PairDataset,
    build_pair_dataset,
    is_held_out,
    label_pairs,
    reduce_to_headlines,
)
from newsfold.vocabulary import extract_openings


def train_embedding(
    sets: Sequence[LabelledSet],
    settings: Settings,
    progress: Progress = no_progress,
    weights: Mapping[str, float] | None = None,
) -> embedding.Adapter:
    """Tune the embedding on four fifths of the sets' stories.

    Args:
        sets: the labelled sets.
        settings: `embedding` names the model.
        progress: called with (stage, done, to do).
        weights: relative weight of each set by name; 1 if a set is not named.

    Raises:
        ModelError: there is nothing to learn from, or a library for training is missing.
        ConfigError: a weight names an unknown set.
    """
    weights = _check_weights(weights, sets)
    tuning_sets = []
    for labelled in sets:
        originals = pc.unique(labelled.copies["copy_group_id"])
        rows = labelled.articles.filter(pc.is_in(labelled.articles["article_id"], originals)).sort_by("article_id")
        openings = zip(rows["article_id"].to_pylist(), extract_openings(rows), strict=True)
        known = [(opening, labelled.story_of[article]) for article, opening in openings]
        kept = [(opening, story) for opening, story in known if story is not None and not is_held_out(story)]
        texts, stories = [opening for opening, _ in kept], [story for _, story in kept]
        tuning_sets.append(embedding.TuningSet(texts, stories, weights.get(labelled.name, 1.0)))

    def tune_progress(done: int, total: int) -> None:
        progress("tune", done, total)

    provenance = {
        "sets": [describe_set(labelled) | {"weight": weights.get(labelled.name, 1.0)} for labelled in sets],
        "stories": len({story for labelled in tuning_sets for story in labelled.stories}),
        "articles": sum(len(labelled.texts) for labelled in tuning_sets),
    }
    return embedding.tune_adapter(
        settings.embedding, tuning_sets, provenance | software_versions("peft", "torch", "transformers"), tune_progress
    )


def train_scorer(
    sets: Sequence[LabelledSet],
    settings: Settings,
    progress: Progress = no_progress,
    weights: Mapping[str, float] | None = None,
) -> scoring.PairScorer:
    """Train a pair scorer on labelled sets.

    Args:
        sets: the labelled sets.
        settings: embedding, candidates and copies as in later use.
        progress: called with (stage, done, to do).
        weights: relative weight of each set by name; 1 if a set is not named.

    Raises:
        ModelError: the labels hold only one kind of pair.
        ConfigError: a weight names an unknown set.
    """
    weights = _check_weights(weights, sets)
    datasets = [build_pair_dataset(labelled, settings, progress) for labelled in sets]
    headline_datasets = build_headline_datasets(sets, settings, progress)
    progress("fit", 0, 0)
    return fit_pair_scorer(datasets, headline_datasets, settings, weights)


def build_headline_datasets(
    sets: Sequence[LabelledSet], settings: Settings, progress: Progress = no_progress
) -> list[PairDataset]:
    """Compute the candidate pairs of the sets that have texts, reduced to headlines."""
    return [
        build_pair_dataset(reduce_to_headlines(labelled, settings), settings, progress)
        for labelled in sets
        if labelled.has_texts
    ]


def fit_pair_scorer(
    datasets: Sequence[PairDataset],
    headline_datasets: Sequence[PairDataset],
    settings: Settings,
    weights: Mapping[str, float],
) -> scoring.PairScorer:
    """Fit a pair scorer to the pairs of labelled sets, and its headline-only model to these and their headlines.

    Args:
        datasets: the pairs of the sets.
        headline_datasets: those of the sets that have texts, reduced to headlines; empty: one model scores all pairs.
        settings: embedding and candidates as in later use.
        weights: relative weight of each set by name, headlines included; 1 if a set is not named.

    Raises:
        ModelError: the labels hold only one kind of pair.
    """
    scorer = _fit_model(datasets, settings, weights)
    if not headline_datasets:
        return scorer
    headline_model = _fit_model([*datasets, *headline_datasets], settings, weights)
    return replace(scorer, headline_model=replace(headline_model, provenance={}))


def _fit_model(datasets: Sequence[PairDataset], settings: Settings, weights: Mapping[str, float]) -> scoring.PairScorer:
    """Fit one model.

    If the embedding was tuned on a set, the first pass learns from its held-out stories only. The graph curves learn
    from all stories, because the few held-out ones of a set of large stories are paired with too few others.
    """
    set_weights = [weights.get(dataset.labelled.name.removesuffix(HEADLINE_SUFFIX), 1.0) for dataset in datasets]
    examples, provenance_of_sets, tuned_on = [], [], embedding.tuning_sets(settings.embedding)
    for dataset, weight in zip(datasets, set_weights, strict=True):
        labelled = dataset.labelled
        if labelled.sha256 in tuned_on:
            labelled = labelled.keep_stories(is_held_out)
        labels = label_pairs(replace(dataset, labelled=labelled))
        known = labels >= 0
        features = {
            name: values[known]
            for name, values in scoring.feature_arrays(dataset.pairs, pair_features.FEATURES).items()
        }
        examples.append((features, labels[known] == 1))
        counts = {"pairs": int(known.sum()), "same_story_pairs": int((labels == 1).sum())}
        provenance_of_sets.append(describe_set(labelled) | counts | {"weight": weight})
    provenance = {
        "sets": provenance_of_sets,
        "embedding": dict(embedding.load_embedder(settings.embedding).identity),
        "candidates": settings.candidates.model_dump(),
    }
    scorer = scoring.fit_scorer(examples, provenance | software_versions("scipy", "numpy"), set_weights=set_weights)
    windows = [_build_window(dataset, scorer) for dataset in datasets]
    return scoring.fit_graph_curves(scorer, windows, set_weights=set_weights)


def _build_window(dataset: PairDataset, scorer: scoring.PairScorer) -> scoring.LabelledWindow:
    """Build the window of all pairs of a set, whichever of its stories the first pass learns from."""
    evidence = scorer.evidence(scoring.feature_arrays(dataset.pairs, pair_features.FEATURES))
    prior = scorer.estimate_prior(evidence)
    labels, (left, right) = label_pairs(dataset), scoring.pair_rows(dataset.pairs)
    likely_pairs = scoring.select_likely_pairs(evidence + prior, left, right)

    def graph_features(rows: npt.NDArray[np.int64]) -> Mapping[str, npt.NDArray[np.float32]]:
        return scoring.compute_graph_features(likely_pairs, prior, left[rows], right[rows])

    # The share of same-story pairs among the pairs of labelled articles, each pair counted from either end.
    known = pa.array([article for article, story in dataset.labelled.story_of.items() if story is not None])
    ends = sum(pc.sum(pc.is_in(dataset.pairs[end], known)).as_py() or 0 for end in ("left_id", "right_id"))
    articles = dataset.vectors.num_rows
    return scoring.LabelledWindow(
        graph_features, evidence + prior, labels, articles, 2 * int((labels == 1).sum()) / max(1, ends)
    )


def _check_weights(weights: Mapping[str, float] | None, sets: Sequence[LabelledSet]) -> Mapping[str, float]:
    unknown = sorted((weights or {}).keys() - {labelled.name for labelled in sets})
    if unknown:
        raise ConfigError(f"A weight is given for {', '.join(unknown)}, which is not a gold table of this call.")
    return weights or {}


def describe_set(labelled: LabelledSet) -> dict[str, Any]:
    """Return the provenance of a set that a model was trained on."""
    return {
        "set": labelled.name,
        "sha256": labelled.sha256,
        "articles": labelled.articles.num_rows,
        "stories": len(labelled.stories),
    }


def software_versions(*libraries: str) -> dict[str, Any]:
    """Return the provenance of the software: the versions of newsfold, Python and these libraries."""
    versions = {name: version(name) for name in ("newsfold", *libraries)}
    return {"versions": versions | {"python": platform.python_version()}}
