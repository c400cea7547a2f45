"""Training of the embedding and of the pair scorer on labelled sets, each on different stories.

A scorer trained on vectors that were tuned on the same stories would trust them too much. So the embedding is tuned on
four stories in five, and the scorer is fitted to the fifth.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
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
from newsfold.training.datasets import LabelledSet, PairDataset, build_pair_dataset, is_held_out, label_pairs
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
    weights = check_weights(weights, sets)
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
    weights = check_weights(weights, sets)
    datasets = [build_pair_dataset(labelled, settings, progress) for labelled in sets]
    progress("fit", 0, 0)
    return fit_pair_scorer(datasets, settings, weights)


def fit_pair_scorer(
    datasets: Sequence[PairDataset], settings: Settings, weights: Mapping[str, float]
) -> scoring.PairScorer:
    """Fit a pair scorer to the pairs of labelled sets.

    If the embedding was tuned on a set, the scorer learns from its held-out stories only.

    Args:
        datasets: the pairs of the sets.
        settings: embedding and candidates as in later use.
        weights: relative weight of each set by name; 1 if a set is not named.

    Raises:
        ModelError: the labels hold only one kind of pair.
    """
    pairs, provenance_of_sets, tuned_on = [], [], embedding.tuning_sets(settings.embedding)
    for dataset in datasets:
        labelled = dataset.labelled
        weight = weights.get(labelled.name, 1.0)
        counts = _count_held_out_ends(dataset) / 2 if labelled.sha256 in tuned_on else np.ones(dataset.pairs.num_rows)
        labels = label_pairs(dataset)
        known = (labels >= 0) & (counts > 0)
        features = scoring.feature_arrays(dataset.pairs, pair_features.FEATURES)
        features = {name: values[known] for name, values in features.items()}
        pairs.append(scoring.TrainingPairs(features, labels[known] == 1, counts[known], weight))
        numbers = {"pairs": int(known.sum()), "same_story_pairs": int((labels[known] == 1).sum())}
        provenance_of_sets.append(describe_set(labelled) | numbers | {"weight": weight})
    provenance = {
        "sets": provenance_of_sets,
        "embedding": dict(embedding.load_embedder(settings.embedding).identity),
        "candidates": settings.candidates.model_dump(),
    }
    return scoring.fit_scorer(pairs, provenance | software_versions("scipy", "numpy"))


def _count_held_out_ends(dataset: PairDataset) -> npt.NDArray[np.float64]:
    """Count the articles of each pair, 0 to 2, whose stories were held out from tuning the embedding.

    A pair of different stories is seldom one of two held-out stories. If each pair counts as often as it has held-out
    articles, the two kinds are as common as among all pairs.
    """
    story_of = dataset.labelled.story_of
    held_out = pa.array([article for article, story in story_of.items() if story is not None and is_held_out(story)])
    ends = [pc.is_in(dataset.pairs[end], held_out).to_numpy().astype(np.float64) for end in ("left_id", "right_id")]
    return np.asarray(ends[0] + ends[1])


def check_weights(weights: Mapping[str, float] | None, sets: Sequence[LabelledSet]) -> Mapping[str, float]:
    """Return the weights of sets, none if not given.

    Raises:
        ConfigError: a weight names an unknown set.
    """
    unknown = sorted((weights or {}).keys() - {labelled.name for labelled in sets})
    if unknown:
        raise ConfigError(f"A weight is given for {', '.join(unknown)}, which is not a labelled set to train on.")
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
