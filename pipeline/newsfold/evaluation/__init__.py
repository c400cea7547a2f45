"""Evaluation of a clustering against labels: gold tables, metrics, calibration and baseline methods."""

from __future__ import annotations

from newsfold.evaluation import gold, references
from newsfold.evaluation.baselines import run_baselines, unavailable_baselines
from newsfold.evaluation.calibration import Calibration, ReliabilityBin, measure_calibration
from newsfold.evaluation.gold import GoldTable
from newsfold.evaluation.metrics import METRICS, SIZE_BANDS, assign_size_bands, clustering_metrics, metrics_by_group
from newsfold.evaluation.report import NEWSFOLD, SetReport, build_report, macro_average, to_dict

__all__ = [
    "METRICS",
    "NEWSFOLD",
    "SIZE_BANDS",
    "Calibration",
    "GoldTable",
    "ReliabilityBin",
    "SetReport",
    "assign_size_bands",
    "build_report",
    "clustering_metrics",
    "gold",
    "macro_average",
    "measure_calibration",
    "metrics_by_group",
    "references",
    "run_baselines",
    "to_dict",
    "unavailable_baselines",
]
