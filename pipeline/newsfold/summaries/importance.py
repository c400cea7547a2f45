"""The importance of a story among others: a sum of named parts, each of which is a column."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from newsfold.publishers import UNKNOWN_OUTLET
from newsfold.schemas.importance import IMPORTANCE_PARTS
from newsfold.settings import Importance
from newsfold.summaries.stories import Article, Story

_KIND_SHARES = (1.0, 0.5, 0.0)  # of the weight of the kind, by news_rank


def compute_importance(story: Story, seen_at: datetime, weights: Importance) -> dict[str, Any]:
    """Compute the columns of `stories` that rank it: counts, the parts made of them, and their sum.

    `newsfold.schemas.importance` describes the parts: what is new tonight, in independent origins; all that the story
    has reached, in origins, publisher families and articles, which fades while nothing is added; the age of the latest
    dated article; and the kind. Logarithms damp crowds: the tenth outlet adds less than the second. Only the articles
    of the lowest `news_rank` count: columns and galleries about an event make it no larger.

    Args:
        story: the story.
        seen_at: the edition's time; articles first seen then are its new ones.
        weights: the weight of each part.

    Returns:
        `importance`, `importance_<part>` for each part, `n_families` and `n_new_independent`.
    """
    least = min(article.news_rank for article in story.originals)
    articles = [article for article in story.articles if article.news_rank == least]
    times = [article.published_at for article in articles if article.published_at]
    fading = math.exp(-_count_days(max(article.first_seen_at for article in articles), seen_at) / weights.reach_days)
    origins = {original.origin for original in story.originals if original.news_rank == least}
    parts = {
        "independent": weights.independent * fading * math.log1p(len(origins)),
        "families": weights.families * fading * math.log1p(_count_families(articles)),
        "volume": weights.volume * fading * math.log1p(len(articles)),
        "growth": weights.growth * math.log1p(len(_find_new_origins(story, seen_at, least))),
        # Nobody knows how old an undated article is, so it makes no story recent.
        "recency": weights.recency * math.exp(-_count_days(max(times), seen_at) * 24 / weights.recency_hours)
        if times
        else 0.0,
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


def _count_days(time: datetime, seen_at: datetime) -> float:
    return max(0.0, (seen_at - time) / timedelta(days=1))
