"""How much a story matters among others: a sum of named parts, each of which is a column."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from newsfold.schemas.importance import IMPORTANCE_PARTS
from newsfold.settings import Importance
from newsfold.summaries.stories import UNKNOWN_OUTLET, Article, Story


def importance(story: Story, seen_at: datetime, weights: Importance) -> dict[str, Any]:
    """The columns of `stories` that rank it: counts, the parts made of them, and their sum.

    `newsfold.schemas.importance` says what each part is: who reports the story independently, who owns what prints it,
    how much there is, who has something new tonight, and how long ago the last of it was. Logarithms damp crowds, as
    the tenth outlet says less than the second.

    Args:
        story: the story.
        seen_at: the edition's time: articles first seen then are its new ones.
        weights: what each part counts.

    Returns:
        `importance`, `importance_<part>` for each part, `n_families` and `n_new_independent`.
    """
    newest = {article.copy_group_id for article in story.articles if article.first_seen_at == seen_at}
    known = {article.copy_group_id for article in story.articles if article.first_seen_at != seen_at}
    fresh = {original.origin for original in story.originals if original.copy_group_id in newest - known}
    counts = {"n_families": len({_owner(article) for article in story.articles}), "n_new_independent": len(fresh)}
    hours = max(0.0, (seen_at - _last(story)).total_seconds() / 3600)
    parts = {
        "independent": weights.independent * math.log1p(story.n_independent),
        "families": weights.families * math.log1p(counts["n_families"]),
        "volume": weights.volume * math.log1p(len(story.articles)),
        "growth": weights.growth * math.log1p(counts["n_new_independent"]),
        "recency": weights.recency * math.exp(-hours / weights.recency_hours),
    }
    return (
        {"importance": sum(parts.values())} | {f"importance_{name}": parts[name] for name in IMPORTANCE_PARTS} | counts
    )


def _owner(article: Article) -> str:
    """Who prints an article: its publisher family, else its outlet; each article of no known outlet by itself."""
    if article.publisher_family:
        return f"family {article.publisher_family}"
    return f"outlet {article.outlet}" if article.outlet != UNKNOWN_OUTLET else f"article {article.article_id}"


def _last(story: Story) -> datetime:
    times = [article.published_at for article in story.articles if article.published_at]
    return max(times) if times else max(article.first_seen_at for article in story.articles)
