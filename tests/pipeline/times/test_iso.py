"""ISO 8601 in all lengths."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsfold.times import parse_time


@pytest.mark.parametrize(
    ("printed", "utc"),
    [
        ("2013-W23-3", "2013-06-05"),
        ("2013W233T10Z", "2013-06-05T10:00"),
        ("2013-156", "2013-06-05"),
        ("2013156T101500Z", "2013-06-05T10:15"),
        ("2013-06-05T10", "2013-06-05T10:00"),
        ("2013-06-05t10:15z", "2013-06-05T10:15"),
        ("2013-06-05T10:15:30,25Z", "2013-06-05T10:15:30.25"),
        ("2013-06-05T10:15.5Z", "2013-06-05T10:15:30"),
        ("2013-06-05T10,25Z", "2013-06-05T10:15"),
        ("2013-06-05T24:00", "2013-06-06"),
        ("2016-12-31T23:59:60Z", "2017-01-01"),
        ("20130605T1015+0200", "2013-06-05T08:15"),
        ("2013-06-05 10:15:30 +02:00", "2013-06-05T08:15:30"),
        ("2013-06-05+02:00", "2013-06-04T22:00"),
        ("2013:06:05 10:15:30", "2013-06-05T10:15:30"),
    ],
)
def test_a_time_of_any_length_is_read(printed: str, utc: str) -> None:
    assert parse_time(printed, "UTC") == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "printed",
    [
        "2013",
        "2013-06",
        "2013-W23",
        "201306",
        "2013-367",
        "2013-W54-1",
        "2013-13-01",
        "2013-06-05T24:01",
        "2013-06-05T10:15:61Z",
    ],
)
def test_a_year_a_month_a_week_or_what_no_calendar_has_is_no_time(printed: str) -> None:
    assert parse_time(printed, "UTC") is None
