"""The night that matters: what a night costs whose window is mostly known, by stage, by function and for Prefect."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from tests.benchmarks.command_line import create_parser
from tests.benchmarks.process_cost import run_module
from tests.benchmarks.soak import FIRST, write_nights

_EXPLANATION = """
The earlier nights are made once and kept in OUT as long as the code is the same; then the last night is made three
times from the same store, each time in a process of its own:

  bare      the functions of the flow's tasks, one after another in one thread: seconds, processor seconds and peak
            memory by stage
  prefect   the flow with its temporary server: what Prefect adds to that
  profile   as bare, under a profiler: processor seconds by function of newsfold's, the libraries that it calls included

What it prints: the stages; Prefect's part (imports, start of the server, tasks, the rest); the largest functions.
OUT/night.json has all figures. If others work on the machine, processor seconds are what counts.

For a night with 10% new articles beside a run from nothing: tests.benchmarks.reuse.

examples:
  python -m tests.benchmarks.night_profile articles.parquet out
  python -m tests.benchmarks.night_profile articles.parquet out --new 100 --days 3 --functions 20
"""
_STORE, _RUNS = "before", ("bare", "prefect", "profile")
Figures = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = parse_arguments(arguments)
    folder = options.out.resolve()
    config = write_nights(options.volume, folder, options.days, options.new, options.days)
    # One worker, so that seconds with and without Prefect can be compared.
    config.write_text(yaml.safe_dump(yaml.safe_load(config.read_text()) | {"scale": {"workers": 1}}))
    last = FIRST + timedelta(days=options.days - 1)
    before = make_earlier_nights(config, folder, options.days - 1, options.threads)
    nights: dict[str, Figures] = {}
    for how in _RUNS:
        store = folder / how
        shutil.rmtree(store, ignore_errors=True)
        shutil.copytree(before, store, ignore=shutil.ignore_patterns(".staging"))  # of a night that was interrupted
        nights[how] = run_night(how, config, store, last.isoformat(), options.threads)
        (folder / "night.json").write_text(json.dumps(nights, indent=1))
    sys.stdout.write(format_report(nights, options.functions))


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse the command line."""
    parser = create_parser(__file__, __doc__, _EXPLANATION)
    parser.add_argument("volume", type=Path, help="table of articles, as for tests.benchmarks.scale")
    parser.add_argument("out", type=Path, help="folder to work in")
    parser.add_argument("--new", type=int, default=1_000, metavar="N", help="new articles of each night (1000)")
    parser.add_argument("--days", type=int, default=7, metavar="N", help="nights, which are one window (7)")
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="threads of arithmetic (1)")
    parser.add_argument("--functions", type=int, default=5, metavar="N", help="functions to print (5)")
    return parser.parse_args(arguments)


def make_earlier_nights(config: Path, folder: Path, nights: int, threads: int) -> Path:
    """Make the nights before the last, unless they are there; return their store.

    The code must be the last night's: pairs that other code has scored are scored anew.
    """
    from newsfold_flows.run import compute_code_digest

    store = folder / f"{_STORE}-{compute_code_digest()[:12]}"
    for number in range(nights):
        edition = (FIRST + timedelta(days=number)).isoformat()
        if not (store / "runs" / f"edition={edition}").exists():
            run_night("bare", config, store, edition, threads)
    return store


def run_night(how: str, config: Path, store: Path, edition: str, threads: int) -> Figures:
    """Run one night in a process of its own."""
    figures = run_module("tests.benchmarks.night_runs", [how, str(config), str(store), edition], threads)
    if "error" in figures:
        raise SystemExit(f"The night of {edition} failed: {figures['error']}")
    sys.stderr.write(f"{edition}, {how}: {figures['night']['seconds']:.1f} s\n")
    return figures


def format_report(nights: dict[str, Figures], n_functions: int) -> str:
    """Return the stages, Prefect's part and the largest functions, in Markdown."""
    bare, prefect, profiled = (nights[how] for how in _RUNS)
    total = bare["night"]
    lines = [
        f"{bare['new_articles']:,} new articles in a window of {bare['articles']:,}, without Prefect:\n",
        "| stage | seconds | processor | share | peak GB |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, cost in {**bare["stages"], "all": total}.items():
        seconds, share = (
            f"{cost['seconds']:.1f} | {cost['cpu_seconds']:.1f}",
            cost["cpu_seconds"] / total["cpu_seconds"],
        )
        lines.append(f"| {name} | {seconds} | {share:.0%} | {cost['peak_mb'] / 1000:.2f} |")
    lines += ["", "What Prefect adds:\n", "| | seconds | processor |", "| --- | --- | --- |"]
    for name, cost in split_overhead(bare, prefect).items():
        lines.append(f"| {name} | {cost['seconds']:.2f} | {cost['cpu_seconds']:.2f} |")
    lines += ["", "The largest functions, libraries that they call included (shares of the profile):\n"]
    for name, seconds in profiled["functions"][:n_functions]:
        share = seconds / profiled["profiled_seconds"]
        lines.append(f"- {name}: {share:.0%}, {share * total['cpu_seconds']:.1f} s of the night")
    return "\n".join(lines) + "\n"


def split_overhead(bare: Figures, prefect: Figures) -> dict[str, dict[str, float]]:
    """Split what the night costs more with Prefect than without: imports, the server, tasks, and the rest."""
    names = ("seconds", "cpu_seconds")
    tasks = {name: prefect["tasks"] * prefect["empty_task"][name] for name in names}
    rest = {name: prefect["night"][name] - bare["night"][name] - tasks[name] for name in names}
    each = prefect["empty_task"]["seconds"]
    return {
        "imports of Prefect and the flow": {name: prefect["imports"][name] for name in names},
        "start of its temporary server": {name: prefect["server_start"][name] for name in names},
        f"{prefect['tasks']} tasks, {1000 * each:.0f} ms each if they do nothing": tasks,
        "the rest: states of the flow, logs, artifacts": rest,
        "the server's own process, beside": {"seconds": 0.0, "cpu_seconds": prefect["server_cpu_seconds"]},
    }


if __name__ == "__main__":
    main()
