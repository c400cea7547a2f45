"""Figures of a finished edition, for its manifest and for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import constraints, lineage, store
from newsfold.errors import SourceError
from newsfold.schemas.kinds import DEFAULT_KIND
from newsfold.text import format_count

_SIZES = (("1", 1), ("2", 2), ("3-5", 5), ("6-10", 10), ("11-20", 20), ("21-50", 50))
_LATE = timedelta(days=1)
_MEMBERS = ("story_articles", "previous_story_articles")
_THREAD_STORIES = ("thread_stories", "previous_thread_stories")
_INCOMPLETE = frozenset({"failed", "partial"})  # statuses of sources of which something is missing


def compute_figures(staging: store.Staging, edition: date) -> dict[str, Any]:
    """Return the edition's quality figures: articles, stories and their sizes, copies, lineage, churn, cohesion.

    `churn` is the share of articles in both this edition and the one before whose story id changed. `continued` is the
    share of earlier stories with a text in the window whose id continues. `thread_churn` is the share of stories that
    both editions have or remember whose thread changed. All three are null in a first edition.
    `kinds` counts stories. `late_articles` counts new articles that were published before the day before the edition.

    Args:
        staging: the run's tables.
        edition: its date.
    """
    # Columns, not tables: the process that runs the flow holds no texts.
    articles, copies = staging.read("articles", ["published_at"]), staging.read("copies", ["copy_group_id"])
    stories = staging.read("stories", ["n_articles", "cohesion", "status", "kind"])
    members, previous = (staging.read(name, ["article_id", "story_id"]) for name in _MEMBERS)
    sizes = stories["n_articles"].to_pylist()
    relations = Counter(staging.read("lineage", ["relation"])["relation"].to_pylist())
    changed, kept = lineage.count_reassigned(previous, members, "article_id", "story_id")
    threads, earlier_threads = (staging.read(name, ["story_id", "thread_id"]) for name in _THREAD_STORIES)
    moved, compared = lineage.count_reassigned(earlier_threads, threads, "story_id", "thread_id")
    thread_status = Counter(staging.read("threads", ["status"])["status"].to_pylist())
    living = len(pc.unique(previous["story_id"])) - relations["ended"]
    retractions = constraints.find_retractions(
        staging.read("retractions"), staging.read("known_articles", ["article_id", "url", "canonical_url"])
    )
    cohesion = pc.mean(stories.filter(pc.greater(stories["n_articles"], 1))["cohesion"]).as_py()
    return {
        "new_articles": articles.num_rows,
        "articles": members.num_rows,
        "stories": stories.num_rows,
        "singletons": sizes.count(1),
        "story_sizes": _count_by_size(sizes),
        "kinds": dict(sorted(Counter(kind or DEFAULT_KIND for kind in stories["kind"].to_pylist()).items())),
        "largest_story": max(sizes, default=0),
        "copies": copies.num_rows - len(pc.unique(copies["copy_group_id"])),
        "mean_cohesion": round(cohesion, 4) if cohesion is not None else None,
        "churn": round(changed / kept, 4) if kept else None,
        "changed_articles": changed,
        "threads": dict(sorted(thread_status.items())),
        "thread_churn": round(moved / compared, 4) if compared else None,
        "continued": round(relations["continued"] / living, 4) if living else None,
        "late_articles": pc.sum(pc.less(articles["published_at"], _start_of(edition) - _LATE)).as_py() or 0,
        "revised_articles": staging.read("revisions", ["article_id"]).num_rows,
        "retracted_articles": len(retractions) - retractions.count(None),
        "labels": count_labels(staging.read("label_outcomes")),
        "status": dict(sorted(Counter(stories["status"].to_pylist()).items())),
        "lineage": dict(sorted(relations.items())),
    }


def _start_of(edition: date) -> datetime:
    return datetime.combine(edition, time(), UTC)


def _count_by_size(sizes: list[int]) -> dict[str, int]:
    """Return the number of stories by their number of articles."""
    counts = dict.fromkeys([name for name, _ in _SIZES], 0) | {"51+": 0}
    for size in sizes:
        counts[next((name for name, most in _SIZES if size <= most), "51+")] += 1
    return counts


def describe_figures(figures: Mapping[str, Any]) -> str:
    """Return a sentence with the figures of an edition that people look at first."""
    several = figures["stories"] - figures["singletons"]
    return (
        f"{format_count(figures['new_articles'], 'new article')}, {figures['articles']:,} in the window, "
        f"{format_count(figures['stories'], 'story')} ({several:,} with several articles), "
        f"{format_count(figures['copies'], 'copy')} folded."
    )


def describe(manifest: Mapping[str, Any]) -> str:
    """Return a sentence on what an edition holds, and why it is held or incomplete, if it is."""
    figures = describe_figures(manifest["quality"])
    if manifest["status"] == "held":
        return f"Held by the gate: {' '.join(manifest['gate']['problems'])} {figures}"
    if manifest["status"] == "incomplete":
        if is_missing_night(manifest["sources"]):
            return f"{figures} No source has a file for this night."
        return f"{figures} Not (wholly) read: {', '.join(incomplete_sources(manifest['sources']))}."
    return figures


def incomplete_sources(sources: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the names of the sources that failed, wholly or for some files, or had no files on a missing night.

    Args:
        sources: rows of table `sources`.
    """
    return [row["source"] for row in sources if row["status"] in _INCOMPLETE or _has_no_files(row)]


def is_missing_night(sources: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether an edition was published although no source had a file for its night.

    Args:
        sources: rows of table `sources`.
    """
    rows = list(sources)
    return bool(rows) and all(map(_has_no_files, rows))


def _has_no_files(source: Mapping[str, Any]) -> bool:
    # A source on the web may be `empty`, too; only a missing night has an error then.
    return source["status"] == "empty" and source["error"] is not None


def count_labels(outcomes: pa.Table) -> dict[str, int]:
    """Return how many labels were honoured, and how many name an article outside the window.

    Args:
        outcomes: table `label_outcomes`.
    """
    counts = Counter(outcomes["in_window"].to_pylist())
    return {"honoured": counts[True], "not_in_window": counts[False]}


def require_readable_source(staging: store.Staging) -> None:
    """Stop an edition none of whose sources could be read: no edition is better than an empty one.

    Raises:
        SourceError: every source failed; the message has the first problem of each.
    """
    sources = staging.read("sources").to_pylist()
    if sources and all(row["status"] == "failed" for row in sources):
        problems = "\n".join(f"  - {row['source']}: {row['error']}" for row in sources)
        raise SourceError(f"No source could be read, so no edition is published:\n{problems}")


def read_source_rows(staging: store.Staging) -> list[dict[str, Any]]:
    """Return the rows of table `sources` for the manifest, without the list of rejections."""
    return list(staging.read("sources").drop_columns(["rejections", "edition_date"]).to_pylist())
