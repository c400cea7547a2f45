"""Parsing a printed time by the form that it has."""

from __future__ import annotations

import html
import re
from datetime import datetime
from functools import cache, lru_cache

from newsfold.times.folding import replace_digits
from newsfold.times.iso import parse_iso
from newsfold.times.names import load_entries
from newsfold.times.printed import PrintedTime
from newsfold.times.rfc822 import parse_rfc822
from newsfold.times.stamps import parse_count, parse_stamp
from newsfold.times.written import parse_written

_MAX_CHARACTERS = 120
_MAX_WORDS = 16
_PARSERS = (parse_iso, parse_stamp, parse_count, parse_rfc822, parse_written)
_FEWEST_DIGITS = re.compile(r"\d(?:\D*\d){4}")  # 5 June 2013


@cache
def compile_label() -> re.Pattern[str]:
    """Return the pattern of a label before a date: `Published on`, `Last updated:`."""
    labels, prepositions = ("|".join(load_entries(key)) for key in ("labels", "label_prepositions"))
    return re.compile(rf"^(?:first |last )?(?:{labels})(?: (?:{prepositions}))?\s*:?\s+", re.IGNORECASE)


def parse_time(printed: str, zone: str) -> datetime | None:
    """Return a printed time in UTC, or None if parsing it would need a guess.

    Reads ISO 8601, the times of mail and feeds (RFC 822 to 5322), compact stamps and counts since 1970, the forms of
    programming languages (JavaScript, Go, Unix), and dates in the words of the languages of `words.yaml`. A date alone
    is midnight.

    Args:
        printed: the time as found; a label such as `Published on` may stand before it.
        zone: IANA name of the zone for times that name none.

    Returns:
        A time between 1900 and 2200; never one with parts filled in from today, and never second 0 of 1970, which is
        how software writes an unknown time.
    """
    parsed = parse_printed(printed)
    return parsed.to_utc(zone) if parsed else None


@lru_cache(maxsize=4096)
def parse_printed(printed: str) -> PrintedTime | None:
    """Return a printed time as it says itself, without assuming a zone; None if it is unknown."""
    if len(printed) > 4 * _MAX_CHARACTERS or not _FEWEST_DIGITS.search(printed):
        return None
    # Feeds escape some times twice: 10:00&#43;02:00.
    printed = replace_digits(html.unescape(printed) if "&" in printed else printed)
    if printed[:1].isalpha():
        printed = compile_label().sub("", printed)
    if len(printed) > _MAX_CHARACTERS or printed.count(" ") >= _MAX_WORDS:
        return None
    for parse in _PARSERS:
        try:
            parsed = parse(printed)
        except (ValueError, OverflowError):
            return None
        if parsed:
            return parsed
    return None
