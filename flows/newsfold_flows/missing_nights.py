"""Nights for which no source has a file: published without new articles, skipped, or the end of a run."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from newsfold import sources, store
from newsfold.errors import ConfigError, SourceError
from newsfold.settings import Settings
from newsfold_flows import metrics
from newsfold_flows.parameters import Missing

if TYPE_CHECKING:
    from newsfold_flows.run import Run

_MAX_NEAREST = 3
_EARLIEST_ZONE = timezone(timedelta(hours=14))  # where each day begins first


def refuse_future(settings: Settings, editions: Iterable[date]) -> None:
    """Refuse editions of days that have not begun anywhere on earth, unless a source has files for them.

    Raises:
        ConfigError: an edition is in the future.
    """
    today = datetime.now(_EARLIEST_ZONE).date()
    future = [edition for edition in editions if edition > today]
    if future and (unknown := sorted(set(future) - set(sources.list_editions(settings)))):
        raise ConfigError(
            f"The edition {unknown[0]} is in the future (today is {datetime.now(UTC).date()}), and no source has files "
            "for it. Its articles would count as that day's, and the editions until then as late."
        )


def require_files(settings: Settings, editions: Iterable[date]) -> None:
    """Stop a backfill none of whose nights has files: a wrong path is likelier than a gap that long.

    Raises:
        SourceError: no source has a file for any of the editions.
    """
    dates = list(editions)
    if dates and all(sources.is_missing_night(settings, edition) for edition in dates):
        raise SourceError(
            f"No source has a file for any night from {dates[0]} to {dates[-1]}, so nothing is made"
            f"{_describe_nearest(settings, dates[0])}. Check the dates, and `path` in the configuration."
        )


def explain_omission(settings: Settings, address: str, edition: date, missing: Missing) -> str | None:
    """Return why a backfill does not make an edition, or None if it does.

    A missing night that is already published without articles of its own stays so, and is made like any other edition.

    Args:
        settings: the configuration.
        address: the store.
        edition: the edition.
        missing: what to do with a missing night.
    """
    if missing == "stop" or not sources.is_missing_night(settings, edition):
        return None
    if _had_files(address, edition):
        return f"{edition}: no source has a file for this night any more. The edition made from them stays as it is."
    if missing == "skip" and edition not in store.list_editions(address):
        return f"{edition}: skipped, for no source has a file for this night."
    return None


def require_decision(run: Run, missing: Missing) -> None:
    """Stop a run whose sources have no files for its night, unless an edition without new articles is wanted or there.

    Raises:
        SourceError: no source has a file for the night, and `missing` does not say that it is to be published, or an
            edition that was made from files would be replaced.
    """
    outcomes = run.staging.read("source_outcomes", ["no_files"])
    if not outcomes.num_rows or not all(outcomes["no_files"].to_pylist()):
        return
    problem = f"No source has a file for {run.edition}"
    if _had_files(run.address, run.edition):
        raise SourceError(f"{problem} any more. The edition that was made from them stays as it is.")
    if missing != "publish" and run.edition not in store.list_editions(run.address):
        raise SourceError(
            f"{problem}, so no edition is published{_describe_nearest(run.settings, run.edition)}. If there are none "
            "to come, make the nights around it with `newsfold backfill`: `--missing publish` publishes an edition "
            "with no new articles, `--missing skip` leaves the night out. (In Prefect: the parameter `missing`.)"
        )


def _had_files(address: str, edition: date) -> bool:
    """Return whether an edition is published that was made from files."""
    published = edition in store.list_editions(address)
    return published and not metrics.is_missing_night(store.load_manifest(address, edition)["sources"])


def _describe_nearest(settings: Settings, edition: date) -> str:
    dates = sorted(sources.list_editions(settings), key=lambda day: abs(day - edition))[:_MAX_NEAREST]
    if not dates:
        return "; nor is there one for any other night"
    return f"; the nearest nights with files: {', '.join(map(str, sorted(dates)))}"
