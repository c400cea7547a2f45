"""The stage that groups originals into clusters."""

from __future__ import annotations

from newsfold.clustering.originals import cluster_originals
from newsfold.dataflow import Stage, Step

CLUSTER = Stage(
    "cluster",
    "group articles into stories",
    steps=(Step(cluster_originals, writes=("clusters",)),),
    writes=("clusters",),
    settings=("clustering",),
)
