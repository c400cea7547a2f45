"""Fitting the embedding and the pair scorer to labelled sets, each to other stories.

A scorer that learns from vectors which were tuned on the same stories trusts them too much. So the embedding is tuned
on three stories in four, and the scorer learns from the fourth what a pair says alone.
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

from newsfold import embedding, schemas, scoring
from newsfold.dataflow import Progress, no_progress
from newsfold.errors import ConfigError
from newsfold.schemas import pair_features
from newsfold.settings import Settings
from newsfold.training.datasets import AS_TITLES, Labelled, Prepared, as_titles, held_back, pair_labels, prepare


def train_embedding(
    sets: Sequence[Labelled], settings: Settings, progress: Progress = no_progress
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

    about = {"sets": [described(labelled) for labelled in sets], "stories": len(set(stories)), "articles": len(texts)}
    return embedding.tune(settings.embedding, texts, stories, about | made_with("peft", "torch", "transformers"), tuned)


def train_scorer(
    sets: Sequence[Labelled],
    settings: Settings,
    progress: Progress = no_progress,
    weights: Mapping[str, float] | None = None,
) -> scoring.PairScorer:
    """Fit a pair scorer to labelled sets; each set weighs the same unless `weights` says otherwise.

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
    prepared = [prepare(labelled, settings, progress) for labelled in sets]
    titles = prepare_titles(sets, settings, progress)
    progress("fit", 0, 0)
    return fit(prepared, titles, settings, weights)


def prepare_titles(sets: Sequence[Labelled], settings: Settings, progress: Progress = no_progress) -> list[Prepared]:
    """The sets that have texts, as bare headlines, up to their pairs' features."""
    return [prepare(as_titles(labelled, settings), settings, progress) for labelled in sets if labelled.has_texts]


def fit(
    prepared: Sequence[Prepared], titles: Sequence[Prepared], settings: Settings, weights: Mapping[str, float]
) -> scoring.PairScorer:
    """Fit a pair scorer to sets whose pairs have features, and its model of titles alone to those and their titles.

    Args:
        prepared: the sets.
        titles: those that have texts, as bare headlines; none: titles alone are judged like texts.
        settings: embedding and candidates as they will be used.
        weights: how much a set counts, by its name; 1 where it is not named. Its titles count as much.

    Raises:
        ModelError: the labels hold only one kind of pair.
    """
    scorer = _fit(prepared, settings, weights)
    if not titles:
        return scorer
    of_titles = _fit([*prepared, *titles], settings, weights)
    return replace(scorer, headline_model=replace(of_titles, provenance={}))


def _fit(prepared: Sequence[Prepared], settings: Settings, weights: Mapping[str, float]) -> scoring.PairScorer:
    """Fit one model.

    Of a set that the embedding was tuned on, what a pair says alone is learnt from the stories held back from it.
    What company says is learnt from all stories: those few of a set of large ones meet too few others.
    """
    shares = [weights.get(one.labelled.name.removesuffix(AS_TITLES), 1.0) for one in prepared]
    examples, learnt_from, seen = [], [], embedding.tuned_on(settings.embedding)
    for one, share in zip(prepared, shares, strict=True):
        labels = pair_labels(replace(one, labelled=_unseen(one.labelled, seen)))
        known = labels >= 0
        features = {name: values[known] for name, values in scoring.arrays(one.pairs, pair_features.FEATURES).items()}
        examples.append((features, labels[known] == 1))
        counts = {"pairs": int(known.sum()), "same_story_pairs": int((labels == 1).sum())}
        learnt_from.append(described(_unseen(one.labelled, seen)) | counts | {"weight": share})
    provenance = {
        "sets": learnt_from,
        "embedding": dict(embedding.embedder(settings.embedding).identity),
        "candidates": settings.candidates.model_dump(),
    }
    scorer = scoring.fit_scorer(examples, provenance | made_with("scipy", "numpy"), set_weights=shares)
    return scoring.fit_graph_curves(scorer, [_window(one, scorer) for one in prepared], set_weights=shares)


def _window(prepared: Prepared, scorer: scoring.PairScorer) -> scoring.LabelledWindow:
    """All pairs of a set, whole, however many of its stories are learnt from."""
    evidence = scorer.evidence(scoring.arrays(prepared.pairs, pair_features.FEATURES))
    prior = scorer.prior(evidence)
    labels, (left, right) = pair_labels(prepared), scoring.ends(prepared.pairs)

    def company(rows: npt.NDArray[np.int64]) -> Mapping[str, npt.NDArray[np.float32]]:
        return scoring.company_features(evidence + prior, prior, left, right, rows)

    # Counted from the articles whose story is known: with whom all are they paired, and with how many of their own?
    known = pa.array([article for article, story in prepared.labelled.story_of.items() if story is not None])
    ends = sum(pc.sum(pc.is_in(prepared.pairs[end], known)).as_py() or 0 for end in ("left_id", "right_id"))
    articles = prepared.vectors.num_rows
    return scoring.LabelledWindow(
        company, evidence + prior, labels, articles, 2 * int((labels == 1).sum()) / max(1, ends)
    )


def edges(prepared: Prepared, scorer: scoring.PairScorer) -> pa.Table:
    """The pairs scored: schema `edges`."""
    return scoring.judge(scorer, prepared.pairs) if prepared.pairs.num_rows else schemas.empty_table("edges")


def _unseen(labelled: Labelled, seen: frozenset[str]) -> Labelled:
    return labelled.only(held_back) if labelled.sha256 in seen else labelled


def described(labelled: Labelled) -> dict[str, Any]:
    """What a model's provenance says of a set it learnt from."""
    return {
        "set": labelled.name,
        "sha256": labelled.sha256,
        "articles": labelled.articles.num_rows,
        "stories": len(labelled.stories),
    }


def made_with(*libraries: str) -> dict[str, Any]:
    """What a model's provenance says of the software: versions of newsfold, Python and some libraries."""
    versions = {name: version(name) for name in ("newsfold", *libraries)}
    return {"versions": versions | {"python": platform.python_version()}}
