"""The published table `sources`: what reading and extraction made of each source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

import pyarrow as pa

from newsfold import schemas
from newsfold.errors import DocumentsLost

_MAX_REJECTIONS = 100  # listed for each source
_NO_FILES = "no file is there for this night"


def report_sources(
    outcomes: pa.Table,
    rejects: pa.Table,
    n_kept: Mapping[str, int],
    n_repeated: Mapping[str, int],
    edition: date,
    n_too_old: Mapping[str, int] | None = None,
) -> pa.Table:
    """Build table `sources`, and check that every document is an article, a repeat of one, or rejected.

    Args:
        outcomes: table `source_outcomes`.
        rejects: documents that are not articles.
        n_kept: number of articles, by source.
        n_repeated: number of documents that repeat an article, by source.
        edition: the edition's date.
        n_too_old: number of articles that are left out because they are too old to be new, by source.

    Raises:
        DocumentsLost: documents of a source are not accounted for.
    """
    rejected: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rejects.to_pylist():
        rejected[row["source"]].append({"location": row["location"], "reason": row["reason"]})
    rows = []
    for outcome in outcomes.to_pylist():
        name = outcome["source"]
        problems = outcome["failures"] + rejected[name]
        failed_files = [problem for problem in outcome["failures"] if problem["file_failed"]]
        kept, repeated, too_old = (counts.get(name, 0) for counts in (n_kept, n_repeated, n_too_old or {}))
        n_read = outcome["n_read"]
        rejected_documents = len(rejected[name]) + sum(failure["n_documents"] for failure in outcome["failures"])
        lost = n_read - kept - repeated - too_old - rejected_documents
        if lost:
            raise DocumentsLost(
                f"The source {name!r} has {n_read:,} documents: {kept:,} became articles, {repeated:,} repeat one, "
                f"{too_old:,} are too old, {rejected_documents:,} are rejected, and {lost:,} are not accounted for. "
                "Nothing is published. This is a defect of newsfold: please report it with the source's files."
            )
        if kept or too_old:
            status = "partial" if failed_files else "ok"
        elif problems:
            status = "failed"
        elif outcome["unchanged"]:
            status = "unchanged"
        else:
            status = "ok" if n_read else "empty"  # ok: another source delivered the same articles first
        error = _NO_FILES if outcome["no_files"] else None
        rejections = [{"location": problem["location"], "reason": problem["reason"]} for problem in problems]
        rows.append(
            {
                "edition_date": edition,
                "source": name,
                "status": status,
                "n_read": n_read,
                "n_kept": kept,
                "n_repeated": repeated,
                "n_rejected": rejected_documents + len(failed_files),
                "error": f"{rejections[0]['location']}: {rejections[0]['reason']}" if rejections else error,
                "seconds": outcome["seconds"],
                "rejections": rejections[:_MAX_REJECTIONS],
                "n_too_old": too_old,
            }
        )
    return schemas.build_table("sources", sorted(rows, key=lambda row: str(row["source"])))
