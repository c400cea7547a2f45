"""Dates in the lines of a text: a line that is one, or ends with one."""

from __future__ import annotations

import re
from functools import cache

from newsfold.times.names import load_entries
from newsfold.times.parsing import compile_label, parse_time

_MAX_LINE_WORDS = 20
_MAX_DATE_WORDS = 9
_HAS_YEAR = re.compile(r"\d{4}")
_HAS_RECENT_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def split_trailing_date(line: str) -> tuple[str, str | None]:
    """Split the date off a line's end: `By A. Name | June 5, 2013`.

    Returns:
        The line without the date, and the date as printed; the whole line and None if it ends with no date.
    """
    words = line.split()
    if not _HAS_RECENT_YEAR.search(line):
        return line, None
    for at in range(1, len(words)):
        printed = " ".join(words[at:]).lstrip("|•·–—- ")
        if printed.endswith(")") and "(" not in printed:
            continue  # within brackets that hold more: (Published June 5, 2013)
        if printed and parse_time(printed, "UTC"):
            return " ".join(words[:at]).rstrip(" |•·–—-,"), printed
    return line, None


def find_line_date(line: str) -> str | None:
    """Return the date, as printed, if a line consists of it and perhaps a label (`Published`), else None."""
    if len(line.split(maxsplit=_MAX_LINE_WORDS)) > _MAX_LINE_WORDS or not _HAS_YEAR.search(line):
        return None
    label = compile_label().match(line)
    words = (line[label.end() :] if label else line).split()
    for end in range(min(len(words), _MAX_DATE_WORDS), 0, -1):
        rest = words[end:]
        if rest and not (label and rest[0].casefold().strip("|•·,") in _load_after_dates()):
            continue
        printed = " ".join(words[:end]).rstrip(",|")
        if parse_time(printed, "UTC") and not printed.isdigit():
            return printed
    return None


@cache
def _load_after_dates() -> frozenset[str]:
    return frozenset(load_entries("after_dates")) | {""}
