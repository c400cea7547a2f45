"""Common clusterers behind the same protocol, as alternatives and for comparison."""

from __future__ import annotations

import importlib
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.special import expit
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.cluster import HDBSCAN, AgglomerativeClustering

from newsfold.errors import ModelError


class DensityClusterer(ClusterMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """HDBSCAN (Campello, Moulavi and Sander 2013) on dense vectors; noise becomes singletons.

    Parameters:
        min_cluster_size: the fewest articles in a cluster.
        min_samples: neighbours of a core point; None: `min_cluster_size`.

    Attributes:
        labels_: cluster of each row, int64 of shape (n,).
    """

    def __init__(self, min_cluster_size: int = 2, min_samples: int | None = None) -> None:
        self.min_cluster_size = min_cluster_size
        self.min_samples = min_samples

    def fit(self, X: npt.NDArray[np.float32], y: None = None) -> Self:  # noqa: ARG002, N803 - scikit-learn's signature
        """Cluster unit-norm vectors, float32 of shape (n, d); fewer than `min_samples` rows are singletons."""
        labels = np.full(len(X), -1)
        if len(X) >= max(self.min_cluster_size, self.min_samples or 0):
            hdbscan = HDBSCAN(min_cluster_size=self.min_cluster_size, min_samples=self.min_samples, copy=True)
            labels = hdbscan.fit_predict(X)
        noise = labels < 0
        labels[noise] = labels.max(initial=-1) + 1 + np.arange(noise.sum())
        self.labels_ = labels.astype(np.int64)
        return self


class DenseLinkage(ClusterMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Average linkage on the cosine distance of dense vectors; holds n² / 2 distances.

    Parameters:
        distance_threshold: clusters merge while their mean cosine distance is at most this.

    Attributes:
        labels_: cluster of each row, int64 of shape (n,).
    """

    def __init__(self, distance_threshold: float = 0.45) -> None:
        self.distance_threshold = distance_threshold

    def fit(self, X: npt.NDArray[np.float32], y: None = None) -> Self:  # noqa: ARG002, N803 - scikit-learn's signature
        """Cluster unit-norm vectors, float32 of shape (n, d)."""
        if len(X) < 2:
            self.labels_ = np.zeros(len(X), dtype=np.int64)
            return self
        linkage = AgglomerativeClustering(
            n_clusters=None, metric="cosine", linkage="average", distance_threshold=self.distance_threshold
        )
        self.labels_ = linkage.fit_predict(X).astype(np.int64)
        return self


class LeidenClusterer(ClusterMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Leiden (Traag, Waltman and van Eck 2019) on the probabilities of pairs, by scikit-network.

    It maximises the constant Potts model, which, unlike modularity, sees small clusters in a large graph.

    Parameters:
        resolution: subtracted from the probability of each pair within a cluster.
        random_state: seed.

    Attributes:
        labels_: cluster of each row, int64 of shape (n,).
    """

    def __init__(self, resolution: float = 0.3, random_state: int = 0) -> None:
        self.resolution = resolution
        self.random_state = random_state

    def fit(self, X: sparse.csr_matrix, y: None = None) -> Self:  # noqa: ARG002, N803 - scikit-learn's signature
        """Cluster by symmetric sparse log-odds of shape (n, n); an entry that is not stored is not a link.

        Raises:
            ModelError: scikit-network is not installed.
        """
        graph = sparse.csr_matrix(X, copy=True)
        graph.data = expit(graph.data)
        self.labels_ = np.arange(graph.shape[0])
        if graph.nnz:
            # scikit-network divides links by their sum, and pairs by n².
            resolution = self.resolution * graph.shape[0] ** 2 / graph.sum()
            self.labels_ = _load_leiden(resolution, self.random_state).fit_predict(graph).astype(np.int64)
        return self


def _load_leiden(resolution: float, seed: int) -> Any:
    try:
        module = importlib.import_module("sknetwork.clustering")
    except ImportError as error:
        raise ModelError(
            "Clustering by `leiden` needs scikit-network, which is not installed: pip install 'newsfold[bench]', "
            "or choose another `clustering.kind`."
        ) from error
    return module.Leiden(resolution, modularity="potts", random_state=seed)
