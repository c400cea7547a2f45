"""Evaluation of a clustering against labels: gold tables, metrics, calibration and baseline methods."""

from __future__ import annotations

from newsfold.evaluation import gold, references
from newsfold.evaluation.baselines import run_baselines, unavailable_baselines
from newsfold.evaluation.calibration import Calibration, ReliabilityBin, measure_calibration
from newsfold.evaluation.gold import GoldTable
from newsfold.evaluation.metrics import (
    METRICS,
    SIZE_BANDS,
    assign_size_bands,
    average_metrics,
    clustering_metrics,
    metrics_by_group,
)
from newsfold.evaluation.own_vectors import OWN_VECTORS, cluster_own_vectors
from newsfold.evaluation.pairs import PairAgreement
from newsfold.evaluation.report import (
    NEWSFOLD,
    SetReport,
    add_own_vectors,
    build_report,
    macro_average,
    measure_newsfold,
    to_dict,
)
from newsfold.evaluation.results import Predictions, SetResult

__all__ = [
    "METRICS",
    "NEWSFOLD",
    "OWN_VECTORS",
    "SIZE_BANDS",
    "Calibration",
    "GoldTable",
    "PairAgreement",
    "Predictions",
    "ReliabilityBin",
    "SetReport",
    "SetResult",
    "add_own_vectors",
    "assign_size_bands",
    "average_metrics",
    "build_report",
    "cluster_own_vectors",
    "clustering_metrics",
    "gold",
    "macro_average",
    "measure_calibration",
    "measure_newsfold",
    "metrics_by_group",
    "references",
    "run_baselines",
    "to_dict",
    "unavailable_baselines",
]
