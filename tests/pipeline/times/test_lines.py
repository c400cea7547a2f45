"""Dates in lines of text."""

from __future__ import annotations

import pytest

from newsfold.times import find_line_date, split_trailing_date


@pytest.mark.parametrize(
    ("line", "before", "date"),
    [
        ("By A. Name | June 5, 2013", "By A. Name", "June 5, 2013"),
        ("Von Jette Brandt, 5. Juni 2013", "Von Jette Brandt", "5. Juni 2013"),
        ("By Jack Ma June 5, 2013", "By Jack Ma", "June 5, 2013"),  # Ma is Finnish for Monday
        ("By Jane Roe (June 5, 2013)", "By Jane Roe", "(June 5, 2013)"),
        ("By Jane Roe", "By Jane Roe", None),
        ("It rained (Published June 5, 2013)", "It rained (Published June 5, 2013)", None),
        ("The plan for 2013", "The plan for 2013", None),
    ],
)
def test_the_date_at_a_lines_end_is_split_off(line: str, before: str, date: str | None) -> None:
    assert split_trailing_date(line) == (before, date)


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Published: June 5, 2013 by Jane Roe", "June 5, 2013"),
        ("Updated: Saturday, October 22, 2016 @ 6:59 PM", "Saturday, October 22, 2016 @ 6:59 PM"),
        ("středa 5. června 2013", "středa 5. června 2013"),
        ("2013年6月5日", "2013年6月5日"),
        ("20130605", None),
        ("June 5, 2013 was a dry day", None),
        ("He was born in May 2013", None),
        ("Call 2013 5 6", None),
    ],
)
def test_a_line_that_is_a_date_is_found(line: str, date: str | None) -> None:
    assert find_line_date(line) == date
