"""The time that stands in for an unknown one, from counts of pairs."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold.scoring.tables import TIME_GAP_COUNTS
from newsfold.scoring.time_gaps import find_usual_gap

DAY = 24 * 60  # minutes


def count(minutes: list[int]) -> pa.Table:
    counts = Counter(minutes)
    return pa.table([list(counts), list(counts.values())], schema=TIME_GAP_COUNTS)


@given(st.lists(st.sampled_from([0, 7, 60, 3 * DAY, 12 * DAY]), min_size=1), st.integers(0, 9))
def test_the_usual_gap_is_the_median_in_any_chunks(minutes: list[int], cut: int) -> None:
    counts = pa.concat_tables([count(minutes[cut:]), count(minutes[:cut])])
    assert find_usual_gap(counts) == pytest.approx(np.median(minutes) / 60)


def test_without_any_time_all_articles_are_of_one_day() -> None:
    assert find_usual_gap(count([])) == 0


@pytest.mark.parametrize(("n_far", "gap"), [(5, 1.0), (20, None)])
def test_in_a_long_window_a_missing_time_may_be_any(n_far: int, gap: float | None) -> None:
    assert find_usual_gap(count([60] * (100 - n_far) + [40 * DAY] * n_far)) == gap
