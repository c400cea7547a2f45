"""How newsfold looks at a terminal: progress while it runs, tables when it is done."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import pyarrow as pa
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from newsfold.sanitize import sanitize_line
from newsfold.schemas.importance import IMPORTANCE_PARTS
from newsfold_flows import metrics

console = Console()
errors = Console(stderr=True)

_STATUS_COLOUR = {"ok": "green", "unchanged": "green", "empty": "yellow", "partial": "yellow", "failed": "red"}


_COPIES_SHOWN = 5  # of one text, in a story printed whole


def inert(text: str) -> str:
    """A text from outside as rich prints it: no markup, and no control characters that a terminal would obey."""
    return escape(sanitize_line(text))


class TerminalWatcher:
    """Shows the running stage with a bar, and leaves one line for each finished stage."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._line = progress.add_task("", total=None, visible=False)

    def started(self, stage: str, does: str) -> None:
        """A stage begins."""
        self._progress.reset(self._line, total=None, visible=True, description=f"{stage:<8} {does}")

    def progress(self, stage: str, done: int, total: int) -> None:
        """A long stage moves on."""
        if total:
            self._progress.update(self._line, completed=done, total=total)
        else:
            self._progress.update(self._line, description=f"{stage:<8} {done:,}")

    def finished(self, stage: str, result: str, seconds: float) -> None:
        """A stage is over."""
        self._progress.update(self._line, visible=False)
        self._progress.console.print(
            f"  [green]✓[/] {stage:<8} {escape(result)} [dim]{seconds:.1f} s[/]", highlight=False
        )


