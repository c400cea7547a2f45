"""A time as printed: what it says, and how exactly, before anything is assumed about its zone."""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import IntEnum
from functools import cache

EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_OFFSET = timedelta(hours=14)  # Kiritimati; the largest in use today


class Precision(IntEnum):
    """The smallest part that a printed time names."""

    DAY = 0
    MINUTE = 1
    SECOND = 2


@dataclass(frozen=True, slots=True)
class PrintedTime:
    """A parsed time.

    Attributes:
        local: date and clock as printed, without a zone; a date alone is midnight.
        precision: the smallest part that is printed.
        zone: the zone or offset that is printed; None if there is none.
    """

    local: datetime
    precision: Precision
    zone: tzinfo | None = None

    def to_utc(self, zone: str) -> datetime | None:
        """Return the instant, in UTC.

        Args:
            zone: IANA name of the zone for a time that names none.

        Returns:
            A time between 1900 and 2200, and never second 0 of 1970 in UTC or as printed, which is how software writes
            an unknown time; None if it is another, or `zone` is unknown.
        """
        try:
            moment = self.local.replace(tzinfo=self.zone or zoneinfo.ZoneInfo(zone)).astimezone(UTC)
        except (ValueError, OverflowError, zoneinfo.ZoneInfoNotFoundError):
            return None
        is_unknown = _EPOCH in (moment, self.local.replace(tzinfo=UTC))
        return moment if EARLIEST <= moment < LATEST and not is_unknown else None


def build_time(
    day: tuple[int, int, int],
    clock: tuple[int, int | None, int | None] | None = None,
    microsecond: int = 0,
    zone: tzinfo | None = None,
) -> PrintedTime:
    """Build a time of its parts.

    Args:
        day: year, month, day.
        clock: hours, minutes, seconds; what is not printed is None. 24:00 is the next day's midnight, and a leap second
            the next minute (ISO 8601, RFC 3339).
        microsecond: the fraction of the second.
        zone: if one is printed.

    Raises:
        ValueError: no calendar or clock has such a time.
    """
    if clock is None:
        return PrintedTime(datetime(*day), Precision.DAY, zone)  # noqa: DTZ001 - its zone may be unknown
    hour, minute, second = clock[0], clock[1] or 0, clock[2] or 0
    ahead = timedelta()
    if (hour, minute, second, microsecond) == (24, 0, 0, 0):
        hour, ahead = 0, timedelta(days=1)
    elif second == 60 and minute == 59:
        second, microsecond, ahead = 59, 0, timedelta(seconds=1)
    precision = Precision.MINUTE if clock[2] is None else Precision.SECOND
    local = datetime(*day, hour, minute, second, microsecond)  # noqa: DTZ001 - its zone may be unknown
    return PrintedTime(local + ahead, precision, zone)


def parse_fraction(digits: str | None) -> int:
    """Return the microseconds in the digits after a second's decimal point; finer ones are cut off."""
    return int(f"{digits:0<6}"[:6]) if digits else 0


@cache
def build_offset(sign: str, hours: str, minutes: str | None = None, seconds: str | None = None) -> timezone:
    """Return the zone of an offset from UTC; a plus is east of Greenwich, as ISO 8601 and RFC 5322 have it.

    Raises:
        ValueError: no place has such an offset.
    """
    if int(minutes or 0) > 59 or int(seconds or 0) > 59:
        raise ValueError(f"an offset has no {minutes}:{seconds}")
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0), seconds=int(seconds or 0))
    if offset > _MAX_OFFSET:
        raise ValueError(f"no zone is {hours} hours away from UTC")
    return timezone(-offset if sign == "-" else offset)
