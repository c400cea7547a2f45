"""Extreme inputs: `python -m tests.benchmarks.extremes [CASE ...]`; cases: odd, equal, story, sources.

- `odd`: no, one and two articles; titles of emoji, from right to left, of 100,000 characters; years 1 and 9999.
- `equal`: 100,000 articles with one text.
- `story`: 10,000 articles with different texts about one event.
- `sources`: a night of 1,000 sources, three articles each, one of which others have, too; every tenth source is broken.

Prints articles, stories and the size of the largest one (of `sources`: documents read, kept and rejected, and seconds
of each stage), seconds, and the peak memory of the process so far.
"""

from __future__ import annotations

import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pyarrow as pa
import yaml

import newsfold
from newsfold.errors import NewsfoldError
from tests.benchmarks.command_line import create_parser

Case = tuple[str, Callable[[], str]]  # its name, and what runs it and describes the result

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


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = create_parser(__file__, __doc__)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(CASES))
    for case in parser.parse_args(arguments).cases or CASES:
        for name, measure in CASES[case]():
            began = time.perf_counter()
            try:
                result = measure()
            except NewsfoldError as error:
                result = str(error)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
            sys.stdout.write(f"{name}: {result}; {time.perf_counter() - began:.0f} s, {peak:,.0f} MB\n")
            sys.stdout.flush()


def measure_odd() -> Iterator[Case]:
    """Yield the clustering of small tables with odd values."""
    for count in range(3):
        table = pa.table({"title": [f"{TITLE} {n}" for n in range(count)], "text": [TEXT] * count})
        yield f"{count} articles", partial(_cluster, table)
    yield "odd titles", partial(_cluster, pa.table({"title": _TITLES, "text": [TEXT, None] * 4}))
    times = {"title": [f"{TITLE} {n}" for n in range(8)], "text": [TEXT] * 8, "published_at": _TIMES}
    yield "odd times", partial(_cluster, pa.table(times))


def measure_equal(count: int = 100_000) -> Iterator[Case]:
    """Yield the clustering of a table of equal texts."""
    yield f"{count:,} equal texts", partial(_cluster, _build_table([TITLE] * count, [TEXT] * count))


def measure_story(count: int = 10_000) -> Iterator[Case]:
    """Yield the clustering of a table of different texts about one event."""
    draw = random.Random(1)
    words = [f"word{number}" for number in range(3000)]
    titles = [f"Lomo ferry disaster: {' '.join(draw.choices(words, k=4))}" for _ in range(count)]
    texts = [
        f"The Lomo ferry sank with 214 aboard and Captain Arrieta is missing. {' '.join(draw.choices(words, k=60))}."
        for _ in range(count)
    ]
    yield f"{count:,} texts about one event", partial(_cluster, _build_table(titles, texts))


def measure_sources(count: int = 1_000) -> Iterator[Case]:
    """Yield a night of many sources, in a store of its own."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            rows = [
                {"title": f"{TITLE}, report {row}", "text": f"{TEXT} {row}", "outlet": f"outlet {number}"}
                for row in (number % 3, 3 * number + 10, 3 * number + 11)
            ]
            broken = number % 10 == 0
            Path(folder, f"{number}.jsonl").write_text("{" if broken else "\n".join(map(json.dumps, rows)))
        content = {
            "store": str(Path(folder, "store")),
            "edition": "2013-06-05",
            "sources": [{"name": f"source {number}", "path": f"{number}.jsonl"} for number in range(count)],
            "gate": {"action": "warn"},
        }
        config = Path(folder, "newsfold.yaml")
        config.write_text(yaml.safe_dump(content))
        yield f"{count:,} sources", partial(_run_night, config)


def _cluster(table: pa.Table) -> str:
    found = newsfold.cluster(table)
    sizes = found.stories["n_articles"].to_pylist()
    return f"{found.articles.num_rows:,} articles, {len(sizes):,} stories, the largest {max(sizes):,}"


def _run_night(config: Path) -> str:
    os.environ |= {"PREFECT_HOME": str(config.parent / "prefect"), "PREFECT_LOGGING_LEVEL": "CRITICAL"}
    from newsfold_flows.nightly import nightly
    from newsfold_flows.temporary_server import temporary_server

    with temporary_server():
        manifest = nightly(str(config))
    stages = " ".join(f"{name} {seconds:.0f}" for name, seconds in manifest["stage_seconds"].items())
    counts = {name: sum(row[name] for row in manifest["sources"]) for name in ("n_read", "n_kept", "n_rejected")}
    return f"{manifest['status']}, {counts}, {manifest['quality']['stories']:,} stories; {stages}"


def _build_table(titles: list[str], texts: list[str]) -> pa.Table:
    outlets = [f"outlet {number % 500}" for number in range(len(titles))]
    urls = [f"https://outlet{number % 500}.example/{number}" for number in range(len(titles))]
    times = ["2013-06-05T06:00:00Z"] * len(titles)
    return pa.table({"title": titles, "text": texts, "outlet": outlets, "url": urls, "published_at": times})


CASES: dict[str, Callable[[], Iterator[Case]]] = {
    "odd": measure_odd,
    "equal": measure_equal,
    "story": measure_story,
    "sources": measure_sources,
}

if __name__ == "__main__":
    main()
