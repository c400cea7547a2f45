from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import embedding, evaluation

groupings = st.integers(1, 12).flatmap(
    lambda size: st.tuples(
        st.lists(st.integers(0, 4), min_size=size, max_size=size),
        st.lists(st.integers(0, 4), min_size=size, max_size=size),
    )
)


def b_cubed_by_definition(gold: list[int], found: list[int]) -> tuple[float, float]:
    items = range(len(gold))
    precision, recall = [], []
    for i in items:
        mates = [j for j in items if found[j] == found[i]]
        friends = [j for j in items if gold[j] == gold[i]]
        both = len(set(mates) & set(friends))
        precision.append(both / len(mates))
        recall.append(both / len(friends))
    return float(np.mean(precision)), float(np.mean(recall))


@given(groupings)
def test_b_cubed_is_what_bagga_and_baldwin_define(pair: tuple[list[int], list[int]]) -> None:
    found = evaluation.measures(*pair)
    precision, recall = b_cubed_by_definition(*pair)
    assert found["b3_precision"] == pytest.approx(precision, abs=1e-4)
    assert found["b3_recall"] == pytest.approx(recall, abs=1e-4)


@given(st.lists(st.integers(0, 5), min_size=1))
def test_a_perfect_grouping_is_perfect_whatever_its_names(gold: list[int]) -> None:
    assert set(evaluation.measures(gold, [f"story {label}" for label in gold]).values()) <= {0.0, 1.0}
    assert evaluation.measures(gold, gold)["b3_f1"] == 1


def test_unlabelled_rows_are_not_scored() -> None:
    assert evaluation.measures(["a", "a", None], [1, 1, 1])["b3_f1"] == 1


def test_pairwise_f1_by_hand() -> None:
    # Three true pairs; two found, of which one is true.
    assert evaluation.measures([1, 1, 1, 2], [1, 1, 2, 2])["pairwise_f1"] == pytest.approx(2 / 5)


def test_the_plain_methods_separate_what_is_plainly_different() -> None:
    texts = ["ferry sinks off the island"] * 3 + ["council approves the yearly budget"] * 3
    vectors = embedding.unit_rows(np.array([[1, 0.01 * i] for i in range(3)] + [[0.01 * i, 1] for i in range(3)]))
    gold = [0, 0, 0, 1, 1, 1]
    for method, labels in evaluation.baselines(texts, vectors, 2).items():
        score = evaluation.measures(gold, labels.tolist())["b3_f1"]
        assert score == (0.5 if method == "every article alone" else 1), method
