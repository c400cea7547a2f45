from __future__ import annotations

import sys

import numpy as np
import numpy.typing as npt
import pytest

from newsfold.clustering import build_clusterer
from newsfold.clustering.alternatives import DenseLinkage, DensityClusterer, LeidenClusterer
from newsfold.errors import ModelError
from newsfold.settings import Agglomerative, AverageLinkage, Hdbscan, Leiden
from tests.pipeline.clustering.strategies import log_odds_matrix


def blobs() -> npt.NDArray[np.float32]:
    """Three rows near one axis, three near another, and one by itself: unit vectors, float32 of shape (7, 3)."""
    rows = np.array([[1, 0, 0], [1, 0.05, 0], [1, 0, 0.05], [0, 1, 0], [0, 1, 0.05], [0.05, 1, 0], [0, 0, 1]])
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def test_hdbscan_noise_becomes_singletons() -> None:
    labels = DensityClusterer().fit_predict(blobs())
    assert len(set(labels[:3])) == len(set(labels[3:6])) == 1
    assert len(set(labels)) == 3
    assert min(labels) == 0


@pytest.mark.parametrize("method", [DensityClusterer(min_samples=3), DenseLinkage()])
@pytest.mark.parametrize("rows", [0, 1, 2])
def test_very_few_articles_are_accepted(method: DensityClusterer | DenseLinkage, rows: int) -> None:
    assert len(method.fit_predict(blobs()[:rows])) == rows


def test_dense_linkage_merges_up_to_its_distance() -> None:
    assert DenseLinkage(0.4).fit_predict(blobs()).max() == 2
    assert DenseLinkage(1.5).fit_predict(blobs()).max() == 0


def test_leiden_finds_small_stories_in_a_large_graph() -> None:
    pytest.importorskip("sknetwork")
    pairs = [(3 * k + i, 3 * k + j, 3.0) for k in range(40) for i, j in ((0, 1), (0, 2), (1, 2))]
    bridges = [(3 * k, 3 * k + 3, -1.5) for k in range(39)]
    labels = LeidenClusterer().fit_predict(log_odds_matrix(121, pairs + bridges))
    assert len(set(labels)) == 41
    assert all(len(set(labels[3 * k : 3 * k + 3])) == 1 for k in range(40))
    assert np.array_equal(labels, LeidenClusterer().fit_predict(log_odds_matrix(121, pairs + bridges)))


def test_leiden_without_its_library_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sknetwork.clustering", None)
    with pytest.raises(ModelError, match=r"newsfold\[bench\]"):
        LeidenClusterer().fit_predict(log_odds_matrix(2, [(0, 1, 1.0)]))


def test_settings_reach_the_clusterer() -> None:
    average = build_clusterer(AverageLinkage(threshold=0.25, outlier_threshold=-1.0))
    assert (average.threshold, average.outlier_threshold) == (0.25, -1.0)  # type: ignore[attr-defined]
    density = build_clusterer(Hdbscan(kind="hdbscan", min_cluster_size=4, min_samples=2))
    assert (density.min_cluster_size, density.min_samples) == (4, 2)  # type: ignore[attr-defined]
    assert build_clusterer(Agglomerative(kind="agglomerative", distance_threshold=0.3)).distance_threshold == 0.3  # type: ignore[attr-defined]
    assert build_clusterer(Leiden(kind="leiden", resolution=0.2)).resolution == 0.2  # type: ignore[attr-defined]
