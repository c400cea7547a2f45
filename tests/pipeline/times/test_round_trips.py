"""Times formatted in many ways, languages and zones come back as the same instants, or stay unknown: never another."""

from __future__ import annotations

import random
import zoneinfo
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from babel.dates import format_date, format_time

from newsfold.times import parse_time
from newsfold.times.names import load_words
from tests.pipeline.times.cldr_names import load_locale

LOCALES = [code for codes in load_words()["locales"].values() for code in codes]
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Tokyo", "Australia/Adelaide", "America/Lima"]
# Both languages write a point after the day; the same names are July and August, October and November.
AMBIGUOUS = {"hr": ("srp", "listopad", "lis"), "cs": ("srp", "listopad", "lis")}
N_TIMES = 5_000
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def draw_times(n: int, seed: int = 21) -> Iterator[datetime]:
    """Yield times of many years to the second, in many zones."""
    draw = random.Random(seed)
    for _ in range(n):
        instant = datetime(1990, 1, 1, tzinfo=UTC) + timedelta(seconds=draw.randrange(40 * 365 * 86400))
        yield instant.astimezone(zoneinfo.ZoneInfo(draw.choice(ZONES)))


def offset(time: datetime, colon: str = "") -> str:
    minutes = round((time.utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}{colon}{rest:02}"


def mail(time: datetime, colon: str = "") -> str:
    return (
        f"{WEEKDAYS[time.weekday()]}, {time.day:02} {MONTHS[time.month - 1]} {time:%Y %H:%M:%S} {offset(time, colon)}"
    )


FORMS: dict[str, Callable[[datetime], str]] = {
    "ISO 8601": lambda time: f"{time:%Y-%m-%dT%H:%M:%S}{offset(time, ':')}",
    "ISO 8601, hours of the offset": lambda time: f"{time.astimezone(timezone(timedelta(hours=-7))):%Y-%m-%dT%H:%M:%S}-07",
    "ISO 8601, basic": lambda time: f"{time:%Y%m%dT%H%M%S}{offset(time)}",
    "ISO 8601, small letters": lambda time: f"{time.astimezone(UTC):%Y-%m-%dt%H:%M:%Sz}",
    "ISO 8601, a space": lambda time: f"{time:%Y-%m-%d %H:%M:%S}{offset(time, ':')}",
    "ISO 8601, weeks": lambda time: f"{time:%G-W%V-%uT%H:%M:%S}{offset(time, ':')}",
    "ISO 8601, days of the year": lambda time: f"{time:%Y-%jT%H:%M:%S}{offset(time, ':')}",
    "ISO 8601, a comma": lambda time: f"{time:%Y-%m-%dT%H:%M:%S},000{offset(time, ':')}",
    "RFC 5322": mail,
    "RFC 5322, a colon": lambda time: mail(time, ":"),
    "RFC 5322, odd spaces": lambda time: mail(time).replace(", ", ",").replace(" ", "  "),
    "RFC 5322, a comment": lambda time: f"{mail(time)} (CEST)",
    "RFC 822": lambda time: mail(time.astimezone(UTC)).replace("+0000", "GMT"),
    "RFC 822, Eastern": lambda time: mail(time.astimezone(timezone(timedelta(hours=-5)))).replace("-0500", "EST"),
    "RFC 822, Japan": lambda time: mail(time.astimezone(timezone(timedelta(hours=9)))).replace("+0900", "JST"),
    "asctime": lambda time: f"{time.astimezone(UTC):{''}%d}".join(
        (f"{WEEKDAYS[time.astimezone(UTC).weekday()]} {MONTHS[time.astimezone(UTC).month - 1]} ",
         f"{time.astimezone(UTC): %H:%M:%S %Y}")
    ),
    "Unix date": lambda time: f"{WEEKDAYS[time.weekday()]} {MONTHS[time.month - 1]} {time.day:2} {time:%H:%M:%S} {offset(time)} {time:%Y}",
    "JavaScript": lambda time: f"{WEEKDAYS[time.weekday()]} {MONTHS[time.month - 1]} {time:%d %Y %H:%M:%S} GMT{offset(time)} (Some Summer Time)",
    "JavaScript, UTC": lambda time: mail(time.astimezone(UTC)).replace("+0000", "GMT"),
    "Go": lambda time: f"{time:%Y-%m-%d %H:%M:%S}.000000001 {offset(time)} {time.tzname()} m=+0.0001",
    "Java": lambda time: f"{time:%Y-%m-%dT%H:%M:%S}{offset(time, ':')}[{time.tzinfo}]",
    "IANA": lambda time: f"{time:%Y-%m-%d %H:%M:%S} {time.tzinfo}",
    "UTC and an offset": lambda time: f"{time.day}/{MONTHS[time.month - 1]}/{time:%Y %H:%M:%S} UTC{offset(time, ':')}",
    "a server's log": lambda time: f"{time:%d}/{MONTHS[time.month - 1]}/{time:%Y:%H:%M:%S} {offset(time)}",
    "unpadded": lambda time: f"{time.astimezone(UTC).year}/{time.astimezone(UTC).month}/{time.astimezone(UTC).day} {time.astimezone(UTC):%H:%M:%S}",
    "Chinese": lambda time: "{0.year}年{0.month}月{0.day}日 {0:%H:%M:%S}".format(time.astimezone(UTC)),
    "Korean": lambda time: "{0.year}년 {0.month}월 {0.day}일 {0.hour}시 {0.minute}분 {0.second}초".format(time.astimezone(UTC)),
    "14 digits": lambda time: f"{time.astimezone(UTC):%Y%m%d%H%M%S}",
    "seconds": lambda time: str(int(time.timestamp())),
    "milliseconds": lambda time: f"{int(time.timestamp())}000",
    "microseconds": lambda time: f"{int(time.timestamp())}000000",
    "nanoseconds": lambda time: f"{int(time.timestamp())}000000000",
}  # fmt: skip
EARLY = {"milliseconds", "microseconds", "nanoseconds", "seconds"}  # numbers of fewer digits before September 2001


@pytest.mark.parametrize("form", FORMS)
def test_a_time_in_a_programs_form_is_its_instant(form: str) -> None:
    for time in draw_times(N_TIMES // len(FORMS)):
        if form in EARLY and time.year < 2002:
            continue
        printed = FORMS[form](time)
        assert parse_time(printed, "UTC") == time, printed


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
        printed = format_date(local, width, locale=locale)  # type: ignore[arg-type]
        if at % 3 == 0:
            printed = printed.upper()
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
