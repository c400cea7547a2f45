"""Ten real nights, three ways: `python -m tests.benchmarks.nights FEEDS OUT [SEED]`.

FEEDS holds one folder of saved feeds per night, OUT is a new folder. The nights are made by `backfill`, by one `run` a
night, and by a `backfill` that is killed (SIGKILL) at random moments and started again until it is done. Prints churn,
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

LONGEST = 60.0  # seconds until a kill


def main(arguments: Sequence[str]) -> None:
    """Make the stores and print what came out."""
    feeds, out, seed = Path(arguments[0]).resolve(), Path(arguments[1]), int((*arguments, "7")[2])
    out.mkdir(parents=True)
    config = out / "nights.yaml"
    config.write_text(
        f"edition: today\nsources: [{{name: feeds, path: '{feeds}/{{edition_date}}/{{outlet}}_*.xml.gz'}}]\n"
    )
    nights = sorted(folder.name for folder in feeds.iterdir() if folder.is_dir())
    filling = ["backfill", "--from", nights[0], "--to", nights[-1]]
    newsfold(config, out / "filled", filling).wait()
    told(out / "filled")
    for night in nights:
        newsfold(config, out / "nightly", ["run", "--edition", night]).wait()
    same(out / "filled", out / "nightly", "night by night")
    kills = killed(config, out / "killed", filling, random.Random(seed))
    same(out / "filled", out / "killed", f"killed {kills} times")


def newsfold(config: Path, address: Path, command: Sequence[str]) -> subprocess.Popen[bytes]:
    """A newsfold of its own process group."""
    arguments = [*command, "--config", str(config), "--store", str(address)]
    return subprocess.Popen(
        [sys.executable, "-c", f"from newsfold_flows.cli.app import app; app({arguments!r})"],
        env=os.environ | {"PREFECT_HOME": str(address.parent / f"prefect-{address.name}")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def killed(config: Path, address: Path, command: Sequence[str], moments: random.Random) -> int:
    """Kill and start again until it is done; how often it was killed."""
    kills = 0
    while True:
        run = newsfold(config, address, command)
        # From the first staged table on, so that the kill falls into newsfold's own work.
        while run.poll() is None and not list(address.glob(".staging/*")):
            time.sleep(0.02)
        try:
            run.wait(moments.uniform(0, LONGEST))
            return kills
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()
            kills += 1


def told(address: Path) -> None:
    """A line for each edition."""
    for edition in store.list_editions(address):
        about = store.load_manifest(address, edition)
        figures = about["quality"]
        churn = "" if figures["churn"] is None else f"{figures['churn']:.2%}"
        sys.stdout.write(
            f"{edition} {figures['new_articles']:>5,} new of {figures['articles']:>5,}, churn {churn:>5} "
            f"continued {figures['continued'] or 0:.2%} {figures['lineage']} sizes {figures['story_sizes']} "
            f"cohesion {figures['mean_cohesion']} {sum(about['stage_seconds'].values()):.0f} s\n"
        )


def same(one: Path, other: Path, how: str) -> None:
    """Compare every published table of two stores."""
    bytes_of = [
        {str(file.relative_to(address)): file.read_bytes() for file in address.glob("*/edition=*/*.parquet")}
        for address in (one, other)
    ]
    unlike = sorted(name for name in bytes_of[0] | bytes_of[1] if bytes_of[0].get(name) != bytes_of[1].get(name))
    verdict = f"{len(unlike)} differ: {', '.join(unlike[:3])}" if unlike else "the same bytes"
    sys.stdout.write(f"{how}: {len(bytes_of[0])} files, {verdict}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
