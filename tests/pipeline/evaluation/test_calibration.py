from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold import evaluation

pairs = st.lists(st.tuples(st.integers(-1, 1), st.floats(0, 1)), min_size=1, max_size=60)


def test_probabilities_equal_to_the_observed_shares_are_calibrated() -> None:
    labels = [1] * 3 + [0] * 7 + [0] * 5
    measured = evaluation.measure_calibration(labels, [0.3] * 10 + [0.0] * 5)
    assert measured.expected_error == 0
    assert (measured.expected_pairs, measured.expected_to_true) == (3, 1)
    assert measured.brier == pytest.approx(10 * 0.3 * 0.7 / 15, abs=1e-5)
    assert [(b.low, b.pairs, b.share_same_story) for b in measured.reliability] == [(0.0, 5, 0.0), (0.3, 10, 0.3)]


def test_certain_and_wrong_predictions_have_the_worst_score() -> None:
    measured = evaluation.measure_calibration([1, 0], [0.0, 1.0])
    assert (measured.brier, measured.expected_error) == (1, 1)


def test_predicting_the_base_rate_has_the_base_rate_brier_score() -> None:
    measured = evaluation.measure_calibration([1, 0, 0, 0], [0.25] * 4)
    assert measured.brier == measured.base_rate_brier == pytest.approx(0.1875)


def test_without_labelled_pairs_there_is_no_score() -> None:
    measured = evaluation.measure_calibration([-1, -1], [0.2, 0.9])
    assert (measured.pairs, measured.brier, measured.reliability) == (0, None, ())
    assert (measured.expected_pairs, measured.expected_to_true) == (0, None)


def test_too_low_probabilities_expect_too_few_pairs() -> None:
    assert evaluation.measure_calibration([1, 1, 0, -1], [0.25, 0.25, 0.0, 0.9]).expected_to_true == 0.25


@given(pairs)
def test_every_labelled_pair_is_in_the_bin_of_its_probability(drawn: list[tuple[int, float]]) -> None:
    labels, probabilities = zip(*drawn, strict=True)
    measured = evaluation.measure_calibration(labels, probabilities)
    known = np.array([p for label, p in drawn if label >= 0])
    assert sum(b.pairs for b in measured.reliability) == measured.pairs == len(known)
    assert sum(round(b.pairs * b.share_same_story) for b in measured.reliability) == measured.same_story_pairs
    for b in measured.reliability:
        assert b.low - 1e-4 <= b.mean_probability <= b.high + 1e-4
