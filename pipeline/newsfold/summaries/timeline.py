"""A story of several days, day by day: the title that told each day best."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

from newsfold import text
from newsfold.summaries.stories import Article, Story

_LATEST_DAYS = 14


def timeline(story: Story, chooser: Callable[[], Callable[[list[Article]], Article]]) -> list[dict[str, Any]]:
    """One entry per day (UTC) on which a titled member was published, the latest `_LATEST_DAYS`; none for one day.

    Args:
        story: the story.
        chooser: makes what chooses, among a day's originals, the one whose title tells most.
    """
    days: dict[date, list[Article]] = defaultdict(list)
    for article in story.originals:
        if article.published_at and article.title.strip():
            days[article.published_at.date()].append(article)
    if len(days) < 2:
        return []
    best = chooser()
    entries = []
    for day in sorted(days)[-_LATEST_DAYS:]:
        fluent = [article for article in days[day] if article.language == story.language]
        chosen = best(fluent or days[day])
        entries.append(
            {
                "day": day,
                "text": text.normalise_line(chosen.title),
                "article_id": chosen.article_id,
                "outlet": chosen.outlet,
                "url": chosen.url,
            }
        )
    return entries
