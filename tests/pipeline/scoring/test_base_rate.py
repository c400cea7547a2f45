from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logit

from newsfold.scoring.base_rate import count_log_odds, estimate_shift, is_close

CLOSE, FAR = 0.95, 0.05  # cosines on either side of where pairs are close


def window(expected: float, n_close: int, size: int) -> tuple[np.ndarray, int]:
    """Return log-odds that expect so many same-story pairs among `size`, and how many are close."""
    return np.full(size, float(logit(expected / size))), n_close


@st.composite
def windows(draw: st.DrawFn) -> tuple[np.ndarray, int]:
    """Log-odds of the pairs of any window, and how many are close."""
    size = draw(st.integers(1, 300))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    log_odds = rng.normal(draw(st.floats(-12, 6)), draw(st.floats(0, 5)), size)
    return log_odds, draw(st.integers(0, size))


def estimate(log_odds: np.ndarray, n_close: int, ratio: float) -> float:
    """Estimate the shift of a window of which the first pairs are close."""
    return estimate_shift(count_log_odds(log_odds, np.arange(len(log_odds)) < n_close), ratio)


def expect_pairs(log_odds: np.ndarray, shift: float) -> float:
    return float(expit(log_odds + shift).sum())


def test_a_window_in_which_both_estimates_agree_is_left_alone() -> None:
    for expected, size in ((30, 5000), (600, 60_000)):
        assert estimate(*window(expected, expected // 3, size), 3.0) == pytest.approx(0, abs=1e-3)


def test_an_empty_window_has_no_shift() -> None:
    assert estimate(np.zeros(0), 0, 3.0) == 0


@given(windows(), st.floats(0.1, 10), st.integers(0, 300))
def test_the_shift_is_the_same_in_any_chunks(drawn: tuple[np.ndarray, int], ratio: float, cut: int) -> None:
    log_odds, n_close = drawn
    close = np.arange(len(log_odds)) < n_close
    counts = [count_log_odds(log_odds[part], close[part]) for part in (slice(cut, None), slice(cut))]
    assert estimate_shift(pa.concat_tables(counts), ratio) == estimate(log_odds, n_close, ratio)


@given(windows(), st.floats(0.1, 10))
def test_more_close_pairs_never_lower_the_shift(drawn: tuple[np.ndarray, int], ratio: float) -> None:
    log_odds, _ = drawn
    size = len(log_odds)
    shifts = [estimate(log_odds, n_close, ratio) for n_close in range(0, size + 1, max(1, size // 6))]
    assert shifts == sorted(shifts)


def correction(drawn: tuple[np.ndarray, int], ratio: float) -> float:
    """Return the factor of the expected number that the close pairs ask for."""
    log_odds, n_close = drawn
    return (ratio * n_close + 20) / (expect_pairs(log_odds, 0) + 20)


@given(windows(), st.floats(0.1, 10))
def test_the_shift_reaches_the_corrected_number_or_stops_at_its_limit(
    drawn: tuple[np.ndarray, int], ratio: float
) -> None:
    log_odds, n_close = drawn
    shift, factor = estimate(log_odds, n_close, ratio), correction(drawn, ratio)
    limit = abs(np.log(factor)) * (2.5 if factor > 1 else 1)
    assert abs(shift) <= limit + 1e-3
    if abs(shift) < limit - 1e-3:
        assert expect_pairs(log_odds, shift) == pytest.approx(factor * expect_pairs(log_odds, 0), rel=1e-2)


def test_pairs_about_which_there_is_no_doubt_stay_as_they_are() -> None:
    log_odds = np.array([8.0] * 6 + [-8.0] * 9)
    shifted = expit(log_odds + estimate(log_odds, 6, 3.0))
    assert shifted[:6].min() > 0.99
    assert shifted[6:].max() < 0.01


def test_close_pairs_raise_a_small_window_less_than_a_large_one() -> None:
    shifts = [estimate(*window(size / 1000, size // 100, size), 3.0) for size in (100, 1000, 10_000, 100_000)]
    assert 0 < shifts[0] < shifts[1] < shifts[2] < shifts[3] < np.log(30)


def test_a_window_without_close_pairs_expects_fewer() -> None:
    log_odds, n_close = window(1000, 0, 50_000)
    shift = estimate(log_odds, n_close, 3.0)
    assert shift < -1
    assert expect_pairs(log_odds, shift) > 10  # but never none


def test_missing_cosines_are_not_close() -> None:
    assert is_close(np.array([np.nan, FAR, CLOSE], np.float32)).tolist() == [False, False, True]
