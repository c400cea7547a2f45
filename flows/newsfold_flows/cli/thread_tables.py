"""Threads at a terminal: one thread with its days and stories, and a line for the thread of a story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from newsfold.text import format_count
from newsfold_flows.cli import console
from newsfold_flows.cli.console import sanitize

Row = Mapping[str, Any]


def print_thread(thread: Row, stories: Sequence[Row], editions: Sequence[Row]) -> None:
    """Print one thread whole: title, counts, names, a line for each day, its stories, and its growth.

    Args:
        thread: its row of `threads`.
        stories: the rows of `thread_stories` of every story that was in it.
        editions: its rows of `threads`, by edition.
    """
    console.out.print(f"[bold]{sanitize(thread['title'])}[/]", highlight=False)
    counts = (
        format_count(thread["n_stories"], "story"),
        format_count(thread["n_articles"], "article"),
        format_count(thread["n_outlets"], "outlet"),
        f"{thread['n_independent']:,} independent",
    )
    days = f"{thread['first_day']} to {thread['last_day']}"
    line = " · ".join((thread["thread_id"], *counts, thread["status"], days))
    console.out.print(f"[dim]{line}[/]", highlight=False)
    if thread["entities"]:
        console.out.print(f"[dim]names:[/] {sanitize(', '.join(thread['entities']))}", highlight=False)
    if thread["timeline"]:
        console.out.print("\n[bold]Days[/]")
        for day in thread["timeline"]:
            outlet = sanitize(day["outlet"])
            console.out.print(f"[dim]{day['day']}[/] {sanitize(day['text'])} [dim]({outlet})[/]", highlight=False)
    console.out.print("\n[bold]Stories[/]")
    console.out.print(_story_table(stories, thread["lead_story_id"]))
    console.out.print("\n[bold]History[/]")
    table = Table(box=None, show_header=False, pad_edge=False)
    title = None
    for row in editions:
        new = f", {row['n_new_articles']:,} new" if row["n_new_articles"] else ""
        size = f"{format_count(row['n_stories'], 'story')}, {format_count(row['n_articles'], 'article')}{new}"
        shown = sanitize(row["title"]) if row["title"] != title else ""  # only where it changes
        table.add_row(f"[dim]{row['edition_date']}[/]", row["status"], size, shown)
        title = row["title"]
    console.out.print(table, highlight=False)


def _story_table(stories: Sequence[Row], lead: str | None) -> Table:
    """Return a table of a thread's stories; the leading one is marked, and those out of the window are dim."""
    table = Table(box=None, header_style="dim", pad_edge=False)
    for name in ("first day", "last day"):
        table.add_column(name, no_wrap=True)
    table.add_column("art.", justify="right", no_wrap=True)
    table.add_column("headline")
    table.add_column("story", style="dim", no_wrap=True)
    for story in stories:
        mark = "▸ " if story["story_id"] == lead else ""
        days = str(story["first_day"]), str(story["last_day"])
        style = None if story["in_window"] else "dim"
        headline = f"{mark}{sanitize(story['headline'])}"
        table.add_row(*days, str(story["n_articles"]), headline, story["story_id"], style=style)
    return table
