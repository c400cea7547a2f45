"""Times of mail, news and the web: RFC 822, 850, 2822 and 5322, as feeds print them."""

from __future__ import annotations

import re

from newsfold.times.printed import PrintedTime, build_offset, build_time
from newsfold.times.zones import load_zones

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME = re.compile(
    r"(?:[a-z]{3,9}\s?,\s?)?(\d{1,2})[ -]([a-z]{3})[ -](\d{4}|\d\d),? (\d{1,2}):(\d\d)(?::(\d\d))?"
    r"\s?(?:([-+])(\d\d):?(\d\d)(?:\s?\(.*\))?|([a-z]{1,5}))",
    re.IGNORECASE | re.ASCII,
)


def parse_rfc822(printed: str) -> PrintedTime | None:
    """Parse a time as in a mail's header, in any spacing; it must name its zone, and a known one.

    A year of two digits is one from 1950 to 2049, as RFC 5322 (4.3) says; no clock is asked.

    Raises:
        ValueError: no calendar or clock has such a time.
    """
    found = _TIME.fullmatch(printed)
    if not found:
        return None
    name = found[2].lower()
    zone = build_offset(found[7], found[8], found[9]) if found[7] else load_zones().get(found[10].lower())
    if name not in _MONTHS or zone is None:
        return None
    year = int(found[3])
    if len(found[3]) == 2:
        year += 2000 if year < 50 else 1900
    second = int(found[6]) if found[6] else None
    return build_time((year, _MONTHS.index(name) + 1, int(found[1])), (int(found[4]), int(found[5]), second), zone=zone)
