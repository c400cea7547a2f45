"""The figures of `peers` as tables to read, and as a plot."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.peers.methods import METHODS
from tests.benchmarks.process_cost import growth_exponent

Run = dict[str, Any]

_PARTS = {"stories": "From vectors to stories", "copies": "Copies", "embed": "Embedding", "extract": "Extraction"}
_GROUPING = ("block", "score", "cluster")

# By heading: a figure of a run, what it is divided by, and its format.
_COLUMNS: dict[str, tuple[str, float, str]] = {
    "articles": ("size", 1, ",.0f"),
    "method": ("title", 1, ""),
    "seconds": ("seconds", 1, ".1f"),
    "processor": ("cpu_seconds", 1, ".1f"),
    "peak GB": ("peak_mb", 1000, ".2f"),
    "× time": ("time_ratio", 1, ".2f"),
    "× processor": ("cpu_ratio", 1, ".2f"),
    "× memory": ("memory_ratio", 1, ".2f"),
    "groups": ("groups", 1, ",.0f"),
    "B³ F1": ("b3_f1", 1, ".3f"),
    "pairwise F1": ("pairwise_f1", 1, ".3f"),
    "texts": ("texts", 1, ",.0f"),
    "tokens": ("tokens", 1, ",.0f"),
    "GFLOP/s": ("gflops", 1, ".0f"),
    "of the machine's bf16": ("share", 1, ".0%"),
    "": ("note", 1, ""),
}


def describe_run(run: Run) -> str:
    """Return a line on one run, for somebody who waits."""
    title = f"{run['size']:,} articles, {METHODS[run['method']].title}:"
    if "skipped" in run:
        return f"{title} skipped, {run['skipped']}"
    if "error" in run:
        return f"{title} failed, {run['error']}"
    return f"{title} {run['seconds']:.1f} s, {run['peak_mb']:,} MB"


def format_report(runs: Sequence[Run]) -> str:
    """Return all tables, in Markdown: each method beside newsfold's own, and newsfold's stages by size."""
    parts = [_format_part(part, title, runs) for part, title in _PARTS.items()]
    return "\n".join(part for part in [*parts, _format_stages(runs)] if part)


def merge_repeats(runs: Iterable[Run]) -> list[Run]:
    """Return one run for each method and size: the one of median seconds (the lower of two)."""
    groups: dict[tuple[str, int], list[Run]] = {}
    for run in runs:
        groups.setdefault((run["method"], run["size"]), []).append(run)
    return [_median(group) for group in groups.values()]


def _median(group: list[Run]) -> Run:
    measured = [run for run in group if "seconds" in run]
    if not measured:
        return group[0]
    seconds = statistics.median_low(run["seconds"] for run in measured)
    return next(run for run in measured if run["seconds"] == seconds)


def add_ratios(runs: Sequence[Run]) -> list[Run]:
    """Return the runs with `time_ratio`, `cpu_ratio` and `memory_ratio`: over those of newsfold at the same size."""
    own: dict[tuple[str, int], Run] = {}
    for run in runs:
        part = METHODS[run["method"]].part
        if run["method"] == _own_method(part) and "seconds" in run:
            own.setdefault((part, run["size"]), run)
    ratios = {"time_ratio": "seconds", "cpu_ratio": "cpu_seconds", "memory_ratio": "peak_mb"}
    compared = []
    for run in runs:
        base = own.get((METHODS[run["method"]].part, run["size"]))
        if base and "seconds" in run:
            run = run | {name: run[figure] / base[figure] for name, figure in ratios.items() if base[figure]}
        compared.append(run)
    return compared


def _show(run: Run, column: str) -> str:
    """Return a cell; empty if the run has no such figure."""
    figure, scale, form = _COLUMNS[column]
    if figure == "title":
        return str(run.get("title", METHODS[run["method"]].title))
    if figure == "note":
        return f"skipped: {run['skipped']}" if "skipped" in run else f"failed: {run['error']}" if "error" in run else ""
    return format(run[figure] / scale, form) if figure in run else ""


def _split_clustering(run: Run) -> list[Run]:
    """Return a run of newsfold, and apart the part of it that does what other methods do: grouping alone."""
    stages = [run["stages"][name] for name in _GROUPING if name in run.get("stages", {})]
    if not stages:
        return [run]
    costs = {name: sum(stage[name] for stage in stages) for name in ("seconds", "cpu_seconds")}
    peak = max(stage["peak_mb"] for stage in stages)
    return [run, run | costs | {"peak_mb": peak, "title": "  of which pairs, scores and stories", "stages": {}}]


def _own_method(part: str) -> str:
    return next(name for name, method in METHODS.items() if method.part == part)


def _format_part(part: str, title: str, runs: Sequence[Run]) -> str:
    split = [row for run in merge_repeats(runs) for row in _split_clustering(run)]
    rows = [run for run in add_ratios(split) if METHODS[run["method"]].part == part]
    if not rows:
        return ""
    table = [[_show(run, column) for column in _COLUMNS] for run in rows]
    used = [number for number in range(len(_COLUMNS)) if any(row[number] for row in table)]
    return f"## {title}\n\n" + _format_table(
        [list(_COLUMNS)[number] for number in used], [[row[number] for number in used] for row in table]
    )


def _format_stages(runs: Sequence[Run]) -> str:
    """Return newsfold's processor seconds by stage and size, and the exponent of the growth."""
    merged = sorted(merge_repeats(runs), key=lambda run: run["size"])
    seconds: dict[str, dict[int, float]] = {}
    for run in merged:
        if "cpu_seconds" in run and run["method"] in ("extract", "copies"):
            seconds.setdefault(run["method"], {})[run["size"]] = run["cpu_seconds"]
    for run in merged:
        for stage, cost in run.get("stages", {}).items():
            seconds.setdefault(stage, {})[run["size"]] = cost["cpu_seconds"]
        if "stages" in run:
            seconds.setdefault("all after embed", {})[run["size"]] = run["cpu_seconds"]
    if "all after embed" not in seconds:
        return ""
    seconds["all after embed"] = seconds.pop("all after embed")  # last
    sizes = sorted({size for costs in seconds.values() for size in costs})
    rows = []
    for stage, costs in seconds.items():
        known = sorted(costs)
        exponent = growth_exponent(known, [costs[size] for size in known])
        cells = [f"{costs[size]:.1f}" if size in costs else "" for size in sizes]
        rows.append([stage, *cells, f"{exponent:.2f}" if exponent == exponent else ""])
    header = ["stage", *(f"{size:,}" for size in sizes), "grows as N^"]
    return "## newsfold by stage, processor seconds\n\n" + _format_table(header, rows)


