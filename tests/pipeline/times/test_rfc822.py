"""Times of mail and feeds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsfold.times import parse_time


@pytest.mark.parametrize(
    "printed",
    [
        "Wed, 05 Jun 13 15:07:41 GMT",  # RFC 822, and RSS 2.0 still
        "Wednesday, 05-Jun-13 15:07:41 GMT",  # RFC 850
        "5 Jun 2013 15:07:41 UT",
        "Wed ,  5  JUN 2013 15:07:41  Z",
        "wed, 05 jun 2013 10:07:41 est",
        "Wed, 05 Jun 2013 17:07:41 +0200 (a comment)",
        "Thu, 05 Jun 2013 15:07:41 +0000",  # it was a Wednesday
    ],
)
def test_a_time_of_mail_is_read_in_any_spacing(printed: str) -> None:
    assert parse_time(printed, "Asia/Tokyo") == datetime(2013, 6, 5, 15, 7, 41, tzinfo=UTC)


def test_a_year_of_two_digits_is_the_one_that_the_standard_says() -> None:
    for printed, year in (("49", 2049), ("50", 1950), ("99", 1999), ("00", 2000)):
        assert parse_time(f"05 Jun {printed} 10:00:00 GMT", "UTC") == datetime(year, 6, 5, 10, tzinfo=UTC)
    assert parse_time("05 Jun 13", "UTC") is None and parse_time("05 Jun 13 10:00", "UTC") is None
