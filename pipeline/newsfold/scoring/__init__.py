"""Scoring: candidate pairs to edges, each with a calibrated probability and the features behind it."""

from __future__ import annotations

from newsfold.scoring.adapt import adapt_scorer
from newsfold.scoring.graph_features import compute_graph_features, select_likely_pairs
from newsfold.scoring.model import PairScorer, load_scorer
from newsfold.scoring.predict import feature_arrays, pair_rows, score_window
from newsfold.scoring.train import LabelledWindow, fit_graph_curves, fit_scorer

__all__ = [
    "LabelledWindow",
    "PairScorer",
    "adapt_scorer",
    "compute_graph_features",
    "feature_arrays",
    "fit_graph_curves",
    "fit_scorer",
    "load_scorer",
    "pair_rows",
    "score_window",
    "select_likely_pairs",
]
