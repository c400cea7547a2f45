"""The clusterer that the settings name."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from newsfold import settings
from newsfold.clustering.alternatives import DenseLinkage, DensityClusterer, LeidenClusterer
from newsfold.clustering.story import StoryClusterer
from newsfold.errors import ConfigError


class Clusterer(Protocol):
    """A scikit-learn clusterer of a sparse matrix of log-odds, or of dense vectors."""

    def fit_predict(self, X: Any, y: None = None) -> npt.NDArray[np.int64]:  # noqa: N803 - scikit-learn's name
        """Return the cluster of each row, shape (n,)."""


def build_clusterer(clustering_settings: settings.Clustering) -> Clusterer:
    """Build the clusterer of the settings."""
    match clustering_settings:
        case settings.AverageLinkage():
            return StoryClusterer(**clustering_settings.model_dump(exclude={"kind"}))
        case settings.Hdbscan():
            return DensityClusterer(**clustering_settings.model_dump(exclude={"kind"}))
        case settings.Agglomerative():
            return DenseLinkage(clustering_settings.distance_threshold)
        case settings.Leiden():
            return LeidenClusterer(clustering_settings.resolution)


def require_constraint_support(clustering_settings: settings.Clustering) -> None:
    """Refuse a clusterer that ignores labels.

    Raises:
        ConfigError: it ignores them.
    """
    if not isinstance(clustering_settings, settings.AverageLinkage):
        raise ConfigError(
            f"`clustering.kind: {clustering_settings.kind}` cannot honour labelled pairs; use `average-linkage`, or "
            "give no labels."
        )
