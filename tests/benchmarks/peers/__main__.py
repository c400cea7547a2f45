"""newsfold beside what people would use instead, on the same vectors, one process each."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from newsfold import evaluation
from newsfold.settings import Settings
from tests.benchmarks.command_line import create_parser
from tests.benchmarks.peers import report
from tests.benchmarks.peers.method import Options
from tests.benchmarks.peers.methods import INPUTS, METHODS
from tests.benchmarks.peers.workspace import Workspace
from tests.benchmarks.process_cost import run_module
from tests.benchmarks.volume import repeat_renamed

SIZES = (3_000, 12_000, 48_000)
OUT = Path("build") / "peers"
# For average linkage of newsfold's own vectors: a mean cosine of .55 is best for the labelled sets of tests/README.md.
DISTANCE = 0.45
Run = dict[str, Any]

_EXPLANATION = """
What is compared (names for --methods):
{methods}

All methods of one part read the same articles and, but for tfidf, the same vectors, which newsfold embeds once and
keeps in OUT. Each runs in a process of its own with --threads threads. Not measured are loading, imports and a first
run on 500 articles, since some code is compiled at first use. Memory is the peak of the whole process, libraries and
inputs included. Methods that hold or compare all pairs are skipped beyond a size, with the reason.

Embedding is linear, so it is measured once, on --embedded texts, beside the rate of the machine's bfloat16 products of
matrices.

If TABLE has labels (`story`), B-cubed and pairwise F1 are measured, and the size is the table's own. For larger sizes
than it has, its articles are repeated with other words (see tests.benchmarks.volume).

Machines are noisy: trust the ratios of one run, take --repeats 3 for more, and processor seconds if others work beside
you. OUT/peers.json has all figures, OUT/peers.png the plot.

examples:
  python -m tests.benchmarks.peers articles.parquet
  python -m tests.benchmarks.peers articles.parquet out --sizes 3000 12000 --methods newsfold bertopic --repeats 3
  python -m tests.benchmarks.peers labelled.parquet out-labelled
  python -m tests.benchmarks.peers articles.parquet out-256 --tokens 256 --methods embed encode
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    options = parse_arguments(arguments)
    rows = read_rows(options.table)
    has_labels = "story" in rows.column_names and rows["story"].null_count < rows.num_rows
    sizes = options.sizes or ([rows.num_rows] if has_labels else list(SIZES))
    options.out.mkdir(parents=True, exist_ok=True)
    runs: list[Run] = []
    for run in measure_all(rows, sorted(sizes), options):
        runs.append(run)
        sys.stderr.write(f"{report.describe_run(run)}\n")
        result = {"machine": describe_machine(options.threads), "table": options.table.name, "runs": runs}
        (options.out / "peers.json").write_text(json.dumps(result, indent=1))
    sys.stdout.write(report.format_report(runs))
    report.plot(runs, options.out / "peers.png")
    sys.stdout.write(f"\n{options.out / 'peers.json'}, {options.out / 'peers.png'}\n")


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parse the command line."""
    methods = "\n".join(
        f"  {name:<14}{(method.prepare.__doc__ or '').strip()}" for name, method in METHODS.items() if method.part
    )
    parser = create_parser(__file__, __doc__, _EXPLANATION.format(methods=methods))
    parser.add_argument("table", type=Path, help="articles: title and text, and url, outlet, published_at, … if known")
    parser.add_argument(
        "out", type=Path, nargs="?", default=OUT, help=f"folder of results and vectors (default: {OUT})"
    )
    parser.add_argument("--sizes", type=int, nargs="+", metavar="N", help="numbers of articles (3000 12000 48000)")
    parser.add_argument(
        "--methods", nargs="+", choices=[name for name in METHODS if METHODS[name].part], metavar="NAME"
    )
    parser.add_argument("--threads", type=int, default=1, metavar="N", help="threads of each process (1)")
    parser.add_argument(
        "--repeats", type=int, default=1, metavar="N", help="runs of each method, in turn; medians count"
    )
    parser.add_argument(
        "--distance", type=float, default=DISTANCE, help=f"where average linkage of vectors is cut ({DISTANCE})"
    )
    parser.add_argument("--tokens", type=int, default=Settings().embedding.max_tokens, help="of a text to embed (64)")
    parser.add_argument("--embedded", type=int, default=2_000, metavar="N", help="texts that are embedded (2000)")
    return parser.parse_args(arguments)


def read_rows(path: Path) -> pa.Table:
    """Read a table of articles, with an id that is unique in every row."""
    rows = evaluation.tables.read_table(path)
    if {"story", "cluster"} & set(rows.column_names):
        (labelled,) = evaluation.gold.read_gold(path, across_languages=True)
        return labelled.table
    if "id" in rows.column_names:
        rows = rows.drop_columns(["id"])
    return rows.append_column("id", pa.array([f"row-{number}" for number in range(rows.num_rows)]))


def measure_all(rows: pa.Table, sizes: Sequence[int], options: argparse.Namespace) -> Iterator[Run]:
    """Run all methods at all sizes; yield what each cost, or why it was skipped."""
    chosen = [name for name in options.methods or METHODS if METHODS[name].part]
    settings = json.dumps(asdict(Options(options.distance, options.tokens, options.embedded)))
    for size in sizes:
        work = Workspace((options.out / f"{size}").resolve())
        write_rows(repeat_renamed(rows, size) if size > rows.num_rows else rows.slice(0, size), work)
        compared = [name for name in chosen if name not in INPUTS]
        if size != sizes[0]:
            compared = [name for name in compared if METHODS[name].part != "embed"]
        for repeat in range(options.repeats):
            for name in (*INPUTS, *compared) if repeat == 0 else compared:
                run: Run = {"method": name, "size": size, "repeat": repeat}
                limit = METHODS[name].max_articles
                if limit and size > limit:
                    yield run | {"skipped": METHODS[name].too_large}
                    continue
                arguments = [name, str(work.folder), settings]
                run |= run_module("tests.benchmarks.peers.method", arguments, options.threads)
                if name in INPUTS and "error" in run:
                    raise SystemExit(f"{METHODS[name].title}: {run['error']}")
                if METHODS[name].part:
                    yield run


def write_rows(rows: pa.Table, work: Workspace) -> None:
    """Write the articles of a size, and their labels apart, which no method reads."""
    if "story" in rows.column_names:
        labels = pa.table({"article_id": rows["id"], "story": rows["story"].cast(pa.string())})
        work.write({"gold": labels})
        rows = rows.drop_columns(["story"])
    work.write({"rows": rows})


def describe_machine(threads: int) -> dict[str, Any]:
    """Return what the figures were measured on."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="minutes"),
        "processor": platform.processor() or platform.machine(),
        "processors": os.cpu_count(),
        "threads": threads,
        "python": platform.python_version(),
    }


if __name__ == "__main__":
    main()
