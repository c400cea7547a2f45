"""The published table `sources`: what reading and extraction made of each source."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

import pyarrow as pa

from newsfold import schemas

_MAX_REJECTIONS = 100  # listed for each source


def report_sources(outcomes: pa.Table, rejects: pa.Table, n_kept: Counter[str], edition: date) -> pa.Table:
    """Build table `sources`.

    Args:
        outcomes: table `source_outcomes`.
        rejects: documents that are not articles.
        n_kept: number of articles, by source.
        edition: the edition's date.
    """
    rejected: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rejects.to_pylist():
        rejected[row["source"]].append({"location": row["location"], "reason": row["reason"]})
    rows = []
    for outcome in outcomes.to_pylist():
        name = outcome["source"]
        problems = outcome["failures"] + rejected[name]
        failed_files = [problem for problem in outcome["failures"] if problem["file_failed"]]
        if n_kept[name]:
            status = "partial" if failed_files else "ok"
        elif problems:
            status = "failed"
        elif outcome["unchanged"]:
            status = "unchanged"
        else:
            status = "ok" if outcome["n_read"] else "empty"  # ok: another source delivered the same articles first
        rejections = [{"location": problem["location"], "reason": problem["reason"]} for problem in problems]
        rows.append(
            {
                "edition_date": edition,
                "source": name,
                "status": status,
                "n_read": outcome["n_read"],
                "n_kept": n_kept[name],
                "n_rejected": len(problems),
                "error": f"{rejections[0]['location']}: {rejections[0]['reason']}" if rejections else None,
                "seconds": outcome["seconds"],
                "rejections": rejections[:_MAX_REJECTIONS],
            }
        )
    return schemas.build_table("sources", sorted(rows, key=lambda row: str(row["source"])))
