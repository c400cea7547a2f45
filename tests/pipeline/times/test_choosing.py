"""Of several statements of one article's time, the most exact one that agrees."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold.times import choose_time, parse_time

DAY = "2013-06-05"
CLOCK = "2013-06-05T10:00:00"
MINUTE = "5 June 2013, 10:00"
ZONED = "2013-06-05T10:00:00+02:00"
EVENING = "2013-06-05T21:40:00+02:00"


@pytest.mark.parametrize(
    ("printed", "chosen"),
    [
        ([CLOCK, ZONED], ZONED),
        ([ZONED, CLOCK], ZONED),
        ([DAY, EVENING], EVENING),
        ([DAY, CLOCK, ZONED], ZONED),
        ([MINUTE, CLOCK], CLOCK),
        ([MINUTE, CLOCK, ZONED], ZONED),
        (["2013-06-05T10:00+02:00", "2013-06-05T08:00:23Z"], "2013-06-05T08:00:23Z"),  # one instant, to the second
        ([None, " ", "soon", DAY], DAY),
    ],
)
def test_a_later_statement_that_says_the_same_more_exactly_is_taken(printed: list[str | None], chosen: str) -> None:
    assert choose_time(printed, "UTC") == chosen


@pytest.mark.parametrize(
    "other",
    [
        "2013-06-06T10:00:00+02:00",
        "2013-06-05T11:00:00+02:00",
        "2013-06-05T10:00:00",
        "2013-06-04",
        "soon",
        "June 2013",
    ],
)
def test_a_statement_that_contradicts_or_says_less_is_ignored(other: str) -> None:
    assert choose_time([ZONED, other], "UTC") == ZONED
    assert choose_time([CLOCK, other.replace("+02:00", "+03:00").replace("T10", "T09")], "UTC") == CLOCK


def test_a_day_without_a_zone_is_one_of_the_sources_zone() -> None:
    early = "2013-06-04T22:30:00Z"  # 5 June in Berlin
    assert choose_time([DAY, early], "Europe/Berlin") == early
    assert choose_time([DAY, early], "UTC") == DAY


def test_a_time_of_a_change_is_taken_only_if_no_other_can_be_read() -> None:
    assert choose_time([None, "soon"], "UTC", modified=[EVENING]) == EVENING
    assert choose_time([CLOCK], "UTC", modified=[EVENING]) == CLOCK
    # It does not tell when on its day an article was published, but it tells a clock's zone.
    assert choose_time([DAY], "UTC", modified=[EVENING]) == DAY
    assert choose_time([CLOCK], "UTC", modified=[ZONED]) == ZONED


def test_if_none_can_be_read_the_first_is_kept_for_the_record() -> None:
    assert choose_time(["", "soon", "later"], "UTC", modified=["now"]) == "soon"
    assert choose_time([None], "UTC") is None and choose_time([], "UTC") is None


@given(st.permutations([DAY, CLOCK, MINUTE, ZONED]))
def test_statements_that_agree_give_one_time_in_any_order(printed: list[str]) -> None:
    assert choose_time(printed, "UTC") == ZONED


@given(
    st.lists(st.sampled_from([DAY, CLOCK, MINUTE, ZONED, EVENING, "soon", "2013-06-06", "1370426400"]), min_size=1),
    st.sampled_from(["UTC", "Europe/Berlin", "America/Lima"]),
)
def test_the_choice_is_a_statement_and_readable_if_any_is(printed: list[str], zone: str) -> None:
    chosen = choose_time(printed, zone)
    assert chosen in printed
    assert any(parse_time(text, zone) for text in printed) == bool(parse_time(chosen or "", zone))


def test_a_statement_is_never_less_exact_than_the_first() -> None:
    for first, second in itertools.product([DAY, CLOCK, MINUTE, ZONED, EVENING], repeat=2):
        chosen = choose_time([first, second], "UTC")
        assert chosen in (first, second) and (chosen == first or len(second) >= len(first) or first == MINUTE)
