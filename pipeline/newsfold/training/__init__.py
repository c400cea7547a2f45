"""LabelledSet stories: evaluation on them, and training of the embedding, the pair scorer and the salience model.

A gold table has the columns of `cluster` and `story`. Rows without a story are clustered and not scored. `datasets`
turns gold tables into candidate pairs with features, `fit` trains on these, `from_labels` adapts a scorer to people's
labels of pairs in a store, `uncertain_pairs` suggests pairs to label, `evaluate` measures, also on sets held out from
training, and `summaries` does both for headlines and summaries, given editors' references.
"""

from __future__ import annotations

from newsfold.training.datasets import (
    LabelledSet,
    PairDataset,
    blocking_recall,
    build_pair_dataset,
    label_pairs,
    load_labelled_sets,
)
from newsfold.training.evaluate import LeaveOneOutSplit, evaluate_leave_one_out, evaluate_set, leave_one_out_splits
from newsfold.training.fit import train_embedding, train_scorer
from newsfold.training.from_labels import LabelledPairs, adapt_to_labels, score_labelled_pairs
from newsfold.training.summaries import evaluate_summaries, summarise_stories, train_summaries
from newsfold.training.uncertain_pairs import suggest_pairs

__all__ = [
    "LabelledPairs",
    "LabelledSet",
    "LeaveOneOutSplit",
    "PairDataset",
    "adapt_to_labels",
    "blocking_recall",
    "build_pair_dataset",
    "evaluate_leave_one_out",
    "evaluate_set",
    "evaluate_summaries",
    "label_pairs",
    "leave_one_out_splits",
    "load_labelled_sets",
    "score_labelled_pairs",
    "suggest_pairs",
    "summarise_stories",
    "train_embedding",
    "train_scorer",
    "train_summaries",
]
