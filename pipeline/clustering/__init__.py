"""Edges to stories: which articles belong together, by the clusterer that the settings name."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse
from scipy.special import logit

from pipeline import schemas, settings
from pipeline.clustering.comparisons import DenseLinkage, DensityClusterer, LeidenClusterer
from pipeline.clustering.nodes import contradictions
from pipeline.clustering.story import StoryClusterer
from pipeline.errors import ConfigError

__all__ = ["Clusterer", "StoryClusterer", "cluster", "clusterer"]

Pairs = npt.NDArray[np.int64]
_ENDS = ["left_id", "right_id"]
_NO_IDS = pa.array([], pa.string())


class Clusterer(Protocol):
    """What the stage needs: labels from a sparse matrix of log-odds, or from dense vectors."""

    def fit_predict(self, X: Any, y: None = None) -> npt.NDArray[np.int64]:  # noqa: N803 - scikit-learn's name
        """Cluster numbers of shape (n,)."""


def clusterer(chosen: settings.Clustering) -> Clusterer:
    """The clusterer that the settings ask for."""
    match chosen:
        case settings.AverageLinkage():
            return StoryClusterer(**chosen.model_dump(exclude={"kind"}))
        case settings.Hdbscan():
            return DensityClusterer(**chosen.model_dump(exclude={"kind"}))
        case settings.Agglomerative():
            return DenseLinkage(chosen.distance_threshold)
        case settings.Leiden():
            return LeidenClusterer(chosen.resolution)


def cluster(
    copies: pa.Table,
    edges: pa.Table,
    vectors: pa.Table,
    chosen: settings.Clustering,
    *,
    must_link: pa.Table | None = None,
    cannot_link: pa.Table | None = None,
    roundups: pa.Array | None = None,
) -> pa.Table:
    """Group the originals into clusters.

    Args:
        copies: schema `copies`; its originals are clustered, linked or not.
        edges: schema `edges` over these originals; what average linkage and Leiden go by.
        vectors: schema `article_embeddings`, one row per original; what HDBSCAN and agglomerative go by.
        chosen: which clusterer, and how.
        must_link: pairs of articles that share a story, columns `left_id` and `right_id`; originals or copies. Pairs
            with an article that is not there are passed over.
        cannot_link: pairs that never do, likewise.
        roundups: article ids of live blogs, briefings and the like, which join a story but never glue two. Only
            average linkage heeds them.

    Returns:
        A table of schema `clusters`, sorted by article_id; every original is in exactly one cluster.

    Raises:
        ConfigError: labels contradict one another or the copies, or the clusterer cannot honour any.
        ModelError: the clusterer's library is not installed.
    """
    ids = pc.unique(copies["copy_group_id"]).sort()
    if not len(ids):
        return schemas.empty("clusters")
    method = clusterer(chosen)
    labelled = _labels(copies, ids, must_link, cannot_link)
    if isinstance(method, StoryClusterer):
        about_everything = None if roundups is None else pc.is_in(ids, roundups).to_numpy(zero_copy_only=False)
        labels = method.fit_predict(_log_odds(edges, ids), **labelled, attach_only=about_everything)
    elif any(map(len, labelled.values())):
        raise ConfigError(
            f"`clustering.kind: {chosen.kind}` cannot honour labelled pairs; use `average-linkage`, or give no labels."
        )
    elif isinstance(method, LeidenClusterer):
        labels = method.fit_predict(_log_odds(edges, ids))
    else:
        column = vectors["vector"].combine_chunks().take(pc.index_in(ids, vectors["article_id"].combine_chunks()))
        labels = method.fit_predict(np.asarray(column.flatten(), dtype=np.float32).reshape(len(ids), -1))
    return pa.table({"article_id": ids, "cluster": pa.array(labels, pa.int32())}, schema=schemas.SCHEMAS["clusters"])


def _log_odds(edges: pa.Table, ids: pa.Array) -> sparse.csr_matrix:
    left = pc.index_in(edges["left_id"], ids).to_numpy()
    right = pc.index_in(edges["right_id"], ids).to_numpy()
    probability = edges["probability"].to_numpy().astype(np.float64)
    odds = logit(np.clip(probability, 1e-6, 1 - 1e-6))
    return sparse.coo_matrix(
        (np.tile(odds, 2), (np.concatenate([left, right]), np.concatenate([right, left]))), shape=(len(ids), len(ids))
    ).tocsr()


def _labels(
    copies: pa.Table, ids: pa.Array, must_link: pa.Table | None, cannot_link: pa.Table | None
) -> dict[str, Pairs]:
    """The labelled pairs that are there, by row of `ids`.

    Raises:
        ConfigError: some contradict others, or the copies.
    """
    row_of = pc.index_in(copies["copy_group_id"], ids).to_numpy()
    articles = copies["article_id"].combine_chunks()
    rows, named = {}, {}
    for name, pairs in (("must_link", must_link), ("cannot_link", cannot_link)):
        given = pairs if pairs is not None else pa.table({"left_id": _NO_IDS, "right_id": _NO_IDS})
        there = pc.and_(*(pc.is_in(given[end], articles) for end in _ENDS))
        named[name] = given.filter(there).select(_ENDS)
        ends = [row_of[pc.index_in(named[name][end], articles).to_numpy()] for end in _ENDS]
        rows[name] = np.stack(ends, axis=1).astype(np.int64)
    against = contradictions(rows["must_link"], rows["cannot_link"], len(ids))
    if against.any():
        pairs_named = named["cannot_link"].filter(pa.array(against)).to_pylist()
        listed = "\n".join(f"  - {pair['left_id']} and {pair['right_id']}" for pair in pairs_named)
        raise ConfigError(
            "These articles are labelled as never in one story, but other labels (or their being copies of one "
            f"text) say that they are; take one label of each back:\n{listed}"
        )
    return rows
