"""The report of `newsfold evaluate`: per labelled set, and averaged over the sets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from newsfold.evaluation.calibration import Calibration
from newsfold.evaluation.metrics import METRICS, SIZE_BANDS, assign_size_bands, clustering_metrics, metrics_by_group

NEWSFOLD = "newsfold"


@dataclass(frozen=True)
class SetReport:
    """All results on one labelled set."""

    name: str
    articles: int
    labelled: int
    stories: int
    rejected: int
    """Rows that could not be read as articles."""
    methods: dict[str, dict[str, float]]
    """`METRICS` by method, newsfold first."""
    absent: dict[str, str]
    """Methods that were skipped, with the reason."""
    by_size: dict[str, dict[str, float]]
    """Newsfold's `METRICS` by the story's number of labelled articles."""
    by_language: dict[str, dict[str, float]]
    """Newsfold's `METRICS` by language, most frequent first."""
    blocking_recall: float
    """Share of the same-story pairs of originals that are candidate pairs."""
    calibration: Calibration
    """Of the candidate pairs' probabilities."""


def build_report(
    name: str,
    gold: Sequence[str | None],
    clusters: Sequence[object],
    languages: Sequence[str],
    *,
    baselines: Mapping[str, Sequence[object]],
    absent: Mapping[str, str],
    rejected: int,
    blocking_recall: float,
    calibration: Calibration,
) -> SetReport:
    """Compute the report of one labelled set.

    Args:
        name: of the set.
        gold: labels of shape (n,); None is unlabelled.
        clusters: newsfold's, of shape (n,).
        languages: of shape (n,).
        baselines: clusters of other methods by name, each of shape (n,).
        absent: methods that were skipped, with the reason.
        rejected: rows that could not be read as articles.
        blocking_recall: share of the same-story pairs that are candidate pairs.
        calibration: of the candidate pairs' probabilities.
    """
    by_size = metrics_by_group(gold, clusters, assign_size_bands(gold))
    by_language = metrics_by_group(gold, clusters, languages)
    methods = {NEWSFOLD: clusters, **baselines}
    return SetReport(
        name,
        articles=len(gold),
        labelled=sum(label is not None for label in gold),
        stories=len({label for label in gold if label is not None}),
        rejected=rejected,
        methods={method: clustering_metrics(gold, labels) for method, labels in methods.items()},
        absent=dict(absent),
        by_size={band: by_size[band] for band in SIZE_BANDS if band in by_size},
        by_language={code: by_language[code] for code, _ in Counter(languages).most_common() if code in by_language},
        blocking_recall=round(blocking_recall, 4),
        calibration=calibration,
    )


def macro_average(reports: Sequence[SetReport]) -> dict[str, dict[str, float]]:
    """Average each method over the sets, equally weighted; methods that are missing in a set are left out."""
    if not reports:
        return {}
    common = [method for method in reports[0].methods if all(method in report.methods for report in reports)]
    return {
        method: {
            name: round(sum(report.methods[method][name] for report in reports) / len(reports), 4) + 0.0
            for name in METRICS
        }
        for method in common
    }


def to_dict(reports: Sequence[SetReport]) -> dict[str, Any]:
    """Convert the reports to JSON values: `sets` by name, and `macro`, their average."""
    return {"sets": {report.name: asdict(report) for report in reports}, "macro": macro_average(reports)}
