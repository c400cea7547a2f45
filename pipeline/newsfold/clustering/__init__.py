"""Clustering: which originals belong together, given the edges between them."""

from __future__ import annotations

from newsfold.clustering.clusterers import Clusterer, build_clusterer, require_constraint_support
from newsfold.clustering.story import StoryClusterer

__all__ = ["Clusterer", "StoryClusterer", "build_clusterer", "require_constraint_support"]
