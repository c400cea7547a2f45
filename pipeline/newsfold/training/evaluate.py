"""Evaluation on labelled sets: of the configured models, and of models trained without what they are measured on."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from newsfold import evaluation, schemas, scoring, text
from newsfold.clustering.stage import CLUSTER
from newsfold.dataflow import Context, MemoryView, Progress, no_progress
from newsfold.embedding.stage import embed_articles
from newsfold.extraction.recurring import find_multi_topic_articles
from newsfold.schemas.vectors import vectors_to_matrix
from newsfold.settings import Settings
from newsfold.training.datasets import LabelledSet, PairDataset, build_pair_dataset, count_true_pairs, label_pairs
from newsfold.training.fit import check_weights
from newsfold.training.models import TrainedModels, train_models
from newsfold.training.splits import Split
from newsfold.vocabulary import extract_openings


@dataclass(frozen=True)
class FinishedPart:
    """What is known of a set after a split."""

    split: str
    """The split's name."""
    result: evaluation.SetResult
    """Of this split and those before it."""
    is_complete: bool
    """Whether no later split measures the set."""


@dataclass(frozen=True)
class ResumeFolder:
    """Where finished parts of an evaluation are kept, to be read instead of being computed again."""

    folder: Path
    software: str
    """Digest of the code: predictions of other code are not read."""

    def file(self, split: Split, measured: LabelledSet, settings: Settings, weights: Mapping[str, float]) -> Path:
        """Return the file of a set's predictions, which depend on all that its name is a digest of."""
        parts = [self.software, settings.digest(), split.name, *sorted(split.stories)]
        parts += [labelled.digest() for labelled in (*split.training, measured)]
        parts += [f"{labelled.name}={float(weights.get(labelled.name, 1))}" for labelled in split.training]
        digest = text.compute_digest(*parts)
        return self.folder / f"{measured.name}-{digest}.npz"


def evaluate_splits(
    splits: Sequence[Split],
    settings: Settings,
    progress: Progress = no_progress,
    *,
    baselines: bool = True,
    resume: ResumeFolder | None = None,
    weights: Mapping[str, float] | None = None,
) -> Iterator[FinishedPart]:
    """Train on and measure splits, one after another.

    Args:
        splits: of `as_configured`, `leave_one_out` or `cross_validate`.
        settings: all settings; if a split trains, the embedding's adapter and the scorer are replaced.
        progress: called with (stage, done, to do).
        baselines: whether to run the baselines too, on the embedding without its adapter.
        resume: where finished parts are kept; None: nowhere.
        weights: relative weight of each set in training, by name; 1 if a set is not named.

    Yields:
        A part for each split and each set that it measures.

    Raises:
        ModelError: a model cannot be read, or the sets are not sufficient to train on.
        ConfigError: a weight names a set that no split trains on.
    """
    weights = check_weights(weights, [labelled for split in splits for labelled in split.training])
    predictions: dict[str, list[evaluation.Predictions]] = {}
    last_split = {labelled.name: split for split in splits for labelled in split.measured}
    for split in splits:
        split_progress = _prefix_progress(split.name, progress)
        for labelled, predicted in _predict_split(split, settings, split_progress, resume, weights):
            parts = predictions.setdefault(labelled.name, [])
            parts.append(predicted)
            is_complete = last_split[labelled.name] is split
            clusters = _run_baselines(labelled, settings, progress) if baselines and is_complete else {}
            absent = evaluation.unavailable_baselines(len(labelled.story_of)) if baselines else {}
            result = evaluation.SetResult(
                labelled.name,
                gold=list(labelled.story_of.values()),
                languages=labelled.articles["language"].to_pylist(),
                published_at=[labelled.published_at_of[article] for article in labelled.story_of],
                rejected=labelled.n_rejected,
                without=labelled.without,
                predictions=tuple(parts),
                baselines=clusters,
                absent=absent,
            )
            yield FinishedPart(split.name, result, is_complete)


