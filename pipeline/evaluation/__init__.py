"""How good a grouping is, against labels: gold tables, measures, calibration, and the plain methods to beat."""

from __future__ import annotations

from pipeline.evaluation import gold, references
from pipeline.evaluation.baselines import absent, baselines
from pipeline.evaluation.calibration import Calibration, ReliabilityBin, calibration
from pipeline.evaluation.gold import GoldTable
from pipeline.evaluation.measures import MEASURES, SIZE_BANDS, by_group, measures, size_bands
from pipeline.evaluation.report import NEWSFOLD, SetReport, as_json, macro, report

__all__ = [
    "MEASURES",
    "NEWSFOLD",
    "SIZE_BANDS",
    "Calibration",
    "GoldTable",
    "ReliabilityBin",
    "SetReport",
    "absent",
    "as_json",
    "baselines",
    "by_group",
    "calibration",
    "gold",
    "macro",
    "measures",
    "references",
    "report",
    "size_bands",
]
