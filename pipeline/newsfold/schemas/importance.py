"""The parts of a story's importance in column order, and the columns of `stories` that hold them."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from newsfold.schemas.kinds import DEFAULT_KIND, NEWS_KINDS

# How each part is computed; the weights are in the section `importance` of the configuration. Counts and the last
# article are those of a story's news; of its analysis if it has no news; and of all its members if it has neither.
IMPORTANCE_PARTS: dict[str, str] = {
    "independent": "weight × ln(1 + sum of exp(-days since its latest text was first seen / reach_days) over the "
    "independent origins)",
    "families": "weight × ln(1 + sum of exp(-days since its latest article was first seen / reach_days) over the "
    "publisher families)",
    "volume": "weight × ln(1 + sum of exp(-days since it was first seen / reach_days) over the articles)",
    "growth": "weight × ln(1 + independent origins with a text that is new in this edition)",
    "recency": "weight × exp(-hours from the last dated article to the end of the edition's day / recency_hours), 0 "
    "without one",
    "kind": "weight × 1 for a story with news, × ½ for one with analysis, × 0 for others",
}
IMPORTANCE_COLUMNS: dict[str, tuple[pa.DataType, str]] = {
    f"importance_{name}": (
        pa.float32(),
        f"Part of the importance: {formula}."
        if name == "kind"
        else f"Part of the importance: {formula}; of its news, or its analysis, if it has any.",
    )
    for name, formula in IMPORTANCE_PARTS.items()
} | {
    "n_families": (
        pa.int32(),
        "Number of publisher families among the members; an outlet without a family counts as one.",
    ),
    "n_new_independent": (pa.int32(), "Number of independent origins with a text that is new in this edition."),
}


def rank_stories(stories: pa.Table) -> pa.Table:
    """Return stories as lists show them, the stories of one thread together: threads and, in them, stories by rank.

    News and analysis come before other kinds, then the most important, of threads as of stories.

    Args:
        stories: columns of `stories`, `kind`, `importance`, `story_id`, `thread_id` and `thread_importance` among them.
            A story without a kind or thread, of an edition of an older version, counts as news and as a thread.
    """
    is_news = pc.is_in(pc.fill_null(stories["kind"], DEFAULT_KIND), pa.array(NEWS_KINDS))
    threads = pc.coalesce(stories["thread_id"], stories["story_id"])
    with_news = pc.is_in(threads, threads.filter(is_news).combine_chunks())
    thread_importance = pc.coalesce(stories["thread_importance"], stories["importance"])
    keys = {
        "with_news": (with_news, "descending"),
        "thread_importance": (thread_importance, "descending"),
        "thread": (threads, "ascending"),
        "is_news": (is_news, "descending"),
        "importance": (stories["importance"], "descending"),
        "story_id": (stories["story_id"], "ascending"),
    }
    table = pa.table({name: values for name, (values, _) in keys.items()})
    return stories.take(pc.sort_indices(table, [(name, order) for name, (_, order) in keys.items()]))


def select_leads(ranked: pa.Table) -> pa.Table:
    """Return the first story of each thread in the order of `rank_stories`: a thread counts as one."""
    threads = pc.coalesce(ranked["thread_id"], ranked["story_id"])
    first: dict[str, int] = {}
    for row, thread in enumerate(threads.to_pylist()):
        first.setdefault(thread, row)
    return ranked.take(pa.array(list(first.values()), pa.int64()))
