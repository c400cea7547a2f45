from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logit

from newsfold.scoring.base_rate import estimate_shift, is_close

CLOSE, FAR = 0.95, 0.05  # cosines on either side of where pairs are close


def window(expected: float, close: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return log-odds that expect so many same-story pairs among `size`, and cosines of which so many are close."""
    log_odds = np.full(size, float(logit(expected / size)))
    return log_odds, np.where(np.arange(size) < close, CLOSE, FAR).astype(np.float32)


@st.composite
def windows(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds and cosines of the pairs of any window."""
    size = draw(st.integers(1, 300))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    log_odds = rng.normal(draw(st.floats(-12, 6)), draw(st.floats(0, 5)), size)
    return log_odds, rng.uniform(-0.2, 1, size).astype(np.float32)


def expect_pairs(log_odds: np.ndarray, shift: float) -> float:
    return float(expit(log_odds + shift).sum())


def test_a_window_in_which_both_estimates_agree_is_left_alone() -> None:
    for expected, size in ((30, 5000), (600, 60_000)):
        log_odds, cosine = window(expected, expected // 3, size)
        assert estimate_shift(log_odds, cosine, 3.0) == pytest.approx(0, abs=1e-3)


def test_an_empty_window_has_no_shift() -> None:
    assert estimate_shift(np.zeros(0), np.zeros(0, np.float32), 3.0) == 0


@given(windows(), st.floats(0.1, 10))
def test_more_close_pairs_never_lower_the_shift(drawn: tuple[np.ndarray, np.ndarray], ratio: float) -> None:
    log_odds, _ = drawn
    size = len(log_odds)
    shifts = [
        estimate_shift(log_odds, np.where(np.arange(size) < close, CLOSE, FAR).astype(np.float32), ratio)
        for close in range(0, size + 1, max(1, size // 6))
    ]
    assert shifts == sorted(shifts)


@given(windows(), st.floats(0.1, 10))
def test_after_the_shift_the_window_expects_a_number_between_both_estimates(
    drawn: tuple[np.ndarray, np.ndarray], ratio: float
) -> None:
    log_odds, cosine = drawn
    shift = estimate_shift(log_odds, cosine, ratio)
    before, after = expect_pairs(log_odds, 0), expect_pairs(log_odds, shift)
    by_close_pairs = ratio * int(is_close(cosine).sum())
    at_limit = abs(shift) == 8 or after == pytest.approx(0.9 * len(log_odds), rel=1e-3)
    if not at_limit and before > 1e-3:
        low, high = sorted((before, by_close_pairs))
        assert low * 0.999 <= after <= high * 1.001


@given(windows(), st.floats(0.01, 100))
def test_the_shift_stays_within_its_limits_and_leaves_doubt(drawn: tuple[np.ndarray, np.ndarray], ratio: float) -> None:
    log_odds, cosine = drawn
    shift = estimate_shift(log_odds, cosine, ratio)
    assert abs(shift) <= 8
    assert shift == -8 or expect_pairs(log_odds, shift) <= 0.9 * len(log_odds) + 0.1


def test_close_pairs_raise_a_small_window_less_than_a_large_one() -> None:
    shifts = [estimate_shift(*window(size / 1000, size // 100, size), 3.0) for size in (100, 1000, 10_000, 100_000)]
    assert 0 < shifts[0] < shifts[1] < shifts[2] < shifts[3] < np.log(30)


def test_a_window_without_close_pairs_expects_fewer() -> None:
    log_odds, cosine = window(1000, 0, 50_000)
    shift = estimate_shift(log_odds, cosine, 3.0)
    assert shift < -1
    assert expect_pairs(log_odds, shift) > 10  # but never none


def test_a_window_of_overwhelming_evidence_keeps_a_tenth_of_doubt() -> None:
    log_odds, cosine = window(49_000, 50_000, 50_000)
    assert expect_pairs(log_odds, estimate_shift(log_odds, cosine, 3.0)) == pytest.approx(45_000, rel=1e-3)


def test_missing_cosines_are_not_close() -> None:
    assert is_close(np.array([np.nan, FAR, CLOSE], np.float32)).tolist() == [False, False, True]
