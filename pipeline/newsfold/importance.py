"""The importance of a story or thread among others: a sum of named parts, each of which is a column."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsfold.settings import Importance

_KIND_SHARES = (1.0, 0.5, 0.0)  # of the weight of the kind, by news_rank


@dataclass(frozen=True)
class Reach:
    """How far a story or thread reaches, by its articles of the lowest `news_rank`: columns about it make it no larger.

    Attributes:
        news_rank: 0 for news, 1 for analysis, 2 for other kinds.
        origins: the independent origins of its texts.
        new_origins: those with a text that is new in the edition.
        owners: its publisher families; an outlet without a family is its own.
        n_articles: the number of its articles, copies included.
        last_seen_at: when the last of them was first seen.
        last_published_at: when the last of them was published; None if no time is known.
    """

    news_rank: int
    origins: Collection[str]
    new_origins: Collection[str]
    owners: Collection[str]
    n_articles: int
    last_seen_at: datetime
    last_published_at: datetime | None


def join_reaches(reaches: Iterable[Reach]) -> Reach:
    """Return the reach of several stories together: of those of the lowest `news_rank` among them, at least one."""
    reaches = list(reaches)
    least = min(reach.news_rank for reach in reaches)
    joined = [reach for reach in reaches if reach.news_rank == least]
    return Reach(
        least,
        set[str]().union(*(reach.origins for reach in joined)),
        set[str]().union(*(reach.new_origins for reach in joined)),
        set[str]().union(*(reach.owners for reach in joined)),
        sum(reach.n_articles for reach in joined),
        max(reach.last_seen_at for reach in joined),
        max((reach.last_published_at for reach in joined if reach.last_published_at), default=None),
    )


def weigh_reach(reach: Reach, seen_at: datetime, weights: Importance) -> dict[str, float]:
    """Compute the parts of an importance by name; their sum is the importance.

    `newsfold.schemas.importance` describes the parts: what is new tonight, in independent origins; all that the story
    has reached, in origins, publisher families and articles, which fades while nothing is added; the age of the latest
    dated article; and the kind. Logarithms damp crowds: the tenth outlet adds less than the second.

    Args:
        reach: of a story or thread.
        seen_at: the edition's time.
        weights: the weight of each part.
    """
    fading = math.exp(-_count_days(reach.last_seen_at, seen_at) / weights.reach_days)
    published_at = reach.last_published_at
    return {
        "independent": weights.independent * fading * math.log1p(len(reach.origins)),
        "families": weights.families * fading * math.log1p(len(reach.owners)),
        "volume": weights.volume * fading * math.log1p(reach.n_articles),
        "growth": weights.growth * math.log1p(len(reach.new_origins)),
        # Nobody knows how old an undated article is, so it makes no story recent.
        "recency": weights.recency * math.exp(-_count_days(published_at, seen_at) * 24 / weights.recency_hours)
        if published_at
        else 0.0,
        "kind": weights.kind * _KIND_SHARES[reach.news_rank],
    }


def _count_days(time: datetime, seen_at: datetime) -> float:
    return max(0.0, (seen_at - time) / timedelta(days=1))
