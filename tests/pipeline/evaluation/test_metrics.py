from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold import evaluation

clusterings = st.integers(1, 12).flatmap(
    lambda size: st.tuples(
        st.lists(st.integers(0, 4), min_size=size, max_size=size),
        st.lists(st.integers(0, 4), min_size=size, max_size=size),
    )
)


def b_cubed_by_definition(gold: list[int], clusters: list[int], rows: list[int]) -> tuple[float, float]:
    items = range(len(gold))
    precision, recall = [], []
    for i in rows:
        same_cluster = {j for j in items if clusters[j] == clusters[i]}
        same_story = {j for j in items if gold[j] == gold[i]}
        precision.append(len(same_cluster & same_story) / len(same_cluster))
        recall.append(len(same_cluster & same_story) / len(same_story))
    return float(np.mean(precision)), float(np.mean(recall))


@given(clusterings)
def test_b_cubed_is_what_bagga_and_baldwin_define(pair: tuple[list[int], list[int]]) -> None:
    metrics = evaluation.clustering_metrics(*pair)
    precision, recall = b_cubed_by_definition(*pair, list(range(len(pair[0]))))
    assert metrics["b3_precision"] == pytest.approx(precision, abs=1e-4)
    assert metrics["b3_recall"] == pytest.approx(recall, abs=1e-4)


@given(st.lists(st.integers(0, 5), min_size=1))
def test_a_perfect_clustering_scores_one_whatever_its_names(gold: list[int]) -> None:
    metrics = evaluation.clustering_metrics(gold, [f"story {label}" for label in gold])
    assert set(metrics) == set(evaluation.METRICS)
    assert {value for name, value in metrics.items() if name != "ami"} == {1.0}


def test_unlabelled_rows_are_not_scored() -> None:
    assert evaluation.clustering_metrics(["a", "a", None], [1, 1, 1])["b3_f1"] == 1


def test_pairwise_metrics_of_a_worked_example() -> None:
    # Three true pairs; two metrics, of which one is true.
    metrics = evaluation.clustering_metrics([1, 1, 1, 2], [1, 1, 2, 2])
    assert metrics["pairwise_precision"] == pytest.approx(1 / 2)
    assert metrics["pairwise_recall"] == pytest.approx(1 / 3, abs=1e-4)
    assert metrics["pairwise_f1"] == pytest.approx(2 / 5)


def test_singletons_have_full_pairwise_precision_and_no_recall() -> None:
    singletons = evaluation.clustering_metrics(["a", "a", "b"], [0, 1, 2])
    assert (singletons["pairwise_precision"], singletons["pairwise_recall"], singletons["pairwise_f1"]) == (1, 0, 0)


@given(clusterings, st.data())
def test_a_group_is_scored_by_whole_clusters(pair: tuple[list[int], list[int]], data: st.DataObject) -> None:
    gold, clusters = pair
    groups = data.draw(st.lists(st.sampled_from(["en", "es", None]), min_size=len(gold), max_size=len(gold)))
    by_group = evaluation.metrics_by_group(gold, clusters, groups)
    assert set(by_group) == set(groups) - {None}
    for name, values in by_group.items():
        rows = [i for i, group in enumerate(groups) if group == name]
        precision, recall = b_cubed_by_definition(gold, clusters, rows)
        assert values["articles"] == len(rows)
        assert values["b3_precision"] == pytest.approx(precision, abs=1e-4)
        assert values["b3_recall"] == pytest.approx(recall, abs=1e-4)


@given(clusterings)
def test_a_group_of_all_articles_is_the_whole_set(pair: tuple[list[int], list[int]]) -> None:
    whole = evaluation.metrics_by_group(*pair, ["all"] * len(pair[0]))["all"]
    assert whole == {"articles": len(pair[0])} | evaluation.clustering_metrics(*pair)


def test_a_singleton_merged_into_a_story_lowers_its_own_band() -> None:
    gold = ["fire", "fire", "fire", "cake", None]
    by_band = evaluation.metrics_by_group(gold, [1, 1, 1, 1, 1], evaluation.assign_size_bands(gold))
    assert list(by_band) == ["3-5", "1"]
    assert by_band["1"]["b3_precision"] == 0.25
    assert by_band["3-5"]["b3_precision"] == 0.75
    # Six ordered pairs of the fire are right, three more reach to the cake.
    assert by_band["3-5"]["pairwise_precision"] == pytest.approx(6 / 9, abs=1e-4)


def test_bands_are_by_labelled_articles() -> None:
    gold = ["big"] * 21 + ["six"] * 6 + ["two"] * 2 + ["one", None]
    assert evaluation.assign_size_bands(gold) == ["21+"] * 21 + ["6-20"] * 6 + ["2"] * 2 + ["1", None]
