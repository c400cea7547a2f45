"""Making editions from the command line: in order, again where they are stale, and by a person's word."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import typer

from newsfold import store as keeper
from newsfold.errors import EditionNotFound
from newsfold_flows.cli import console

INCOMPLETE, HELD = 3, 4


def make(dates: Iterable[date], config: Path | None, address: str) -> None:
    """Make editions, one flow run each, and print each and the last one's stories.

    Args:
        dates: the editions, asked for one after another: the next only when the one before is published.
        config: the configuration file; the shipped one's where None.
        address: the store.

    Raises:
        typer.Exit: an edition is held in staging (4; nothing is made after it), or some source failed (3).
    """
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")  # progress and errors are told here
    console.errors.print("[dim]Starting Prefect …[/]", highlight=False)
    from newsfold_flows.run import alone

    with alone(address):
        last, incomplete = _in_order(dates, config, address)
    if last is None:
        console.console.print("Nothing is stale: every edition follows from those before it.", highlight=False)
        return
    console.console.print()
    console.print_stories(keeper.load(address, "stories", last))
    console.console.print(
        f"\nParquet: {address}/stories, {address}/story_articles, …\n"
        f'Read it: pandas.read_parquet("{address}/stories")   More: newsfold show',
        highlight=False,
        soft_wrap=True,
    )
    tell_stale(address)
    if incomplete:
        console.errors.print("[yellow]Published, but incomplete: some sources failed (see above).[/]")
        raise typer.Exit(INCOMPLETE)


def _in_order(dates: Iterable[date], config: Path | None, address: str) -> tuple[date | None, bool]:
    """Make the editions; the last one's date, and whether some source failed in any."""
    from newsfold_flows.nightly import nightly
    from newsfold_flows.progress import watched_by

    incomplete, last = False, None
    for on in dates:
        with console.watching() as watcher, watched_by(watcher):
            manifest: dict[str, Any] = nightly(str(config) if config else None, on, address)
        console.print_edition(manifest)
        if manifest["status"] == "held":
            console.errors.print(
                "[red]Held in staging.[/] Publish it all the same with "
                f"`newsfold publish --edition {on} --force --store {address}`, or mend the cause and run it again.",
                highlight=False,
                soft_wrap=True,
            )
            raise typer.Exit(HELD)
        incomplete, last = incomplete or manifest["status"] == "incomplete", on
    return last, incomplete


def stale_in_order(address: str, first: date | None, last: date | None) -> Iterator[date]:
    """The stale editions between two dates, looked up anew after each: making one again may settle the next."""
    done: date | None = None
    while True:
        wanted = [
            edition
            for edition in keeper.find_stale_editions(address)
            if (done is None or edition > done) and (first is None or edition >= first) and edition <= (last or edition)
        ]
        if not wanted:
            return
        done = wanted[0]
        yield done


def tell_stale(address: str) -> None:
    """Print which editions no longer follow from those before them, and what to do about it."""
    stale = keeper.find_stale_editions(address)
    if stale:
        console.errors.print(
            f"[yellow]{len(stale)} later {'edition is' if len(stale) == 1 else 'editions are'} stale[/] "
            f"({', '.join(f'{edition}: {why}' for edition, why in list(stale.items())[:5])}"
            f"{', …' if len(stale) > 5 else ''}). Make them again: `newsfold backfill --stale --store {address}`.",
            highlight=False,
            soft_wrap=True,
        )


def publish(address: str, edition: date | None, *, force: bool) -> None:
    """List the editions that are held and why, or publish one of them.

    Args:
        address: the store.
        edition: the edition; where None, the only one that is held.
        force: publish it; without it nothing is changed.

    Raises:
        EditionNotFound: it is not held, nothing is, or several are and none is named.
        typer.Exit: editions are held, and stay so (4).
    """
    with keeper.lock_store(address):
        keeper.repair_store(address)
        held = {on: about for on, about in keeper.list_held_editions(address).items() if edition in (None, on)}
        if not held:
            raise EditionNotFound(f"No edition{f' of {edition}' if edition else ''} is held in {address}.")
        if not force:
            for about in held.values():
                console.print_edition(about)
            console.errors.print("Publish one all the same with `newsfold publish --edition DATE --force`.")
            raise typer.Exit(HELD)
        if len(held) > 1:
            raise EditionNotFound(f"Several editions are held; say which with --edition: {', '.join(map(str, held))}.")
        console.print_edition(keeper.release_edition(address, next(iter(held))))
    tell_stale(address)
