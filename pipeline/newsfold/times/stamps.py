"""Times written as one number: compact stamps such as 20130605100000, and counts since 1970."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from newsfold.times.printed import Precision, PrintedTime, build_offset, build_time

_STAMP = re.compile(
    r"(?:D:)?(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(?:(\d\d)(\d{3})?)?)?"
    r"(?:(?P<utc>\s?Z)|\s?(?P<sign>[+-])(?P<hours>\d\d)[:']?(?P<minutes>\d\d)?'?)?",
    re.ASCII,
)
_COUNT = re.compile(r"(-?)(\d{9,19})(?:\.(\d+))?", re.ASCII)
_MICROSOFT = re.compile(r"\\?/Date\((-?\d+)(?:[+-]\d{4})?\)\\?/", re.ASCII)  # {"d": "/Date(1370419200000+0200)/"}
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - in UTC, as a printed time holds it
_YEARS = range(1900, 2200)


def parse_stamp(printed: str) -> PrintedTime | None:
    """Parse a stamp of 8, 12, 14 or 17 digits: date, hours and minutes, seconds, milliseconds; an offset may follow.

    Returns:
        The time, or None if the digits are not the date and clock of a year from 1900 to 2199.
    """
    found = _STAMP.fullmatch(printed)
    if not found or int(found[1]) not in _YEARS:
        return None
    zone = UTC if found["utc"] else None
    day, hour, minute, second = (int(found[1]), int(found[2]), int(found[3])), found[4], found[5], found[6]
    try:
        if found["sign"]:
            zone = build_offset(found["sign"], found["hours"], found["minutes"])
        if hour is None:
            return build_time(day, zone=zone)
        clock = (int(hour), int(minute), None if second is None else int(second))
        return build_time(day, clock, int(found[7] or 0) * 1000, zone)
    except ValueError:
        return None


def parse_count(printed: str) -> PrintedTime | None:
    """Parse a number of seconds, milli-, micro- or nanoseconds since 1970; how many digits it has tells the unit.

    A number that is also a compact stamp is none; see `parse_stamp`.

    Raises:
        OverflowError: it is too far from 1970 for a date.
    """
    microsoft = _MICROSOFT.fullmatch(printed)
    if microsoft:
        return _build_count(timedelta(milliseconds=int(microsoft[1])))
    found = _COUNT.fullmatch(printed)
    if not found:
        return None
    digits, decimals = found[2], found[3] or ""
    power = 0 if len(digits) <= 11 else 3 if len(digits) <= 14 else 6 if len(digits) <= 17 else 9
    # Whole numbers, since a float holds no 19 digits.
    microseconds = int((digits + decimals + "0" * 6)[: len(digits) - power + 6])
    return _build_count(timedelta(microseconds=-microseconds if found[1] else microseconds))


def _build_count(since: timedelta) -> PrintedTime:
    return PrintedTime(_EPOCH + since, Precision.SECOND, UTC)
