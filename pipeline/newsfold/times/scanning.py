"""Splitting a written time into items: numeric dates, clocks, offsets, numbers and words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from newsfold.times.folding import fold
from newsfold.times.names import load_entries, split_name

Groups = dict[str, str | None]

_ITEM = re.compile(
    # 2013/6/5, 2013. 6. 5.
    r"(?P<year_first>(?<!\d)(?P<y>\d{4})(?P<sep>\s?[-/.]\s?)(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?!\d))"
    # 25/12/2013, 5. 6. 2013
    r"|(?P<year_last>(?<![\d.])(?P<a>\d{1,2})(?P<mark>\s?[-/.]\s?)(?P<b>\d{1,2})(?P=mark)(?P<y2>\d{4})(?!\d))"
    r"|(?P<clock>(?<![\d:])(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?)?(?![\d:]))"
    r"|(?P<point_clock>(?<![\d.])(?P<h>[01]?\d|2[0-3])\.(?P<min>[0-5]\d)(?:\.(?P<s>[0-5]\d))?(?!\d|\.\d))"
    r"|(?P<utc_offset>(?<![^\W\d_])(?:gmt|utc|ut)\s?(?P<gs>[-+])(?P<gh>\d{1,2})(?::?(?P<gm>\d\d))?(?![\d:]))"
    r"|(?P<offset>(?<=[\d\s(\[])(?P<os>[-+])(?:(?P<oh>\d\d)(?::?(?P<om>\d\d))?|(?P<oh1>\d):(?P<om1>\d\d))(?![\d:./-]))"
    r"|(?P<foreign>[%$#*=<>^{}\\]|\+(?=\d))"  # T+2, 5%: no time has these
    r"|(?P<number>\d+\.?)"
    r"|(?P<word>[^\s\d!-/:-@\[-`{-~]+)"
)
_COMMENT = re.compile(r"([-+]\d{1,2}:?\d{2}|(?:gmt|utc)\s?[-+]\d{1,2})\s*\([^()]*\)(?=\s|$)")  # +0200 (CEST)
_MONOTONIC = re.compile(r" m=[-+]\d+\.\d+$")  # of Go's time.String
_LOG_CLOCK = re.compile(r"(?<=/\d{4}):(?=\d\d:\d\d:\d\d)")  # 05/Jun/2013:10:00:00
_CLOCK_RANGE = re.compile(r"(?<![\d:])\d{1,2}:\d\d-\d{1,2}:\d\d(?![\d:])")
_CJK_DATE = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日號号일]?")


@dataclass(frozen=True, slots=True)
class Item:
    """A part of a written time.

    Attributes:
        kind: a group of the pattern: `year_first`, `year_last`, `clock`, `point_clock`, `utc_offset`, `offset`,
            `foreign`, `number` or `word`.
        text: as printed, folded; a number with the point after it.
        groups: its own parts.
    """

    kind: str
    text: str
    groups: Groups


def scan_items(printed: str) -> list[Item]:
    """Return the items of a written time in its order, without punctuation; none if it is two times or a range."""
    text = _MONOTONIC.sub("", fold(printed))
    text = _COMMENT.sub(r"\1", _LOG_CLOCK.sub(" ", text))
    if not text.isascii():
        text = _CJK_DATE.sub(r" \1-\2-\3 ", text)
    text = _compile_unit_clock().sub(_write_clock, text)
    if _CLOCK_RANGE.search(text):
        return []
    return [Item(match.lastgroup or "", match[0], match.groupdict()) for match in _ITEM.finditer(text)]


@cache
def _compile_unit_clock() -> re.Pattern[str]:
    """Return the pattern of a clock with units: 15h07, 15 h 07 min, 15時07分."""
    hours, minutes, seconds = (
        f"(?:{'|'.join(map(split_name, load_entries(key)))})(?![a-z])"
        for key in ("hour_signs", "minute_signs", "second_signs")
    )
    return re.compile(
        rf"(?<![\d:.])(\d{{1,2}})\s?(?:{hours.removesuffix('(?![a-z])')})(?:(?![a-z])"
        rf"\s?(\d{{1,2}})\s?{minutes}(?:\s?(\d{{1,2}})\s?{seconds})?|(\d\d)(?![\d:])|\s(\d\d)(?=\s?(?:$|[^\w\s]))|(?![a-z\d]))"
    )


def _write_clock(match: re.Match[str]) -> str:
    minute = match[2] or match[4] or match[5] or "0"
    second = f":{match[3]:0>2}" if match[3] else ""
    return f" {match[1]}:{minute:0>2}{second} "
