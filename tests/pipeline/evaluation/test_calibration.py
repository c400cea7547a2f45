from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold import evaluation

pairs = st.lists(st.tuples(st.integers(-1, 1), st.floats(0, 1)), min_size=1, max_size=60)


def test_what_comes_true_as_often_as_said_is_calibrated() -> None:
    labels = [1] * 3 + [0] * 7 + [0] * 5
    found = evaluation.calibration(labels, [0.3] * 10 + [0.0] * 5)
    assert found.expected_error == 0
    assert found.brier == pytest.approx(10 * 0.3 * 0.7 / 15, abs=1e-5)
    assert [(b.low, b.pairs, b.share_same_story) for b in found.reliability] == [(0.0, 5, 0.0), (0.3, 10, 0.3)]


def test_a_scorer_that_is_always_sure_and_always_wrong_has_the_worst_of_scores() -> None:
    found = evaluation.calibration([1, 0], [0.0, 1.0])
    assert (found.brier, found.expected_error) == (1, 1)


def test_saying_the_base_rate_earns_the_base_rates_score() -> None:
    found = evaluation.calibration([1, 0, 0, 0], [0.25] * 4)
    assert found.brier == found.base_rate_brier == pytest.approx(0.1875)


def test_without_a_labelled_pair_there_is_no_score() -> None:
    found = evaluation.calibration([-1, -1], [0.2, 0.9])
    assert (found.pairs, found.brier, found.reliability) == (0, None, ())


@given(pairs)
def test_every_labelled_pair_is_in_the_bin_of_its_probability(drawn: list[tuple[int, float]]) -> None:
    labels, probabilities = zip(*drawn, strict=True)
    found = evaluation.calibration(labels, probabilities)
    known = np.array([p for label, p in drawn if label >= 0])
    assert sum(b.pairs for b in found.reliability) == found.pairs == len(known)
    assert sum(round(b.pairs * b.share_same_story) for b in found.reliability) == found.same_story_pairs
    for b in found.reliability:
        assert b.low - 1e-4 <= b.mean_probability <= b.high + 1e-4
