"""Times formatted in many ways, languages and zones come back as the same instants, or stay unknown: never another."""

from __future__ import annotations

import random
import re
import unicodedata
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo

import pytest
from babel.dates import format_date, format_time

from newsfold.times import parse_time
from newsfold.times.names import load_words
from tests.pipeline.times.cldr_names import load_locale

LOCALES = [code for codes in load_words()["locales"].values() for code in codes]
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Tokyo", "Australia/Adelaide", "America/Lima"]
# Both languages write a point after the day; the same names are July and August, October and November.
AMBIGUOUS = {"hr": ("srp", "listopad", "lis"), "cs": ("srp", "listopad", "lis")}
ACCENTS = re.compile("[\u0300-\u036f]")
N_TIMES = 6_400
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def draw_times(n: int, seed: int = 21) -> Iterator[datetime]:
    """Yield times of many years to the second, in many zones."""
    draw = random.Random(seed)
    for _ in range(n):
        instant = datetime(1990, 1, 1, tzinfo=UTC) + timedelta(seconds=draw.randrange(40 * 365 * 86400))
        yield instant.astimezone(zoneinfo.ZoneInfo(draw.choice(ZONES)))


def fill(form: str, time: datetime) -> str:
    """Return a time in a form; the words are English whatever the machine's language is."""
    minutes = round((time.utcoffset() or timedelta()).total_seconds() / 60)
    sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    return form.format(
        time,
        day=WEEKDAYS[time.weekday()],
        month=MONTHS[time.month - 1],
        offset=f"{sign}{hours:02}{rest:02}",
        colon_offset=f"{sign}{hours:02}:{rest:02}",
        name=time.tzname(),
        zone=time.tzinfo,
        seconds=int(time.timestamp()),
    )


# Each with the zone in which it is printed; None: one of several.
FORMS: dict[str, tuple[str, tzinfo | None]] = {
    "ISO 8601": ("{0:%Y-%m-%dT%H:%M:%S}{colon_offset}", None),
    "ISO 8601, hours of the offset": ("{0:%Y-%m-%dT%H:%M:%S}-07", timezone(timedelta(hours=-7))),
    "ISO 8601, basic": ("{0:%Y%m%dT%H%M%S}{offset}", None),
    "ISO 8601, small letters": ("{0:%Y-%m-%dt%H:%M:%Sz}", UTC),
    "ISO 8601, a space": ("{0:%Y-%m-%d %H:%M:%S}{colon_offset}", None),
    "ISO 8601, weeks": ("{0:%G-W%V-%uT%H:%M:%S}{colon_offset}", None),
    "ISO 8601, days of the year": ("{0:%Y-%jT%H:%M:%S}{colon_offset}", None),
    "ISO 8601, a comma": ("{0:%Y-%m-%dT%H:%M:%S},000{colon_offset}", None),
    "RFC 5322": ("{day}, {0:%d} {month} {0:%Y %H:%M:%S} {offset}", None),
    "RFC 5322, a colon": ("{day}, {0.day} {month} {0:%Y %H:%M:%S} {colon_offset}", None),
    "RFC 5322, odd spaces": ("{day},{0:%d}  {month} {0:%Y   %H:%M:%S}{offset}", None),
    "RFC 5322, a comment": ("{day}, {0:%d} {month} {0:%Y %H:%M:%S} {offset} (CEST)", None),
    "RFC 822": ("{day}, {0:%d} {month} {0:%y %H:%M:%S} GMT", UTC),
    "RFC 822, Eastern": ("{day}, {0:%d} {month} {0:%Y %H:%M:%S} EST", timezone(timedelta(hours=-5))),
    "RFC 822, Japan": ("{day}, {0:%d} {month} {0:%Y %H:%M:%S} JST", timezone(timedelta(hours=9))),
    "asctime": ("{day} {month} {0.day:2} {0:%H:%M:%S %Y}", UTC),
    "Unix date": ("{day} {month} {0.day:2} {0:%H:%M:%S} CEST {0:%Y}", timezone(timedelta(hours=2))),
    "Ruby": ("{day} {month} {0.day:2} {0:%H:%M:%S} {offset} {0:%Y}", None),
    "JavaScript": ("{day} {month} {0:%d %Y %H:%M:%S} GMT{offset} (Some Summer Time)", None),
    "JavaScript, UTC": ("{day}, {0:%d} {month} {0:%Y %H:%M:%S} GMT", UTC),
    "Go": ("{0:%Y-%m-%d %H:%M:%S}.000000001 {offset} {name} m=+0.0001", None),
    "Java": ("{0:%Y-%m-%dT%H:%M:%S}{colon_offset}[{zone}]", None),
    "UTC and an offset": ("{0.day}/{month}/{0:%Y %H:%M:%S} UTC{colon_offset}", None),
    "a server's log": ("{0:%d}/{month}/{0:%Y:%H:%M:%S} {offset}", None),
    "unpadded": ("{0.year}/{0.month}/{0.day} {0:%H:%M:%S}", UTC),
    "Chinese": ("{0.year}年{0.month}月{0.day}日 {0:%H:%M:%S}", UTC),
    "Korean": ("{0.year}년 {0.month}월 {0.day}일 {0.hour}시 {0.minute}분 {0.second}초", UTC),
    "14 digits": ("{0:%Y%m%d%H%M%S}", UTC),
    "seconds": ("{seconds}", UTC),
    "milliseconds": ("{seconds}000", UTC),
    "microseconds": ("{seconds}000000", UTC),
    "nanoseconds": ("{seconds}000000000", UTC),
}
COUNTS = {"seconds", "milliseconds", "microseconds", "nanoseconds"}  # of fewer digits before September 2001


