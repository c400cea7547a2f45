"""Publication times as printed, parsed without guessing: what is missing or ambiguous stays unknown."""

from __future__ import annotations

import re
import zoneinfo
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, ClassVar

from newsfold.extraction import word_lists

_EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DIGITS = re.compile(r"-?\d{9,19}(?:\.\d+)?")
_NUMERIC = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{2,4})(?!\d)")
_TWO_DIGIT_YEAR = re.compile(r"^\d{1,2}[./-]\d{1,2}[./-]\d{2}(?!\d)|['’]\d{2}\b")
_MAX_CHARACTERS = 80
_MAX_LINE_WORDS = 20
_MAX_DATE_WORDS = 9
# Abbreviations as news sites use them; IST and CST as India and Chicago do.
_ZONES = {
    "UTC": 0, "GMT": 0, "WET": 0, "Z": 0, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "IST": 5.5,
    "PKT": 5, "SGT": 8, "HKT": 8, "PHT": 8, "AWST": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12,
    "NZDT": 13, "ADT": -3, "AST": -4, "EDT": -4, "EST": -5, "CDT": -5, "CST": -6, "MDT": -6, "MST": -7, "PDT": -7,
    "PST": -8,
}  # fmt: skip
_SEASONAL_ZONES = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}
_KNOWN_RFC822_ZONES = {"GMT", "UTC", "UT", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT"}
_LABEL = re.compile(
    rf"^(?:first |last )?{word_lists.load_alternatives('dates', 'labels')}"
    rf"(?: {word_lists.load_alternatives('dates', 'label_prepositions')})?\s*:?\s+",
    re.IGNORECASE,
)
_AFTER_DATES = word_lists.load_words("dates", "after_dates") | {""}


def parse_time(printed: str, zone: str) -> datetime | None:
    """Return a printed time in UTC, or None if parsing it would need a guess.

    Reads ISO 8601, RFC 822, seconds (or milli-, micro-, nanoseconds) since 1970, and common written dates in the
    languages of `dates.yaml`. A date alone is midnight.

    Args:
        printed: the time as found; a label such as `Published on` may stand before it.
        zone: IANA name of the zone for times that name none.

    Returns:
        A time between 1900 and 2200; never one with parts filled in from today, and never second 0 of 1970,
        which is how software writes an unknown time.
    """
    printed = _LABEL.sub("", " ".join(printed.split()))
    if not printed or len(printed) > _MAX_CHARACTERS:
        return None
    try:
        time = _parse_iso(printed) or _parse_epoch(printed) or _parse_rfc822(printed) or _parse_written(printed)
        if time is None:
            return None
        if time.tzinfo is None:
            time = time.replace(tzinfo=zoneinfo.ZoneInfo(zone))
        time = time.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, ArithmeticError, zoneinfo.ZoneInfoNotFoundError):
        return None
    return time if _EARLIEST <= time < LATEST and time != _EPOCH else None


def split_trailing_date(line: str) -> tuple[str, str | None]:
    """Split the date off a line's end: `By A. Name | June 5, 2013`.

    Returns:
        The line without the date, and the date as printed; the whole line and None if it ends with no date.
    """
    words = line.split()
    if not re.search(r"\b(?:19|20)\d\d\b", line):
        return line, None
    for at in range(1, len(words)):
        printed = " ".join(words[at:]).lstrip("|•·–—- ")
        if printed and parse_time(printed, "UTC"):
            return " ".join(words[:at]).rstrip(" |•·–—-,"), printed
    return line, None


def find_line_date(line: str) -> str | None:
    """Return the date, as printed, if a line consists of it and perhaps a label (`Published`), else None."""
    if len(line.split()) > _MAX_LINE_WORDS or not re.search(r"\d", line):
        return None
    label = _LABEL.match(line)
    words = (line[label.end() :] if label else line).split()
    for end in range(min(len(words), _MAX_DATE_WORDS), 0, -1):
        rest = words[end:]
        if rest and not (label and rest[0].casefold().strip("|•·,") in _AFTER_DATES):
            continue
        printed = " ".join(words[:end]).rstrip(",|")
        if parse_time(printed, "UTC") and not printed.isdigit():
            return printed
    return None


def _parse_iso(printed: str) -> datetime | None:
    if not re.match(r"\d{4}-?[\dW]", printed) or re.fullmatch(r"\d{4,7}|\d{9,}", printed):
        return None
    try:
        return datetime.fromisoformat(printed.replace(" UTC", "Z").replace(" GMT", "Z").replace(" Z", "Z"))
    except ValueError:
        return None


def _parse_epoch(printed: str) -> datetime | None:
    if not _EPOCH_DIGITS.fullmatch(printed):
        return None
    digits = len(printed.lstrip("-").split(".")[0])
    power = 0 if digits <= 11 else 3 if digits <= 14 else 6 if digits <= 17 else 9
    return _EPOCH + timedelta(seconds=float(printed) / 10**power)


def _parse_rfc822(printed: str) -> datetime | None:
    if not re.search(r"\d{1,2} [A-Za-z]{3} \d{4} \d{1,2}:", printed):
        return None
    # The standard library takes unknown zone letters for UTC.
    letters = re.search(r"[A-Z]{2,5}$", printed)
    if letters and letters.group() not in _KNOWN_RFC822_ZONES:
        return None
    try:
        return parsedate_to_datetime(printed)
    except ValueError:
        return None


def _parse_written(printed: str) -> datetime | None:
    """Parse by dateutil, twice with different defaults: a part that differs was not in the text."""
    from dateutil import parser

    numeric = _NUMERIC.match(printed)
    dotted = bool(numeric and numeric[2] == ".")
    if numeric and not dotted and numeric[1] != numeric[3] and int(numeric[1]) <= 12 and int(numeric[3]) <= 12:
        return None
    if printed.isdigit() or _TWO_DIGIT_YEAR.search(printed):
        return None
    both = []
    for default in (datetime(2001, 1, 1), datetime(2004, 2, 2)):  # noqa: DTZ001 - `parse_time` adds the zone
        try:
            both.append(parser.parse(printed, _parser_words(), default=default, dayfirst=dotted, tzinfos=_resolve_zone))
        except (parser.ParserError, ValueError, OverflowError, TypeError, AttributeError, AssertionError):
            return None
    return both[0] if both[0] == both[1] else None


@cache
def _parser_words() -> Any:
    """Return the words that dateutil is to know; by itself it knows only English ones."""
    from dateutil import parser

    by_language = word_lists.load_lists("dates")["months"].values()

    class ParserWords(parser.parserinfo):  # type: ignore[misc, unused-ignore]
        MONTHS: ClassVar = [tuple(" ".join(names).split()) for names in zip(*by_language, strict=True)]
        JUMP: ClassVar = [*parser.parserinfo.JUMP, *word_lists.load_entries("dates", "fillers")]

        def convertyear(self, year: int, century_specified: bool = False) -> int:
            """Refuse two-digit years, whose century dateutil would take from the clock."""
            if not century_specified and year < 100:
                raise ValueError(f"the year {year} names no century")
            return year

    return ParserWords()


def _resolve_zone(name: str | None, offset: int | None) -> tzinfo | None:
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    if name in _SEASONAL_ZONES:
        return zoneinfo.ZoneInfo(_SEASONAL_ZONES[name])
    hours = _ZONES.get((name or "").upper())
    return None if hours is None else timezone(timedelta(hours=hours))
