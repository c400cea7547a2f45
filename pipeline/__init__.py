"""newsfold: articles from many outlets in, stories out.

    import pipeline

    pipeline.load("newsfold-store", "stories").to_pandas()      # an edition that a nightly run published
    pipeline.story("newsfold-store", story_id).timeline.to_pandas()  # a story's whole life
    pipeline.similar_articles("newsfold-store", article_id).to_pandas()  # more of the same, in any story
    pipeline.cluster(my_articles).stories.to_pandas()           # a table of your own, in memory

`pipeline.stages` is the place to start reading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.similarity import similar_articles
    from pipeline.stages import cluster
    from pipeline.store import load, story

__all__ = ["cluster", "load", "similar_articles", "story"]


def __getattr__(name: str) -> Any:
    # On demand, so that importing one room does not load the libraries of all.
    if name == "cluster":
        from pipeline.stages import cluster

        return cluster
    if name == "similar_articles":
        from pipeline.similarity import similar_articles

        return similar_articles
    if name in ("load", "story"):
        from pipeline import store

        return getattr(store, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
