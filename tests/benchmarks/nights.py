"""Ten real nights, run in three ways: `python -m tests.benchmarks.nights FEEDS OUT [SEED]`.

FEEDS holds one folder of saved feeds per night, OUT is a new folder. The nights are run by `backfill`, by one `run` a
night, and by a `backfill` that is killed (SIGKILL) at random moments and restarted until it is done. Prints churn,
lineage and seconds per night, and whether all three stores hold the same bytes.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from newsfold import store
from tests.benchmarks.command_line import create_parser

MAX_SECONDS = 60.0  # until a kill


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill the stores and print the results."""
    parser = create_parser(__file__, __doc__)
    parser.add_argument("feeds", type=Path, help="a folder with one folder of saved feeds per night")
    parser.add_argument("out", type=Path, help="a new folder")
    parser.add_argument("seed", type=int, nargs="?", default=7, help="of the moments of the kills (7)")
    options = parser.parse_args(arguments)
    feeds, out = options.feeds.resolve(), options.out
    out.mkdir(parents=True)
    config = out / "nights.yaml"
    config.write_text(
        f"edition: today\nsources: [{{name: feeds, path: '{feeds}/{{edition_date}}/{{outlet}}_*.xml.gz'}}]\n"
    )
    nights = sorted(folder.name for folder in feeds.iterdir() if folder.is_dir())
    filling = ["backfill", "--from", nights[0], "--to", nights[-1]]
    start_newsfold(config, out / "filled", filling).wait()
    print_editions(out / "filled")
    for night in nights:
        start_newsfold(config, out / "nightly", ["run", "--edition", night]).wait()
    compare_stores(out / "filled", out / "nightly", "night by night")
    kills = run_with_kills(config, out / "killed", filling, random.Random(options.seed))
    compare_stores(out / "filled", out / "killed", f"killed {kills} times")


def start_newsfold(config: Path, address: Path, command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start newsfold in a process group of its own."""
    arguments = [*command, "--config", str(config), "--store", str(address)]
    return subprocess.Popen(
        [sys.executable, "-c", f"from newsfold_flows.cli.app import app; app({arguments!r})"],
        env=os.environ | {"PREFECT_HOME": str(address.parent / f"prefect-{address.name}")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def run_with_kills(config: Path, address: Path, command: Sequence[str], moments: random.Random) -> int:
    """Kill and restart a command until it is done; return the number of kills."""
    kills = 0
    while True:
        run = start_newsfold(config, address, command)
        # Start counting at the first staged table, so that the kill interrupts newsfold's own work.
        while run.poll() is None and not list(address.glob(".staging/*")):
            time.sleep(0.02)
        try:
            run.wait(moments.uniform(0, MAX_SECONDS))
            return kills
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()
            kills += 1


def print_editions(address: Path) -> None:
    """Print a line for each edition."""
    for edition in store.list_editions(address):
        manifest = store.load_manifest(address, edition)
        figures = manifest["quality"]
        churn = "" if figures["churn"] is None else f"{figures['churn']:.2%}"
        sys.stdout.write(
            f"{edition} {figures['new_articles']:>5,} new of {figures['articles']:>5,}, churn {churn:>5} "
            f"continued {figures['continued'] or 0:.2%} {figures['lineage']} sizes {figures['story_sizes']} "
            f"cohesion {figures['mean_cohesion']} {sum(manifest['stage_seconds'].values()):.0f} s\n"
        )


def compare_stores(one: Path, other: Path, how: str) -> None:
    """Print whether all published tables of two stores have the same bytes."""
    bytes_of = [
        {str(file.relative_to(address)): file.read_bytes() for file in address.glob("*/edition=*/*.parquet")}
        for address in (one, other)
    ]
    different = sorted(name for name in bytes_of[0] | bytes_of[1] if bytes_of[0].get(name) != bytes_of[1].get(name))
    verdict = f"{len(different)} differ: {', '.join(different[:3])}" if different else "the same bytes"
    sys.stdout.write(f"{how}: {len(bytes_of[0])} files, {verdict}\n")


if __name__ == "__main__":
    main()
