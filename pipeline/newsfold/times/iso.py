"""ISO 8601 in all lengths, and the forms of Python, databases and cameras that differ from it by little."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from newsfold.times.printed import Precision, PrintedTime, build_offset, build_time, parse_fraction

_TIME = re.compile(
    r"(?P<year>\d{4})(?:"
    r"-(?P<month>\d\d)-(?P<day>\d\d)|:(?P<month2>\d\d):(?P<day2>\d\d)(?=\s\d)|(?P<month3>\d\d)(?P<day3>\d\d)"
    r"|-?W(?P<week>\d\d)-?(?P<weekday>[1-7])|-(?P<ordinal>\d{3})|(?P<ordinal2>\d{3})(?=T))"
    r"(?:(?:\s?T\s?|\s)(?P<hour>\d\d)(?::?(?P<minute>\d\d)(?::?(?P<second>\d\d))?)?(?:[.,](?P<fraction>\d+))?)?"
    r"(?P<offset>\s?Z|\s?(?P<sign>[+-])(?P<oh>\d\d)(?::?(?P<om>\d\d)(?::?(?P<os>\d\d))?)?)?",
    re.IGNORECASE | re.ASCII,
)


def parse_iso(printed: str) -> PrintedTime | None:
    """Parse a time in a form of ISO 8601: basic or extended, with calendar, week or ordinal date.

    A space may stand for the `T`, and the smallest part may have a decimal fraction. A year, a month or a week is not
    a time.

    Raises:
        ValueError: it has that form, but no calendar or clock has such a time.
    """
    found = _TIME.fullmatch(printed)
    if not found:
        return None
    parts = found.groupdict()
    day = _parse_day(parts)
    zone = None
    if parts["sign"]:
        zone = build_offset(parts["sign"], parts["oh"], parts["om"], parts["os"])
    elif parts["offset"]:
        zone = UTC
    if not parts["hour"]:
        return build_time(day, zone=zone)
    clock = (int(parts["hour"]), _to_int(parts["minute"]), _to_int(parts["second"]))
    if not parts["fraction"] or parts["second"]:
        return build_time(day, clock, parse_fraction(parts["fraction"]), zone)
    unit = timedelta(minutes=1) if parts["minute"] else timedelta(hours=1)
    share = Fraction(int(parts["fraction"]), 10 ** len(parts["fraction"]))
    whole = build_time(day, clock, zone=zone)
    return PrintedTime(
        whole.local + timedelta(microseconds=int(share * (unit // timedelta(microseconds=1)))),
        Precision.SECOND if parts["minute"] else Precision.MINUTE,
        zone,
    )


def _parse_day(parts: dict[str, str | None]) -> tuple[int, int, int]:
    year = int(parts["year"] or 0)
    if parts["week"]:
        found = date.fromisocalendar(year, int(parts["week"]), int(parts["weekday"] or 0))
        return found.year, found.month, found.day
    ordinal = parts["ordinal"] or parts["ordinal2"]
    if ordinal:
        moment = datetime.strptime(f"{year} {ordinal}", "%Y %j")  # noqa: DTZ007 - only its date is used
        return moment.year, moment.month, moment.day
    month = parts["month"] or parts["month2"] or parts["month3"]
    day = parts["day"] or parts["day2"] or parts["day3"]
    return year, int(month or 0), int(day or 0)


def _to_int(digits: str | None) -> int | None:
    return int(digits) if digits else None
