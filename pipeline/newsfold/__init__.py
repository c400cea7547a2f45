"""newsfold groups the coverage of one event into one story: articles from many outlets in, stories out.

    import newsfold

    newsfold.load("newsfold-store", "stories").to_pandas()  # a published edition
    newsfold.story("newsfold-store", story_id).timeline.to_pandas()  # one story over all its editions
    newsfold.thread("newsfold-store", thread_id).stories.to_pandas()  # the stories of one running matter
    newsfold.similar_articles("newsfold-store", article_id).to_pandas()  # similar articles, in any story
    newsfold.connect("newsfold-store").sql("select headline from stories")  # SQL, on DuckDB
    newsfold.cluster(articles).stories.to_pandas()  # a table of your own, in memory

The library logs to the logger "newsfold". To read the code, start with `newsfold.stages`.
"""

from __future__ import annotations

import importlib
import logging
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newsfold.queries.similar import similar_articles
    from newsfold.queries.sql import connect
    from newsfold.queries.story_history import story
    from newsfold.queries.thread_history import thread
    from newsfold.stages import cluster
    from newsfold.store import load

    __version__: str

__all__ = ["__version__", "cluster", "connect", "load", "similar_articles", "story", "thread"]

_MODULE_OF = {
    "cluster": "newsfold.stages",
    "connect": "newsfold.queries.sql",
    "load": "newsfold.store",
    "similar_articles": "newsfold.queries.similar",
    "story": "newsfold.queries.story_history",
    "thread": "newsfold.queries.thread_history",
}

logging.getLogger(__name__).addHandler(logging.NullHandler())

# Threads that wait for others otherwise keep a processor busy: of two processes that embedded on two cores, each took
# eight times as long as one alone, and a search beside numerical code in one thread took two cores. OpenMP and OpenBLAS
# read this when the libraries that use them are loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")  # the least: 2⁴ cycles


def __getattr__(name: str) -> Any:
    # On demand, so that importing newsfold, or one of its modules, does not load the libraries of all.
    if name == "__version__":
        from importlib.metadata import version

        return version(__name__)
    if name in _MODULE_OF:
        return getattr(importlib.import_module(_MODULE_OF[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
