from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold import embedding, evaluation
from newsfold.evaluation.baselines import average_linkage
from newsfold.evaluation.own_vectors import THRESHOLDS, choose_threshold

scores = st.floats(0, 1).map(lambda value: round(value, 4))
curves = st.lists(
    st.lists(scores, min_size=len(THRESHOLDS), max_size=len(THRESHOLDS)).map(
        lambda values: dict(zip(THRESHOLDS, values, strict=True))
    ),
    min_size=1,
    max_size=4,
)


@given(curves)
def test_no_other_threshold_has_a_higher_mean_over_the_sets(drawn: list[dict[float, float]]) -> None:
    best = choose_threshold(drawn)
    assert best is not None
    means = {threshold: sum(curve[threshold] for curve in drawn) for threshold in THRESHOLDS}
    assert means[best] == pytest.approx(max(means.values()))
    assert choose_threshold([*drawn, {}]) == best  # a set that is too large has no curve


def test_without_any_curve_there_is_no_threshold() -> None:
    assert choose_threshold([{}]) is None


def random_vectors(n: int) -> np.ndarray:
    return embedding.unit_rows(np.random.default_rng(0).normal(size=(n, 3)).astype(np.float32))


def test_each_cut_is_average_linkage_at_its_threshold() -> None:
    vectors = random_vectors(40)
    cuts = evaluation.cluster_own_vectors(vectors, np.arange(40))
    for threshold, clusters in zip(THRESHOLDS, cuts, strict=True):
        expected = average_linkage(vectors, 1 - threshold)
        assert evaluation.clustering_metrics(expected.tolist(), clusters.tolist())["b3_f1"] == 1


def test_copies_are_in_the_cluster_of_their_original() -> None:
    cuts = evaluation.cluster_own_vectors(random_vectors(3), np.array([0, 0, 1, 2, 2]))
    assert (cuts[:, 0] == cuts[:, 1]).all()
    assert (cuts[:, 3] == cuts[:, 4]).all()
    assert evaluation.cluster_own_vectors(random_vectors(1), np.array([0, 0])).max() == 0


def build_result(name: str, gold: list[str | None], vectors: np.ndarray) -> evaluation.SetResult:
    everything = np.ones(len(gold), dtype=bool)
    cuts = evaluation.cluster_own_vectors(vectors, np.arange(len(gold)))
    none = np.zeros(0, np.int8), np.zeros(0, np.float32), np.zeros(2, np.int64)
    predicted = evaluation.Predictions(everything, np.arange(len(gold)), cuts, *none)
    return evaluation.SetResult(name, gold, ["en"] * len(gold), [None] * len(gold), 0, (), (predicted,), {}, {})


def test_the_threshold_is_chosen_for_all_sets_together() -> None:
    vectors = random_vectors(30)
    fine, coarse = ([f"{name}{row // size}" for row in range(30)] for name, size in (("f", 1), ("c", 15)))
    results = [build_result("fine", [*fine], vectors), build_result("coarse", [*coarse], vectors)]
    reports = [evaluation.build_report(result) for result in results]
    threshold, complete = evaluation.add_own_vectors(results, reports)
    macro = evaluation.macro_average(complete)[evaluation.OWN_VECTORS]["b3_f1"]
    assert macro == pytest.approx(
        max(np.mean([report.own_vectors[one] for report in reports]) for one in THRESHOLDS), abs=1e-4
    )
    for report in complete:
        assert threshold is not None
        assert list(report.methods) == [evaluation.NEWSFOLD, evaluation.OWN_VECTORS]
        assert report.methods[evaluation.OWN_VECTORS]["b3_f1"] == report.own_vectors[threshold]


def test_a_set_with_too_many_originals_says_that_it_has_no_figures() -> None:
    small = build_result("small", ["a", "a", "b"], random_vectors(3))
    large = replace(
        small.predictions[0], own_vectors=evaluation.cluster_own_vectors(np.zeros((8001, 3), np.float32), np.arange(3))
    )
    results = [small, replace(small, name="large", predictions=(large,))]
    _, (with_figures, without) = evaluation.add_own_vectors(results, [evaluation.build_report(r) for r in results])
    assert evaluation.OWN_VECTORS in with_figures.methods
    assert evaluation.OWN_VECTORS not in without.methods
    assert "8,000 originals" in without.absent[evaluation.OWN_VECTORS]
