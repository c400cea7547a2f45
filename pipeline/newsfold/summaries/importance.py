"""The importance of a story among others: a sum of named parts, each of which is a column."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from newsfold.schemas.importance import IMPORTANCE_PARTS
from newsfold.settings import Importance
from newsfold.summaries.stories import UNKNOWN_OUTLET, Article, Story


def compute_importance(story: Story, seen_at: datetime, weights: Importance) -> dict[str, Any]:
    """Compute the columns of `stories` that rank it: counts, the parts made of them, and their sum.

    `newsfold.schemas.importance` describes the parts: independent origins, publisher families, articles, origins that
    are new tonight, and the age of the latest article. Logarithms damp crowds: the tenth outlet adds less than the
    second.

    Args:
        story: the story.
        seen_at: the edition's time; articles first seen then are its new ones.
        weights: the weight of each part.

    Returns:
        `importance`, `importance_<part>` for each part, `n_families` and `n_new_independent`.
    """
    new_groups = {article.copy_group_id for article in story.articles if article.first_seen_at == seen_at}
    known_groups = {article.copy_group_id for article in story.articles if article.first_seen_at != seen_at}
    new_origins = {
        original.origin for original in story.originals if original.copy_group_id in new_groups - known_groups
    }
    n_families = len({_owner(article) for article in story.articles})
    hours = max(0.0, (seen_at - _last_time(story)).total_seconds() / 3600)
    parts = {
        "independent": weights.independent * math.log1p(story.n_independent),
        "families": weights.families * math.log1p(n_families),
        "volume": weights.volume * math.log1p(len(story.articles)),
        "growth": weights.growth * math.log1p(len(new_origins)),
        "recency": weights.recency * math.exp(-hours / weights.recency_hours),
    }
    return {
        "importance": sum(parts.values()),
        **{f"importance_{name}": parts[name] for name in IMPORTANCE_PARTS},
        "n_families": n_families,
        "n_new_independent": len(new_origins),
    }


def _owner(article: Article) -> str:
    """Return an article's publisher family, else its outlet; an article of an unknown outlet is its own owner."""
    if article.publisher_family:
        return f"family {article.publisher_family}"
    return f"outlet {article.outlet}" if article.outlet != UNKNOWN_OUTLET else f"article {article.article_id}"


def _last_time(story: Story) -> datetime:
    times = [article.published_at for article in story.articles if article.published_at]
    return max(times) if times else max(article.first_seen_at for article in story.articles)
