"""The importance of a story or thread among others: a sum of named parts, each of which is a column."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsfold.settings import Importance

_KIND_SHARES = (1.0, 0.5, 0.0)  # of the weight of the kind, by news_rank


@dataclass(frozen=True)
class Reach:
    """How far a story or thread reaches, by its articles of the lowest `news_rank`: columns about it make it no larger.

    Attributes:
        news_rank: 0 for news, 1 for analysis, 2 for other kinds.
        origins: the independent origins of its texts, each with the time when its latest text was first seen.
        new_origins: those with a text that is new in the edition.
        owners: its publisher families, each with the time when its latest article was first seen; an outlet without a
            family is its own.
        articles: the number of its articles, copies included, by the time when they were first seen.
        last_published_at: when the last of them was published; None if no time is known.
    """

    news_rank: int
    origins: Mapping[str, datetime]
    new_origins: Collection[str]
    owners: Mapping[str, datetime]
    articles: Mapping[datetime, int]
    last_published_at: datetime | None


def join_reaches(reaches: Iterable[Reach]) -> Reach:
    """Return the reach of several stories together: of those of the lowest `news_rank` among them, at least one."""
    reaches = list(reaches)
    least = min(reach.news_rank for reach in reaches)
    joined = [reach for reach in reaches if reach.news_rank == least]
    return Reach(
        least,
        find_latest(item for reach in joined for item in reach.origins.items()),
        set[str]().union(*(reach.new_origins for reach in joined)),
        find_latest(item for reach in joined for item in reach.owners.items()),
        sum((Counter(reach.articles) for reach in joined), Counter()),
        max((reach.last_published_at for reach in joined if reach.last_published_at), default=None),
    )


def find_latest(times: Iterable[tuple[str, datetime]]) -> dict[str, datetime]:
    """Return the latest time of each name, by name in ascending order."""
    return dict(sorted(times))


def weigh_reach(reach: Reach, seen_at: datetime, weights: Importance) -> dict[str, float]:
    """Compute the parts of an importance by name; their sum is the importance.

    `newsfold.schemas.importance` describes the parts: what is new tonight, in independent origins; all that the story
    has reached, in origins, publisher families and articles, each of which fades while it adds nothing; the age of the
    latest dated article; and the kind. Logarithms damp crowds: the tenth outlet adds less than the second.

    Args:
        reach: of a story or thread.
        seen_at: the edition's time.
        weights: the weight of each part.
    """

    def count_faded(counts: Mapping[datetime, int]) -> float:
        # In order, since sums of floats depend on it.
        return sum(counts[time] * math.exp(-_count_days(time, seen_at) / weights.reach_days) for time in sorted(counts))

    published_at = reach.last_published_at
    return {
        "independent": weights.independent * math.log1p(count_faded(Counter(reach.origins.values()))),
        "families": weights.families * math.log1p(count_faded(Counter(reach.owners.values()))),
        "volume": weights.volume * math.log1p(count_faded(reach.articles)),
        "growth": weights.growth * math.log1p(len(reach.new_origins)),
        # Nobody knows how old an undated article is, so it makes no story recent.
        "recency": weights.recency * math.exp(-_count_days(published_at, seen_at) * 24 / weights.recency_hours)
        if published_at
        else 0.0,
        "kind": weights.kind * _KIND_SHARES[reach.news_rank],
    }


def _count_days(time: datetime, seen_at: datetime) -> float:
    return max(0.0, (seen_at - time) / timedelta(days=1))
