"""How good a grouping is, against labels: gold tables, measures, calibration, and the plain methods to beat."""

from __future__ import annotations

from newsfold.evaluation import gold, references
from newsfold.evaluation.baselines import absent, baselines
from newsfold.evaluation.calibration import Calibration, ReliabilityBin, calibration
from newsfold.evaluation.gold import GoldTable
from newsfold.evaluation.measures import MEASURES, SIZE_BANDS, by_group, measures, size_bands
from newsfold.evaluation.report import NEWSFOLD, SetReport, as_json, macro, report

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
