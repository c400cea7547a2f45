"""Scoring: candidate pairs to edges, each with a calibrated probability and the features behind it."""

from __future__ import annotations

from newsfold.scoring.adapt import adapt_scorer
from newsfold.scoring.model import PairScorer, load_scorer
from newsfold.scoring.predict import estimate_window_shift, feature_arrays, score_window
from newsfold.scoring.train import TrainingPairs, fit_scorer

__all__ = [
    "PairScorer",
    "TrainingPairs",
    "adapt_scorer",
    "estimate_window_shift",
    "feature_arrays",
    "fit_scorer",
    "load_scorer",
    "score_window",
]
