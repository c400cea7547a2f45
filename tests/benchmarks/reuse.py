"""The cost of a night whose articles are mostly known, beside that of the same window from nothing."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from newsfold import evaluation, settings, sources
from tests.benchmarks.command_line import create_parser
from tests.benchmarks.process_cost import run_module
from tests.benchmarks.volume import repeat_renamed

NIGHTS = 7
FIRST = date(2020, 1, 1)
SECOND = FIRST + timedelta(days=1)
_MAX_RATIO = 0.25  # what a night with a tenth of new articles may cost of a run from nothing
Article = dict[str, Any]

_EXPLANATION = """
One store computes the window from nothing. Another knows nine tenths of its articles, and receives the last tenth
together with as many known ones, as feeds repeat what they had. Both nights are made without Prefect, each in a process
of its own, in turn. Prints the processor seconds of each stage, of the median run, and their ratio, which should be at
most 25%.

examples:
  python -m tests.benchmarks.reuse feeds out
  python -m tests.benchmarks.reuse articles.parquet out --articles 7000 --repeats 1
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = parse_arguments(arguments)
    out = options.out.resolve()
    if options.source.is_dir():
        articles = read_feeds(options.source.resolve())[: options.articles]
    else:
        articles = read_table(options.source, options.articles or 7_000)
    cut = round((1 - options.new) * len(articles))
    new = articles[cut:]
    cold, warm = [], []
    for n in range(options.repeats):  # in turn, so that other load on the machine affects both
        cold.append(measure(out / f"nothing-{n}", {FIRST: articles}, options.threads))
        known = {FIRST: articles[:cut], SECOND: articles[cut - len(new) :]}
        warm.append(measure(out / f"known-{n}", known, options.threads))
    median = [sorted(runs, key=lambda run: sum(run.values()))[len(runs) // 2] for runs in (cold, warm)]
    totals = [sum(run.values()) for run in median]
    for name, run, total in zip(("from nothing", f"{1 - options.new:.0%} known"), median, totals, strict=True):
        sys.stdout.write(f"{name}: {total:.1f} s {json.dumps(run)}\n")
    ratio = totals[1] / totals[0]
    verdict = "" if options.new != 0.1 else f" (at most {_MAX_RATIO:.0%}: {'yes' if ratio <= _MAX_RATIO else 'no'})"
    sys.stdout.write(f"{len(articles):,} articles, {len(new):,} of them new: ratio {ratio:.1%}{verdict}\n")


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse the command line."""
    parser = create_parser(__file__, __doc__, _EXPLANATION)
    parser.add_argument(
        "source",
        type=Path,
        help="a folder with one folder of saved feeds per night, of which seven are the window; or a table of articles",
    )
    parser.add_argument("out", type=Path, help="a new folder")
    parser.add_argument(
        "--articles", type=int, metavar="N", help="articles of the window (all of the feeds; 7000 of a table)"
    )
    parser.add_argument("--new", type=float, default=0.1, metavar="SHARE", help="share of new articles (0.1)")
    parser.add_argument("--repeats", type=int, default=3, metavar="N", help="runs of each (3)")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="threads of arithmetic (1)")
    return parser.parse_args(arguments)


def read_feeds(feeds: Path) -> list[Article]:
    """Return the articles of the nights, each once, in the order of delivery."""
    raw = {"sources": [{"name": "feeds", "path": f"{feeds}/{{edition_date}}/{{outlet}}_*.xml.gz"}]}
    config = settings.parse_settings(raw, folder=Path(), origin="benchmark")
    articles: dict[str, Article] = {}
    for night in sources.list_editions(config)[:NIGHTS]:
        for row in sources.read_sources(config, night)[0].to_pylist():
            columns = {name: row[name] for name in ("url", "outlet", "title", "text", "published_at")}
            articles.setdefault(row["url"], columns)
    return list(articles.values())


def read_table(table: Path, n: int) -> list[Article]:
    """Return the first articles of a table, all published on the first night."""
    rows = repeat_renamed(evaluation.tables.read_table(table), n).to_pylist()
    noon = datetime.combine(FIRST, time(12), UTC).isoformat()
    return [
        {name: row.get(name) for name in ("url", "outlet", "title", "text")} | {"published_at": noon} for row in rows
    ]


def measure(folder: Path, nights: dict[date, list[Article]], threads: int) -> dict[str, float]:
    """Return the processor seconds of each stage of the last night."""
    for night, articles in nights.items():
        (folder / str(night)).mkdir(parents=True)
        (folder / str(night) / "articles.jsonl").write_text("\n".join(map(json.dumps, articles)))
    config = folder / "newsfold.yaml"
    config.write_text("sources: [{name: articles, path: '{edition_date}/articles.jsonl'}]\n")
    figures: dict[str, Any] = {}
    for night in nights:
        arguments = ["bare", str(config), str(folder / "store"), str(night)]
        figures = run_module("tests.benchmarks.night_runs", arguments, threads)
        if "error" in figures:
            raise SystemExit(f"The night of {night} failed: {figures['error']}")
    return {stage: round(cost["cpu_seconds"], 2) for stage, cost in figures["stages"].items()}


if __name__ == "__main__":
    main()
