"""`newsfold verify`: whether a store is as it was published."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from newsfold.settings import load_settings
from newsfold.text import format_count
from newsfold_flows.cli import console, options, progress_bars
from newsfold_flows.cli.errors import ExitCode


def verify(
    repair: Annotated[
        bool,
        typer.Option(
            "--repair",
            help="First finish what killed runs left half done, remove what they left half written, and restore "
            "manifests from their copies.",
        ),
    ] = False,
    config: options.Config = None,
    store: options.Store = None,
) -> None:
    """Check a whole store: every file against its manifest, every edition against those before it.

    Exits with 1 if something is (still) wrong, and names the editions to run again: `newsfold run --edition DATE` makes
    an edition anew from its sources, whatever has become of its files.

    Example: `newsfold verify --store newsfold-store --repair`
    """
    address = store or load_settings(config).store
    from newsfold import store as stores

    if repair:
        with stores.lock_store(address):
            for done in (*stores.repair_store(address), *stores.restore_manifests(address)):
                console.out.print(console.sanitize(done), highlight=False, soft_wrap=True)
    with progress_bars.show_stage_progress() as progress:
        found = stores.verify_store(address, lambda done, total: progress("verify", done, total))
    summary = (
        f"{format_count(found.editions, 'edition')}, {format_count(found.files, 'file')}, {found.size / 1e6:,.1f} MB"
    )
    if not found.problems:
        console.out.print(f"{summary}: all as they were published.", highlight=False)
        return
    table = Table("edition", "problem", box=None, header_style="dim", pad_edge=False)
    for problem in found.problems:
        table.add_row(str(problem.edition), console.sanitize(problem.description))
    console.out.print(table)
    days = sorted({problem.edition for problem in found.problems})
    console.err.print(
        f"{summary}: {format_count(len(found.problems), 'problem')}. Run these editions again, in this order, with "
        f"`newsfold run --edition DATE`: {', '.join(map(str, days))}.",
        highlight=False,
        soft_wrap=True,
    )
    raise typer.Exit(ExitCode.FAILED)
