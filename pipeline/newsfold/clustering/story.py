"""The clusterer of stories: constrained average linkage on log-odds, as a scikit-learn estimator."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.utils import Tags
from sklearn.utils.validation import validate_data

from newsfold.clustering.margins import USUAL_MARGIN
from newsfold.clustering.refine import merge_fragments, remove_outliers, split_weak_pairs
from newsfold.errors import ConfigError
from newsfold.linkage.average import Booleans, Integers
from newsfold.linkage.graph import (
    UNIT,
    ConstrainedGraph,
    build_graph,
    cluster_components,
    find_contradictions,
    group_must_links,
    indicator_matrix,
    node_cluster_means,
    relabel_sequential,
)

# Log-odds are clipped to these, so that no single pair outvotes a story, least of all a pair against it.
_MIN_LOG_ODDS, _MAX_LOG_ODDS = -3.0, 5.0
_FRAGMENT_SLACK = 0.5  # log-odds below the threshold at which a fragment may still join
_NO_PAIRS = np.zeros((0, 2), np.int64)


class StoryClusterer(ClusterMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Average linkage on the log-odds of pairs, one connected component at a time.

    No n × n matrix is ever held, only one per component. An unscored pair counts as `missing_log_odds`. In a component
    of more than `max_component` articles, reciprocal nearest neighbours are merged on the sparse links until it fits,
    which does not change the result; a component that ties keep larger is split at its weakest links. The order of rows
    does not matter, even if values are tied.

    Parameters:
        threshold: clusters merge while the mean log-odds between them exceed this; zero is even odds.
        missing_log_odds: the log-odds of an unscored pair inside a component.
        max_component: articles per component matrix; bounds memory to max_component² floats.
        attach_margin: how far above the threshold the mean of an `attach_only` row must be for it to join.
        fragment_threshold: a cluster joins a larger one, with a mean over all pairs up to half a point below the
            threshold, if its articles' two best links into it have a mean above this; None: never.
        outlier_threshold: an article leaves its cluster if its mean log-odds to the rest are lower; None: never.
        pair_threshold: two articles alone stay together if their log-odds exceed this; None: as any others.
        pair_margin_weight: log-odds that a margin of 1 adds to those of two articles alone, above `USUAL_MARGIN`.
        stickiness: log-odds added to pairs that shared a cluster in `previous`, and subtracted from pairs that did not.

    Attributes:
        labels_: cluster of each row, int64 of shape (n,), numbered by first appearance.
        n_features_in_: columns seen in `fit`.
    """

    def __init__(
        self,
        threshold: float = -1.0,
        missing_log_odds: float = -2.5,
        max_component: int = 1500,
        attach_margin: float = 1.0,
        fragment_threshold: float | None = 1.0,
        outlier_threshold: float | None = None,
        pair_threshold: float | None = 0.0,
        pair_margin_weight: float = 10.0,
        stickiness: float = 0.75,
    ) -> None:
        self.threshold = threshold
        self.missing_log_odds = missing_log_odds
        self.max_component = max_component
        self.attach_margin = attach_margin
        self.fragment_threshold = fragment_threshold
        self.outlier_threshold = outlier_threshold
        self.pair_threshold = pair_threshold
        self.pair_margin_weight = pair_margin_weight
        self.stickiness = stickiness

    def fit(
        self,
        X: Any,  # noqa: N803 - scikit-learn's name
        y: None = None,  # noqa: ARG002 - scikit-learn's signature
        *,
        must_link: npt.ArrayLike = _NO_PAIRS,
        cannot_link: npt.ArrayLike = _NO_PAIRS,
        attach_only: npt.ArrayLike | None = None,
        previous: npt.ArrayLike | None = None,
        margins: sparse.csr_matrix | None = None,
    ) -> Self:
        """Cluster the rows.

        Args:
            X: symmetric log-odds of shape (n, n), sparse or dense; in a sparse matrix, an entry that is not stored is
                an unscored pair. The diagonal is ignored.
            y: ignored.
            must_link: pairs of rows that share a cluster, int of shape (m, 2).
            cannot_link: pairs of rows that never do, whatever the other links are, int of shape (m, 2).
            attach_only: bool of shape (n,): rows about many topics (roundups, live blogs), which never connect two
                clusters, nor make one. Each joins the one cluster of several other rows with the highest mean
                log-odds, if these are above the threshold by `attach_margin`.
            previous: int of shape (n,): the cluster of each row in an earlier clustering, -1 if it had none. It shifts
                the log-odds of every pair by `stickiness`, so stronger evidence overrides it.
            margins: by how much more two rows resemble each other than either does a third, sparse of shape (n, n),
                symmetric (`clustering.margins`); None: all as usual.

        Raises:
            ValueError: X is not square or not symmetric, a pair names a row that does not exist, or `previous` does
                not have one entry per row.
            ConfigError: a cannot-link pair must be together, directly or through other pairs.
        """
        matrix = self._validate_matrix(X)
        count = matrix.shape[0]
        must = _validate_pairs(must_link, count, "must_link")
        cannot = _validate_pairs(cannot_link, count, "cannot_link")
        conflicts = cannot[find_contradictions(must, cannot, count)]
        if len(conflicts):
            raise ConfigError(
                f"The rows {', '.join(f'{a} and {b}' for a, b in conflicts.tolist())} may not be together, but other "
                "pairs say that they must be; remove one of these pairs."
            )
        node_of = group_must_links(must, count)
        if previous is not None and self.stickiness:
            matrix = self._apply_stickiness(matrix, np.asarray(previous, dtype=np.int64))
        graph = build_graph(matrix, node_of, node_of[cannot])
        is_attach_only = np.zeros(len(graph.sizes), dtype=bool)
        if attach_only is not None:
            is_attach_only[node_of] = True
            is_attach_only[node_of[~np.asarray(attach_only, dtype=bool)]] = False  # one ordinary article suffices
        labels = np.arange(len(is_attach_only))
        ordinary = np.flatnonzero(~is_attach_only)
        labels[~is_attach_only] = self._cluster(
            graph.subgraph(ordinary), self._pair_support(margins, node_of)[ordinary][:, ordinary]
        )
        labels[is_attach_only] = labels.max(initial=0) + 1 + np.arange(is_attach_only.sum())
        if is_attach_only.any():
            labels = self._attach(graph, relabel_sequential(labels), is_attach_only)
        self.labels_ = _number_by_first_appearance(labels[node_of])
        return self

    def _apply_stickiness(self, matrix: sparse.csr_matrix, previous: Integers) -> sparse.csr_matrix:
        """Raise the values between rows that shared a cluster before, and lower those between rows that did not."""
        if previous.shape != (matrix.shape[0],):
            raise ValueError(
                f"previous has shape {previous.shape}; it needs one entry for each of {matrix.shape[0]} rows."
            )
        known = np.flatnonzero(previous >= 0)
        indicator = sparse.csr_matrix(
            (np.ones(len(known)), (known, relabel_sequential(previous[known]))), shape=(matrix.shape[0], len(known))
        )
        same_cluster = sparse.csr_matrix(indicator @ indicator.T)
        same_cluster.setdiag(0)
        shift = np.rint(self.stickiness * UNIT)
        pairs = matrix.tocoo()
        left, right = previous[pairs.row], previous[pairs.col]
        was_split = (left >= 0) & (right >= 0) & (left != right)
        lowered = sparse.csr_matrix((pairs.data - shift * was_split, (pairs.row, pairs.col)), shape=matrix.shape)
        lowered.data = np.maximum(lowered.data, self._to_units(_MIN_LOG_ODDS))
        return sparse.csr_matrix(lowered + shift * same_cluster)

    def _pair_support(self, margins: sparse.csr_matrix | None, node_of: Integers) -> sparse.csr_matrix:
        """Return what the margins add to the values of pairs of nodes, if these are of one article each."""
        indicator = indicator_matrix(node_of)
        if margins is None:
            return sparse.csr_matrix((indicator.shape[1], indicator.shape[1]))
        entries = margins.tocoo()
        data = np.rint((entries.data - USUAL_MARGIN) * (self.pair_margin_weight * UNIT))
        support = sparse.csr_matrix((data, (entries.row, entries.col)), shape=entries.shape)
        return sparse.csr_matrix(indicator.T @ support @ indicator)

    def _cluster(self, graph: ConstrainedGraph, pair_support: sparse.csr_matrix) -> Integers:
        labels = cluster_components(graph, self._to_units(self.threshold), self.max_component)
        if self.outlier_threshold is not None:
            labels = remove_outliers(graph, labels, self._to_units(self.outlier_threshold))
        if self.fragment_threshold is not None:
            min_mean = self._to_units(self.threshold - _FRAGMENT_SLACK)
            labels = merge_fragments(graph, labels, min_mean, self._to_units(self.fragment_threshold))
        if self.pair_threshold is not None:
            labels = split_weak_pairs(graph, labels, self._to_units(self.pair_threshold), pair_support)
        return labels

    def _attach(self, graph: ConstrainedGraph, labels: Integers, is_attach_only: Booleans) -> Integers:
        """Attach each such node to its one best cluster of several ordinary articles; it starts none."""
        threshold = self._to_units(self.threshold + self.attach_margin)
        means = node_cluster_means(graph, labels)
        n_ordinary = np.bincount(labels, weights=graph.sizes * ~is_attach_only)
        allowed = is_attach_only[means.row] & (n_ordinary[means.col] > 1) & (means.data > threshold)
        row, target, mean = means.row[allowed], means.col[allowed], means.data[allowed]
        best = np.full(len(labels), -np.inf)
        np.maximum.at(best, row, mean)
        is_best = mean == best[row]
        unique = is_best & (np.bincount(row[is_best], minlength=len(labels))[row] == 1)
        joins = np.full(len(labels), -1)
        joins[row[unique]] = target[unique]
        # Of two cannot-link nodes with the same target, only the closer one joins; if they tie, neither does.
        barred = sparse.coo_matrix(graph.cannot_link)
        is_rival = (joins[barred.row] >= 0) & (joins[barred.row] == joins[barred.col])
        loses = best[barred.row] <= best[barred.col]
        joins[barred.row[is_rival & loses]] = -1
        return np.where(joins >= 0, joins, labels)

    def _to_units(self, log_odds: float) -> float:
        """Convert log-odds to values of the graph: measured from those of an unscored pair, in units."""
        return (log_odds - self.missing_log_odds) * UNIT

    def __sklearn_tags__(self) -> Tags:
        """Tell scikit-learn that X is pairwise and may be sparse."""
        tags: Tags = super().__sklearn_tags__()
        tags.input_tags.pairwise = True
        tags.input_tags.sparse = True
        return tags

    def _validate_matrix(self, X: Any) -> sparse.csr_matrix:  # noqa: N803 - scikit-learn's name
        X = validate_data(self, X, accept_sparse="csr", dtype=np.float64)  # noqa: N806
        if X.shape[0] != X.shape[1]:
            raise ValueError(f"X must be a square matrix of pairwise log-odds; its shape is {X.shape}.")
        if not sparse.issparse(X):
            rows, columns = np.indices(X.shape).reshape(2, -1)
            X = sparse.coo_matrix((X.ravel(), (rows, columns)), shape=X.shape)  # noqa: N806
        entries = X.tocoo()
        off = entries.row != entries.col
        # Measured from the log-odds of an unscored pair, an entry that is not stored is zero.
        data = np.rint((np.clip(entries.data[off], _MIN_LOG_ODDS, _MAX_LOG_ODDS) - self.missing_log_odds) * UNIT)
        matrix = sparse.csr_matrix((data, (entries.row[off], entries.col[off])), shape=X.shape)
        if abs(matrix - matrix.T).max() > 1:
            raise ValueError("X must be symmetric: the log-odds of a pair do not depend on its order.")
        return matrix.maximum(matrix.T)


def _validate_pairs(values: npt.ArrayLike, count: int, name: str) -> npt.NDArray[np.int64]:
    pairs = np.asarray(values, dtype=np.int64).reshape(-1, 2)
    if len(pairs) and (pairs.min() < 0 or pairs.max() >= count):
        raise ValueError(f"{name} names a row that does not exist: rows are 0 … {count - 1}.")
    return pairs


def _number_by_first_appearance(labels: Integers) -> Integers:
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    return rank[inverse]
