"""Labelled stories: how well newsfold groups them, and an embedding and a pair scorer fitted to them.

A gold table has `cluster`'s columns and `story`. Rows without a story take part and are not scored. `sets` takes gold
tables up to scored pairs, `training` fits to them, `labels` moves a scorer towards what people said of pairs in a
store, `doubts` names pairs worth labelling, `measuring` judges, also on sets that training never saw, and `telling`
does both for headlines and summaries, where editors wrote some too.
"""

from __future__ import annotations

from newsfold.training.datasets import Labelled, Prepared, blocking_recall, pair_labels, prepare, read
from newsfold.training.evaluate import LeftOut, evaluate, leave_one_out, left_out
from newsfold.training.fit import train_embedding, train_scorer
from newsfold.training.from_labels import LabelledPairs, adjust_to_labels, labelled_pairs
from newsfold.training.summaries import describe, evaluate_summaries, train_summaries
from newsfold.training.uncertain_pairs import doubtful_pairs

__all__ = [
    "Labelled",
    "LabelledPairs",
    "LeftOut",
    "Prepared",
    "adjust_to_labels",
    "blocking_recall",
    "describe",
    "doubtful_pairs",
    "evaluate",
    "evaluate_summaries",
    "labelled_pairs",
    "leave_one_out",
    "left_out",
    "pair_labels",
    "prepare",
    "read",
    "train_embedding",
    "train_scorer",
    "train_summaries",
]