@pytest.mark.parametrize("form", FORMS)
def test_a_time_in_a_programs_form_is_its_instant(form: str) -> None:
    template, zone = FORMS[form]
    for time in draw_times(N_TIMES // len(FORMS)):
        if form in COUNTS and time.year < 2002:
            continue
        printed = fill(template, time.astimezone(zone) if zone else time)
        assert parse_time(printed, "UTC") == time, printed


@pytest.mark.parametrize("zone", ZONES)
def test_a_time_without_a_zone_is_one_of_the_sources_zone(zone: str) -> None:
    for time in draw_times(200):
        local = time.astimezone(zoneinfo.ZoneInfo(zone))
        for template in ("{0:%Y-%m-%d %H:%M}", "{0.day} {month} {0:%Y, %H:%M}", "{month} {0.day}, {0:%Y %I:%M %p}"):
            printed = fill(template, local)
            found = parse_time(printed, zone)
            # An hour that clocks show twice is the first.
            assert found == local.replace(second=0, fold=0).astimezone(UTC), printed


@pytest.mark.parametrize("code", LOCALES)
def test_a_date_in_a_languages_words_is_that_day(code: str) -> None:
    """Full, long and stand-alone forms, with the clock as the language writes it; in capitals and without accents."""
    locale = load_locale(code)
    for at, time in enumerate(draw_times(120, seed=LOCALES.index(code))):
        local = time.replace(tzinfo=UTC)
        width = ("full", "long", "MMM", "LLLL")[at % 4]
        if at % 4 > 1:
            # In the order of the language: the point after a day tells Croatian from Polish.
            width = locale.date_formats["long"].pattern.replace("MMMM", width)
            width = width.replace("'ren'", "").replace("'ын'", "")  # which only full names take
        printed = format_date(local, width, locale=locale)
        if at % 3 == 0:
            printed = printed.upper()
        if at % 5 == 0:
            printed = ACCENTS.sub("", unicodedata.normalize("NFD", printed))
        expected = datetime(local.year, local.month, local.day, tzinfo=UTC)
        if at % 2:
            printed, expected = f"{printed}, {format_time(local, 'medium', locale=locale)}", local
        found = parse_time(printed, "UTC")
        if found is None and _is_ambiguous(code, printed):
            continue
        assert found == expected, printed


def _is_ambiguous(code: str, printed: str) -> bool:
    is_noon = code == "zh_Hant" and "中午" in printed  # 12:30, but also 11:30
    is_number = code == "mn" and "-р" in printed.casefold()  # 8-р сар, the eighth month
    return is_noon or is_number or any(name in printed.casefold().split() for name in AMBIGUOUS.get(code, ()))
