"""A story's coverage over the window as a word-sized graphic (Tufte, Beautiful Evidence, 2006), and in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

_BLOCKS = " ▁▂▃▄▅▆▇█"
_WIDTH, _HEIGHT = 140, 30  # of the drawing, in its own units
_MIN_SCALE = 4  # articles at full height, so that a story of one or two looks like one
_MIN_BAR = 3.0
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def draw_bars(coverage: Sequence[int], new_coverage: Sequence[int]) -> tuple[str, str]:
    """Return two SVG paths with a bar for each part of the window that has articles: known ones, and new ones on top.

    Args:
        coverage: the number of articles in each part.
        new_coverage: the number of new articles among them.
    """
    pitch = _WIDTH / len(coverage)
    scale = max(_MIN_SCALE, *coverage)
    known: list[str] = []
    new: list[str] = []
    for at, (n, n_new) in enumerate(zip(coverage, new_coverage, strict=True)):
        total = max(_MIN_BAR, _HEIGHT * n / scale) if n else 0.0
        top = total * n_new / n if n else 0.0
        for path, foot, height in ((known, _HEIGHT, total - top), (new, _HEIGHT - total + top, top)):
            if height:
                path.append(f"M{at * pitch:g} {foot:.4g}v-{height:.3g}h{pitch - 1:g}v{height:.3g}z")
    return "".join(known), "".join(new)


def draw_blocks(coverage: Sequence[int]) -> str:
    """Return the coverage as block characters, one for every two parts of the window."""
    pairs = [sum(coverage[at : at + 2]) for at in range(0, len(coverage), 2)]
    scale = max(_MIN_SCALE, *pairs)
    steps = len(_BLOCKS) - 1
    return "".join(_BLOCKS[-(-n * steps // scale)] for n in pairs)


def describe_coverage(coverage: Sequence[int], first_day: date, n_days: int) -> str:
    """Return the coverage in words: the number of articles of each day that has any."""
    per_day = [0] * n_days
    for at, n in enumerate(coverage):
        per_day[at * n_days // len(coverage)] += n
    last_day = first_day + timedelta(days=n_days - 1)
    days = [f"{n} on {format_day(first_day + timedelta(days=at), last_day)}" for at, n in enumerate(per_day) if n]
    return f"Articles by day: {', '.join(days)}" if days else "No article has a publication time"


def format_day(day: date, edition: date) -> str:
    """Return a day such as 30 April, with its year if that is not the edition's; in English whatever the locale."""
    return f"{day.day} {MONTHS[day.month - 1]}{_format_other_year(day, edition)}"


def format_minute(time: datetime, edition: date) -> str:
    """Return a time such as 30 Apr, 18:05, with its year if that is not the edition's."""
    return f"{time.day} {MONTHS[time.month - 1][:3]}{_format_other_year(time, edition)}, {time:%H:%M}"


def _format_other_year(day: date, edition: date) -> str:
    return "" if day.year == edition.year else f" {day.year}"
