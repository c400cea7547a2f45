"""Making editions one after another, for `run` and `backfill`, and naming the stale ones."""

from __future__ import annotations

import logging
import os
import shlex
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import typer

from newsfold import store
from newsfold.errors import EditionHeld
from newsfold.settings import Settings, load_settings
from newsfold_flows import prefect_home
from newsfold_flows.cli import console, edition_report, log, progress_bars, story_tables
from newsfold_flows.cli.errors import ExitCode
from newsfold_flows.parameters import Missing

_STALE_SHOWN = 5
# Progress and problems are reported here instead; Prefect's server gets the log of the run.
_PREFECT_LOGGING = {"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL", "PREFECT_LOGGING_INTERNAL_LEVEL": "CRITICAL"}


def make_editions(
    dates: Iterable[date], config: Path | None, address: str, missing: Missing, *, refresh: bool = False
) -> None:
    """Make editions, one flow run each; print a summary of each edition and the stories of the last.

    Args:
        dates: the editions; the next date is requested only after the edition before it is published.
        config: the configuration file; None: the shipped one.
        address: the store.
        missing: what to do with a night for which no source has a file.
        refresh: whether to ask the web again for an edition that has asked it before.

    Raises:
        typer.Exit: with `HELD`, if the quality gate holds an edition (nothing is made after it), or with `INCOMPLETE`,
            if a source failed or, unless they are to be skipped, a night has no files.
    """
    prefect_home.ensure_prefect_home(address)
    for name, value in _PREFECT_LOGGING.items():
        os.environ.setdefault(name, value)
    log.report(logging.INFO, "Starting Prefect …")  # which takes seconds
    from newsfold_flows.run import store_lock
    from newsfold_flows.temporary_server import temporary_server

    try:
        with temporary_server(), store_lock(address), log.report_runs():
            made, omitted, incomplete = _run_flow_for_each(dates, config, address, missing, refresh=refresh)
    except KeyboardInterrupt:
        log.report(
            logging.WARNING,
            "Interrupted. Run the same command again: it resumes where this one stopped, and leaves an edition that "
            "was published as it is.",
        )
        raise
    if made and not log.is_quiet():
        _print_result(made, address)
    elif not made and not omitted:
        log.report(logging.INFO, "Nothing is stale: every edition follows from those before it.")
    if made:
        report_stale_editions(address, after=made[0])
    if incomplete:
        log.report(logging.WARNING, "Published, but incomplete: some sources failed or had no files.")
        raise typer.Exit(ExitCode.INCOMPLETE)


def _print_result(made: Sequence[date], address: str) -> None:
    """Print the stories of the last of these editions, and where to read them."""
    read_by = "newsfold show"
    if address != Settings().store:
        read_by += f" --store {shlex.quote(address)}"
    console.out.print()
    story_tables.print_stories(store.load(address, "stories", made[-1]))
    console.out.print(
        f"\nParquet: {address}/stories, {address}/story_articles, …\n"
        f'Read it: pandas.read_parquet("{address}/stories")   More: {read_by}',
        highlight=False,
        markup=False,
        soft_wrap=True,
    )


def find_stale_editions(address: str, first: date | None, last: date | None) -> Iterator[date]:
    """Yield the stale editions between two dates, in order.

    The store is asked again after each: once an edition is rebuilt, the next one may no longer be stale.
    """
    previous: date | None = None
    while True:
        stale = [
            edition
            for edition in store.find_stale_editions(address)
            if (previous is None or edition > previous)
            and (first is None or edition >= first)
            and (last is None or edition <= last)
        ]
        if not stale:
            return
        previous = stale[0]
        yield previous


def report_stale_editions(address: str, after: date) -> None:
    """Report which editions after a date no longer follow from those before them, and how to rebuild them."""
    stale = store.find_stale_editions(address, after)
    if not stale:
        return
    reasons = ", ".join(f"{edition}: {reason}" for edition, reason in list(stale.items())[:_STALE_SHOWN])
    log.report(
        logging.WARNING,
        f"{len(stale)} later {'edition is' if len(stale) == 1 else 'editions are'} stale "
        f"({reasons}{', …' if len(stale) > _STALE_SHOWN else ''}). "
        f"Rebuild them with `newsfold backfill --stale --store {address}`.",
    )


def _run_flow_for_each(
    dates: Iterable[date], config: Path | None, address: str, missing: Missing, *, refresh: bool
) -> tuple[list[date], list[date], bool]:
    """Make the editions; return the dates of those made and of those left out, and whether anything is incomplete."""
    from newsfold_flows import missing_nights
    from newsfold_flows.nightly import nightly

    settings = load_settings(config)
    made, omitted, incomplete = [], [], False
    for edition in dates:
        if omission := missing_nights.explain_omission(settings, address, edition, missing):
            log.report(logging.WARNING, omission)
            omitted.append(edition)
            incomplete = incomplete or missing == "publish"
            continue
        with _report_progress():
            try:
                manifest: dict[str, Any] = nightly(
                    str(config) if config else None, edition, address, missing=missing, refresh=refresh
                )
            except EditionHeld:
                manifest = store.list_held_editions(address)[edition]
        if not log.is_quiet():
            edition_report.print_edition(manifest)
        if manifest["status"] == "held":
            log.report(
                logging.ERROR,
                f"The edition {edition} is held in staging: {' '.join(manifest['gate']['problems'])} "
                "Publish it anyway with "
                f"`newsfold release --edition {edition} --force --store {address}`, or fix the cause and run it again.",
            )
            raise typer.Exit(ExitCode.HELD)
        made.append(edition)
        incomplete = incomplete or manifest["status"] == "incomplete"
    return made, omitted, incomplete


@contextmanager
def _report_progress() -> Iterator[None]:
    """Log the progress of runs inside the block to Prefect, and show it by bars at a terminal."""
    from newsfold_flows.progress import LogReporter, ReporterGroup, use_reporter

    if not log.shows_bars():
        yield  # the log of the run is reported
        return
    with progress_bars.show_progress() as bars, use_reporter(ReporterGroup((LogReporter(), bars))):
        yield
