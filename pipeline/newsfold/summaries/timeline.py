"""The timeline of a story of several days: the best of each day's titles that its later ones do not supersede."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from newsfold.summaries.headline import TitleRanking
from newsfold.summaries.stories import Article, Story

_MAX_DAYS = 14


def build_timeline(story: Story, ranking: TitleRanking) -> list[dict[str, Any]]:
    """Return one entry per day (UTC) on which a titled original was published: the latest `_MAX_DAYS` days.

    Only originals of the story's lowest `news_rank` count. A story of a single day has an empty timeline.
    """
    least = min(article.news_rank for article in story.originals)
    news = [article for article in story.originals if article.news_rank == least]
    by_day: dict[date, list[Article]] = defaultdict(list)
    for article in news:
        if article.published_at and article.title.strip():
            by_day[article.published_at.date()].append(article)
    if len(by_day) < 2:
        return []
    entries = []
    for day in sorted(by_day)[-_MAX_DAYS:]:
        in_language = [article for article in by_day[day] if article.language == story.language]
        best = ranking.choose_title(in_language or by_day[day])
        entries.append(
            {
                "day": day,
                "text": ranking.print_title(best),
                "article_id": best.article_id,
                "outlet": best.outlet,
                "url": best.url,
            }
        )
    return entries
