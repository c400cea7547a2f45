"""The stage that groups originals into clusters."""

from __future__ import annotations

import pyarrow as pa

from newsfold import clustering
from newsfold.dataflow import Context, Stage, Step, TableView

_SLICE = 16_384  # vectors that are read at a time


def cluster_originals(
    multi_topic_articles: TableView,
    copies: TableView,
    edges: TableView,
    vectors: TableView,
    constraints: TableView,
    previous_story_articles: TableView,
    context: Context,
) -> pa.Table:
    """Group originals into clusters: table `clusters`."""
    starts = range(0, vectors.num_rows, _SLICE)
    return clustering.cluster(
        copies.read(["article_id", "copy_group_id"]),
        edges.read(["left_id", "right_id", "probability", "same_outlet"]),
        (
            vectors.slice(start, min(start + _SLICE, vectors.num_rows)).read(["article_id", "vector"])
            for start in starts
        ),
        context.settings.clustering,
        constraints=constraints.read(),
        roundups=multi_topic_articles.read()["article_id"].combine_chunks(),
        previous=previous_story_articles.read(["article_id", "story_id"]),
    )


CLUSTER = Stage(
    "cluster",
    "fold articles into stories",
    steps=(Step(cluster_originals, writes=("clusters",)),),
    writes=("clusters",),
    settings=("clustering",),
)
