"""`newsfold release`: what the quality gate holds, and publishing it anyway."""

from __future__ import annotations

from typing import Annotated

import typer

from newsfold.errors import EditionNotFound
from newsfold.settings import load_settings
from newsfold.store import list_held_editions, lock_store, release_edition, repair_store
from newsfold_flows.cli import console, edition_report, editions, options
from newsfold_flows.cli.errors import ExitCode


def release(
    force: Annotated[bool, typer.Option("--force", help="Publish the edition although the gate holds it.")] = False,
    edition: options.HeldEdition = None,
    config: options.Config = None,
    store: options.Store = None,
) -> None:
    """Show the editions that the quality gate holds, and why; with --force, publish one of them.

    To publish it without --force, fix the cause and run the edition again.

    Example: `newsfold release --edition 2013-06-05 --force`
    """
    address = store or load_settings(config).store
    with lock_store(address):
        repair_store(address)
        held = {day: manifest for day, manifest in list_held_editions(address).items() if edition in (None, day)}
        if not held:
            raise EditionNotFound(f"No edition{f' of {edition}' if edition else ''} is held in {address}.")
        if not force:
            for manifest in held.values():
                edition_report.print_edition(manifest)
            console.err.print("Publish one anyway with `newsfold release --edition DATE --force`.")
            raise typer.Exit(ExitCode.HELD)
        if len(held) > 1:
            raise EditionNotFound(f"Several editions are held; name one with --edition: {', '.join(map(str, held))}.")
        (released,) = held
        edition_report.print_edition(release_edition(address, released))
    editions.report_stale_editions(address, after=released)
