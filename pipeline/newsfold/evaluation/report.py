"""The report of `newsfold evaluate`: per labelled set, and averaged over the sets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from newsfold.evaluation import own_vectors
from newsfold.evaluation.calibration import Calibration, measure_calibration
from newsfold.evaluation.metrics import METRICS, SIZE_BANDS, Mask, assign_size_bands, average_metrics, b_cubed_f1
from newsfold.evaluation.pairs import PairAgreement, agreement_by_days, agreement_by_languages
from newsfold.evaluation.results import SetResult

NEWSFOLD = "newsfold"


@dataclass(frozen=True)
class SetReport:
    """All results on one labelled set."""

    name: str
    without: tuple[str, ...]
    """Inputs that were taken away."""
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
    pairs_by_languages: dict[str, PairAgreement]
    """Same-story pairs by the languages of their articles; empty for a set in one language."""
    pairs_by_days: dict[str, PairAgreement]
    """Same-story pairs by the days between their articles."""
    own_vectors: dict[float, float]
    """B-cubed F1 of `OWN_VECTORS` by threshold."""
    blocking_recall: float
    """Share of the same-story pairs of originals that are candidate pairs."""
    calibration: Calibration
    """Of the candidate pairs' probabilities."""


def measure_newsfold(result: SetResult) -> dict[str, float]:
    """Compute newsfold's `METRICS` on what is scored so far, without the rest of the report."""
    return _average(result.gold, [(one.clusters.tolist(), one.scored) for one in result.predictions])


def build_report(result: SetResult) -> SetReport:
    """Compute the report of one labelled set, without the method `OWN_VECTORS`, whose threshold needs all sets."""
    gold, languages = result.gold, result.languages
    ours = [(one.clusters.tolist(), one.scored) for one in result.predictions]
    by_size = average_metrics(gold, ours, assign_size_bands(gold))
    by_language = average_metrics(gold, ours, languages)
    methods = {NEWSFOLD: ours} | {
        method: [(clusters, mask) for mask in result.masks] for method, clusters in result.baselines.items()
    }
    found, true = sum((one.true_pairs for one in result.predictions), np.zeros(2, np.int64)).tolist()
    return SetReport(
        result.name,
        tuple(result.without),
        articles=len(gold),
        labelled=sum(label is not None for label in gold),
        stories=len({label for label in gold if label is not None}),
        rejected=result.rejected,
        methods={method: _average(gold, clusterings) for method, clusterings in methods.items()},
        absent=dict(result.absent),
        by_size={band: by_size[band] for band in SIZE_BANDS if band in by_size},
        by_language={code: by_language[code] for code, _ in Counter(languages).most_common() if code in by_language},
        pairs_by_languages=agreement_by_languages(gold, ours, languages),
        pairs_by_days=agreement_by_days(gold, ours, result.published_at),
        own_vectors={
            threshold: b_cubed_f1(gold, _cut_own_vectors(result, threshold))
            for threshold in own_vectors.THRESHOLDS
            if _has_own_vectors(result)
        },
        blocking_recall=round(found / true, 4) if true else 1.0,
        calibration=measure_calibration(
            np.concatenate([one.pair_labels for one in result.predictions]),
            np.concatenate([one.probabilities for one in result.predictions]),
        ),
    )


def add_own_vectors(results: Sequence[SetResult], reports: Sequence[SetReport]) -> tuple[float | None, list[SetReport]]:
    """Add the method `OWN_VECTORS` to the reports, at the threshold that is best for all of them together.

    Args:
        results: what the reports were built from, in the same order.
        reports: of all sets.

    Returns:
        The threshold (None if every set is too large), and the reports, in which the method follows newsfold.
    """
    threshold = own_vectors.choose_threshold([report.own_vectors for report in reports])
    complete = []
    for result, report in zip(results, reports, strict=True):
        ours, others = {NEWSFOLD: report.methods[NEWSFOLD]}, report.methods
        if threshold is not None and report.own_vectors:
            metrics = _average(result.gold, _cut_own_vectors(result, threshold))
            complete.append(replace(report, methods=ours | {own_vectors.OWN_VECTORS: metrics} | others))
        else:
            absent = {own_vectors.OWN_VECTORS: own_vectors.explain_absence()} | report.absent
            complete.append(replace(report, absent=absent))
    return threshold, complete


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


def to_dict(
    reports: Sequence[SetReport], threshold: float | None = None, models: str = "as configured"
) -> dict[str, Any]:
    """Convert the reports to JSON values.

    Args:
        reports: of all sets.
        threshold: of `OWN_VECTORS`.
        models: which models were measured.

    Returns:
        `models`, `own_vectors_threshold`, `sets` by name, and `macro`, their average.
    """
    return {
        "models": models,
        "own_vectors_threshold": threshold,
        "sets": {report.name: asdict(report) for report in reports},
        "macro": macro_average(reports),
    }


def _has_own_vectors(result: SetResult) -> bool:
    """Return whether every prediction has clusters of the vectors alone."""
    return all(len(one.own_vectors) for one in result.predictions)


def _cut_own_vectors(result: SetResult, threshold: float) -> list[tuple[list[int], Mask]]:
    row = own_vectors.THRESHOLDS.index(threshold)
    return [(one.own_vectors[row].tolist(), one.scored) for one in result.predictions]


def _average(gold: Sequence[str | None], clusterings: Sequence[tuple[Sequence[object], Mask]]) -> dict[str, float]:
    metrics = average_metrics(gold, clusterings)["all"]
    return {name: metrics[name] for name in METRICS}
