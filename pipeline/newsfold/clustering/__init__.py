"""Edges to stories: which articles belong together, by the clusterer that the settings name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from newsfold import schemas, settings
from newsfold.clustering.alternatives import DenseLinkage, DensityClusterer, LeidenClusterer
from newsfold.clustering.story import StoryClusterer
from newsfold.constraints import map_to_originals
from newsfold.errors import ConfigError
from newsfold.schemas import pair_features

__all__ = ["Clusterer", "StoryClusterer", "cluster", "clusterer", "require_labels_honoured"]


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


def require_labels_honoured(chosen: settings.Clustering) -> None:
    """Refuse a clusterer to which labels mean nothing.

    Raises:
        ConfigError: it is one.
    """
    if not isinstance(chosen, settings.AverageLinkage):
        raise ConfigError(
            f"`clustering.kind: {chosen.kind}` cannot honour labelled pairs; use `average-linkage`, or give no labels."
        )


def cluster(
    copies: pa.Table,
    edges: pa.Table,
    vectors: Iterable[pa.Table],
    chosen: settings.Clustering,
    *,
    constraints: pa.Table | None = None,
    roundups: pa.Array | None = None,
    previous: pa.Table | None = None,
) -> pa.Table:
    """Group the originals into clusters.

    Args:
        copies: schema `copies`; its originals are clustered, linked or not.
        edges: schema `edges` over these originals; what average linkage and Leiden go by.
        vectors: schema `article_embeddings`, one row per original, in any slices; what HDBSCAN and agglomerative go by,
            and read for them only.
        chosen: which clusterer, and how.
        constraints: schema `constraints`, of articles, originals or copies: which pairs share a story, and which
            never do. They hold whether a pair is among the edges or not.
        roundups: article ids of live blogs, briefings and the like, which join a story but never glue two, nor belong
            together because they are of one outlet: tonight's briefing is no part of last night's. Only average
            linkage heeds them.
        previous: schema `story_articles`, the edition before: which articles were one story then. Only average linkage
            heeds it, by its `stickiness`.

    Returns:
        A table of schema `clusters`, sorted by article_id; every original is in exactly one cluster.

    Raises:
        ConfigError: constraints contradict one another or the copies, or the clusterer cannot honour any.
        SchemaError: a constraint names an article that is in no copy group.
        ModelError: the clusterer's library is not installed.
    """
    ids = pc.unique(copies["copy_group_id"]).sort()
    if not len(ids):
        return schemas.empty_table("clusters")
    method = clusterer(chosen)
    told = schemas.empty_table("constraints") if constraints is None else map_to_originals(constraints, copies)
    if told.num_rows:
        require_labels_honoured(chosen)
    if isinstance(method, StoryClusterer):
        about_everything = None if roundups is None else pc.is_in(ids, roundups).to_numpy(zero_copy_only=False)
        labels = method.fit_predict(
            _log_odds(edges if roundups is None else _without_series(edges, roundups), ids),
            must_link=_rows(told, ids, must_link=True),
            cannot_link=_rows(told, ids, must_link=False),
            attach_only=about_everything,
            previous=None if previous is None else _before(previous, copies, ids),
        )
    elif isinstance(method, LeidenClusterer):
        labels = method.fit_predict(_log_odds(edges, ids))
    else:
        table = pa.concat_tables(vectors)
        column = table["vector"].combine_chunks().take(pc.index_in(ids, table["article_id"].combine_chunks()))
        labels = method.fit_predict(np.asarray(column.flatten(), dtype=np.float32).reshape(len(ids), -1))
    return pa.table({"article_id": ids, "cluster": pa.array(labels, pa.int32())}, schema=schemas.SCHEMAS["clusters"])


def _without_series(edges: pa.Table, roundups: pa.Array) -> pa.Table:
    """The edges but those between two roundups of one outlet."""
    both = pc.and_(pc.is_in(edges["left_id"], roundups), pc.is_in(edges["right_id"], roundups))
    return edges.filter(pc.invert(pc.and_(both, pc.equal(pc.fill_null(edges["same_outlet"], 0), 1))))


def _before(previous: pa.Table, copies: pa.Table, ids: pa.Array) -> npt.NDArray[np.int64]:
    """A number for the earlier story of each original's copy group, -1 where it had none: int64 of shape (n,).

    Where copies of one text were in several stories, the story of most of them counts, and of those the first by id.
    """
    told = copies.select(["article_id", "copy_group_id"]).join(
        previous.select(["article_id", "story_id"]), "article_id", join_type="inner"
    )
    counts = told.group_by(["copy_group_id", "story_id"]).aggregate([("article_id", "count")])
    counts = counts.sort_by([("article_id_count", "descending"), ("story_id", "ascending")])
    groups, first = np.unique(counts["copy_group_id"].to_numpy(), return_index=True)
    stories = counts["story_id"].take(pa.array(first)).combine_chunks().dictionary_encode().indices.to_numpy()
    found = np.full(len(ids), -1, dtype=np.int64)
    found[pc.index_in(pa.array(groups, pa.string()), ids).to_numpy()] = stories
    return found


def _log_odds(edges: pa.Table, ids: pa.Array) -> sparse.csr_matrix:
    edges = edges.filter(pc.greater_equal(edges["probability"], pair_features.MIN_EDGE_PROBABILITY))
    left = pc.index_in(edges["left_id"], ids).to_numpy()
    right = pc.index_in(edges["right_id"], ids).to_numpy()
    odds = pair_features.edge_log_odds(edges)
    return sparse.coo_matrix(
        (np.tile(odds, 2), (np.concatenate([left, right]), np.concatenate([right, left]))), shape=(len(ids), len(ids))
    ).tocsr()


def _rows(constraints: pa.Table, ids: pa.Array, *, must_link: bool) -> npt.NDArray[np.int64]:
    """The ends of one kind of constraint, as rows of `ids`: int64 of shape (m, 2)."""
    asked = constraints.filter(pc.equal(constraints["must_link"], must_link))
    ends = [pc.index_in(asked[end], ids).to_numpy() for end in ("left_id", "right_id")]
    return np.stack(ends, axis=1).astype(np.int64)
