"""Edges to stories: average linkage on log-odds inside each connected component."""

from __future__ import annotations

from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.special import logit
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.cluster import AgglomerativeClustering
from sklearn.utils.validation import check_array

from pipeline import schemas, settings

_CLIP = 8.0  # log-odds beyond this are all but certain: one pair must not outvote a whole story
_WEAKEST_LINK = -1.0  # log-odds that connect a component


class Clusterer(Protocol):
    """What the stage needs: labels from a sparse matrix of log-odds."""

    def fit_predict(self, X: Any, y: None = None) -> npt.NDArray[np.int64]:  # noqa: N803 - scikit-learn's name
        """Cluster numbers of shape (n,)."""


class StoryClusterer(ClusterMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Average linkage on the log-odds of pairs, one connected component at a time.

    No n × n matrix is ever held, only one per component. A pair that was never scored counts as
    `missing_log_odds`; a component of more than `max_component` articles is cut at its weakest links until
    its parts fit.

    Parameters:
        threshold: clusters merge while the mean log-odds between them exceed this. Most pairs between two halves of
            a story are weaker than those that hold each together: half a point below even odds is best.
        missing_log_odds: what an unscored pair inside a component counts.
        max_component: articles per component matrix; bounds memory to max_component² floats.

    Attributes:
        labels_: cluster of each row, int64 of shape (n,), numbered by first appearance.
        n_features_in_: columns seen in `fit`.
    """

    def __init__(self, threshold: float = -0.5, missing_log_odds: float = -2.0, max_component: int = 1500) -> None:
        self.threshold = threshold
        self.missing_log_odds = missing_log_odds
        self.max_component = max_component

    def fit(self, X: Any, y: None = None) -> Self:  # noqa: ARG002, N803 - scikit-learn's signature
        """Cluster.

        Args:
            X: symmetric log-odds of shape (n, n), sparse; an entry that is not stored was not scored.
            y: ignored.

        Raises:
            ValueError: X is not square.
        """
        matrix = sparse.csr_matrix(check_array(X, accept_sparse="csr", dtype=np.float64))
        if matrix.shape[0] != matrix.shape[1]:
            raise ValueError(f"X must be a square matrix of pairwise log-odds; its shape is {matrix.shape}.")
        self.n_features_in_ = matrix.shape[1]
        matrix.data = np.clip(matrix.data, -_CLIP, _CLIP)
        labels = np.full(matrix.shape[0], -1, dtype=np.int64)
        for members in self._components(matrix, np.arange(matrix.shape[0]), _WEAKEST_LINK):
            labels[members] = labels.max() + 1 + self._linkage(matrix, members)
        self.labels_ = _by_first_appearance(labels)
        return self

    def _components(
        self, matrix: sparse.csr_matrix, members: npt.NDArray[np.int64], weakest: float
    ) -> list[npt.NDArray[np.int64]]:
        part = matrix[members][:, members]
        links = _stored_above(part, weakest)
        _, labels = connected_components(links, directed=False)
        order = np.argsort(labels, kind="stable")
        groups = np.split(members[order], np.flatnonzero(np.diff(labels[order])) + 1)
        found = []
        for group in groups:
            if len(group) > self.max_component and weakest < _CLIP:
                found += self._components(matrix, group, weakest + 0.5)
            else:
                found.append(group)
        return found

    def _linkage(self, matrix: sparse.csr_matrix, members: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        if len(members) == 1:
            return np.zeros(1, dtype=np.int64)
        part = matrix[members][:, members].tocoo()
        distance = np.full(part.shape, _CLIP - self.missing_log_odds)
        distance[part.row, part.col] = _CLIP - part.data
        np.fill_diagonal(distance, 0)
        linkage = AgglomerativeClustering(
            n_clusters=None, metric="precomputed", linkage="average", distance_threshold=_CLIP - self.threshold
        )
        return np.asarray(linkage.fit_predict(distance), dtype=np.int64)


def clusterer(chosen: settings.Clustering) -> Clusterer:
    """The clusterer that the settings ask for."""
    return StoryClusterer(threshold=chosen.threshold)


def cluster(copies: pa.Table, edges: pa.Table, chosen: settings.Clustering) -> pa.Table:
    """Group the originals into clusters.

    Args:
        copies: schema `copies`; its originals are clustered, linked or not.
        edges: schema `edges` over these originals.
        chosen: which clusterer, and how.

    Returns:
        A table of schema `clusters`, sorted by article_id; every original is in exactly one cluster.
    """
    ids = pc.unique(copies["copy_group_id"]).sort()
    if not len(ids):
        return schemas.empty("clusters")
    left = pc.index_in(edges["left_id"], ids).to_numpy()
    right = pc.index_in(edges["right_id"], ids).to_numpy()
    probability = edges["probability"].to_numpy().astype(np.float64)
    odds = logit(np.clip(probability, 1e-6, 1 - 1e-6))
    matrix = sparse.coo_matrix(
        (np.tile(odds, 2), (np.concatenate([left, right]), np.concatenate([right, left]))), shape=(len(ids), len(ids))
    ).tocsr()
    labels = clusterer(chosen).fit_predict(matrix)
    return pa.table({"article_id": ids, "cluster": pa.array(labels, pa.int32())}, schema=schemas.SCHEMAS["clusters"])


def _stored_above(matrix: sparse.csr_matrix, floor: float) -> sparse.csr_matrix:
    """Which stored entries exceed a floor; unstored ones never do, also where it is below zero."""
    keep = matrix.copy()
    keep.data = (matrix.data > floor).astype(np.int8)
    keep.eliminate_zeros()
    return keep


def _by_first_appearance(labels: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    return rank[inverse]
