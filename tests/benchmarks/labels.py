"""The value of a few labels on a kind of news that the scorer has never seen.

    python -m tests.benchmarks.labels GOLD.parquet...

Each set is held out in turn, as in `newsfold evaluate --leave-one-out`. Then a number of the pairs that
`newsfold suggest-labels` proposes are labelled from the gold table, and the scorer is adapted as by
`newsfold train --labels`. Further lines shift the log-odds by a fixed number instead of the estimated base rate: the
best of them bounds what a better estimate could bring. Each line: B-cubed F1, precision and recall, and pairwise F1.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from newsfold import evaluation, scoring, training
from newsfold.schemas import pair_features
from newsfold.scoring.predict import predict_edges
from newsfold.settings import Settings
from newsfold.training import uncertain_pairs
from newsfold.training.evaluate import cluster_articles
from tests.benchmarks.command_line import create_parser

LABELS = (0, 10, 30, 100, 300)
SHIFTS = np.arange(-6.0, 6.5, 0.5)  # log-odds, against the base rate of the training
SHOWN = ("b3_f1", "b3_precision", "b3_recall", "pairwise_f1")


def adapt_to_gold(scorer: scoring.PairScorer, dataset: training.PairDataset, count: int) -> scoring.PairScorer:
    """Return the scorer adapted to gold labels of `count` pairs."""
    edges = scoring.score_window(scorer, dataset.pairs)
    known = edges.filter(pa.array(training.label_pairs(dataset) >= 0))
    selected = set(uncertain_pairs.select_uncertain_pairs(known, count))
    ends = zip(known["left_id"].to_pylist(), known["right_id"].to_pylist(), strict=True)
    known = known.filter(pa.array([pair in selected for pair in ends], pa.bool_()))
    story_of = dataset.labelled.story_of
    ends = zip(known["left_id"].to_pylist(), known["right_id"].to_pylist(), strict=True)
    one_story = np.array([story_of[left] == story_of[right] for left, right in ends], dtype=np.bool_)
    return scoring.adapt_scorer(
        scorer, scoring.feature_arrays(known, pair_features.FEATURES), pair_features.edge_log_odds(known), one_story, {}
    )


def print_line(
    line: str, dataset: training.PairDataset, scorer: scoring.PairScorer, settings: Settings, shift: float | None = None
) -> None:
    """Print one line; without a shift, that of the window is estimated."""
    labelled = dataset.labelled
    shift = scoring.estimate_window_shift(scorer, dataset.pairs) if shift is None else shift
    clusters = cluster_articles(dataset, predict_edges(scorer, dataset.pairs, shift), settings)
    values = evaluation.clustering_metrics(list(labelled.story_of.values()), clusters)
    figures = "  ".join(f"{values[name]:.3f}" for name in SHOWN)
    print(f"{labelled.name:<12} {line:<20} {figures}", flush=True)  # noqa: T201


def evaluate_split(split: training.Split, settings: Settings) -> None:
    """Print the metrics of a held-out set after labels, and with fixed shifts."""
    (held_out,) = split.measured
    with tempfile.TemporaryDirectory() as folder:
        settings = training.train_models(split.training, settings, Path(folder)).settings
        dataset = training.build_pair_dataset(held_out, settings)
        scorer = scoring.load_scorer(settings.scoring)
    for count in LABELS:
        print_line(f"{count} labels", dataset, adapt_to_gold(scorer, dataset, count) if count else scorer, settings)
    for shift in SHIFTS.tolist():
        print_line(f"shift {shift:+.1f}", dataset, scorer, settings, shift)


def main(arguments: Sequence[str] | None = None) -> None:
    """Hold out each set, and print."""
    parser = create_parser(__file__, __doc__)
    parser.add_argument("gold", type=Path, nargs="+", help="labelled tables, as `newsfold evaluate` reads them")
    paths = parser.parse_args(arguments).gold
    settings = Settings()
    sets = training.load_labelled_sets(paths, settings)
    for split in training.leave_one_out(sets, sets):
        evaluate_split(split, settings)


if __name__ == "__main__":
    main()
