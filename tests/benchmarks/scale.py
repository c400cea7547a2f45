"""Growth, and the same window by every runner."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from newsfold import schemas, settings, sources, stages
from newsfold.dataflow import Context, MemoryView, end_of_day
from tests.benchmarks.command_line import create_parser
from tests.benchmarks.process_cost import growth_exponent, measure
from tests.benchmarks.volume import repeat_renamed

SIZES: Mapping[str, tuple[int, ...]] = {"grow": (3_000, 12_000, 48_000), "same": (12_000,), "units": (3_000, 12_000)}
NIGHT = date(2020, 1, 2)
_WARM_UP = 200  # articles, so that nothing is compiled or loaded while the units are measured
_PATIENT = ("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "PREFECT_API_REQUEST_TIMEOUT")  # on a busy machine
_PAIRS_WRITTEN = ".staging/*/parts-*/neighbour_pairs/*.parquet"

# A projected night is a seventh of its window. The work of these stages follows all articles of the window, that of the
# others the new ones, each at the cost that it has in such a window.
_NIGHTS = 7
_PROJECTED = (1_000_000, 10_000_000)
_MIN_MEMORY = 10  # MB, of the steps that are listed
_BY_WINDOW = ("copies", "cluster", "lineage", "link")

_EXPLANATION = """
commands:
  grow [SIZE ...]   one edition of each size (3000 12000 48000): seconds, processor seconds of all processes, seconds by
                    stage, the peak memory of the flow's process (the walking process, which runs the steps itself if
                    the runner is `threads`) and of any worker; at the end a table, and how time grows
  same [SIZE]       one edition (12000) by threads, by Dask workers, by threads in chunks of another size, and by Dask
                    while a worker is killed; a digest of all published Parquet, which must be the same
  units [SIZE ...]  processor seconds of each stage, in memory and in this process (3000 12000); how they grow, and what
                    follows for nights of 1 and 10 million articles in windows of seven such nights. And the memory of
                    the steps that take the whole window at once, so that one worker must hold it: what they read and
                    what they take besides, if that is over 10 MB at the largest size. It is projected as if it
                    followed all articles of the window: less, for what follows the new ones, words or a sample

If VOLUME holds too few articles, they are repeated with other words (tests.benchmarks.volume).

