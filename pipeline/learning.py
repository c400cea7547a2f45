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
import pyarrow.parquet as pq

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


@dataclass(frozen=True)
class Score:
    """What one method made of one labelled set."""

    set_name: str
    method: str
    measures: dict[str, float]


def prepare(path: Path, settings: Settings, progress: stages.Progress = stages.silent) -> Prepared:
    """Read a gold table and take it up to scored pairs' features.

    Raises:
        SourceError: the file cannot be read, has no `story` column, or no labelled article.
    """
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise SourceError(f"The gold table {path} cannot be read: {error}") from error
    if "story" not in table.column_names:
        raise SourceError(f"{path} has no `story` column; it has {', '.join(table.column_names)}.")
    if "id" not in table.column_names:
        table = table.append_column("id", pa.array([f"row-{i}" for i in range(table.num_rows)]))
    labels = dict(
        zip(table["id"].cast(pa.string()).to_pylist(), table["story"].cast(pa.string()).to_pylist(), strict=True)
    )
    seen_at = stages.end_of(stages.UNDATED)
    articles, rejects = extraction.extract(sources.documents_of(table, path.stem), seen_at)
    if not any(labels[article] for article in articles["article_id"].to_pylist()):
        raise SourceError(f"{path} holds no labelled article: every `story` is null, or nothing could be read.")
    groups = copies.collapse(articles, settings.copies)

    def embedded(done: int, total: int) -> None:
        progress(f"embed {path.stem}", done, total)

    vectors = embedding.embed(articles, groups, [], settings.embedding, embedded)
    pairs = scoring.features_of(articles, vectors, block(articles, vectors, settings.candidates))
    return Prepared(path.stem, articles, groups, vectors, pairs, labels, rejects.num_rows)


def evaluate(prepared: Prepared, settings: Settings) -> list[Score]:
    """Newsfold and the plain methods on one labelled set, newsfold first.

    Raises:
        ModelError: the pair scorer cannot be read.
    """
    ids = prepared.articles["article_id"].to_pylist()
    gold = [prepared.story_of[article] for article in ids]
    groups = cluster(prepared.copies, _edges(prepared, settings), prepared.vectors, settings.clustering)
    cluster_of = dict(zip(groups["article_id"].to_pylist(), groups["cluster"].to_pylist(), strict=True))
    group_of = dict(
        zip(prepared.copies["article_id"].to_pylist(), prepared.copies["copy_group_id"].to_pylist(), strict=True)
    )
    found = [cluster_of[group_of[article]] for article in ids]
    results = [Score(prepared.name, "newsfold", evaluation.measures(gold, found))]

    rows = prepared.articles.sort_by("article_id")
    position = {article: i for i, article in enumerate(prepared.vectors["article_id"].to_pylist())}
    order = [position[group_of[article]] for article in rows["article_id"].to_pylist()]
    vectors = embedding.matrix(prepared.vectors)[order]
    n_stories = len({story for story in gold if story}) + gold.count(None)
    labels = [prepared.story_of[article] for article in rows["article_id"].to_pylist()]
    for method, groups_found in evaluation.baselines(terms.openings(rows), vectors, n_stories).items():
        results.append(Score(prepared.name, method, evaluation.measures(labels, groups_found.tolist())))
    return results


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
        weights: how much a set counts, by its file's name without the ending; 1 where it is not named.

    Raises:
        SourceError: a gold table cannot be used.
        ModelError: the labels hold only one kind of pair.
        ConfigError: a weight names no set.
    """
    weights = weights or {}
    unknown = sorted(weights.keys() - {path.stem for path in paths})
    if unknown:
        raise ConfigError(f"A weight is given for {', '.join(unknown)}, which is not among the gold tables.")
    examples, described = [], []
    for path in paths:
        prepared = prepare(path, settings, progress)
        labels = _pair_labels(prepared)
        known = labels >= 0
        features = {name: prepared.pairs[name].to_numpy()[known] for name in schemas.FEATURES}
        examples.append((features, labels[known] == 1))
        described.append(
            {
                "file": path.name,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "articles": prepared.articles.num_rows,
                "stories": len({story for story in prepared.story_of.values() if story}),
                "pairs": int(known.sum()),
                "same_story_pairs": int((labels == 1).sum()),
                "weight": weights.get(path.stem, 1.0),
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
    return scoring.fit(examples, provenance, set_weights=[weights.get(path.stem, 1.0) for path in paths])


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
