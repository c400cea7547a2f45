"""Zones: known ones are heeded, unknown ones make the time unknown."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsfold.times import parse_time
from newsfold.times.zones import load_zones

EIGHT = datetime(2013, 6, 5, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "printed",
    [
        "Wed, 05 Jun 2013 10:00:00 CEST", "Wed, 05 Jun 2013 10:00:00 +0200", "Wed,5 Jun 2013 10:00:00+02:00",
        "Wed, 05 Jun 2013 10:00:00 GMT+0200", "Wed, 05 Jun 2013 10:00:00 GMT+2", "Wed, 05 Jun 2013 10:00 UTC+02:00",
        "Wed Jun 05 2013 10:00:00 GMT+0200 (Central European Summer Time)", "Wed Jun 05 2013 10:00:00 GMT+0200 (PDT)",
        "Wed Jun 05 2013 10:00:00 GMT+0200 (Mitteleuropäische Sommerzeit)", "Wed Jun  5 10:00:00 CEST 2013",
        "2013-06-05 10:00:00 +0200 CEST", "2013-06-05 10:00:00.5 +0200 +02 m=+0.1", "2013-06-05 10:00:00 (CEST)",
        "2013-06-05T10:00:00+02:00[Europe/Berlin]", "2013-06-05 10:00 Europe/Berlin", "5. Juni 2013, 10:00 Uhr MESZ",
        "2013-06-05T13:30:00+0530", "5 June 2013 13:30 IST", "June 5, 2013 4:00 a.m. ET", "June 5, 2013 at 1 am PT",
        "2013-06-05T08:00:00Z", "Wed, 05 Jun 2013 08:00:00 -0000", "2013-06-05 08:00:00 z", "2013-06-05 08:00 UT",
        "2013-06-05T06:00:00−02:00", "10:00 CEST, 5 June 2013", "5 June 2013 10:00 +2:00",
        "2013年6月5日 +0200 10:00:00",
    ],
)  # fmt: skip
def test_a_zone_is_heeded_in_every_form(printed: str) -> None:
    found = parse_time(printed, "Asia/Tokyo")
    assert found and found.replace(microsecond=0) == EIGHT


@pytest.mark.parametrize(
    "printed",
    [
        "Wed, 05 Jun 2013 10:00:00 XYZT", "Wed, 05 Jun 2013 10:00:00 A", "2013-06-05 10:00:00 NOWHERE",
        "2013-06-05T10:00:00B",
        "2013-06-05T10:00:00 Europe/Nowhere", "5 June 2013 10:00 AMT", "2013-06-05T10:00:00+25:00",
        "2013-06-05T10:00:00+02:75", "Wed, 05 Jun 2013 10:00:00 +9900", "5 June 2013 10:00 EST CEST",
        "5 June 2013 10:00 CEST-0400", "Wed, 05 Jun 2013 10:00:00 (Local Summer Time)",
    ],
)  # fmt: skip
def test_a_time_in_an_unknown_zone_is_unknown_and_not_utc(printed: str) -> None:
    assert parse_time(printed, "UTC") is None


def test_a_zone_has_the_offset_that_it_had_on_the_day() -> None:
    assert parse_time("5 June 2013 12:00 MSK", "UTC") == EIGHT  # Moscow was four hours ahead
    assert parse_time("5 June 2015 11:00 MSK", "UTC") == EIGHT.replace(year=2015)
    assert parse_time("5 December 2013 3:00 am ET", "UTC") == EIGHT.replace(month=12)


def test_a_plus_is_east_of_greenwich() -> None:
    for sign, hour in (("+", 8), ("-", 12)):
        for zone in (f"GMT{sign}2", f"UTC{sign}02:00", f"GMT{sign}0200", f"{sign}0200"):
            assert parse_time(f"5 June 2013 10:00:00 {zone}", "UTC") == datetime(2013, 6, 5, hour, tzinfo=UTC)


def test_known_zones_are_whole_quarters_of_an_hour_from_utc() -> None:
    for name, zone in load_zones().items():
        offset = zone.utcoffset(datetime(2013, 6, 5))  # noqa: DTZ001 - the zone's own clock
        assert name == name.casefold() and offset is not None and offset.total_seconds() % 900 == 0