@contextmanager
def watching() -> Iterator[TerminalWatcher]:
    """A watcher at the terminal, for as long as the block runs."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=errors, transient=True) as progress:
        yield TerminalWatcher(progress)


@contextmanager
def watching_stages() -> Iterator[Callable[[str, int, int], None]]:
    """A progress callback (stage, done, to do) shown at the terminal."""
    with watching() as watcher:
        current = ""

        def progress(stage: str, done: int, total: int) -> None:
            nonlocal current
            if stage != current:
                current = stage
                watcher.started(stage, "")
            watcher.progress(stage, done, total)

        yield progress


def print_json(content: Mapping[str, Any]) -> None:
    """JSON for other programs: days and times as ISO 8601, nothing coloured or wrapped."""

    def plain(value: object) -> str:
        if isinstance(value, date):  # datetimes are dates
            return value.isoformat()
        raise TypeError(f"{type(value).__name__} is no JSON")

    typer.echo(json.dumps(content, indent=1, ensure_ascii=False, default=plain))


def print_edition(manifest: Mapping[str, Any]) -> None:
    """What an edition holds, in two lines, what became of labels, and which sources fell short."""
    figures = manifest["quality"]
    console.print(f"[bold]Edition {manifest['edition_date']}[/]: {metrics.content(figures)}", highlight=False)
    statuses = ", ".join(f"{count:,} {status}" for status, count in figures["status"].items())
    if statuses:
        console.print(f"[dim]Stories: {statuses}.[/]", highlight=False)
    if figures.get("churn") is not None:
        moved = ", ".join(f"{count:,} {relation}" for relation, count in figures["lineage"].items())
        console.print(f"[dim]Since the edition before: {moved}; {figures['churn']:.2%} of articles changed.[/]")
    print_labels(figures.get("labels", {}))  # an edition of an older version counts none
    gate = manifest.get("gate", {})
    for problem in gate.get("problems", ()):
        verdict = "released by hand" if gate["released"] else "held" if manifest["status"] == "held" else "warning"
        console.print(f"[yellow]Gate ({verdict}):[/] {escape(problem)}", highlight=False, soft_wrap=True)
    print_sources([line for line in manifest["sources"] if line["status"] != "ok" or line["n_rejected"]])


def print_labels(figures: Mapping[str, int]) -> None:
    """One line on labels, where there are any."""
    if any(figures.values()):
        console.print(
            f"[dim]Labels: {figures['honoured']:,} honoured, {figures['not_in_window']:,} of articles not in the "
            "window.[/]",
            highlight=False,
        )


def print_sources(lines: Sequence[Mapping[str, Any]]) -> None:
    """One row per source: what was read, kept and rejected, and the first problem."""
    if not lines:
        return
    table = Table(
        "source", "status", "read", "kept", "rejected", "first problem", box=None, header_style="dim", pad_edge=False
    )
    for line in lines:
        colour = _STATUS_COLOUR[line["status"]]
        figures = (f"{line[key]:,}" for key in ("n_read", "n_kept", "n_rejected"))
        table.add_row(escape(line["source"]), f"[{colour}]{line['status']}[/]", *figures, escape(line["error"] or ""))
    console.print(table)


def print_stories(stories: pa.Table, top: int = 10) -> None:
    """The most important stories, a line each: schema `stories`, in any order."""
    ranked = stories.sort_by([("importance", "descending"), ("story_id", "ascending")]).slice(0, top)
    print_rows(ranked.to_pylist())


def print_rows(stories: Sequence[Mapping[str, Any]]) -> None:
    """Stories in the order given: how many articles, outlets and independent origins, and the headline."""
    table = Table(box=None, header_style="dim", pad_edge=False, caption="art. articles, out. outlets, ind. independent")
    for name in ("art.", "out.", "ind."):
        table.add_column(name, justify="right", no_wrap=True)
    wide = console.width >= 100
    room = max(24, console.width - (56 if wide else 44))  # what the other columns leave
    table.add_column("headline", no_wrap=True, overflow="ellipsis", max_width=room)
    if wide:
        table.add_column("status", style="dim", no_wrap=True)
    table.add_column("story", style="dim", no_wrap=True)
    for row in stories:
        counts = (str(row[key]) for key in ("n_articles", "n_outlets", "n_independent"))
        status = (row["status"],) if wide else ()
        table.add_row(*counts, inert(row["headline"]), *status, row["story_id"])
    console.print(table)


def print_story(story: Mapping[str, Any], members: Sequence[Mapping[str, Any]]) -> None:
    """One story whole: headline, summary with its sources, and every member with why it belongs."""
    from newsfold.digest import fold

    console.print(f"[bold]{inert(story['headline'])}[/]", highlight=False)
    console.print(
        f"[dim]{story['story_id']} · {story['n_articles']} articles · {story['n_outlets']} outlets · "
        f"{story['n_independent']} independent · {story['status']}[/]",
        highlight=False,
    )
    parts = {name: value for name in IMPORTANCE_PARTS if (value := story.get(f"importance_{name}")) is not None}
    if parts:  # an edition of an older version has none
        told = " + ".join(f"{name} {value:.2f}" for name, value in parts.items())
        console.print(f"[dim]importance {story['importance']:.2f} = {told}[/]", highlight=False)
    console.print()
    for sentence in story["summary_sentences"]:
        console.print(f"{inert(sentence['text'])} [dim]({inert(sentence['outlet'])})[/]", highlight=False)
    for label in ("keywords", "entities"):
        if story[label]:
            console.print(f"[dim]{label}:[/] {inert(', '.join(story[label]))}", highlight=False)
    console.print()
    table = Table("published", "outlet", "role", "title", "why", box=None, header_style="dim", pad_edge=False)
    for text in fold(members):
        original, copies = text.original, text.copies
        _add_article(table, original, original["title"])
        for copy in copies[:_COPIES_SHOWN]:
            own_title = copy["title"] if copy["title"] != original["title"] else ""
            _add_article(table, {**copy, "outlet": f"└ {copy['outlet']}"}, own_title, style="dim")
        if len(copies) > _COPIES_SHOWN:
            others = ", ".join(copy["outlet"] for copy in copies[_COPIES_SHOWN:])
            more = f"{len(copies) - _COPIES_SHOWN} more"
            table.add_row("", f"└ {more}", "copies", inert(others), "", style="dim")
    console.print(table)


def _add_article(table: Table, row: Mapping[str, Any], title: str, style: str | None = None) -> None:
    published = f"{row['published_at']:%Y-%m-%d %H:%M}" if row["published_at"] else "—"
    why = inert("; ".join(row["why"]))
    table.add_row(published, inert(row["outlet"]), row["role"], inert(title), why, style=style)


def print_explanation(explanation: Mapping[str, Any]) -> None:
    """Why two articles belong, or do not belong, together: each feature's part of the log-odds."""
    left, right = explanation["left"], explanation["right"]
    for article in (left, right):
        console.print(
            f"[bold]{inert(article['title'])}[/] [dim]{inert(article['outlet'])} · {article['article_id']}[/]",
            highlight=False,
        )
    console.print(f"\n{escape(explanation['verdict'])}\n", highlight=False)
    table = Table(box=None, header_style="dim", pad_edge=False)
    table.add_column("log-odds", justify="right")
    table.add_column("value", justify="right")
    table.add_column("feature")
    for part in explanation["parts"]:
        colour = "green" if part["log_odds"] > 0 else "red"
        value = "—" if part["value"] is None else f"{part['value']:.3f}"
        table.add_row(
            f"[{colour}]{part['log_odds']:+.2f}[/]", value, f"{part['feature']} [dim]{escape(part['meaning'])}[/]"
        )
    if explanation["parts"]:
        console.print(table)
    for label in ("shared", "names only left", "only left", "names only right", "only right"):
        if explanation[label]:
            console.print(f"[dim]{label}:[/] {escape(', '.join(explanation[label]))}", highlight=False)