def _format_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (header, *rows)]
    lines.insert(1, " | ".join("-" * width for width in widths))
    return "".join(f"| {line} |\n" for line in lines)


def plot(runs: Sequence[Run], file: Path) -> None:
    """Plot processor seconds and peak memory by size, a line for each method that finds stories."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt
    from matplotlib.ticker import LogLocator

    merged = [run for run in merge_repeats(runs) if METHODS[run["method"]].part == "stories" and "seconds" in run]
    figure, axes = plt.subplots(1, 2, figsize=(11, 5), layout="constrained")
    for axis, figure_name, scale, label in (
        (axes[0], "cpu_seconds", 1, "Processor seconds"),
        (axes[1], "peak_mb", 1000, "Peak memory of the process (GB)"),
    ):
        for name, method in METHODS.items():
            points = sorted((run["size"], run[figure_name] / scale) for run in merged if run["method"] == name)
            if points:
                is_own = name == "newsfold"
                axis.plot(*zip(*points, strict=True), marker="o", label=method.title, linewidth=2.5 if is_own else 1.2)
        sizes = sorted({run["size"] for run in merged})
        axis.set(xscale="log", yscale="log", xlabel="Articles", title=label)
        axis.set_xticks(sizes, [f"{size:,}" for size in sizes])
        axis.minorticks_off()
        axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.yaxis.set_major_formatter("{x:g}")
        axis.grid(alpha=0.3)
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False)
    figure.savefig(file, dpi=120)
    plt.close(figure)
