"""Labelled stories: how well newsfold groups them, and a pair scorer fitted to them.

A gold table has `cluster`'s columns and `story`. Rows without a story take part and are not scored.
"""

from __future__ import annotations

import hashlib
import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline import copies, embedding, evaluation, extraction, schemas, scoring, sources, stages, terms
from pipeline.candidates import block
from pipeline.clustering import cluster
from pipeline.errors import ConfigError, SourceError
from pipeline.settings import Settings


@dataclass(frozen=True)
class Prepared:
    """A labelled set as the scorer sees it."""

    name: str
    articles: pa.Table
    copies: pa.Table
    vectors: pa.Table
    pairs: pa.Table
    """The candidate pairs with all features."""
    story_of: dict[str, str | None]
    n_rejected: int


def prepare(gold: evaluation.GoldTable, settings: Settings, progress: stages.Progress = stages.silent) -> Prepared:
    """Take a gold table up to scored pairs' features.

    Raises:
        SourceError: it has no labelled article.
    """
    labels = dict(zip(gold.table["id"].to_pylist(), gold.table["story"].to_pylist(), strict=True))
    seen_at = stages.end_of(stages.UNDATED)
    articles, rejects = extraction.extract(sources.documents_of(gold.table, gold.name), seen_at)
    if not any(labels[article] for article in articles["article_id"].to_pylist()):
        raise SourceError(f"{gold.name} holds no labelled article: every `story` is null, or nothing could be read.")
    groups = copies.collapse(articles, settings.copies)

    def embedded(done: int, total: int) -> None:
        progress(f"embed {gold.name}", done, total)

    vectors = embedding.embed(articles, groups, [], settings.embedding, embedded)
    pairs = scoring.features_of(articles, vectors, block(articles, vectors, settings.candidates))
    return Prepared(gold.name, articles, groups, vectors, pairs, labels, rejects.num_rows)


def evaluate(
    prepared: Prepared, settings: Settings, progress: stages.Progress = stages.silent, *, baselines: bool = True
) -> evaluation.SetReport:
    """Measure newsfold on one labelled set, beside plain methods on the same articles.

    Args:
        prepared: the set.
        settings: scoring and clustering as they are used.
        progress: called with (stage, done, to do).
        baselines: whether to run the plain methods too.

    Raises:
        ModelError: the pair scorer cannot be read.
    """
    rows = prepared.articles.sort_by("article_id")
    ids = rows["article_id"].to_pylist()
    gold = [prepared.story_of[article] for article in ids]
    edges = _edges(prepared, settings)
    groups = cluster(prepared.copies, edges, prepared.vectors, settings.clustering)
    cluster_of = dict(zip(groups["article_id"].to_pylist(), groups["cluster"].to_pylist(), strict=True))
    group_of = dict(
        zip(prepared.copies["article_id"].to_pylist(), prepared.copies["copy_group_id"].to_pylist(), strict=True)
    )
    plain = {}
    if baselines:
        position = {article: i for i, article in enumerate(prepared.vectors["article_id"].to_pylist())}
        vectors = embedding.matrix(prepared.vectors)[[position[group_of[article]] for article in ids]]
        n_stories = len({story for story in gold if story}) + gold.count(None)
        plain = evaluation.baselines(
            terms.openings(rows),
            vectors,
            n_stories,
            lambda done, total: progress(f"plain methods on {prepared.name}", done, total),
        )
    return evaluation.report(
        prepared.name,
        gold,
        [cluster_of[group_of[article]] for article in ids],
        rows["language"].to_pylist(),
        plain={method: labels.tolist() for method, labels in plain.items()},
        absent=evaluation.absent(len(ids)) if baselines else {},
        rejected=prepared.n_rejected,
        blocking_recall=blocking_recall(prepared),
        calibration=evaluation.calibration(_pair_labels(prepared), edges["probability"].to_numpy()),
    )


def blocking_recall(prepared: Prepared) -> float:
    """Share of the labelled same-story pairs of originals that blocking lets through."""
    sizes = Counter(prepared.story_of[original] for original in prepared.vectors["article_id"].to_pylist())
    true_pairs = sum(n * (n - 1) // 2 for story, n in sizes.items() if story)
    labels = _pair_labels(prepared)
    return float((labels == 1).sum() / true_pairs) if true_pairs else 1.0


def train(
    paths: Sequence[Path],
    settings: Settings,
    progress: stages.Progress = stages.silent,
    weights: Mapping[str, float] | None = None,
) -> scoring.PairScorer:
    """Fit a pair scorer to labelled sets; each set weighs the same unless `weights` says otherwise.

    Args:
        paths: gold tables.
        settings: embedding, candidates and copies as they will be used.
        progress: called with (stage, done, to do).
        weights: how much a set counts, by its name, the file's without the ending; 1 where it is not named.

    Raises:
        SourceError: a gold table cannot be used.
        ModelError: the labels hold only one kind of pair.
        ConfigError: a weight names no set.
    """
    weights = weights or {}
    gold = [(path, table) for path in paths for table in evaluation.gold.read(path)]
    unknown = sorted(weights.keys() - {table.name for _, table in gold})
    if unknown:
        raise ConfigError(f"A weight is given for {', '.join(unknown)}, which is not among the gold tables.")
    examples, described = [], []
    for path, table in gold:
        prepared = prepare(table, settings, progress)
        labels = _pair_labels(prepared)
        known = labels >= 0
        features = {name: prepared.pairs[name].to_numpy()[known] for name in schemas.FEATURES}
        examples.append((features, labels[known] == 1))
        described.append(
            {
                "file": path.name,
                "set": table.name,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "articles": prepared.articles.num_rows,
                "stories": len({story for story in prepared.story_of.values() if story}),
                "pairs": int(known.sum()),
                "same_story_pairs": int((labels == 1).sum()),
                "weight": weights.get(table.name, 1.0),
            }
        )
    provenance = {
        "sets": described,
        "embedding": dict(embedding.embedder(settings.embedding).identity),
        "candidates": settings.candidates.model_dump(),
        "versions": {name: version(name) for name in ("newsfold", "scikit-learn", "numpy")}
        | {"python": platform.python_version()},
    }
    progress("fit", 0, 0)
    return scoring.fit(examples, provenance, set_weights=[weights.get(table.name, 1.0) for _, table in gold])


def _edges(prepared: Prepared, settings: Settings) -> pa.Table:
    model = scoring.scorer(settings.scoring)
    features = {name: prepared.pairs[name].to_numpy() for name in schemas.FEATURES}
    probability = pa.array(model.probability(features), pa.float32())
    return schemas.conform(prepared.pairs.append_column("probability", probability), "edges")


def _pair_labels(prepared: Prepared) -> npt.NDArray[np.int8]:
    """1 same story, 0 different stories, -1 unlabelled: int8 of shape (pairs,)."""
    left = [prepared.story_of[article] for article in prepared.pairs["left_id"].to_pylist()]
    right = [prepared.story_of[article] for article in prepared.pairs["right_id"].to_pylist()]
    return np.array([-1 if a is None or b is None else int(a == b) for a, b in zip(left, right, strict=True)], np.int8)
