"""Evaluation on labelled sets: of the shipped models, and of models trained without the set (leave-one-out)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from newsfold import evaluation, schemas, scoring, text
from newsfold.clustering.stage import CLUSTER
from newsfold.dataflow import Context, MemoryView, Progress, no_progress
from newsfold.embedding.stage import embed_articles
from newsfold.errors import ConfigError
from newsfold.extraction.recurring import find_multi_topic_articles
from newsfold.schemas.vectors import vectors_to_matrix
from newsfold.settings import Settings
from newsfold.training.datasets import LabelledSet, PairDataset, blocking_recall, build_pair_dataset, label_pairs
from newsfold.training.fit import build_headline_datasets, fit_pair_scorer, train_embedding
from newsfold.vocabulary import extract_openings

FOLDS = 5
IN_FOLDS = "newsfold, cross-validated"


def evaluate_set(
    dataset: PairDataset,
    settings: Settings,
    progress: Progress = no_progress,
    *,
    scorer: scoring.PairScorer | None = None,
    baselines: bool = True,
) -> evaluation.SetReport:
    """Evaluate newsfold on one labelled set, beside baselines on the same articles.

    Args:
        dataset: the pairs of the set.
        settings: embedding, scoring and clustering.
        progress: called with (stage, done, to do).
        scorer: the pair scorer; None: that of the settings.
        baselines: whether to run the baselines too, on the embedding without its adapter.

    Raises:
        ModelError: the pair scorer cannot be read.
    """
    labelled = dataset.labelled
    edges = scoring.score_window(scorer or scoring.load_scorer(settings.scoring), dataset.pairs)
    gold = list(labelled.story_of.values())
    clusters_of: dict[str, npt.NDArray[np.int64]] = {}
    if baselines:
        untuned = settings.embedding.model_copy(update={"adapter": "none"})
        vectors = embed_articles(labelled.articles, labelled.copies, untuned)
        row_of = {article: row for row, article in enumerate(vectors["article_id"].to_pylist())}
        rows = [row_of[original] for original in _map_to_originals(labelled)]
        clusters_of = evaluation.run_baselines(
            extract_openings(labelled.articles),
            vectors_to_matrix(vectors["vector"])[rows],
            len(labelled.stories) + gold.count(None),
            lambda done, total: progress(f"baselines on {labelled.name}", done, total),
        )
    return evaluation.build_report(
        labelled.name,
        gold,
        cluster_articles(dataset, edges, settings),
        labelled.articles["language"].to_pylist(),
        baselines={method: labels.tolist() for method, labels in clusters_of.items()},
        absent=evaluation.unavailable_baselines(len(gold)) if baselines else {},
        rejected=labelled.n_rejected,
        blocking_recall=blocking_recall(dataset),
        calibration=evaluation.measure_calibration(label_pairs(dataset), edges["probability"].to_numpy()),
    )


def evaluate_leave_one_out(
    sets: Sequence[LabelledSet], settings: Settings, progress: Progress = no_progress, *, baselines: bool = True
) -> Iterator[evaluation.SetReport]:
    """Evaluate each set with an embedding and a scorer trained on the others, without the stories that they share.

    The method `IN_FOLDS` is a five-fold cross-validation of the scorer alone: it also learns from four fifths of the
    set's own stories, and the articles of the remaining fifth are scored among all clusters of the set.

    Args:
        sets: two or more labelled sets.
        settings: all settings; the embedding's adapter and the scorer are replaced.
        progress: called with (stage, done, to do).
        baselines: whether to run the baselines too.

    Raises:
        ConfigError: there is only one set.
        ModelError: the other sets are not sufficient to train on.
    """
    for split in leave_one_out_splits(sets, settings, progress):
        held_out = split.held_out
        set_progress = _prefix_progress(held_out.labelled, progress)
        report = evaluate_set(held_out, split.settings, set_progress, scorer=split.scorer, baselines=baselines)
        ours = {evaluation.NEWSFOLD: report.methods[evaluation.NEWSFOLD], IN_FOLDS: _cross_validate(split)}
        yield replace(report, methods=ours | report.methods)


@dataclass(frozen=True)
class LeaveOneOutSplit:
    """A held-out labelled set, and the models trained on all others."""

    held_out: PairDataset
    """The held-out set, with the embedding tuned on the others."""
    training: Sequence[PairDataset]
    """The other sets without the held-out stories; sets without any story left are missing."""
    headlines: Sequence[PairDataset]
    """Those of the other sets that have texts, reduced to headlines."""
    scorer: scoring.PairScorer
    settings: Settings
    """The given settings, with the embedding tuned on the others."""


def leave_one_out_splits(
    sets: Sequence[LabelledSet], settings: Settings, progress: Progress = no_progress
) -> Iterator[LeaveOneOutSplit]:
    """Train an embedding and a scorer without each set in turn, and without the stories that it shares with others.

    The file of a tuned embedding exists until the iteration ends.

    Args:
        sets: two or more labelled sets.
        settings: all settings; the embedding's adapter and the scorer are replaced.
        progress: called with (stage, done, to do).

    Raises:
        ConfigError: there is only one set.
        ModelError: the other sets are not sufficient to train on.
    """
    if len(sets) < 2:
        raise ConfigError("Leave-one-out needs two labelled sets or more.")
    with tempfile.TemporaryDirectory() as folder:
        for held_out in sets:
            others = [labelled.drop_stories(held_out.stories) for labelled in sets if labelled is not held_out]
            others = [labelled for labelled in others if labelled.stories]
            set_progress = _prefix_progress(held_out, progress)
            adapter = Path(folder) / f"{held_out.name}.safetensors"
            train_embedding(others, settings, set_progress).save(adapter)
            tuned = settings.model_copy(
                update={"embedding": settings.embedding.model_copy(update={"adapter": str(adapter)})}
            )
            training = [build_pair_dataset(labelled, tuned, set_progress) for labelled in others]
            headlines = build_headline_datasets(others, tuned, set_progress)
            scorer = fit_pair_scorer(training, headlines, tuned, {})
            dataset = build_pair_dataset(held_out, tuned, set_progress)
            yield LeaveOneOutSplit(dataset, training, headlines, scorer, tuned)


def _prefix_progress(held_out: LabelledSet, progress: Progress) -> Progress:
    """Return a progress callback that names the held-out set."""

    def prefixed(stage: str, done: int, total: int) -> None:
        progress(f"without {held_out.name}: {stage}", done, total)

    return prefixed


def _cross_validate(split: LeaveOneOutSplit) -> dict[str, float]:
    dataset, settings = split.held_out, split.settings
    gold = list(dataset.labelled.story_of.values())
    fold_of = [None if story is None else int(text.compute_digest("fold", story), 16) % FOLDS for story in gold]
    totals = dict.fromkeys(evaluation.METRICS, 0.0)
    for fold in sorted({fold for fold in fold_of if fold is not None}):
        in_fold = [number == fold for number in fold_of]
        test_stories = {story for story, is_test in zip(gold, in_fold, strict=True) if is_test and story is not None}
        rest = replace(dataset, labelled=dataset.labelled.drop_stories(test_stories))
        scorer = fit_pair_scorer([*split.training, rest], split.headlines, settings, {})
        clusters = cluster_articles(dataset, scoring.score_window(scorer, dataset.pairs), settings)
        test = evaluation.metrics_by_group(gold, clusters, ["test" if is_test else None for is_test in in_fold])["test"]
        for name in totals:
            totals[name] += test[name] * test["articles"]
    labelled = sum(story is not None for story in gold)
    return {name: round(total / labelled, 4) for name, total in totals.items()}


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
