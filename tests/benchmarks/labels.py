"""What a few labels are worth on a kind of news that the scorer has never seen.

    python -m tests.benchmarks.labels GOLD.parquet...

Each set is left out in turn, as in `newsfold evaluate --leave-one-out`. Then so many of the pairs that
`newsfold doubts` would ask about are labelled from the gold table, and the scorer is moved as by
`newsfold train --labels`. Besides, the scorer as it would be if it were told how common one-story pairs are, which it
otherwise estimates: the best of these lines bounds what a better estimate could bring. Each line: B-cubed F1,
precision and recall, and pairwise F1.
"""

from __future__ import annotations

import sys
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pyarrow as pa

from newsfold import evaluation, scoring, training
from newsfold.schemas import pair_features
from newsfold.settings import Settings
from newsfold.training import uncertain_pairs
from newsfold.training.evaluate import cluster_articles

LABELS = (0, 10, 30, 100, 300)
PRIORS = np.arange(-9.0, 2.5, 0.5)  # log-odds that a candidate pair is one story's
SHOWN = ("b3_f1", "b3_precision", "b3_recall", "pairwise_f1")


def taught(scorer: scoring.PairScorer, prepared: training.PairDataset, count: int) -> scoring.PairScorer:
    """The scorer moved to the gold table's word on so many pairs."""
    edges = scoring.score_window(scorer, prepared.pairs)
    known = edges.filter(pa.array(training.label_pairs(prepared) >= 0))
    asked = set(uncertain_pairs.select_uncertain_pairs(known, count))
    ends = zip(known["left_id"].to_pylist(), known["right_id"].to_pylist(), strict=True)
    known = known.filter(pa.array([pair in asked for pair in ends], pa.bool_()))
    story_of = prepared.labelled.story_of
    ends = zip(known["left_id"].to_pylist(), known["right_id"].to_pylist(), strict=True)
    one_story = np.array([story_of[left] == story_of[right] for left, right in ends], dtype=np.bool_)
    return scoring.adapt_scorer(
        scorer,
        scoring.feature_arrays(known, pair_features.FIRST_PASS_FEATURES),
        pair_features.edge_log_odds(known),
        one_story,
        {},
    )


def told(line: str, split: training.LeaveOneOutSplit, scorer: scoring.PairScorer) -> None:
    """Print one line."""
    labelled = split.held_out.labelled
    found = cluster_articles(split.held_out, scoring.score_window(scorer, split.held_out.pairs), split.settings)
    values = evaluation.clustering_metrics(list(labelled.story_of.values()), found)
    figures = "  ".join(f"{values[name]:.3f}" for name in SHOWN)
    print(f"{labelled.name:<12} {line:<20} {figures}", flush=True)  # noqa: T201


def measured(split: training.LeaveOneOutSplit) -> None:
    """Print what labels bring to a set that was left out, and what a good guess at its share of pairs would."""
    for count in LABELS:
        told(f"{count} labels", split, taught(split.scorer, split.held_out, count) if count else split.scorer)
    for prior in PRIORS:
        with patch.object(scoring.PairScorer, "prior", lambda *_, known=prior: known):
            told(f"told prior {prior:+.1f}", split, split.scorer)


def main(paths: list[str]) -> None:
    """Leave out each set, and print."""
    settings = Settings()
    for split in training.leave_one_out_splits(
        training.load_labelled_sets([Path(path) for path in paths], settings), settings
    ):
        measured(split)


if __name__ == "__main__":
    main(sys.argv[1:])
