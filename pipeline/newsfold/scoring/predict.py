"""Scoring of pairs: each by its features, all shifted by the window's base rate."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.special import expit, logit

from newsfold import schemas
from newsfold.dataflow import Context, TableView
from newsfold.schemas.pair_features import FEATURES, MIN_EDGE_PROBABILITY
from newsfold.scoring.base_rate import count_log_odds, estimate_shift, is_close
from newsfold.scoring.model import Floats, PairScorer, load_scorer
from newsfold.scoring.tables import BASE_RATE, LIKELY_PAIRS

_SLACK = 1e-3  # log-odds by which a selected pair may lie below: probabilities are rounded


def base_rate(log_odds_counts: TableView, context: Context) -> pa.Table:
    """Estimate the base rate of the window's pairs: table `base_rate`, one row.

    Raises:
        ModelError: the scorer cannot be read.
    """
    scorer = load_scorer(context.settings.scoring)
    shift = estimate_shift(log_odds_counts.read(), scorer.pairs_per_close_pair)
    return pa.table({"shift": [shift]}, schema=BASE_RATE)


def select_likely_pairs(pair_scores: TableView, base_rate: TableView, context: Context) -> pa.Table:
    """Select the pairs that may become edges: table `likely_pairs`.

    No pair of at least `MIN_EDGE_PROBABILITY` is lost: what labels may add to the log-odds is bounded.

    Raises:
        ModelError: the scorer cannot be read.
    """
    scorer, shift = load_scorer(context.settings.scoring), base_rate.read()["shift"][0].as_py()
    pairs = pair_scores.read()
    log_odds = pairs["log_odds"].to_numpy() + shift + scorer.max_label_correction
    is_likely = log_odds >= logit(MIN_EDGE_PROBABILITY) - _SLACK
    return pairs.select(LIKELY_PAIRS.names).filter(pa.array(is_likely))


def predict(pair_comparisons: TableView, base_rate: TableView, context: Context) -> pa.Table:
    """Score pairs: edges of at least `MIN_EDGE_PROBABILITY`.

    Raises:
        ModelError: the scorer cannot be read, or needs other features.
    """
    scorer, shift = load_scorer(context.settings.scoring), base_rate.read()["shift"][0].as_py()
    edges = predict_edges(scorer, pair_comparisons.read(), shift)
    return edges.filter(pc.greater_equal(edges["probability"], MIN_EDGE_PROBABILITY))


def union_edges(new_edges: TableView, kept_edges: TableView) -> pa.Table:
    """Join new edges and those of the previous edition: table `edges`, sorted by (left_id, right_id)."""
    new, kept = new_edges.read(), kept_edges.read()
    kept = kept.filter(pc.greater_equal(kept["probability"], MIN_EDGE_PROBABILITY))
    ascending = [("left_id", "ascending"), ("right_id", "ascending")]
    return pa.concat_tables([new, kept]).sort_by(ascending) if kept.num_rows else new


def estimate_window_shift(scorer: PairScorer, pairs: pa.Table) -> float:
    """Estimate by how much the window's base rate raises the log-odds of its pairs.

    People's labels are about single pairs, so the corrections fitted to them do not change the estimate.

    Args:
        scorer: the scorer.
        pairs: table `pair_comparisons`, all m pairs of the window.

    Raises:
        ModelError: the scorer needs other features.
    """
    features = feature_arrays(pairs, FEATURES)
    log_odds = scorer.without_labels().predict_log_odds(features)
    counts = count_log_odds(log_odds, is_close(features["dense_cosine"]))
    return estimate_shift(counts, scorer.pairs_per_close_pair)


def predict_edges(scorer: PairScorer, pairs: pa.Table, shift: float) -> pa.Table:
    """Score pairs: schema `edges`, in the order of the pairs.

    Args:
        scorer: the scorer.
        pairs: table `pair_comparisons`, or some of its rows.
        shift: of the window, as `estimate_window_shift` returns it.

    Raises:
        ModelError: the scorer needs other features.
    """
    log_odds = scorer.predict_log_odds(feature_arrays(pairs, FEATURES)) + shift
    probability = pa.array(expit(log_odds).astype(np.float32))
    return schemas.conform_table(pairs.append_column("probability", probability), "edges")


def score_window(scorer: PairScorer, pairs: pa.Table) -> pa.Table:
    """Score all pairs of a window: schema `edges`, in the order of the pairs.

    Args:
        scorer: the scorer.
        pairs: table `pair_comparisons`, all pairs of the window.

    Raises:
        ModelError: the scorer needs other features.
    """
    return predict_edges(scorer, pairs, estimate_window_shift(scorer, pairs))


def feature_arrays(pairs: pa.Table, names: Iterable[str]) -> dict[str, Floats]:
    """Return features of pairs as float32 arrays of shape (m,); NaN is missing."""
    return {name: pairs[name].to_numpy().astype(np.float32) for name in names}
