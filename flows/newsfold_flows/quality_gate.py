"""The quality gate: whether an edition is so unusual that a person should see it before it is published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from statistics import median
from typing import Any

from newsfold.settings import Gate
from newsfold.text import format_count
from newsfold_flows import metrics

_EDITIONS_COMPARED = 7  # the last editions whose nights had files: they define what is usual
_MIN_EDITIONS = 3  # before which nothing is known to be usual
# Shares of small numbers mean nothing: below these, a story is not too large, and churn and cohesion are chance.
_LARGE_STORY, _CHANGED_ARTICLES, _STORIES = 50, 20, 20


def find_problems(
    figures: Mapping[str, Any],
    earlier: Iterable[Mapping[str, Any]],
    sources: Sequence[Mapping[str, Any]],
    settings: Gate,
) -> list[str]:
    """Return the reasons against publishing an edition, a sentence each. That of a missing night is never too small.

    Args:
        figures: `metrics.compute_figures` of the edition.
        earlier: the manifests of the editions before it, the latest first; only the first ones are read.
        sources: rows of table `sources`.
        settings: the limits; None: the check is left out.
    """
    if metrics.is_missing_night(sources):
        settings = settings.model_copy(update={"min_articles": None, "max_size_ratio": None})
    with_files = (manifest for manifest in earlier if not metrics.is_missing_night(manifest["sources"]))
    usual = [manifest["quality"] for manifest in islice(with_files, _EDITIONS_COMPARED)]
    checks = (
        _check_articles(figures, settings.min_articles),
        _check_new_articles(figures, usual, settings.max_size_ratio),
        _check_largest_story(figures, settings.max_story_share),
        _check_churn(figures, settings.max_churn),
        _check_cohesion(figures, settings.min_cohesion),
        _check_sources(sources, settings.max_failed_sources),
    )
    return [problem for problem in checks if problem]


def _check_articles(figures: Mapping[str, Any], minimum: int | None) -> str | None:
    articles = figures["articles"]
    if minimum is None or articles >= minimum:
        return None
    return f"The window holds {format_count(articles, 'article')}; `gate.min_articles` is {minimum:,}."


def _check_new_articles(
    figures: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]], max_ratio: float | None
) -> str | None:
    usual = median([edition["new_articles"] for edition in earlier]) if len(earlier) >= _MIN_EDITIONS else 0
    new = figures["new_articles"]
    if max_ratio is None or not usual or usual / max_ratio <= new <= usual * max_ratio:
        return None
    return (
        f"There {'is' if new == 1 else 'are'} {format_count(new, 'new article')}, but {usual:,.0f} are usual; "
        f"`gate.max_size_ratio` allows a factor of {max_ratio:g}, up or down."
    )


def _check_largest_story(figures: Mapping[str, Any], max_share: float | None) -> str | None:
    largest, articles = figures["largest_story"], figures["articles"]
    if max_share is None or largest <= max(_LARGE_STORY, max_share * articles):
        return None
    return f"One story holds {largest:,} of {articles:,} articles; `gate.max_story_share` allows {max_share:.0%}."


def _check_churn(figures: Mapping[str, Any], maximum: float | None) -> str | None:
    churn, changed = figures["churn"], figures["changed_articles"]
    if maximum is None or churn is None or churn <= maximum or changed <= _CHANGED_ARTICLES:
        return None
    return (
        f"{changed:,} articles ({churn:.1%}) changed their story since the edition before; `gate.max_churn` allows "
        f"{maximum:.1%}."
    )


def _check_cohesion(figures: Mapping[str, Any], minimum: float | None) -> str | None:
    cohesion, several = figures["mean_cohesion"], figures["stories"] - figures["singletons"]
    if minimum is None or several <= _STORIES or cohesion >= minimum:
        return None
    return f"The mean cohesion of {several:,} stories is {cohesion:.2f}; `gate.min_cohesion` is {minimum:g}."


def _check_sources(sources: Sequence[Mapping[str, Any]], max_share: float | None) -> str | None:
    failed = sorted(source["source"] for source in sources if source["status"] == "failed")
    if max_share is None or len(failed) <= max_share * len(sources):
        return None
    return (
        f"{len(failed)} of {format_count(len(sources), 'source')} failed ({', '.join(failed)}); "
        f"`gate.max_failed_sources` allows {max_share:.0%}."
    )