examples:
  python -m tests.benchmarks.scale articles.parquet work grow
  python -m tests.benchmarks.scale articles.parquet work grow 3000 12000 --runner threads
  python -m tests.benchmarks.scale articles.parquet work units 3000 12000 48000
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = parse_arguments(arguments)
    folder, sizes = options.work.resolve(), sorted(options.sizes or SIZES[options.command])
    folder.mkdir(parents=True, exist_ok=True)
    table = pq.read_table(options.volume)
    if options.command == "grow":
        scale = {"runner": options.runner, "workers": options.workers}
        grown = {}
        for size in sizes:
            grown[size] = run(folder, table, size, f"grow-{options.runner}-{size}", scale)
            _print(f"{size:,} articles: {json.dumps(grown[size])}")
        _print(format_growth(grown))
    elif options.command == "units":
        units, memory = {}, {}
        measure_units(table.slice(0, _WARM_UP))
        for size in sizes:
            units[size], memory[size] = measure_units(repeat_renamed(table, size))
            _print(f"{size:,} articles: {json.dumps(units[size])}, MB at once: {json.dumps(memory[size])}")
        _print(format_units(units))
        _print(format_memory(memory))
    else:
        compare_runners(folder, table, sizes[0], options.workers)


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse the command line."""
    parser = create_parser(__file__, __doc__, _EXPLANATION)
    parser.add_argument("volume", type=Path, help="table of articles: title, text, url, outlet, published_at, …")
    parser.add_argument("work", type=Path, help="folder to work in")
    parser.add_argument("command", choices=list(SIZES), help="what to measure")
    parser.add_argument("sizes", type=int, nargs="*", metavar="SIZE", help="numbers of articles")
    parser.add_argument("--runner", choices=["dask", "threads"], default="dask", help="of `grow` (dask)")
    parser.add_argument(
        "--workers", type=int, default=2, metavar="N", help="threads, or Dask workers of one thread (2)"
    )
    return parser.parse_args(arguments)


def compare_runners(folder: Path, table: pa.Table, size: int, workers: int) -> None:
    """Make one edition by every runner, and print what each cost and what it published."""
    threads, dask = ({"runner": runner, "workers": workers} for runner in ("threads", "dask"))
    runners: dict[str, tuple[dict[str, Any], bool]] = {
        "threads": (threads, False),
        "dask": (dask, False),
        "threads, other chunks": (threads | {"chunk_articles": 5000}, False),
        "dask, a worker killed": (dask, True),
    }
    for name, (scale, kill) in runners.items():
        result = run(folder, table, size, re.sub(r"\W+", "-", name), scale, kill=kill)
        _print(f"{name}: {json.dumps(result)}")


def run(
    folder: Path, table: pa.Table, size: int, name: str, scale: dict[str, Any], *, kill: bool = False
) -> dict[str, Any]:
    """Run one edition in a process of its own; return its cost and a digest of the published tables."""
    articles = folder / f"articles-{size}.parquet"
    if not articles.exists():
        pq.write_table(repeat_renamed(table, size), articles)
    store, config = folder / f"store-{name}", folder / f"{name}.yaml"
    shutil.rmtree(store, ignore_errors=True)
    source = {"name": "volume", "path": str(articles), "columns": {"text": "text"}}
    content = {"store": str(store), "edition": NIGHT, "sources": [source], "gate": {"action": "warn"}, "scale": scale}
    config.write_text(yaml.safe_dump(content))
    code = f"from newsfold_flows.nightly import nightly; nightly({str(config)!r})"
    began = time.perf_counter()
    environment = os.environ | {"PREFECT_HOME": str(folder / f"prefect-{name}"), "PREFECT_LOGGING_LEVEL": "ERROR"}
    environment |= dict.fromkeys(_PATIENT, "900")
    process = subprocess.Popen([sys.executable, "-c", f"if __name__ == '__main__':\n    {code}"], env=environment)
    monitor = ProcessMonitor(process.pid, store if kill else None)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    result = monitor.stop() | {"status": process.returncode, "seconds": round(time.perf_counter() - began)}
    result["cpu_seconds"] = round(usage.ru_utime + usage.ru_stime)  # of the flow's process, its server and its workers
    manifest = store / "runs" / f"edition={NIGHT}" / "manifest.json"
    if manifest.exists():
        content = json.loads(manifest.read_text())
        result |= {"stages": {stage: round(seconds, 1) for stage, seconds in content["stage_seconds"].items()}}
        result |= {key: content["quality"][key] for key in ("articles", "stories", "copies")}
        result["edges"] = content["tables"]["edges"]["rows"]
    return result | {"parquet": parquet_digest(store)}


def format_growth(grown: Mapping[int, Mapping[str, Any]]) -> str:
    """Return memory and time by size, and how time grows after embedding, in Markdown."""
    lines = ["", "| articles | flow process | a worker | seconds | processor | after embedding |", "| --- " * 6 + "|"]
    costs = {}
    for size, result in grown.items():
        after = [result["stages"][stage.name] for stage in _stages_after_embed() if stage.name in result["stages"]]
        costs[size] = sum(after)
        memory = " | ".join(f"{result[name] / 1000:.1f} GB" for name in ("driver_mb", "worker_mb"))
        lines.append(
            f"| {size:,} | {memory} | {result['seconds']:,} | {result['cpu_seconds']:,} | {costs[size]:,.0f} |"
        )
    exponent = growth_exponent(list(costs), list(costs.values()))
    return "\n".join([*lines, "", f"After embedding, seconds grow as N^{exponent:.2f}."])


def format_units(units: Mapping[int, Mapping[str, float]]) -> str:
    """Return processor seconds of each stage by size, how they grow, and what large nights would take, in Markdown."""
    sizes = list(units)
    header = ["stage", *(f"{size:,}" for size in sizes), "grows as N^"]
    header += [f"{night / 1_000_000:g} million a night" for night in _PROJECTED]
    lines = ["", "| " + " | ".join(header) + " |", "| --- " * len(header) + "|"]
    groups = {stage.name: [stage.name] for stage in stages.STAGES}
    groups["after embed"] = [stage.name for stage in _stages_after_embed()]
    for name, members in groups.items():
        costs = [sum(units[size][stage] for stage in members) for size in sizes]
        hours = [sum(_project(units, stage, night) for stage in members) / 3600 for night in _PROJECTED]
        cells = [name, *(f"{cost:.1f}" for cost in costs), f"{growth_exponent(sizes, costs):.2f}"]
        lines.append("| " + " | ".join([*cells, *(f"{each:,.1f} core hours" for each in hours)]) + " |")
    return "\n".join(lines)


def _project(units: Mapping[int, Mapping[str, float]], stage: str, night: int) -> float:
    """Return the processor seconds of a stage in a window of seven nights, of which the earlier six are known."""
    sizes = list(units)
    exponent = growth_exponent(sizes, [units[size][stage] for size in sizes])
    exponent = max(1.0, exponent) if exponent == exponent else 1.0
    largest, window = sizes[-1], night * _NIGHTS
    whole = units[largest][stage] * (window / largest) ** exponent
    return float(whole if stage in _BY_WINDOW else whole / _NIGHTS)


def _stages_after_embed() -> Sequence[Any]:
    return stages.STAGES[stages.STAGES.index(stages.find_stage("embed")) + 1 :]


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def format_memory(memory: Mapping[int, Mapping[str, float]]) -> str:
    """Return the memory of undivided steps by size, and what large nights would take at most, in Markdown."""
    sizes = list(memory)
    header = ["step", *(f"{size:,}" for size in sizes), "an article"]
    header += [f"{night / 1_000_000:g} million a night" for night in _PROJECTED]
    lines = ["", "| " + " | ".join(header) + " |", "| --- " * len(header) + "|"]
    largest = sizes[-1]
    for step, megabytes in sorted(memory[largest].items(), key=lambda each: (-each[1], each[0])):
        if megabytes >= _MIN_MEMORY:
            per_article = megabytes * 2**20 / largest
            cells = [step, *(f"{memory[size][step]:,.0f} MB" for size in sizes), f"{per_article:,.0f} B"]
            cells += [f"{per_article * night * _NIGHTS / 1e9:,.1f} GB" for night in _PROJECTED]
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def measure_units(table: pa.Table) -> tuple[dict[str, float], dict[str, float]]:
    """Return the processor seconds of each stage with the numbers of pairs and stories, and the memory of some steps.

    These steps are not divided into chunks; their memory, in MB, is that of the columns that they read and what the
    process takes besides.
    """
    config = settings.Settings()
    tables = {name: schemas.empty_table(name) for name in stages.INPUTS}
    tables["documents"] = sources.documents_from_table(table, "benchmark")
    context = Context(config, NIGHT, end_of_day(NIGHT))
    seconds: dict[str, float] = {}
    megabytes: dict[str, float] = {}
    for stage in stages.STAGES:
        views: dict[str, _CountingView] = {name: _CountingView(tables[name]) for name in stage.reads}
        for step in stage.steps:
            with measure() as cost:
                written = step.run_chunks(views, context)
            seconds[stage.name] = seconds.get(stage.name, 0.0) + cost.cpu_seconds
            if step.chunk_by is None:
                read = sum(views[name].take_bytes_read() for name in step.reads)
                megabytes[step.name] = round(read / 2**20 + cost.peak_mb - cost.before_mb, 1)
            views |= {name: _CountingView(each) for name, each in written.items()}
        tables |= {name: views[name].table for name in stage.writes}
    seconds = {name: round(cost, 2) for name, cost in seconds.items()}
    counts = {"pairs": tables["candidate_pairs"].num_rows, "stories": tables["stories"].num_rows}
    return seconds | counts, megabytes


@dataclass(frozen=True)
class _CountingView(MemoryView):
    """A table in memory that counts the bytes of the columns that were read of it at once."""

    bytes_of: dict[str, int] = field(default_factory=dict)

    def read(self, columns: Sequence[str] | None = None) -> pa.Table:
        """Return the table, or some of its columns."""
        read = super().read(columns)
        self.bytes_of.update({name: read[name].nbytes for name in read.column_names})
        return read

    def take_bytes_read(self) -> int:
        """Return the bytes of all columns that were read, and forget them."""
        total = sum(self.bytes_of.values())
        self.bytes_of.clear()
        return total


class ProcessMonitor(threading.Thread):
    """Records the peak memory of a process and its workers; with `kill_in`, kills a worker once pairs are written."""

    def __init__(self, pid: int, kill_in: Path | None) -> None:
        super().__init__(daemon=True)
        self._process, self._kill_in, self._over = psutil.Process(pid), kill_in, threading.Event()
        self._driver = self._worker = 0
        self._killed: int | None = None
        self.start()

    def run(self) -> None:
        """Sample five times a second."""
        while not self._over.wait(0.2):
            try:
                self._driver = max(self._driver, self._process.memory_info().rss)
                workers = [each for each in self._process.children(recursive=True) if _is_worker(each)]
                self._worker = max([self._worker, *(each.memory_info().rss for each in workers)])
                if self._kill_in and not self._killed and list(self._kill_in.glob(_PAIRS_WRITTEN)):
                    self._killed = workers[0].pid
                    os.kill(self._killed, signal.SIGKILL)
            except (psutil.NoSuchProcess, IndexError):
                continue

    def stop(self) -> dict[str, Any]:
        """Return the peak memory in MB, and the killed process."""
        self._over.set()
        self.join()
        mega = {"driver_mb": round(self._driver / 2**20), "worker_mb": round(self._worker / 2**20)}
        return mega | ({"killed": self._killed} if self._kill_in else {})


def _is_worker(process: psutil.Process) -> bool:
    line = " ".join(process.cmdline())
    return "multiprocessing.spawn" in line or "multiprocessing-fork" in line


def parquet_digest(store: Path) -> str:
    """Return a digest of the paths and bytes of all published Parquet files."""
    state = hashlib.sha256()
    for file in sorted(store.glob("*/edition=*/*.parquet")):
        state.update(f"{file.relative_to(store)} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return state.hexdigest()[:16]


if __name__ == "__main__":
    main()
