"""Publication times as printed, read without guessing: what is missing or ambiguous stays unknown."""

from __future__ import annotations

import re
import zoneinfo
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, ClassVar

_EARLIEST, _LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DIGITS = re.compile(r"-?\d{9,19}(?:\.\d+)?")
_NUMERIC = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{2,4})(?!\d)")
_TWO_DIGIT_YEAR = re.compile(r"^\d{1,2}[./-]\d{1,2}[./-]\d{2}(?!\d)|['’]\d{2}\b")
LABEL = re.compile(
    r"^(?:first |last )?(?:posted|published|updated|filed|created|modified|publicado|publié|veröffentlicht)"
    r"(?: (?:on|at|el|le|am))?\s*:?\s+",
    re.IGNORECASE,
)
_LONGEST = 80
# Abbreviations as news sites use them; IST and CST as India and Chicago do.
_ZONES = {
    "UTC": 0, "GMT": 0, "WET": 0, "Z": 0, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "IST": 5.5,
    "PKT": 5, "SGT": 8, "HKT": 8, "PHT": 8, "AWST": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12,
    "NZDT": 13, "ADT": -3, "AST": -4, "EDT": -4, "EST": -5, "CDT": -5, "CST": -6, "MDT": -6, "MST": -7, "PDT": -7,
    "PST": -8,
}  # fmt: skip
_ZONES_BY_SEASON = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}
# English, Spanish, French, German, Portuguese, Italian, Dutch; dateutil knows only the first.
_MONTHS = (
    "jan january enero ene janvier janv januar jänner janeiro gennaio gen januari",
    "feb february febrero février fevrier févr februar fevereiro fev febbraio februari",
    "mar march marzo mars märz maerz março marco maart mrt",
    "apr april abril abr avril avr aprile",
    "may mayo mai maio maggio mag mei",
    "jun june junio juin juni junho giugno giu",
    "jul july julio juillet juil juli julho luglio lug",
    "aug august agosto ago août aout augustus",
    "sep sept september septiembre septembre setembro settembre set",
    "oct october octubre octobre oktober okt outubro out ottobre ott",
    "nov november noviembre novembre novembro",
    "dec december diciembre dic décembre decembre déc dezember dez dezembro dicembre",
)
_FILLERS = ("de", "del", "el", "le", "la", "las", "at", "um", "uhr", "à", "a", "|", "•", "·")


def parse(raw: str, zone: str) -> datetime | None:
    """A printed time in UTC, or None where it cannot be read without guessing.

    Reads ISO 8601, RFC 822, seconds (or milli-, micro-, nanoseconds) since 1970, and common written dates in
    seven languages. A date alone is midnight.

    Args:
        raw: as found.
        zone: IANA name of the zone for times that name none.

    Returns:
        A time between 1900 and 2200; never one with parts filled in from today, and never second 0 of 1970,
        which is how software writes an unknown time.
    """
    raw = LABEL.sub("", " ".join(raw.split()))
    if not raw or len(raw) > _LONGEST:
        return None
    try:
        found = _iso(raw) or _epoch(raw) or _rfc822(raw) or _written(raw)
        if found is None:
            return None
        if found.tzinfo is None:
            found = found.replace(tzinfo=zoneinfo.ZoneInfo(zone))
        found = found.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, ArithmeticError, zoneinfo.ZoneInfoNotFoundError):
        return None
    return found if _EARLIEST <= found < _LATEST and found != _EPOCH else None


def split_tail(line: str) -> tuple[str, str | None]:
    """A line without the date at its end, and that date as printed: `By A. Name | June 5, 2013`."""
    words = line.split()
    if not re.search(r"\b(?:19|20)\d\d\b", line):
        return line, None
    for at in range(1, len(words)):
        raw = " ".join(words[at:]).lstrip("|•·–—- ")
        if raw and parse(raw, "UTC"):
            return " ".join(words[:at]).rstrip(" |•·–—-,"), raw
    return line, None


def _iso(raw: str) -> datetime | None:
    if not re.match(r"\d{4}-?[\dW]", raw) or re.fullmatch(r"\d{4,7}|\d{9,}", raw):
        return None
    try:
        return datetime.fromisoformat(raw.replace(" UTC", "Z").replace(" GMT", "Z").replace(" Z", "Z"))
    except ValueError:
        return None


def _epoch(raw: str) -> datetime | None:
    if not _EPOCH_DIGITS.fullmatch(raw):
        return None
    whole = len(raw.lstrip("-").split(".")[0])
    power = 0 if whole <= 11 else 3 if whole <= 14 else 6 if whole <= 17 else 9
    return _EPOCH + timedelta(seconds=float(raw) / 10**power)


def _rfc822(raw: str) -> datetime | None:
    if not re.search(r"\d{1,2} [A-Za-z]{3} \d{4} \d{1,2}:", raw):
        return None
    # The standard library takes unknown zone letters for UTC.
    letters = re.search(r"[A-Z]{2,5}$", raw)
    if letters and letters.group() not in {"GMT", "UTC", "UT", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT"}:
        return None
    try:
        return parsedate_to_datetime(raw)
    except ValueError:
        return None


def _written(raw: str) -> datetime | None:
    """By dateutil, parsed twice over different defaults: a part that differs was not in the text."""
    from dateutil import parser

    numeric = _NUMERIC.match(raw)
    dotted = bool(numeric and numeric[2] == ".")
    if numeric and not dotted and numeric[1] != numeric[3] and int(numeric[1]) <= 12 and int(numeric[3]) <= 12:
        return None
    if raw.isdigit() or _TWO_DIGIT_YEAR.search(raw):
        return None
    both = []
    for default in (datetime(2001, 1, 1), datetime(2004, 2, 2)):  # noqa: DTZ001 - the zone is added by `parse`
        try:
            both.append(parser.parse(raw, _months(), default=default, dayfirst=dotted, tzinfos=_zone))
        except (parser.ParserError, ValueError, OverflowError, TypeError, AttributeError, AssertionError):
            return None
    return both[0] if both[0] == both[1] else None


@cache
def _months() -> Any:
    from dateutil import parser

    class Months(parser.parserinfo):  # type: ignore[misc, unused-ignore]
        MONTHS: ClassVar = [tuple(names.split()) for names in _MONTHS]
        JUMP: ClassVar = [*parser.parserinfo.JUMP, *_FILLERS]

        def convertyear(self, year: int, century_specified: bool = False) -> int:
            """Refuse two-digit years, whose century dateutil would take from the clock."""
            if not century_specified and year < 100:
                raise ValueError(f"the year {year} names no century")
            return year

    return Months()


def _zone(name: str | None, offset: int | None) -> tzinfo | None:
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    if name in _ZONES_BY_SEASON:
        return zoneinfo.ZoneInfo(_ZONES_BY_SEASON[name])
    hours = _ZONES.get((name or "").upper())
    return None if hours is None else timezone(timedelta(hours=hours))
