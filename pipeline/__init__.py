"""newsfold: articles from many outlets in, stories out.

    import pipeline

    pipeline.load("newsfold-store", "stories").to_pandas()      # an edition that a nightly run published
    pipeline.cluster(my_articles).stories.to_pandas()           # a table of your own, in memory

`pipeline.stages` is the place to start reading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.stages import cluster
    from pipeline.store import load

__all__ = ["cluster", "load"]


def __getattr__(name: str) -> Any:
    # On demand, so that importing one room does not load the libraries of all.
    if name == "cluster":
        from pipeline.stages import cluster

        return cluster
    if name == "load":
        from pipeline.store import load

        return load
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
