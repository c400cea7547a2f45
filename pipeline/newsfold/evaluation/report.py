"""What `newsfold evaluate` tells of each labelled set, and of all of them together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from newsfold.evaluation.calibration import Calibration
from newsfold.evaluation.measures import MEASURES, SIZE_BANDS, by_group, measures, size_bands

NEWSFOLD = "newsfold"


@dataclass(frozen=True)
class SetReport:
    """Everything that was measured on one labelled set."""

    name: str
    articles: int
    labelled: int
    stories: int
    rejected: int
    """Rows that could not be read as articles."""
    methods: dict[str, dict[str, float]]
    """`MEASURES` by method, newsfold first."""
    absent: dict[str, str]
    """Methods that were left out, and why."""
    by_size: dict[str, dict[str, float]]
    """Newsfold's `MEASURES` by how many labelled articles a story has."""
    by_language: dict[str, dict[str, float]]
    """Newsfold's `MEASURES` by language, the commonest first."""
    blocking_recall: float
    """Share of the same-story pairs of originals that blocking lets through."""
    calibration: Calibration
    """Of the candidate pairs' probabilities."""


def report(
    name: str,
    gold: Sequence[str | None],
    found: Sequence[object],
    languages: Sequence[str],
    *,
    plain: Mapping[str, Sequence[object]],
    absent: Mapping[str, str],
    rejected: int,
    blocking_recall: float,
    calibration: Calibration,
) -> SetReport:
    """Measure one labelled set.

    Args:
        name: the set's.
        gold: labels of shape (n,); None is unlabelled.
        found: newsfold's stories of shape (n,).
        languages: of shape (n,).
        plain: what other methods found, each of shape (n,), by their names.
        absent: methods that were left out, and why.
        rejected: rows that could not be read as articles.
        blocking_recall: share of the same-story pairs that were looked at.
        calibration: of the scored pairs.
    """
    sizes = by_group(gold, found, size_bands(gold))
    spoken = by_group(gold, found, languages)
    return SetReport(
        name,
        articles=len(gold),
        labelled=sum(label is not None for label in gold),
        stories=len({label for label in gold if label is not None}),
        rejected=rejected,
        methods={method: measures(gold, groups) for method, groups in {NEWSFOLD: found, **plain}.items()},
        absent=dict(absent),
        by_size={band: sizes[band] for band in SIZE_BANDS if band in sizes},
        by_language={code: spoken[code] for code, _ in Counter(languages).most_common() if code in spoken},
        blocking_recall=round(blocking_recall, 4),
        calibration=calibration,
    )


def macro(reports: Sequence[SetReport]) -> dict[str, dict[str, float]]:
    """Each method's mean over the sets, every set counting the same; methods that some set lacks are left out."""
    if not reports:
        return {}
    everywhere = [method for method in reports[0].methods if all(method in report.methods for report in reports)]
    return {
        method: {
            name: round(sum(report.methods[method][name] for report in reports) / len(reports), 4) + 0.0
            for name in MEASURES
        }
        for method in everywhere
    }


def as_json(reports: Sequence[SetReport]) -> dict[str, Any]:
    """The reports as plain JSON values: `sets` by name, and `macro`, the means over them."""
    return {"sets": {report.name: asdict(report) for report in reports}, "macro": macro(reports)}
