"""`newsfold backfill`: editions in order, or those that became stale."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated

import typer

from newsfold.errors import ConfigError
from newsfold.settings import load_settings
from newsfold_flows.cli import editions, log, options
from newsfold_flows.parameters import Missing


def backfill(
    first: options.FirstEdition = None,
    last: options.LastEdition = None,
    stale: Annotated[
        bool, typer.Option("--stale", help="Only editions that became stale because an earlier one changed.")
    ] = False,
    missing: Annotated[
        Missing,
        typer.Option(
            help="What to do with a night for which no source has a file: publish an edition with no new articles "
            "(exit code 3), skip the night, or stop."
        ),
    ] = "publish",
    config: options.Config = None,
    store: options.Store = None,
    quiet: options.Quiet = False,
    log_level: options.Level = log.LogLevel.INFO,
    log_format: options.Format = log.LogFormat.TEXT,
) -> None:
    """Make editions in order, each after the one before it.

    An edition that was published from the same inputs is left as it is. If interrupted, run the same command again to
    resume.

    If an edition is made again and its result changes, later editions are stale: `newsfold backfill --stale` rebuilds
    them from their sources, as far as necessary.

    A night for which no source has a file becomes an edition with no new articles: its stories go on as on a quiet
    night, and the exit code is 3. With `--missing skip`, nothing is published for it; with `--missing stop`, the
    backfill ends there with exit code 1. If its files come later, run the command again. An edition that was made from
    files is never replaced by one without. If no night of a range has files, nothing is made.

    Example: `newsfold backfill --from 2013-06-05 --to 2013-06-07 --config mine.yaml`
    """
    log.configure(quiet=quiet, level=log_level, log_format=log_format)
    from newsfold_flows import missing_nights

    settings = load_settings(config)
    address = store or settings.store
    if stale:
        dates: Iterable[date] = editions.find_stale_editions(address, first, last)
    elif first is None or last is None:
        raise ConfigError("Give --from and --to, or --stale to rebuild stale editions.")
    elif first > last:
        raise ConfigError(f"--from {first} is after --to {last}.")
    else:
        dates = [first + timedelta(days=day) for day in range((last - first).days + 1)]
        missing_nights.refuse_future(settings, dates)
        missing_nights.require_files(settings, dates)
    editions.make_editions(dates, config, address, missing)
