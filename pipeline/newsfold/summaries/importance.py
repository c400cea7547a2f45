"""The columns of a story that rank it among others."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from newsfold.importance import Reach, find_latest, weigh_reach
from newsfold.publishers import UNKNOWN_OUTLET
from newsfold.schemas.importance import IMPORTANCE_PARTS
from newsfold.settings import Importance
from newsfold.summaries.stories import Article, Story


def measure_reach(story: Story, seen_at: datetime) -> Reach:
    """Measure how far a story reaches; articles first seen at `seen_at` are the edition's new ones."""
    least = min(article.news_rank for article in story.originals)
    articles = [article for article in story.articles if article.news_rank == least]
    # A new copy of a known text is nothing new of its origin.
    text_seen_at = {
        article.copy_group_id: article.first_seen_at
        for article in sorted(story.articles, key=lambda article: article.first_seen_at, reverse=True)
    }
    originals = [original for original in story.originals if original.news_rank == least]
    return Reach(
        news_rank=least,
        origins=find_latest((original.origin, text_seen_at[original.copy_group_id]) for original in originals),
        new_origins=_find_new_origins(story, seen_at, least),
        owners=find_latest((_find_owner(article), article.first_seen_at) for article in articles),
        articles=dict(sorted(Counter(article.first_seen_at for article in articles).items())),
        last_published_at=max((article.published_at for article in articles if article.published_at), default=None),
    )


def compute_importance(story: Story, reach: Reach, seen_at: datetime, weights: Importance) -> dict[str, Any]:
    """Compute the columns of `stories` that rank it: its importance, the parts of that, and the counts behind them.

    Args:
        story: the story.
        reach: how far it reaches, of `measure_reach`.
        seen_at: the edition's time; articles first seen then are its new ones.
        weights: the weight of each part.

    Returns:
        `importance`, `importance_<part>` for each part, `n_families` and `n_new_independent`.
    """
    parts = weigh_reach(reach, seen_at, weights)
    return {
        "importance": sum(parts.values()),
        **{f"importance_{name}": parts[name] for name in IMPORTANCE_PARTS},
        "n_families": len({_find_owner(article) for article in story.articles}),
        "n_new_independent": len(_find_new_origins(story, seen_at)),
    }


def _find_new_origins(story: Story, seen_at: datetime, news_rank: int | None = None) -> list[str]:
    """Return the origins of the texts that are new; of those of a rank, if it is given."""
    new_groups = {article.copy_group_id for article in story.articles if article.first_seen_at == seen_at}
    known_groups = {article.copy_group_id for article in story.articles if article.first_seen_at != seen_at}
    is_new = new_groups - known_groups
    return sorted(
        {
            original.origin
            for original in story.originals
            if original.copy_group_id in is_new and news_rank in (None, original.news_rank)
        }
    )


def _find_owner(article: Article) -> str:
    """Return an article's publisher family, else its outlet; an article of an unknown outlet is its own owner."""
    if article.publisher_family:
        return f"family {article.publisher_family}"
    return f"outlet {article.outlet}" if article.outlet != UNKNOWN_OUTLET else f"article {article.article_id}"
