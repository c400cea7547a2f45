"""Scoring of pairs in two passes: each pair alone, then with graph features of all likely pairs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.special import expit

from newsfold import schemas
from newsfold.dataflow import Context, TableView
from newsfold.schemas.pair_features import FIRST_PASS_FEATURES, MIN_EDGE_PROBABILITY, edge_log_odds
from newsfold.scoring.graph_features import LikelyPairs, compute_graph_features, select_likely_pairs
from newsfold.scoring.model import Floats, PairScorer, load_scorer
from newsfold.scoring.tables import LIKELY_PAIRS, WINDOW_CONTEXT

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class WindowContext:
    """The result of the first pass over all pairs of a window, which the second pass needs.

    Attributes:
        prior: log-odds that a candidate pair of this window belongs to one story.
        articles: number of articles in any pair.
        likely_pairs: the graph of pairs that are likely without graph features.
    """

    prior: float
    articles: int
    likely_pairs: LikelyPairs

    @classmethod
    def from_tables(cls, window_context: pa.Table, likely_pairs: pa.Table) -> WindowContext:
        """Read the context from tables `window_context` and `likely_pairs`."""
        probability = likely_pairs["probability"].to_numpy().astype(np.float32)
        graph = LikelyPairs(*pair_rows(likely_pairs), probability)
        return cls(window_context["prior"][0].as_py(), window_context["articles"][0].as_py(), graph)

    def to_tables(self) -> tuple[pa.Table, pa.Table]:
        """Return tables `window_context`, one row, and `likely_pairs`."""
        left, right, probability = self.likely_pairs
        graph = {"left": left.astype(np.int32), "right": right.astype(np.int32), "probability": probability}
        row = {"prior": [self.prior], "articles": [self.articles]}
        return pa.table(row, schema=WINDOW_CONTEXT), pa.table(graph, schema=LIKELY_PAIRS)


def window_context(
    pair_comparisons: TableView, kept_edges: TableView, time_index: TableView, context: Context
) -> tuple[pa.Table, pa.Table]:
    """Score all pairs in the first pass: tables `window_context` and `likely_pairs`.

    Raises:
        ModelError: the scorer cannot be read, or needs other features.
    """
    ids = time_index.read(["article_id", "row"]).sort_by("row")["article_id"].combine_chunks()
    edges = kept_edges.read(["left_id", "right_id", "probability"])
    rows = [pc.index_in(edges[end], ids) for end in ("left_id", "right_id")]
    edges = pa.table([*rows, edges["probability"]], names=["left", "right", "probability"])
    pairs = pair_comparisons.read(["left", "right", *FIRST_PASS_FEATURES])
    return estimate_window_context(load_scorer(context.settings.scoring), pairs, edges).to_tables()


def predict(
    pair_comparisons: TableView, window_context: TableView, likely_pairs: TableView, context: Context
) -> pa.Table:
    """Score pairs in the second pass: edges of at least `MIN_EDGE_PROBABILITY`.

    Raises:
        ModelError: the scorer cannot be read, or needs other features.
    """
    window = WindowContext.from_tables(window_context.read(), likely_pairs.read())
    edges = predict_edges(load_scorer(context.settings.scoring), pair_comparisons.read(), window)
    return edges.filter(pc.greater_equal(edges["probability"], MIN_EDGE_PROBABILITY))


def union_edges(new_edges: TableView, kept_edges: TableView) -> pa.Table:
    """Join new edges and those of the previous edition: table `edges`, sorted by (left_id, right_id)."""
    new, kept = new_edges.read(), kept_edges.read()
    kept = kept.filter(pc.greater_equal(kept["probability"], MIN_EDGE_PROBABILITY))
    ascending = [("left_id", "ascending"), ("right_id", "ascending")]
    return pa.concat_tables([new, kept]).sort_by(ascending) if kept.num_rows else new


def estimate_window_context(scorer: PairScorer, pairs: pa.Table, kept_edges: pa.Table | None = None) -> WindowContext:
    """Estimate the window's base rate, and select its likely pairs.

    Args:
        scorer: the scorer.
        pairs: table `pair_comparisons`, all m pairs of the window.
        kept_edges: k other pairs of the window, scored earlier: columns `left`, `right` and `probability`.

    Raises:
        ModelError: the scorer needs other features.
    """
    features = feature_arrays(pairs, FIRST_PASS_FEATURES)
    evidence = scorer.evidence(features)
    prior = scorer.estimate_prior(evidence, features["headline_only"])
    first_pass, (left, right) = evidence + prior, pair_rows(pairs)
    if kept_edges is not None:
        first_pass = np.concatenate([first_pass, edge_log_odds(kept_edges)])
        kept_left, kept_right = pair_rows(kept_edges)
        left, right = np.concatenate([left, kept_left]), np.concatenate([right, kept_right])
    return WindowContext(prior, len(np.union1d(left, right)), select_likely_pairs(first_pass, left, right))


def predict_edges(scorer: PairScorer, pairs: pa.Table, window: WindowContext) -> pa.Table:
    """Score pairs with all features, graph features included: schema `edges`, in the order of the pairs.

    Args:
        scorer: the scorer.
        pairs: table `pair_comparisons`, or some of its rows.
        window: of all pairs of the window.

    Raises:
        ModelError: the scorer needs other features.
    """
    if not pairs.num_rows:
        return schemas.empty_table("edges")
    graph = compute_graph_features(window.likely_pairs, window.prior, *pair_rows(pairs))
    graph["graph_weight"] = np.full(pairs.num_rows, scorer.graph_weight(window.articles), np.float32)
    log_odds = scorer.predict_log_odds(window.prior, feature_arrays(pairs, FIRST_PASS_FEATURES) | graph)
    for name, values in (graph | {"probability": expit(log_odds).astype(np.float32)}).items():
        pairs = pairs.append_column(name, pa.array(values))
    return schemas.conform_table(pairs, "edges")


def score_window(scorer: PairScorer, pairs: pa.Table) -> pa.Table:
    """Score all pairs of a window in both passes: schema `edges`, in the order of the pairs.

    Args:
        scorer: the scorer.
        pairs: table `pair_comparisons`, all pairs of the window.

    Raises:
        ModelError: the scorer needs other features.
    """
    return predict_edges(scorer, pairs, estimate_window_context(scorer, pairs))


def feature_arrays(pairs: pa.Table, names: Iterable[str]) -> dict[str, Floats]:
    """Return features of pairs as float32 arrays of shape (m,); NaN is missing."""
    return {name: pairs[name].to_numpy().astype(np.float32) for name in names}


def pair_rows(pairs: pa.Table) -> tuple[Rows, Rows]:
    """Return the row numbers of the articles of pairs, int64 of shape (m,) each."""
    left, right = (pairs[end].to_numpy().astype(np.int64) for end in ("left", "right"))
    return left, right
