"""`newsfold backfill`: editions in order, or those that became stale."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated

import typer

from newsfold.errors import ConfigError
from newsfold.settings import load_settings
from newsfold_flows.cli import editions, options


def backfill(
    first: options.FirstEdition = None,
    last: options.LastEdition = None,
    stale: Annotated[
        bool, typer.Option("--stale", help="Only editions that became stale because an earlier one changed.")
    ] = False,
    config: options.Config = None,
    store: options.Store = None,
) -> None:
    """Make editions in order, each after the one before it.

    An edition that was published from the same inputs is left as it is. If interrupted, run the same command again to
    resume.

    If an edition is made again and its result changes, later editions are stale: `newsfold backfill --stale` rebuilds
    them from their sources, as far as necessary.

    Example: `newsfold backfill --from 2013-06-05 --to 2013-06-07 --config mine.yaml`
    """
    address = store or load_settings(config).store
    if stale:
        dates: Iterable[date] = editions.find_stale_editions(address, first, last)
    elif first is None or last is None:
        raise ConfigError("Give --from and --to, or --stale to rebuild stale editions.")
    elif first > last:
        raise ConfigError(f"--from {first} is after --to {last}.")
    else:
        dates = [first + timedelta(days=day) for day in range((last - first).days + 1)]
    editions.make_editions(dates, config, address)
