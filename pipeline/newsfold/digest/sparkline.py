"""A story's coverage over the window as a word-sized graphic (Tufte, Beautiful Evidence, 2006), and in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

BLOCKS = " ▁▂▃▄▅▆▇█"
WIDTH, HEIGHT = 140, 30  # of the drawing, in its own units
_LEAST_TOP = 4  # so that a story of one or two articles looks like one
_LOWEST = 3.0


def bars(coverage: Sequence[int], fresh: Sequence[int]) -> tuple[str, str]:
    """Two SVG paths of a bar for each filled part of the window: what is known, and on top of it what is new.

    Args:
        coverage: articles in each part.
        fresh: those of them that are new.
    """
    pitch = WIDTH / len(coverage)
    top = max(_LEAST_TOP, *coverage)
    known: list[str] = []
    new: list[str] = []
    for at, (n, n_new) in enumerate(zip(coverage, fresh, strict=True)):
        tall = max(_LOWEST, HEIGHT * n / top) if n else 0.0
        cut = tall * n_new / n if n else 0.0
        for bar, foot, height in ((known, HEIGHT, tall - cut), (new, HEIGHT - tall + cut, cut)):
            if height:
                bar.append(f"M{at * pitch:g} {foot:.4g}v-{height:.3g}h{pitch - 1:g}v{height:.3g}z")
    return "".join(known), "".join(new)


def blocks(coverage: Sequence[int]) -> str:
    """The same in characters, two parts of the window in each."""
    pairs = [sum(coverage[at : at + 2]) for at in range(0, len(coverage), 2)]
    top = max(_LEAST_TOP, *pairs)
    steps = len(BLOCKS) - 1
    return "".join(BLOCKS[-(-n * steps // top)] for n in pairs)


def in_words(coverage: Sequence[int], begins: date, days: int) -> str:
    """The same in words: the articles of each day that has any."""
    per_day = [0] * days
    for at, n in enumerate(coverage):
        per_day[at * days // len(coverage)] += n
    told = [f"{n} on {day_of(begins + timedelta(days=at))}" for at, n in enumerate(per_day) if n]
    return f"Articles by day: {', '.join(told)}" if told else "No article has a time"


def day_of(day: date) -> str:
    """A day of a known year, such as 30 April; English in any locale."""
    return f"{day.day} {MONTHS[day.month - 1]}"


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
