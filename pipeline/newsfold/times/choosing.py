"""Choosing among several statements of one article's time."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable
from datetime import UTC

from newsfold.times.parsing import parse_printed
from newsfold.times.printed import Precision, PrintedTime


def choose_time(printed: Iterable[str | None], zone: str, modified: Iterable[str | None] = ()) -> str | None:
    """Choose the most exact of several printed times that agree.

    The first readable one is the claim. A later one replaces it if it says the same more exactly: the same clock with a
    zone, or the same day with a clock. One that contradicts the claim is ignored.

    Args:
        printed: statements of when an article was published, the most trusted first.
        zone: IANA name of the zone for times that name none; a day that is printed without a zone is one there.
        modified: statements of when it was changed. They are the claim only if none of `printed` is readable; else they
            only show the zone of a clock that is the same, since an article may change later on its day.

    Returns:
        A statement as printed. If none is readable, the first that is not empty, for the record; None if all are empty.
    """
    published = _parse(printed)
    changed = _parse(modified)
    readable = [(text, parsed) for text, parsed in published if parsed and parsed.to_utc(zone)]
    later = [(text, parsed) for text, parsed in changed if parsed and parsed.to_utc(zone)]
    if not readable:
        statements = [*later, *published, *changed]
        return statements[0][0] if statements else None
    chosen, claim = readable[0]
    for text, parsed in readable[1:]:
        if _is_same_clock(claim, parsed) or _is_on_day(claim, parsed, zone):
            chosen, claim = text, parsed
    for text, parsed in later:
        if _is_same_clock(claim, parsed):
            chosen, claim = text, parsed
    return chosen


def _parse(printed: Iterable[str | None]) -> list[tuple[str, PrintedTime | None]]:
    return [(text, parse_printed(text)) for text in printed if text and text.strip()]


def _is_same_clock(claim: PrintedTime, other: PrintedTime) -> bool:
    """Return whether another time has the claim's clock and says more: its zone, or else its seconds."""
    if claim.precision == Precision.DAY or other.precision == Precision.DAY:
        return False
    if claim.zone is not None and other.zone is None:
        return False
    is_same_zone = (claim.zone is None) == (other.zone is None)
    if is_same_zone and other.precision <= claim.precision:
        return False
    times = [claim.local, other.local]
    if claim.zone is not None:
        times = [time.local.replace(tzinfo=time.zone).astimezone(UTC) for time in (claim, other)]
    if Precision.MINUTE in (claim.precision, other.precision):
        times = [time.replace(second=0, microsecond=0) for time in times]
    return times[0] == times[1]


def _is_on_day(claim: PrintedTime, other: PrintedTime, zone: str) -> bool:
    """Return whether the claim is a day, and the other time a clock on that day: as printed there, or in the zone."""
    if claim.precision != Precision.DAY or other.precision == Precision.DAY:
        return False
    days = {other.local.date()}
    if other.zone is not None:
        moment = other.local.replace(tzinfo=other.zone)
        days.add(moment.astimezone(claim.zone or zoneinfo.ZoneInfo(zone)).date())
    return claim.local.date() in days
