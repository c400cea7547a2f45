"""The clusterer of stories: average linkage on log-odds, told what must and must not be together."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.utils import Tags
from sklearn.utils.validation import validate_data

from newsfold.clustering.constrained_graph import (
    UNIT,
    Nodes,
    bundles,
    closeness,
    contradictions,
    fold,
    gather,
    numbered,
)
from newsfold.clustering.linkage import Booleans, Integers
from newsfold.clustering.refine import gather_fragments, part_strays
from newsfold.errors import ConfigError

# Log-odds beyond these count as these: no single pair outvotes a story, least of all one against it.
_LEAST, _MOST = -3.0, 5.0
_FRAGMENT_SLACK = 0.5  # log-odds below the threshold at which a fragment may still join
_NONE = np.zeros((0, 2), np.int64)


class StoryClusterer(ClusterMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Average linkage on the log-odds of pairs, one connected component at a time.

    No n × n matrix is ever held, only one per component. A pair that was never scored counts as
    `missing_log_odds`. In a component of more than `max_component` articles, pairs of clusters that are each
    other's closest are merged on the links alone until it fits, which changes nothing; what ties hold together
    beyond that is cut at its weakest links. The order of rows does not matter, also where values are tied.

    Parameters:
        threshold: clusters merge while the mean log-odds between them exceed this; zero is even odds.
        missing_log_odds: what an unscored pair inside a component counts.
        max_component: articles per component matrix; bounds memory to max_component² floats.
        attach_margin: how much above the threshold an `attach_only` row must be to join.
        fragment_threshold: a cluster joins a larger one, though the mean over all pairs is up to half a point below the
            threshold, where its articles' two best links into it have a mean above this; None: never.
        outlier_threshold: an article leaves its cluster if its mean log-odds to the rest are lower; None: never.
        stickiness: what an earlier grouping counts, in log-odds: so much is added between articles that were together
            in it, and taken off between those that were apart. Zero: nothing.

    Attributes:
        labels_: cluster of each row, int64 of shape (n,), numbered by first appearance.
        n_features_in_: columns seen in `fit`.
    """

    def __init__(
        self,
        threshold: float = -0.25,
        missing_log_odds: float = -2.5,
        max_component: int = 1500,
        attach_margin: float = 1.0,
        fragment_threshold: float | None = 1.0,
        outlier_threshold: float | None = None,
        stickiness: float = 0.75,
    ) -> None:
        self.threshold = threshold
        self.missing_log_odds = missing_log_odds
        self.max_component = max_component
        self.attach_margin = attach_margin
        self.fragment_threshold = fragment_threshold
        self.outlier_threshold = outlier_threshold
        self.stickiness = stickiness

    def fit(
        self,
        X: Any,  # noqa: N803 - scikit-learn's name
        y: None = None,  # noqa: ARG002 - scikit-learn's signature
        *,
        must_link: npt.ArrayLike = _NONE,
        cannot_link: npt.ArrayLike = _NONE,
        attach_only: npt.ArrayLike | None = None,
        previous: npt.ArrayLike | None = None,
    ) -> Self:
        """Cluster.

        Args:
            X: symmetric log-odds of shape (n, n), sparse or dense; in a sparse one, an entry that is not stored was
                not scored. The diagonal is ignored.
            y: ignored.
            must_link: pairs of rows that share a cluster, int of shape (m, 2).
            cannot_link: pairs of rows that never do, however others link them, int of shape (m, 2).
            attach_only: bool of shape (n,): rows that are about many things (roundups, live blogs). They glue nothing:
                each joins the one cluster to which its mean log-odds is highest and above the threshold by
                `attach_margin`; those left over may join one another on the same terms.
            previous: int of shape (n,): each row's cluster in an earlier grouping, -1 where it had none. It counts as
                one more witness of every pair, worth `stickiness`: what speaks more clearly outvotes it.

        Raises:
            ValueError: X is not square or not symmetric, a pair names a row that is not there, or `previous` has not
                one entry per row.
            ConfigError: a pair that must be together may not be, directly or by way of other pairs.
        """
        matrix = self._validated(X)
        count = matrix.shape[0]
        must, cannot = _pairs(must_link, count, "must_link"), _pairs(cannot_link, count, "cannot_link")
        against = cannot[contradictions(must, cannot, count)]
        if len(against):
            raise ConfigError(
                f"The rows {', '.join(f'{a} and {b}' for a, b in against.tolist())} may not be together, but by other "
                "pairs they must be; take one of them back."
            )
        node_of = bundles(must, count)
        if previous is not None and self.stickiness:
            matrix = self._remembering(matrix, np.asarray(previous, dtype=np.int64))
        nodes = gather(matrix, node_of, node_of[cannot])
        loose = np.zeros(len(nodes.sizes), dtype=bool)
        if attach_only is not None:
            loose[node_of] = True
            loose[node_of[~np.asarray(attach_only, dtype=bool)]] = False  # a bundle with an ordinary article is one
        labels = np.arange(len(loose))
        labels[~loose] = self._folded(nodes[np.flatnonzero(~loose)])
        labels[loose] = labels.max(initial=0) + 1 + np.arange(loose.sum())
        if loose.any():
            labels = self._attached(nodes, numbered(labels), loose)
        self.labels_ = _by_first_appearance(labels[node_of])
        return self

    def _remembering(self, matrix: sparse.csr_matrix, previous: Integers) -> sparse.csr_matrix:
        """The values, raised between rows that were together before, lowered between those that were apart."""
        if previous.shape != (matrix.shape[0],):
            raise ValueError(
                f"previous has shape {previous.shape}; it takes one entry for each of {matrix.shape[0]} rows."
            )
        known = np.flatnonzero(previous >= 0)
        member = sparse.csr_matrix(
            (np.ones(len(known)), (known, numbered(previous[known]))), shape=(matrix.shape[0], len(known))
        )
        together = sparse.csr_matrix(member @ member.T)
        together.setdiag(0)
        worth = np.rint(self.stickiness * UNIT)
        pairs = matrix.tocoo()
        apart = (previous[pairs.row] >= 0) & (previous[pairs.col] >= 0) & (previous[pairs.row] != previous[pairs.col])
        lowered = sparse.csr_matrix((pairs.data - worth * apart, (pairs.row, pairs.col)), shape=matrix.shape)
        lowered.data = np.maximum(lowered.data, self._value(_LEAST))
        return sparse.csr_matrix(lowered + worth * together)

    def _folded(self, nodes: Nodes) -> Integers:
        labels = fold(nodes, self._value(self.threshold), self.max_component)
        if self.outlier_threshold is not None:
            labels = part_strays(nodes, labels, self._value(self.outlier_threshold))
        if self.fragment_threshold is not None:
            floor = self._value(self.threshold - _FRAGMENT_SLACK)
            labels = gather_fragments(nodes, labels, floor, self._value(self.fragment_threshold))
        return labels

    def _attached(self, nodes: Nodes, labels: Integers, loose: Booleans) -> Integers:
        """Put each loose node into its one best cluster, and those left over together where they are close."""
        floor = self._value(self.threshold + self.attach_margin)
        near = closeness(nodes, labels)
        ordinary = np.zeros(labels.max() + 1, dtype=bool)
        ordinary[labels[~loose]] = True
        able = loose[near.row] & ordinary[near.col] & (near.data > floor)
        row, host, mean = near.row[able], near.col[able], near.data[able]
        best = np.full(len(labels), -np.inf)
        np.maximum.at(best, row, mean)
        at_best = mean == best[row]
        only = at_best & (np.bincount(row[at_best], minlength=len(labels))[row] == 1)
        joins = np.full(len(labels), -1)
        joins[row[only]] = host[only]
        # Of two that must stay apart and want to join the same cluster, the closer one may; neither, where they tie.
        apart = sparse.coo_matrix(nodes.apart)
        rivals = (joins[apart.row] >= 0) & (joins[apart.row] == joins[apart.col])
        loses = best[apart.row] <= best[apart.col]
        joins[apart.row[rivals & loses]] = -1
        labels = np.where(joins >= 0, joins, labels)
        left = np.flatnonzero(loose & (joins < 0))
        labels[left] = labels.max() + 1 + fold(nodes[left], floor, self.max_component)
        return labels

    def _value(self, log_odds: float) -> float:
        """Log-odds as values of nodes are counted: from what a missing pair is worth, in whole units."""
        return (log_odds - self.missing_log_odds) * UNIT

    def __sklearn_tags__(self) -> Tags:
        """What scikit-learn should know: X is pairwise and may be sparse."""
        tags: Tags = super().__sklearn_tags__()
        tags.input_tags.pairwise = True
        tags.input_tags.sparse = True
        return tags

    def _validated(self, X: Any) -> sparse.csr_matrix:  # noqa: N803 - scikit-learn's name
        X = validate_data(self, X, accept_sparse="csr", dtype=np.float64)  # noqa: N806
        if X.shape[0] != X.shape[1]:
            raise ValueError(f"X must be a square matrix of pairwise log-odds; its shape is {X.shape}.")
        if not sparse.issparse(X):
            rows, columns = np.indices(X.shape).reshape(2, -1)
            X = sparse.coo_matrix((X.ravel(), (rows, columns)), shape=X.shape)  # noqa: N806
        entries = X.tocoo()
        off = entries.row != entries.col
        # Counted from what a missing pair is worth, a pair that is not stored is simply zero.
        data = np.rint((np.clip(entries.data[off], _LEAST, _MOST) - self.missing_log_odds) * UNIT)
        matrix = sparse.csr_matrix((data, (entries.row[off], entries.col[off])), shape=X.shape)
        if abs(matrix - matrix.T).max() > 1:
            raise ValueError("X must be symmetric: the log-odds of a pair do not depend on which comes first.")
        return matrix.maximum(matrix.T)


def _pairs(given: npt.ArrayLike, count: int, name: str) -> npt.NDArray[np.int64]:
    pairs = np.asarray(given, dtype=np.int64).reshape(-1, 2)
    if len(pairs) and (pairs.min() < 0 or pairs.max() >= count):
        raise ValueError(f"{name} names a row that is not there: rows are 0 … {count - 1}.")
    return pairs


def _by_first_appearance(labels: Integers) -> Integers:
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    return rank[inverse]
