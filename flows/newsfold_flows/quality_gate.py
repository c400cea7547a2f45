"""The look at an edition before it is published: is it so odd that a person should see it first?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from newsfold.settings import Gate

_ENOUGH_EDITIONS = 3  # before which nobody knows what is usual
# Few of anything make no share: below these, a story is not giant, churn and cohesion are chance.
_LARGE_STORY, _CHANGED_ARTICLES, _STORIES = 50, 20, 20


def problems(
    figures: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]], sources: Sequence[Mapping[str, Any]], chosen: Gate
) -> list[str]:
    """What speaks against publishing an edition, a sentence each; none where it is as editions are.

    Args:
        figures: `quality.figures` of the edition.
        earlier: the same of the last editions before it.
        sources: rows of the `sources` table.
        chosen: the limits; a check whose limit is None is left out.
    """
    found = []
    if chosen.min_articles is not None and figures["articles"] < chosen.min_articles:
        found.append(
            f"The window holds {figures['articles']:,} articles; `gate.min_articles` is {chosen.min_articles:,}."
        )
    usual = median([one["new_articles"] for one in earlier]) if len(earlier) >= _ENOUGH_EDITIONS else 0
    new = figures["new_articles"]
    if (
        chosen.max_size_ratio is not None
        and usual
        and not usual / chosen.max_size_ratio <= new <= usual * chosen.max_size_ratio
    ):
        found.append(
            f"There are {new:,} new articles, where {usual:,.0f} are usual; `gate.max_size_ratio` allows "
            f"{chosen.max_size_ratio:g} times as many, or that part."
        )
    largest = figures["largest_story"]
    if chosen.max_story_share is not None and largest > max(_LARGE_STORY, chosen.max_story_share * figures["articles"]):
        found.append(
            f"One story holds {largest:,} of {figures['articles']:,} articles; `gate.max_story_share` allows "
            f"{chosen.max_story_share:.0%}."
        )
    churn, changed = figures["churn"], figures["changed_articles"]
    if chosen.max_churn is not None and churn is not None and churn > chosen.max_churn and changed > _CHANGED_ARTICLES:
        found.append(
            f"{changed:,} articles ({churn:.1%}) changed their story since the edition before; `gate.max_churn` allows "
            f"{chosen.max_churn:.1%}."
        )
    cohesion, several = figures["mean_cohesion"], figures["stories"] - figures["singletons"]
    if chosen.min_cohesion is not None and several > _STORIES and cohesion < chosen.min_cohesion:
        found.append(
            f"The mean cohesion of {several:,} stories is {cohesion:.2f}; `gate.min_cohesion` is "
            f"{chosen.min_cohesion:g}."
        )
    failed = [source["source"] for source in sources if source["status"] == "failed"]
    if chosen.max_failed_sources is not None and len(failed) > chosen.max_failed_sources * len(sources):
        found.append(
            f"{len(failed)} of {len(sources)} sources failed ({', '.join(sorted(failed))}); "
            f"`gate.max_failed_sources` allows {chosen.max_failed_sources:.0%}."
        )
    return found
