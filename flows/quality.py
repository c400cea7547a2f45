"""What a finished edition says of itself: the figures in its manifest."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline import store
from pipeline.errors import SourceError


def figures(staging: store.Staging) -> dict[str, Any]:
    """Counts a person checks first: articles, stories and their sizes, copies, lineage, cohesion."""
    articles, members = staging.read("articles"), staging.read("story_articles")
    stories, copies = staging.read("stories"), staging.read("copies")
    sizes = stories["n_articles"].to_pylist()
    cohesion = pc.mean(stories.filter(pc.greater(stories["n_articles"], 1))["cohesion"]).as_py()
    return {
        "new_articles": articles.num_rows,
        "articles": members.num_rows,
        "stories": stories.num_rows,
        "singletons": sizes.count(1),
        "largest_story": max(sizes, default=0),
        "copies": copies.num_rows - len(pc.unique(copies["copy_group_id"])),
        "mean_cohesion": round(cohesion, 4) if cohesion is not None else None,
        "labels": labels(staging.read("label_outcomes")),
        "status": dict(sorted(Counter(stories["status"].to_pylist()).items())),
        "lineage": dict(sorted(Counter(staging.read("lineage")["relation"].to_pylist()).items())),
    }


def labels(outcomes: pa.Table) -> dict[str, int]:
    """How many labels were honoured, and how many name an article that is not there (table `label_outcomes`)."""
    there = Counter(outcomes["in_window"].to_pylist())
    return {"honoured": there[True], "not_in_window": there[False]}


def lacking(staging: store.Staging) -> list[str]:
    """The sources that failed, wholly or for some files."""
    report = staging.read("sources")
    return [row["source"] for row in report.to_pylist() if row["status"] in {"failed", "partial"}]


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
