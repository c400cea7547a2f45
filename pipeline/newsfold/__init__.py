"""newsfold: articles from many outlets in, stories out.

    import newsfold

    newsfold.load("newsfold-store", "stories").to_pandas()      # an edition that a nightly run published
    newsfold.story("newsfold-store", story_id).timeline.to_pandas()  # a story's whole life
    newsfold.similar_articles("newsfold-store", article_id).to_pandas()  # more of the same, in any story
    newsfold.cluster(my_articles).stories.to_pandas()           # a table of your own, in memory

`newsfold.stages` is the place to start reading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newsfold.queries.similar import similar_articles
    from newsfold.queries.story_history import story
    from newsfold.stages import cluster
    from newsfold.store import load

__all__ = ["cluster", "load", "similar_articles", "story"]


def __getattr__(name: str) -> Any:
    # On demand, so that importing one room does not load the libraries of all.
    if name == "cluster":
        from newsfold.stages import cluster

        return cluster
    if name == "similar_articles":
        from newsfold.queries.similar import similar_articles

        return similar_articles
    if name == "load":
        from newsfold.store import load

        return load
    if name == "story":
        from newsfold.queries.story_history import story

        return story
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