def predict_set(dataset: PairDataset, settings: Settings, stories: Set[str]) -> evaluation.Predictions:
    """Predict the clusters and pair probabilities of a set.

    A pair of two folds' articles counts in the fold of the one with the lower id, so that each pair counts once.

    Args:
        dataset: the pairs of the set.
        settings: `scoring` and `clustering`.
        stories: those of the set that are scored.

    Raises:
        ModelError: the pair scorer cannot be read.
    """
    labelled = dataset.labelled
    edges = scoring.score_window(scoring.load_scorer(settings.scoring), dataset.pairs)
    vector_row = {article: row for row, article in enumerate(dataset.vectors["article_id"].to_pylist())}
    labels = label_pairs(dataset)
    counted = [article for article, story in labelled.story_of.items() if story in stories]
    known = (labels >= 0) & pc.is_in(dataset.pairs["left_id"], pa.array(counted, pa.string())).to_numpy()
    return evaluation.Predictions(
        scored=np.array([story in stories for story in labelled.story_of.values()], dtype=np.bool_),
        clusters=np.array(cluster_articles(dataset, edges, settings), dtype=np.int64),
        own_vectors=evaluation.cluster_own_vectors(
            vectors_to_matrix(dataset.vectors["vector"]),
            np.array([vector_row[original] for original in _map_to_originals(labelled)], dtype=np.int64),
        ),
        pair_labels=labels[known],
        probabilities=edges["probability"].to_numpy()[known],
        true_pairs=np.array([int((labels[known] == 1).sum()), count_true_pairs(dataset, stories)]),
    )


def _predict_split(
    split: Split, settings: Settings, progress: Progress, resume: ResumeFolder | None, weights: Mapping[str, float]
) -> Iterator[tuple[LabelledSet, evaluation.Predictions]]:
    """Yield the predictions for each set that a split measures; models are trained only if one is not there yet."""
    with tempfile.TemporaryDirectory() as folder:
        models = None if split.training else TrainedModels(settings, ())
        own_weights = {labelled.name: weights.get(labelled.name, 1.0) for labelled in split.training}
        for labelled in split.measured:
            file = resume.file(split, labelled, settings, weights) if resume else None
            if file and file.is_file():
                yield labelled, evaluation.Predictions.load(file)
                continue
            models = models or train_models(split.training, settings, Path(folder), progress, own_weights)
            dataset = _find_dataset(models, labelled) or build_pair_dataset(labelled, models.settings, progress)
            predicted = predict_set(dataset, models.settings, split.stories)
            if file:
                predicted.save(file)
            yield labelled, predicted


def _find_dataset(models: TrainedModels, labelled: LabelledSet) -> PairDataset | None:
    """Return the pairs of a set that the scorer learnt from, with all its labels; None if there are none."""
    for dataset in models.datasets:
        if dataset.labelled.articles is labelled.articles:
            return PairDataset(labelled, dataset.vectors, dataset.pairs)
    return None


def _run_baselines(labelled: LabelledSet, settings: Settings, progress: Progress) -> dict[str, list[int]]:
    """Cluster a set by the baselines, on the embedding without its adapter."""
    untuned = settings.embedding.model_copy(update={"adapter": "none"})
    vectors = embed_articles(labelled.articles, labelled.copies, untuned)
    row_of = {article: row for row, article in enumerate(vectors["article_id"].to_pylist())}
    rows = [row_of[original] for original in _map_to_originals(labelled)]
    clusters = evaluation.run_baselines(
        extract_openings(labelled.articles),
        vectors_to_matrix(vectors["vector"])[rows],
        len(labelled.stories) + sum(story is None for story in labelled.story_of.values()),
        lambda done, total: progress(f"baselines on {labelled.name}", done, total),
    )
    return {method: labels.tolist() for method, labels in clusters.items()}


def _prefix_progress(name: str, progress: Progress) -> Progress:
    """Return a progress callback that names the split."""

    def prefixed(stage: str, done: int, total: int) -> None:
        progress(f"{name}: {stage}" if name else stage, done, total)

    return prefixed


def cluster_articles(
    dataset: PairDataset, edges: pa.Table, settings: Settings, multi_topic_articles: pa.Table | None = None
) -> list[int]:
    """Return newsfold's cluster of each article, in the articles' order.

    Args:
        dataset: the set.
        edges: its scored pairs.
        settings: `clustering`.
        multi_topic_articles: table of that name; None: found among the set's articles.
    """
    labelled = dataset.labelled
    if multi_topic_articles is None:
        multi_topic_articles = find_multi_topic_articles(MemoryView(labelled.articles))
    tables = {name: schemas.empty_table(name) for name in ("constraints", "previous_story_articles")}
    tables |= {"copies": labelled.copies, "edges": edges, "vectors": dataset.vectors}
    tables["multi_topic_articles"] = multi_topic_articles
    clusters = CLUSTER.run(tables, Context.undated(settings))["clusters"]
    cluster_of = dict(zip(clusters["article_id"].to_pylist(), clusters["cluster"].to_pylist(), strict=True))
    return [cluster_of[original] for original in _map_to_originals(labelled)]


def _map_to_originals(labelled: LabelledSet) -> list[str]:
    """Return the original of each article, in the articles' order."""
    pairs = zip(labelled.copies["article_id"].to_pylist(), labelled.copies["copy_group_id"].to_pylist(), strict=True)
    group_of = dict(pairs)
    return [group_of[article] for article in labelled.articles["article_id"].to_pylist()]
