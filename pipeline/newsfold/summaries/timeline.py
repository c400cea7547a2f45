"""The timeline of a story of several days: the best title of each day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from newsfold import text
from newsfold.summaries.headline import TitleRanking
from newsfold.summaries.stories import Article, Story

_MAX_DAYS = 14


def build_timeline(story: Story, ranking: TitleRanking) -> list[dict[str, Any]]:
    """Return one entry per day (UTC) on which a titled original was published: the latest `_MAX_DAYS` days.

    A story of a single day has an empty timeline.
    """
    by_day: dict[date, list[Article]] = defaultdict(list)
    for article in story.originals:
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
                "text": text.normalise_line(best.title),
                "article_id": best.article_id,
                "outlet": best.outlet,
                "url": best.url,
            }
        )
    return entries
