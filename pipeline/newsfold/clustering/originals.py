"""The step that clusters originals, by the clusterer that the settings name."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from newsfold import schemas
from newsfold.clustering.alternatives import LeidenClusterer
from newsfold.clustering.clusterers import build_clusterer, require_constraint_support
from newsfold.clustering.margins import compute_margins, drop_multi_topic
from newsfold.clustering.story import StoryClusterer
from newsfold.constraints import map_to_originals
from newsfold.dataflow import Context, TableView
from newsfold.schemas.pair_features import MIN_EDGE_PROBABILITY, edge_log_odds
from newsfold.schemas.vectors import vectors_to_matrix

Integers = npt.NDArray[np.int64]


def cluster_originals(
    multi_topic_articles: TableView,
    copies: TableView,
    edges: TableView,
    vectors: TableView,
    constraints: TableView,
    previous_story_articles: TableView,
    context: Context,
) -> pa.Table:
    """Cluster the originals, linked or not: table `clusters`, sorted by article_id.

    Average linkage and Leiden use the edges, HDBSCAN and agglomerative the vectors. Only average linkage uses the
    constraints, which hold for pairs without an edge too, the previous stories, the margins of pairs, and the
    multi-topic articles, which join a story of others but make none.

    Raises:
        ConfigError: constraints contradict each other or the copies, or the clusterer ignores constraints.
        SchemaError: a constraint names an article without a copy group.
        ModelError: the clusterer's library is not installed.
    """
    groups = copies.read(["article_id", "copy_group_id"])
    ids = pc.unique(groups["copy_group_id"]).sort()
    if not len(ids):
        return schemas.empty_table("clusters")
    clusterer = build_clusterer(context.settings.clustering)
    pairs = map_to_originals(constraints.read(), groups)
    if pairs.num_rows:
        require_constraint_support(context.settings.clustering)
    if isinstance(clusterer, StoryClusterer):
        multi_topic = multi_topic_articles.read(["article_id"])["article_id"].combine_chunks()
        links = _drop_unlikely(edges.read(["left_id", "right_id", "probability", "dense_cosine"]))
        ordinary = drop_multi_topic(links, multi_topic)
        labels = clusterer.fit_predict(
            _build_matrix(links, edge_log_odds(links), ids),
            must_link=_constraint_rows(pairs, ids, must_link=True),
            cannot_link=_constraint_rows(pairs, ids, must_link=False),
            attach_only=pc.is_in(ids, multi_topic).to_numpy(zero_copy_only=False),
            margins=_build_matrix(ordinary, compute_margins(ordinary), ids),
            previous=_number_previous_stories(previous_story_articles.read(["article_id", "story_id"]), groups, ids),
        )
    elif isinstance(clusterer, LeidenClusterer):
        links = _drop_unlikely(edges.read(["left_id", "right_id", "probability"]))
        labels = clusterer.fit_predict(_build_matrix(links, edge_log_odds(links), ids))
    else:
        embeddings = vectors.read(["article_id", "vector"])
        rows = pc.index_in(ids, embeddings["article_id"].combine_chunks())
        labels = clusterer.fit_predict(vectors_to_matrix(embeddings["vector"].take(rows)))
    return pa.table({"article_id": ids, "cluster": pa.array(labels, pa.int32())}, schema=schemas.SCHEMAS["clusters"])


def _drop_unlikely(edges: pa.Table) -> pa.Table:
    """Return the edges that are published: the others count as never scored."""
    return edges.filter(pc.greater_equal(edges["probability"], MIN_EDGE_PROBABILITY))


def _number_previous_stories(previous: pa.Table, copies: pa.Table, ids: pa.Array) -> Integers:
    """Number the previous story of each original's copy group, -1 if it had none: int64 of shape (n,).

    If copies of one text were in several stories, the story of most of them counts; on a tie, the first by id.
    """
    stories = copies.join(previous, "article_id", join_type="inner")
    counts = stories.group_by(["copy_group_id", "story_id"]).aggregate([("article_id", "count")])
    counts = counts.sort_by([("article_id_count", "descending"), ("story_id", "ascending")])
    groups, first = np.unique(counts["copy_group_id"].to_numpy(), return_index=True)
    codes = counts["story_id"].take(pa.array(first)).combine_chunks().dictionary_encode().indices.to_numpy()
    numbers = np.full(len(ids), -1, dtype=np.int64)
    numbers[pc.index_in(pa.array(groups, pa.string()), ids).to_numpy()] = codes
    return numbers


def _build_matrix(edges: pa.Table, values: npt.NDArray[np.float64], ids: pa.Array) -> sparse.csr_matrix:
    """Return the symmetric matrix of values of the edges, shape (n, n)."""
    left, right = (pc.index_in(edges[end], ids).to_numpy() for end in ("left_id", "right_id"))
    both = np.concatenate([left, right]), np.concatenate([right, left])
    return sparse.coo_matrix((np.tile(values, 2), both), shape=(len(ids), len(ids))).tocsr()


def _constraint_rows(constraints: pa.Table, ids: pa.Array, *, must_link: bool) -> Integers:
    """Return the pairs of one kind of constraint as rows of `ids`: int64 of shape (m, 2)."""
    pairs = constraints.filter(pc.equal(constraints["must_link"], must_link))
    ends = [pc.index_in(pairs[end], ids).to_numpy() for end in ("left_id", "right_id")]
    return np.stack(ends, axis=1).astype(np.int64)
