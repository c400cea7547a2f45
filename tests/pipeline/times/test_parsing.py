from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold import times


@pytest.mark.parametrize(
    ("printed", "utc"),
    [
        ("2013-06-05T10:05:00-05:00", "2013-06-05T15:05"),
        ("2013-06-05T10:05:00Z", "2013-06-05T10:05"),
        ("2013-06-05 10:05:00 UTC", "2013-06-05T10:05"),
        ("2020-04-21T03:43:01.123456789Z", "2020-04-21T03:43:01.123456"),
        ("Tue, 21 Apr 2020 16:04:00 +0800", "2020-04-21T08:04"),
        ("Mon, 20 Apr 2020 21:37:00 BST", "2020-04-20T20:37"),
        ("1370390400", "2013-06-05T00:00"),
        ("1370390400000", "2013-06-05T00:00"),
        ("Posted on June 5, 2013 4:15 pm EDT", "2013-06-05T20:15"),
        ("June 5, 2013 at 4:15 p.m. ET", "2013-06-05T20:15"),
        ("December 5, 2013 at 4:15 p.m. ET", "2013-12-05T21:15"),
    ],
)
def test_a_time_with_a_zone_is_that_instant(printed: str, utc: str) -> None:
    assert times.parse_time(printed, "Asia/Tokyo") == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "printed",
    [
        "2013-06-05",
        "20130605",
        "June 5, 2013",
        "5 de junio de 2013",
        "5. Juni 2013",
        "5 juin 2013",
        "5.6.2013",
        "2013/06/05",
    ],
)
def test_a_date_alone_is_midnight_in_the_documents_zone(printed: str) -> None:
    assert times.parse_time(printed, "America/Lima") == datetime(2013, 6, 5, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("printed", "utc"),
    [
        ("2013-03-31T01:59:59", "2013-03-31T00:59:59"),
        ("2013-03-31T02:30:00", "2013-03-31T01:30"),  # which no clock showed: the zone's offset before the change
        ("2013-03-31T03:00:00", "2013-03-31T01:00"),
        ("2013-10-27T02:30:00", "2013-10-27T00:30"),  # which clocks showed twice: the first time
        ("2013-10-27T03:00:00", "2013-10-27T02:00"),
        ("2016-02-29", "2016-02-28T23:00"),
    ],
)
def test_local_times_around_changes_of_the_clock_and_leap_days(printed: str, utc: str) -> None:
    assert times.parse_time(printed, "Europe/Berlin") == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "printed",
    [
        "", "yesterday", "Thursday 10:00", "10:30", "June 5", "June 2013", "2013", "5", "05/06/2013", "6-5-2013",
        "Jun 5, 13", "0", "1970-01-01T00:00:00Z", "0001-01-01", "31 Feb 2020", "29 Feb 2015", "2350-01-01", "9" * 20,
        "n/a",
    ],
)  # fmt: skip
def test_a_time_that_needs_a_guess_is_not_parsed(printed: str) -> None:
    assert times.parse_time(printed, "UTC") is None


@pytest.mark.parametrize("printed", ["1970-01-01", "1970-01-01T00:00:00", "Thu, 01 Jan 1970 00:00:00 +0200", "0" * 10])
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York"])
def test_the_first_second_of_1970_is_an_unknown_time_in_any_zone(printed: str, zone: str) -> None:
    assert times.parse_time(printed, zone) is None


@pytest.mark.parametrize("printed", ["2013-06-05T10:00:00&#43;02:00", "Wed,&nbsp;05 Jun 2013 10:00:00 &nbsp;+0200"])
def test_character_references_in_a_time_are_characters(printed: str) -> None:
    assert times.parse_time(printed, "UTC") == datetime(2013, 6, 5, 8, tzinfo=UTC)


def test_a_day_over_twelve_decides_the_order() -> None:
    assert (
        times.parse_time("25/12/2013", "UTC")
        == times.parse_time("12/25/2013", "UTC")
        == datetime(2013, 12, 25, tzinfo=UTC)
    )


@given(st.text(max_size=60) | st.from_regex(r"\d{1,4}[-/. ]\w{1,9}[-/. ]\d{1,4}( \d\d:\d\d)?", fullmatch=True))
def test_anything_is_a_time_in_range_or_none(printed: str) -> None:
    found = times.parse_time(printed, "Europe/Madrid")
    assert found is None or 1900 <= found.year < 2200
