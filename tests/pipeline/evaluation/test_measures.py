from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold import evaluation

groupings = st.integers(1, 12).flatmap(
    lambda size: st.tuples(
        st.lists(st.integers(0, 4), min_size=size, max_size=size),
        st.lists(st.integers(0, 4), min_size=size, max_size=size),
    )
)


def b_cubed_by_definition(gold: list[int], found: list[int], of: list[int]) -> tuple[float, float]:
    items = range(len(gold))
    precision, recall = [], []
    for i in of:
        mates = [j for j in items if found[j] == found[i]]
        friends = [j for j in items if gold[j] == gold[i]]
        both = len(set(mates) & set(friends))
        precision.append(both / len(mates))
        recall.append(both / len(friends))
    return float(np.mean(precision)), float(np.mean(recall))


@given(groupings)
def test_b_cubed_is_what_bagga_and_baldwin_define(pair: tuple[list[int], list[int]]) -> None:
    found = evaluation.measures(*pair)
    precision, recall = b_cubed_by_definition(*pair, list(range(len(pair[0]))))
    assert found["b3_precision"] == pytest.approx(precision, abs=1e-4)
    assert found["b3_recall"] == pytest.approx(recall, abs=1e-4)


@given(st.lists(st.integers(0, 5), min_size=1))
def test_a_perfect_grouping_is_perfect_whatever_its_names(gold: list[int]) -> None:
    found = evaluation.measures(gold, [f"story {label}" for label in gold])
    assert set(found) == set(evaluation.MEASURES)
    assert {value for name, value in found.items() if name != "ami"} == {1.0}


def test_unlabelled_rows_are_not_scored() -> None:
    assert evaluation.measures(["a", "a", None], [1, 1, 1])["b3_f1"] == 1


def test_pairs_by_hand() -> None:
    # Three true pairs; two found, of which one is true.
    found = evaluation.measures([1, 1, 1, 2], [1, 1, 2, 2])
    assert found["pairwise_precision"] == pytest.approx(1 / 2)
    assert found["pairwise_recall"] == pytest.approx(1 / 3, abs=1e-4)
    assert found["pairwise_f1"] == pytest.approx(2 / 5)


def test_who_links_nothing_makes_no_wrong_pair_and_finds_none() -> None:
    alone = evaluation.measures(["a", "a", "b"], [0, 1, 2])
    assert (alone["pairwise_precision"], alone["pairwise_recall"], alone["pairwise_f1"]) == (1, 0, 0)


@given(groupings, st.data())
def test_a_part_is_judged_by_whole_clusters(pair: tuple[list[int], list[int]], data: st.DataObject) -> None:
    gold, found = pair
    parts = data.draw(st.lists(st.sampled_from(["en", "es", None]), min_size=len(gold), max_size=len(gold)))
    judged = evaluation.by_group(gold, found, parts)
    assert set(judged) == set(parts) - {None}
    for name, values in judged.items():
        of = [i for i, part in enumerate(parts) if part == name]
        precision, recall = b_cubed_by_definition(gold, found, of)
        assert values["articles"] == len(of)
        assert values["b3_precision"] == pytest.approx(precision, abs=1e-4)
        assert values["b3_recall"] == pytest.approx(recall, abs=1e-4)


@given(groupings)
def test_one_part_of_everything_is_the_whole(pair: tuple[list[int], list[int]]) -> None:
    whole = evaluation.by_group(*pair, ["all"] * len(pair[0]))["all"]
    assert whole == {"articles": len(pair[0])} | evaluation.measures(*pair)


def test_a_singleton_glued_to_a_story_shows_in_its_own_band() -> None:
    gold = ["fire", "fire", "fire", "cake", None]
    judged = evaluation.by_group(gold, [1, 1, 1, 1, 1], evaluation.size_bands(gold))
    assert list(judged) == ["3-5", "1"]
    assert judged["1"]["b3_precision"] == 0.25
    assert judged["3-5"]["b3_precision"] == 0.75
    # Six ordered pairs of the fire are right, three more reach to the cake.
    assert judged["3-5"]["pairwise_precision"] == pytest.approx(6 / 9, abs=1e-4)


def test_bands_are_by_labelled_articles() -> None:
    gold = ["big"] * 21 + ["six"] * 6 + ["two"] * 2 + ["one", None]
    assert evaluation.size_bands(gold) == ["21+"] * 21 + ["6-20"] * 6 + ["2"] * 2 + ["1", None]
