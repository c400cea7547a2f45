"""`newsfold prune`: removing old editions."""

from __future__ import annotations

from typing import Annotated

import typer

from newsfold.errors import ConfigError, EditionNotFound
from newsfold.settings import check_keep_days, load_settings
from newsfold.text import format_count
from newsfold_flows.cli import console, options


def prune(
    keep_days: Annotated[
        int | None,
        typer.Option(
            "--keep-days", min=1, help="Days before the latest edition whose editions are kept (default: `keep_days`)."
        ),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Remove them; without it, only show what would be removed.")
    ] = False,
    config: options.Config = None,
    store: options.Store = None,
) -> None:
    """Remove old editions for good: show which, and with --yes remove them.

    What is kept stays as it is, story ids and lineage included, and later editions are made as if nothing had been
    removed. An edition whose window reaches back before the first one that is kept cannot be made again.

    Example: `newsfold prune --keep-days 365 --yes`
    """
    settings = load_settings(config)
    address, days = store or settings.store, keep_days or settings.keep_days
    if days is None:
        raise ConfigError(
            "Say how many days of editions to keep: `--keep-days 365`, or `keep_days` in the configuration."
        )
    try:
        check_keep_days(days, settings.known_days)
    except ValueError as error:
        raise ConfigError(f"--keep-days {error}.") from error
    from newsfold import store as stores

    with stores.lock_store(address):
        stores.repair_store(address)
        plan = stores.plan_pruning(address, days)
        if plan is None:
            raise EditionNotFound(f"{address} has no edition.")
        if not plan.editions:
            console.out.print(f"Nothing to remove: {address} has no edition before {plan.before}.", highlight=False)
            return
        first, last = plan.editions[0], plan.editions[-1]
        what = (
            f"{format_count(len(plan.editions), 'edition')}, {first}{f' to {last}' if last != first else ''}: "
            f"{format_count(plan.n_files, 'file')}, {plan.size / 1e6:,.1f} MB"
        )
        if yes:
            stores.prune_store(address, plan)
    if yes:
        console.out.print(f"Removed {what}.", highlight=False, soft_wrap=True)
    else:
        console.out.print(f"Would remove {what}. Remove them with --yes.", highlight=False, soft_wrap=True)
