"""The parts of a story's importance in column order, and the columns of `stories` that hold them."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from newsfold.schemas.kinds import DEFAULT_KIND, NEWS_KINDS

# How each part is computed; the weights are in the section `importance` of the configuration. Counts and the last
# article are those of a story's news; of its analysis if it has no news; and of all its members if it has neither.
IMPORTANCE_PARTS: dict[str, str] = {
    "independent": "weight × ln(1 + independent origins) × exp(-days without a new article / reach_days)",
    "families": "weight × ln(1 + publisher families) × exp(-days without a new article / reach_days)",
    "volume": "weight × ln(1 + articles) × exp(-days without a new article / reach_days)",
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
    """Return stories as lists show them: news and analysis before other kinds, then by importance, largest first.

    Args:
        stories: columns of `stories`, `kind`, `importance` and `story_id` among them. A story without a kind, of an
            edition of an older version, counts as news.
    """
    kinds = pc.fill_null(stories["kind"], DEFAULT_KIND)
    is_news = pc.is_in(kinds, pa.array(NEWS_KINDS))
    keys = pa.table({"is_news": is_news, "importance": stories["importance"], "story_id": stories["story_id"]})
    order = [("is_news", "descending"), ("importance", "descending"), ("story_id", "ascending")]
    return stories.take(pc.sort_indices(keys, order))
