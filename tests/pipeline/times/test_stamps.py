"""Times written as one number."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold.times import parse_time


@pytest.mark.parametrize(
    ("printed", "utc"),
    [
        ("20130605", "2013-06-05"),
        ("201306051507", "2013-06-05T15:07"),
        ("20130605150741", "2013-06-05T15:07:41"),
        ("20130605150741123", "2013-06-05T15:07:41.123"),
        ("20130605150741Z", "2013-06-05T15:07:41"),
        ("20130605150741+0200", "2013-06-05T13:07:41"),
        ("D:20130605150741+02'00'", "2013-06-05T13:07:41"),
        ("199912312359", "1999-12-31T23:59"),  # though it may be milliseconds of 1976
        ("999999999999", "2001-09-09T01:46:39.999"),  # no month 99: milliseconds
        ("1370444861", "2013-06-05T15:07:41"),
        ("1370444861.25", "2013-06-05T15:07:41.25"),
        ("1370444861123", "2013-06-05T15:07:41.123"),
        ("1370444861123456", "2013-06-05T15:07:41.123456"),
        ("1370444861123456789", "2013-06-05T15:07:41.123456"),
        ("/Date(1370444861000+0200)/", "2013-06-05T15:07:41"),
        ("١٣٧٠٤٤٤٨٦١", "2013-06-05T15:07:41"),
    ],
)
def test_stamps_and_counts_are_told_apart_by_their_digits(printed: str, utc: str) -> None:
    assert parse_time(printed, "UTC") == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize("printed", ["20131305", "201306", "2013", "13706051507", "1.37e9", "20130605250000", "0" * 14])
def test_other_numbers_are_no_times(printed: str) -> None:
    assert parse_time(printed, "UTC") is None


@given(st.integers(0, 10**20))
def test_any_number_is_a_time_in_range_or_none(number: int) -> None:
    found = parse_time(str(number), "UTC")
    assert found is None or 1900 <= found.year < 2200
