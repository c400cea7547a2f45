"""Graph features: which other articles a pair's two articles probably share a story with, and how many they share.

Two articles of one large story may not resemble each other but share likely neighbours. On a night of feeds a theme
looks the same, so there the graph says little. The base rate of same-story pairs in the window distinguishes the two,
so it sets how far the graph features are trusted.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.special import expit

from newsfold.scoring.sparse_rows import row_products

Floats = npt.NDArray[np.float32]
LogOdds = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

_MIN_PROBABILITY = 0.05  # from this probability a pair is an edge of the graph
# Priors between which trust grows from 0 to 1: a night of feeds, and a set in which every article has a story.
_NO_TRUST_PRIOR, _FULL_TRUST_PRIOR = -5.6, -3.6


class LikelyPairs(NamedTuple):
    """The weighted graph of likely pairs: numbers of both articles and the probability, shape (l,) each."""

    left: Rows
    right: Rows
    probability: Floats


def select_likely_pairs(first_pass: LogOdds, left: Rows, right: Rows) -> LikelyPairs:
    """Select the pairs that are likely without graph features.

    Args:
        first_pass: log-odds of each of a window's pairs without graph features, shape (m,).
        left: numbers of the pairs' left articles, shape (m,).
        right: numbers of their right articles, shape (m,).
    """
    probability = expit(first_pass).astype(np.float32)
    is_likely = probability > _MIN_PROBABILITY
    return LikelyPairs(left[is_likely], right[is_likely], probability[is_likely])


def compute_graph_features(likely_pairs: LikelyPairs, prior: float, left: Rows, right: Rows) -> dict[str, Floats]:
    """Compute the graph features of pairs.

    Args:
        likely_pairs: of the window.
        prior: log-odds that a candidate pair of this window belongs to one story.
        left: numbers of the left articles of some pairs, shape (k,).
        right: numbers of their right articles, shape (k,).

    Returns:
        For each name of `pair_features.GRAPH_FEATURES` but `graph_weight` a float32 array of shape (k,).
    """
    one, other, probability = likely_pairs
    count = 1 + max(int(numbers.max(initial=-1)) for numbers in (one, other, left, right))
    both = np.concatenate([one, other]), np.concatenate([other, one])
    adjacency = sparse.csr_matrix((np.tile(probability, 2), both), shape=(count, count))
    degree = np.asarray(adjacency.sum(axis=1)).ravel()
    shared = row_products(adjacency, adjacency, left, right)
    lower, higher = np.minimum(degree[left], degree[right]), np.maximum(degree[left], degree[right])
    similarity = shared / (np.sqrt(lower * higher) + 0.5)
    trust = np.clip((prior - _NO_TRUST_PRIOR) / (_FULL_TRUST_PRIOR - _NO_TRUST_PRIOR), 0, 1)
    features = {
        "graph_trust": np.full(len(left), trust),
        "graph_common_neighbours": trust * np.log1p(shared),
        "graph_degree_min": trust * np.log1p(lower),
        "graph_degree_max": trust * np.log1p(higher),
        "graph_similarity": similarity,
        "graph_trusted_similarity": trust * similarity,
    }
    return {name: values.astype(np.float32) for name, values in features.items()}
