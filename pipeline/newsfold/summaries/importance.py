"""The importance of a story among others: a sum of named parts, each of which is a column."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from newsfold.schemas.importance import IMPORTANCE_PARTS
from newsfold.settings import Importance
from newsfold.summaries.stories import UNKNOWN_OUTLET, Article, Story

_KIND_SHARES = (1.0, 0.5, 0.0)  # of the weight of the kind, by news_rank


def compute_importance(story: Story, seen_at: datetime, weights: Importance) -> dict[str, Any]:
    """Compute the columns of `stories` that rank it: counts, the parts made of them, and their sum.

    `newsfold.schemas.importance` describes the parts: independent origins, publisher families, articles, origins that
    are new tonight, the age of the latest article, and the kind. Logarithms damp crowds: the tenth outlet adds less
    than the second. Only the articles of the lowest `news_rank` count: columns and galleries about an event make it no
    larger.

    Args:
        story: the story.
        seen_at: the edition's time; articles first seen then are its new ones.
        weights: the weight of each part.

    Returns:
        `importance`, `importance_<part>` for each part, `n_families` and `n_new_independent`.
    """
    least = min(article.news_rank for article in story.originals)
    articles = [article for article in story.articles if article.news_rank == least]
    hours = max(0.0, (seen_at - _last_time(articles)).total_seconds() / 3600)
    origins = {original.origin for original in story.originals if original.news_rank == least}
    parts = {
        "independent": weights.independent * math.log1p(len(origins)),
        "families": weights.families * math.log1p(_count_families(articles)),
        "volume": weights.volume * math.log1p(len(articles)),
        "growth": weights.growth * math.log1p(len(_find_new_origins(story, seen_at, least))),
        "recency": weights.recency * math.exp(-hours / weights.recency_hours),
        "kind": weights.kind * _KIND_SHARES[least],
    }
    return {
        "importance": sum(parts.values()),
        **{f"importance_{name}": parts[name] for name in IMPORTANCE_PARTS},
        "n_families": _count_families(story.articles),
        "n_new_independent": len(_find_new_origins(story, seen_at)),
    }


def _count_families(articles: Sequence[Article]) -> int:
    return len({_owner(article) for article in articles})


def _find_new_origins(story: Story, seen_at: datetime, news_rank: int | None = None) -> set[str]:
    """Return the origins of the texts that are new; of those of a rank, if it is given."""
    new_groups = {article.copy_group_id for article in story.articles if article.first_seen_at == seen_at}
    known_groups = {article.copy_group_id for article in story.articles if article.first_seen_at != seen_at}
    return {
        original.origin
        for original in story.originals
        if original.copy_group_id in new_groups - known_groups and news_rank in (None, original.news_rank)
    }


def _owner(article: Article) -> str:
    """Return an article's publisher family, else its outlet; an article of an unknown outlet is its own owner."""
    if article.publisher_family:
        return f"family {article.publisher_family}"
    return f"outlet {article.outlet}" if article.outlet != UNKNOWN_OUTLET else f"article {article.article_id}"


def _last_time(articles: Sequence[Article]) -> datetime:
    times = [article.published_at for article in articles if article.published_at]
    return max(times) if times else max(article.first_seen_at for article in articles)
