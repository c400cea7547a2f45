"""What each part of finding stories is worth, and how much more labels would bring.

    python -m tests.benchmarks.ablation GOLD.parquet...

One line per part left out, and one per share of the stories that the scorer learns from: B-cubed F1 and pairwise F1 on
the stories that the shipped embedding never saw, in their whole windows, and the mean over the sets.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from newsfold import clustering, evaluation, scoring, text, training
from newsfold.schemas import pair_features
from newsfold.settings import Settings
from newsfold.training import fit
from newsfold.training.datasets import PairDataset, is_held_out


def judged(
    prepared: PairDataset, scorer: scoring.PairScorer, settings: Settings, *, roundups: bool = True
) -> list[float]:
    """B-cubed F1 and pairwise F1 of one set's held-back stories."""
    labelled = prepared.labelled
    articles = labelled.articles
    about_many = articles.filter(articles["roundup"])["article_id"].combine_chunks() if roundups else None
    found = clustering.cluster(
        labelled.copies,
        scoring.score_window(scorer, prepared.pairs),
        [prepared.vectors],
        settings.clustering,
        roundups=about_many,
    )
    cluster_of = dict(zip(found["article_id"].to_pylist(), found["cluster"].to_pylist(), strict=True))
    original = dict(
        zip(labelled.copies["article_id"].to_pylist(), labelled.copies["copy_group_id"].to_pylist(), strict=True)
    )
    stories = [labelled.story_of[article] for article in original]
    parts = ["held back" if story is not None and is_held_out(story) else "rest" for story in stories]
    clusters = [cluster_of[group] for group in original.values()]
    measures = evaluation.metrics_by_group(stories, clusters, parts)["held back"]
    return [measures["b3_f1"], measures["pairwise_f1"]]


def without(prepared: PairDataset, feature: str) -> PairDataset:
    """The set with a feature that says nothing."""
    silent = pa.array(np.zeros(prepared.pairs.num_rows, np.float32))
    at = prepared.pairs.schema.get_field_index(feature)
    return replace(prepared, pairs=prepared.pairs.set_column(at, feature, silent))


def some(prepared: PairDataset, percent: int) -> PairDataset:
    """The set with labels for this share of its stories."""
    return replace(
        prepared,
        labelled=prepared.labelled.keep_stories(
            lambda story: int(text.compute_digest("curve", story), 16) % 100 < percent
        ),
    )


def told(name: str, sets: Sequence[PairDataset], figures: Sequence[list[float]]) -> None:
    """Print one line."""
    each = "  ".join(f"{one.labelled.name} {b3:.3f}/{pair:.3f}" for one, (b3, pair) in zip(sets, figures, strict=True))
    mean = np.mean(figures, axis=0)
    sys.stdout.write(f"{name:28} {mean[0]:.3f}/{mean[1]:.3f}  {each}\n")
    sys.stdout.flush()


def main(paths: list[Path]) -> None:
    """Measure and print."""
    settings = Settings()
    sets = [
        training.build_pair_dataset(labelled, settings) for labelled in training.load_labelled_sets(paths, settings)
    ]
    whole = fit.fit_pair_scorer(sets, [], settings, {})
    alone = replace(whole, graph_curves={}, graph_intercept=0.0)
    linked = settings.clustering.model_copy(update={"fragment_threshold": None})
    no_fragments = settings.model_copy(update={"clustering": linked})
    told("all", sets, [judged(one, whole, settings) for one in sets])
    told("company off", sets, [judged(one, alone, settings) for one in sets])
    told("fragments off", sets, [judged(one, whole, no_fragments) for one in sets])
    told("roundups not known", sets, [judged(one, whole, settings, roundups=False) for one in sets])
    for feature in pair_features.FEATURES:
        poorer = [without(one, feature) for one in sets]
        scorer = fit.fit_pair_scorer(poorer, [], settings, {})
        told(f"without {feature}", sets, [judged(one, scorer, settings) for one in poorer])
    for percent in (10, 25, 50):
        scorer = fit.fit_pair_scorer([some(one, percent) for one in sets], [], settings, {})
        told(f"{percent}% of the stories", sets, [judged(one, scorer, settings) for one in sets])
    untuned = settings.model_copy(update={"embedding": settings.embedding.model_copy(update={"adapter": "none"})})
    plain = [training.build_pair_dataset(one.labelled, untuned) for one in sets]
    scorer = fit.fit_pair_scorer(plain, [], untuned, {})
    told("embedding not tuned", sets, [judged(one, scorer, untuned) for one in plain])


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
