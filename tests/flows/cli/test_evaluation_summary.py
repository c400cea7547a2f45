from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from newsfold import evaluation
from newsfold_flows.cli import console
from newsfold_flows.cli.evaluation_summary import print_summary

GOLD = ["ferry", "ferry", "budget", "budget"]


def summarise(clusters: Sequence[int], vectors: Sequence[Sequence[float]]) -> str:
    """Return what is printed if newsfold finds these clusters on four articles with these vectors."""
    everything = np.ones(4, dtype=bool)
    cuts = evaluation.cluster_own_vectors(np.array(vectors, np.float32), np.arange(4))
    pairs = np.array([1, 0], np.int8), np.array([0.6, 0.2], np.float32), np.array([1, 2])
    predicted = evaluation.Predictions(everything, np.array(clusters), cuts, *pairs)
    result = evaluation.SetResult("gold", GOLD, ["en"] * 4, [None] * 4, 0, (), (predicted,), {"none": range(4)}, {})
    threshold, reports = evaluation.add_own_vectors([result], [evaluation.build_report(result)])
    with console.out.capture() as captured:
        print_summary(reports, evaluation.macro_average(reports), threshold)
    return " ".join(captured.get().split())


APART, ALIKE = [[1, 0], [1, 0], [0, 1], [0, 1]], [[1, 0]] * 4


def test_a_set_below_its_own_vectors_is_pointed_out() -> None:
    printed = summarise([0, 1, 2, 3], APART)
    assert "newsfold's B³ F1 is below another method's on 1 set." in printed
    assert "gold .667 / .000 1.000 / 1.000 none .667 / .000 0.80" in printed
    assert "cut at cosine .975, the best for the set" in printed


def test_a_set_above_all_other_methods_is_not() -> None:
    printed = summarise([0, 0, 1, 1], ALIKE)
    assert "gold 1.000 / 1.000 .667 / .500 none .667 / .000 0.80" in printed
    assert "below another" not in printed
