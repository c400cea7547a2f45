"""What a finished edition says of itself: the figures in its manifest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from newsfold import constraints, lineage, store
from newsfold.errors import SourceError

_SIZES = (("1", 1), ("2", 2), ("3-5", 5), ("6-10", 10), ("11-20", 20), ("21-50", 50))
_LATE = timedelta(days=1)
_MEMBERS = ("story_articles", "previous_story_articles")
LACKING = frozenset({"failed", "partial"})  # sources of which something is missing


def figures(staging: store.Staging, edition: date) -> dict[str, Any]:
    """What a person checks first: articles, stories and their sizes, copies, lineage and churn, cohesion.

    `churn` is the share of the articles of both editions whose story id changed since the edition before, and
    `continued` that of the earlier stories with a text in the window whose id lives on; both null in a first edition.
    `late_articles` are new ones that were published before the day before the edition.
    """
    # Columns, not tables: whoever walks the flow holds no texts.
    articles, copies = staging.read("articles", ["published_at"]), staging.read("copies", ["copy_group_id"])
    stories = staging.read("stories", ["n_articles", "cohesion", "status"])
    members, previous = (staging.read(name, ["article_id", "story_id"]) for name in _MEMBERS)
    sizes = stories["n_articles"].to_pylist()
    relations = Counter(staging.read("lineage", ["relation"])["relation"].to_pylist())
    changed, kept = lineage.count_reassigned(previous, members)
    alive = len(pc.unique(previous["story_id"])) - relations["ended"]
    taken_back = constraints.find_retractions(
        staging.read("retractions"), staging.read("known_articles", ["article_id", "url", "canonical_url"])
    )
    cohesion = pc.mean(stories.filter(pc.greater(stories["n_articles"], 1))["cohesion"]).as_py()
    return {
        "new_articles": articles.num_rows,
        "articles": members.num_rows,
        "stories": stories.num_rows,
        "singletons": sizes.count(1),
        "story_sizes": _distribution(sizes),
        "largest_story": max(sizes, default=0),
        "copies": copies.num_rows - len(pc.unique(copies["copy_group_id"])),
        "mean_cohesion": round(cohesion, 4) if cohesion is not None else None,
        "churn": round(changed / kept, 4) if kept else None,
        "changed_articles": changed,
        "continued": round(relations["continued"] / alive, 4) if alive else None,
        "late_articles": pc.sum(pc.less(articles["published_at"], _start_of(edition) - _LATE)).as_py() or 0,
        "revised_articles": staging.read("revisions", ["article_id"]).num_rows,
        "retracted_articles": len(taken_back) - taken_back.count(None),
        "labels": labels(staging.read("label_outcomes")),
        "status": dict(sorted(Counter(stories["status"].to_pylist()).items())),
        "lineage": dict(sorted(relations.items())),
    }


def _start_of(edition: date) -> datetime:
    return datetime.combine(edition, time(), UTC)


def _distribution(sizes: list[int]) -> dict[str, int]:
    """Stories by their number of articles."""
    found = dict.fromkeys([name for name, _ in _SIZES], 0) | {"51+": 0}
    for size in sizes:
        found[next((name for name, most in _SIZES if size <= most), "51+")] += 1
    return found


def content(found: Mapping[str, Any]) -> str:
    """What an edition with these figures holds, in a sentence."""
    many = found["stories"] - found["singletons"]
    return (
        f"{found['new_articles']:,} new articles, {found['articles']:,} in the window, {found['stories']:,} stories "
        f"({many:,} with several articles), {found['copies']:,} copies folded."
    )


def in_words(manifest: Mapping[str, Any]) -> str:
    """What an edition holds, in a sentence, and why it is held or incomplete, where it is."""
    told = content(manifest["quality"])
    if manifest["status"] == "held":
        return f"Held by the gate: {' '.join(manifest['gate']['problems'])} {told}"
    if manifest["status"] == "incomplete":
        lost = [line["source"] for line in manifest["sources"] if line["status"] in LACKING]
        return f"{told} Not (wholly) read: {', '.join(lost)}."
    return told


def labels(outcomes: pa.Table) -> dict[str, int]:
    """How many labels were honoured, and how many name an article that is not there (table `label_outcomes`)."""
    there = Counter(outcomes["in_window"].to_pylist())
    return {"honoured": there[True], "not_in_window": there[False]}


def lacking(staging: store.Staging) -> list[str]:
    """The sources that failed, wholly or for some files."""
    report = staging.read("sources")
    return [row["source"] for row in report.to_pylist() if row["status"] in LACKING]


def require_a_source(staging: store.Staging) -> None:
    """Stop a night on which nothing at all could be read: it is better not published than published empty.

    Raises:
        SourceError: every source failed; the first problem of each is told.
    """
    report = staging.read("sources").to_pylist()
    if report and all(row["status"] == "failed" for row in report):
        problems = "\n".join(f"  - {row['source']}: {row['error']}" for row in report)
        raise SourceError(f"No source could be read, so no edition is published:\n{problems}")


def source_lines(staging: store.Staging) -> list[dict[str, Any]]:
    """The `sources` table without its list of rejections."""
    return list(staging.read("sources").drop_columns(["rejections", "edition_date"]).to_pylist())
