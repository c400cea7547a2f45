"""Labelled stories: evaluation on them, and training of the embedding, the pair scorer and the other models.

A gold table has the columns of `cluster` and `story`. Rows without a story are clustered and not scored. `datasets`
turns gold tables into candidate pairs with features, `fit` and `models` train on these, `from_labels` adapts a scorer
to people's labels of pairs in a store, `uncertain_pairs` suggests pairs to label, `splits` divides sets into training
and measuring, `evaluate` measures, and `summaries` does both for headlines and summaries, given editors' references.
`kinds` trains the model of kinds on labelled articles.
"""

from __future__ import annotations

from newsfold.training.datasets import LabelledSet, PairDataset, build_pair_dataset, label_pairs, load_labelled_sets
from newsfold.training.evaluate import FinishedPart, ResumeFolder, evaluate_splits
from newsfold.training.fit import train_embedding, train_scorer
from newsfold.training.from_labels import LabelledPairs, adapt_to_labels, score_labelled_pairs
from newsfold.training.kinds import train_kinds
from newsfold.training.models import TrainedModels, train_models
from newsfold.training.splits import Split, as_configured, cross_validate, leave_one_out
from newsfold.training.summaries import evaluate_summaries, summarise_stories, train_summaries
from newsfold.training.uncertain_pairs import suggest_pairs

__all__ = [
    "FinishedPart",
    "LabelledPairs",
    "LabelledSet",
    "PairDataset",
    "ResumeFolder",
    "Split",
    "TrainedModels",
    "adapt_to_labels",
    "as_configured",
    "build_pair_dataset",
    "cross_validate",
    "evaluate_splits",
    "evaluate_summaries",
    "label_pairs",
    "leave_one_out",
    "load_labelled_sets",
    "score_labelled_pairs",
    "suggest_pairs",
    "summarise_stories",
    "train_embedding",
    "train_kinds",
    "train_models",
    "train_scorer",
    "train_summaries",
]
