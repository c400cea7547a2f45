"""What one edition holds and what went wrong in it: figures, labels, the quality gate, sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table

from newsfold.text import format_count
from newsfold_flows import metrics
from newsfold_flows.cli import console

_STATUS_COLOUR = {"ok": "green", "unchanged": "green", "empty": "yellow", "partial": "yellow", "failed": "red"}


def print_edition(manifest: Mapping[str, Any]) -> None:
    """Print an edition's figures, its labels, the gate's verdict, and the sources that are not wholly fine."""
    figures = manifest["quality"]
    console.out.print(
        f"[bold]Edition {manifest['edition_date']}[/]: {metrics.describe_figures(figures)}", highlight=False
    )
    statuses = ", ".join(f"{count:,} {status}" for status, count in figures["status"].items())
    if statuses:
        console.out.print(f"[dim]Stories: {statuses}.[/]", highlight=False)
    if figures.get("churn") is not None:
        relations = ", ".join(f"{count:,} {relation}" for relation, count in figures["lineage"].items())
        console.out.print(f"[dim]Since the edition before: {relations}; {figures['churn']:.2%} of articles changed.[/]")
    print_labels(figures.get("labels", {}))  # older versions did not count them
    gate = manifest.get("gate", {})
    for problem in gate.get("problems", ()):
        verdict = "released by hand" if gate["released"] else "held" if manifest["status"] == "held" else "warning"
        console.out.print(f"[yellow]Gate ({verdict}):[/] {escape(problem)}", highlight=False, soft_wrap=True)
    n_too_old = sum(source.get("n_too_old", 0) for source in manifest["sources"])  # older versions did not count them
    if n_too_old:
        console.out.print(
            f"[dim]Left out: {format_count(n_too_old, 'article')} older than `max_age_days` when first seen.[/]",
            highlight=False,
        )
    print_sources([source for source in manifest["sources"] if source["status"] != "ok" or source["n_rejected"]])


def print_labels(counts: Mapping[str, int]) -> None:
    """Print how many labels were honoured, if there are any labels."""
    if any(counts.values()):
        console.out.print(
            f"[dim]Labels: {counts['honoured']:,} honoured, {counts['not_in_window']:,} of articles not in the "
            "window.[/]",
            highlight=False,
        )


def print_sources(sources: Sequence[Mapping[str, Any]]) -> None:
    """Print a row per source: documents read, kept, repeated and rejected, and the first problem."""
    if not sources:
        return
    headers = ("source", "status", "read", "kept", "repeated", "rejected", "first problem")
    table = Table(*headers, box=None, header_style="dim", pad_edge=False)
    for source in sources:
        colour = _STATUS_COLOUR[source["status"]]
        # Editions of older versions do not count repeats.
        counts = (f"{source.get(key, 0):,}" for key in ("n_read", "n_kept", "n_repeated", "n_rejected"))
        table.add_row(
            escape(source["source"]), f"[{colour}]{source['status']}[/]", *counts, escape(source["error"] or "")
        )
    console.out.print(table)
