"""Extreme inputs, in memory: `python -m tests.benchmarks.extremes [CASE ...]`; cases: odd, equal, story.

- `odd`: no, one and two articles; titles of emoji, from right to left, of 100,000 characters; years 1 and 9999.
- `equal`: 100,000 articles with one text.
- `story`: 10,000 articles with different texts about one event.

Prints articles, stories, the size of the largest one, seconds, and the peak memory of the process so far.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence

import pyarrow as pa

import newsfold
from newsfold.errors import NewsfoldError

TITLE = "Ferry sinks off Lomo with 214 aboard"
TEXT = (
    "A ferry sank off Lomo island before dawn. Captain Arrieta is missing. Divers search for the wreck and the 214 "
    "people who were aboard when it left Pellara on Tuesday night."
)
_TITLES = (
    "🎉🎉🎉",
    "\u202eabc\u202c שלום עולם",
    "a\u200bb\u200dc\ufeffd",
    "NUL\x00",
    "x" * 100_000,
    "",
    "\x00",
    "ﷺ" * 500,
)
_TIMES = (
    "0001-01-01",
    "9999-12-31",
    "2120-01-01T00:00:00Z",
    "2020-02-29",
    "2013-03-31T02:30:00",
    "",
    "1900-01-01",
    "no",
)


def main(cases: Sequence[str]) -> None:
    """Measure and print."""
    for case in cases or CASES:
        for name, table in CASES[case]():
            began = time.perf_counter()
            try:
                found = newsfold.cluster(table)
                sizes = found.stories["n_articles"].to_pylist()
                result = f"{found.articles.num_rows:,} articles, {len(sizes):,} stories, the largest {max(sizes):,}"
            except NewsfoldError as error:
                result = str(error)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
            sys.stdout.write(f"{name}: {result}; {time.perf_counter() - began:.0f} s, {peak:,.0f} MB\n")
            sys.stdout.flush()


def build_odd() -> Iterator[tuple[str, pa.Table]]:
    """Yield small tables with odd values."""
    for count in range(3):
        yield f"{count} articles", pa.table({"title": [f"{TITLE} {n}" for n in range(count)], "text": [TEXT] * count})
    yield "odd titles", pa.table({"title": _TITLES, "text": [TEXT, None] * 4})
    times = {"title": [f"{TITLE} {n}" for n in range(8)], "text": [TEXT] * 8, "published_at": _TIMES}
    yield "odd times", pa.table(times)


def build_equal(count: int = 100_000) -> Iterator[tuple[str, pa.Table]]:
    """Yield a table of equal texts."""
    yield f"{count:,} equal texts", _build_table([TITLE] * count, [TEXT] * count)


def build_story(count: int = 10_000) -> Iterator[tuple[str, pa.Table]]:
    """Yield a table of different texts about one event."""
    draw = random.Random(1)
    words = [f"word{number}" for number in range(3000)]
    titles = [f"Lomo ferry disaster: {' '.join(draw.choices(words, k=4))}" for _ in range(count)]
    texts = [
        f"The Lomo ferry sank with 214 aboard and Captain Arrieta is missing. {' '.join(draw.choices(words, k=60))}."
        for _ in range(count)
    ]
    yield f"{count:,} texts about one event", _build_table(titles, texts)


def _build_table(titles: list[str], texts: list[str]) -> pa.Table:
    outlets = [f"outlet {number % 500}" for number in range(len(titles))]
    urls = [f"https://outlet{number % 500}.example/{number}" for number in range(len(titles))]
    times = ["2013-06-05T06:00:00Z"] * len(titles)
    return pa.table({"title": titles, "text": texts, "outlet": outlets, "url": urls, "published_at": times})


CASES: dict[str, Callable[[], Iterator[tuple[str, pa.Table]]]] = {
    "odd": build_odd,
    "equal": build_equal,
    "story": build_story,
}

if __name__ == "__main__":
    main(sys.argv[1:])
