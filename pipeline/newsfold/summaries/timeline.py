"""The timeline of a story of several days: the best of each day's titles that its later ones do not supersede."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from newsfold.summaries.headline import TitleRanking
from newsfold.summaries.stories import Article, Story

_MAX_DAYS = 14


def build_timeline(
    story: Story, ranking: TitleRanking, earlier: Sequence[Mapping[str, Any]] = ()
) -> list[dict[str, Any]]:
    """Return one entry per day (UTC) on which a titled original was published: the latest `_MAX_DAYS` days.

    Only originals of the story's lowest `news_rank` count. A story of a single day has an empty timeline.

    Args:
        story: the story.
        ranking: chooses the title of a day.
        earlier: entries of former editions whose articles have left the window; they fill the days before the others.
    """
    if len(story.originals) == 1 and not earlier:
        return []
    least = min(article.news_rank for article in story.originals)
    news = [article for article in story.originals if article.news_rank == least]
    by_day: dict[date, list[Article]] = defaultdict(list)
    for article in news:
        if article.published_at and article.title.strip():
            by_day[article.published_at.date()].append(article)
    entries = [dict(entry) for entry in earlier if entry["day"] < min(by_day, default=date.max)]
    if len(entries) + len(by_day) < 2:
        return []
    for day in sorted(by_day):
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
    return entries[-_MAX_DAYS:]
