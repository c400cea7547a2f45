"""The value of each part of finding stories, and of more labels.

    python -m tests.benchmarks.ablation GOLD.parquet...

Prints B-cubed F1 and pairwise F1 on the stories held out from the shipped embedding, in their whole windows, and the
mean over the sets: first as shipped, then for a scorer of the other sets (with the expected over the true number of
same-story pairs), for each part left out, for each length of text that the embedding reads, and for each share of the
stories that the scorer learns from. The scorer is fitted to the held-out stories of the sets anew for each line whose
part it depends on. A set that the embedding was not tuned on is measured whole, and nothing is fitted to it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from newsfold import embedding, evaluation, schemas, scoring, text, training
from newsfold.schemas import pair_features
from newsfold.scoring.predict import predict_edges
from newsfold.settings import Settings
from newsfold.training import fit
from newsfold.training.datasets import PairDataset, is_held_out
from newsfold.training.evaluate import cluster_articles
from tests.benchmarks.command_line import create_parser


def evaluate(
    dataset: PairDataset,
    scorer: scoring.PairScorer,
    settings: Settings,
    *,
    roundups: bool = True,
    estimate_base_rate: bool = True,
) -> list[float]:
    """Return B-cubed F1 and pairwise F1 of one set's held-out stories."""
    shift = scoring.estimate_window_shift(scorer, dataset.pairs) if estimate_base_rate else 0.0
    edges = predict_edges(scorer, dataset.pairs, shift)
    none = schemas.empty_table("multi_topic_articles")
    clusters = cluster_articles(dataset, edges, settings, None if roundups else none)
    stories = [dataset.labelled.story_of[article] for article in dataset.labelled.articles["article_id"].to_pylist()]
    is_whole = not is_trainable(dataset, settings)
    groups = ["new" if story is not None and (is_whole or is_held_out(story)) else None for story in stories]
    metrics = evaluation.metrics_by_group(stories, clusters, groups)["new"]
    return [metrics["b3_f1"], metrics["pairwise_f1"]]


def is_trainable(dataset: PairDataset, settings: Settings) -> bool:
    """Return whether the embedding was tuned on a set; without an adapter, on all of them."""
    tuned_on = embedding.tuning_sets(settings.embedding)
    return not tuned_on or dataset.labelled.sha256 in tuned_on


def compute_expected_ratio(dataset: PairDataset, scorer: scoring.PairScorer) -> float:
    """Return the expected over the true number of same-story pairs among the labelled candidate pairs of a set."""
    probability, labels = scoring.score_window(scorer, dataset.pairs)["probability"], training.label_pairs(dataset)
    ratio = evaluation.measure_calibration(labels, probability.to_numpy()).expected_to_true
    return float("nan") if ratio is None else ratio


def drop_feature(dataset: PairDataset, feature: str) -> PairDataset:
    """Return the set with a constant feature, from which a scorer learns nothing: its curve is flat."""
    constant = pa.array(np.zeros(dataset.pairs.num_rows, np.float32))
    at = dataset.pairs.schema.get_field_index(feature)
    return replace(dataset, pairs=dataset.pairs.set_column(at, feature, constant))


def keep_share(dataset: PairDataset, percent: int) -> PairDataset:
    """Return the set with labels for this share of its stories."""
    return replace(
        dataset,
        labelled=dataset.labelled.keep_stories(
            lambda story: int(text.compute_digest("curve", story), 16) % 100 < percent
        ),
    )


def print_line(name: str, sets: Sequence[PairDataset], figures: Sequence[list[float]]) -> None:
    """Print one line."""
    figures_of_sets = "  ".join(
        f"{one.labelled.name} {b3:.3f}/{pair:.3f}" for one, (b3, pair) in zip(sets, figures, strict=True)
    )
    mean = np.mean(figures, axis=0)
    sys.stdout.write(f"{name:28} {mean[0]:.3f}/{mean[1]:.3f}  {figures_of_sets}\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = create_parser(__file__, __doc__)
    parser.add_argument("gold", type=Path, nargs="+", help="labelled tables, as `newsfold evaluate` reads them")
    paths = parser.parse_args(arguments).gold
    settings = Settings()
    sets = [
        training.build_pair_dataset(labelled, settings) for labelled in training.load_labelled_sets(paths, settings)
    ]
    trainable = [one for one in sets if is_trainable(one, settings)]
    whole = fit.fit_pair_scorer(trainable, settings, {})
    no_fragments, any_pairs, no_margins = (
        settings.model_copy(update={"clustering": settings.clustering.model_copy(update=change)})
        for change in ({"fragment_threshold": None}, {"pair_threshold": None}, {"pair_margin_weight": 0.0})
    )
    print_line("all", sets, [evaluate(one, whole, settings) for one in sets])
    others = [fit.fit_pair_scorer([other for other in trainable if other is not one], settings, {}) for one in sets]
    pairs = list(zip(sets, others, strict=True))
    print_line("scorer of the other sets", sets, [evaluate(one, scorer, settings) for one, scorer in pairs])
    ratios = "  ".join(f"{one.labelled.name} {compute_expected_ratio(one, scorer):.2f}" for one, scorer in pairs)
    sys.stdout.write(f"{'  expected / true':28} {ratios}\n")
    fixed_rate = [evaluate(one, scorer, settings, estimate_base_rate=False) for one, scorer in pairs]
    print_line("  base rate not estimated", sets, fixed_rate)
    for name, changed in (("  weak pairs stay", any_pairs), ("  margins unknown", no_margins)):
        print_line(name, sets, [evaluate(one, scorer, changed) for one, scorer in pairs])
    print_line("fragments off", sets, [evaluate(one, whole, no_fragments) for one in sets])
    print_line("roundups unknown", sets, [evaluate(one, whole, settings, roundups=False) for one in sets])
    for feature in pair_features.FEATURES:
        reduced = [drop_feature(one, feature) for one in trainable]
        scorer = fit.fit_pair_scorer(reduced, settings, {})
        scorer = replace(scorer, pairs_per_close_pair=whole.pairs_per_close_pair)
        print_line(f"without {feature}", sets, [evaluate(one, scorer, settings) for one in sets])
    for percent in (10, 25, 50):
        scorer = fit.fit_pair_scorer([keep_share(one, percent) for one in trainable], settings, {})
        print_line(f"{percent}% of the stories", sets, [evaluate(one, scorer, settings) for one in sets])
    embeddings: dict[str, dict[str, object]] = {"embedding not tuned": {"adapter": "none"}}
    embeddings |= {f"{tokens} tokens of a text": {"max_tokens": tokens} for tokens in (64, 128, 256)}
    for name, changes in embeddings.items():
        changed = settings.model_copy(update={"embedding": settings.embedding.model_copy(update=changes)})
        embedded = [training.build_pair_dataset(one.labelled, changed) for one in sets]
        scorer = fit.fit_pair_scorer([one for one in embedded if is_trainable(one, settings)], changed, {})
        print_line(name, sets, [evaluate(one, scorer, changed) for one in embedded])


if __name__ == "__main__":
    main()
