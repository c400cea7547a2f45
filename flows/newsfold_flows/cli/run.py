"""`newsfold run`: the nightly flow, once."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from newsfold.errors import ConfigError
from newsfold.settings import Settings, load_settings
from newsfold_flows.cli import editions, log, options


def run(
    config: options.Config = None,
    edition: options.EditionToMake = None,
    store: options.Store = None,
    timezone: options.Today = "UTC",
    refresh: options.Refresh = False,
    quiet: options.Quiet = False,
    log_level: options.Level = log.LogLevel.INFO,
    log_format: options.Format = log.LogFormat.TEXT,
) -> None:
    """Run the nightly flow once: read the sources, group articles into stories, publish the edition.

    Without options it uses the shipped sample, offline: three nights, published into the folder `newsfold-store`.

    If interrupted, run the same command again to resume. A source that cannot be read is recorded with a reason in
    table `sources`, and the others go on.

    With `--refresh`, an edition that was made today asks the web once more, and gains what is new since; its stories
    keep their ids. So a run every hour keeps one edition a day up to date.

    Example: `newsfold run --config mine.yaml`
    """
    log.configure(quiet=quiet, level=log_level, log_format=log_format)
    settings = load_settings(config)
    from newsfold_flows import missing_nights

    dates = [edition] if edition else _configured_editions(settings, timezone)
    missing_nights.refuse_future(settings, dates)
    editions.make_editions(dates, config, store or settings.store, "stop", refresh=refresh)


def _configured_editions(settings: Settings, timezone: str) -> list[date]:
    """Return the dates that the configuration's `edition` stands for: one, or all that the sources have."""
    from newsfold import sources

    if isinstance(settings.edition, date):
        return [settings.edition]
    if settings.edition != "all":
        return [datetime.now(ZoneInfo(timezone)).date()]
    dates = sources.list_editions(settings)
    if not dates:
        raise ConfigError("`edition: all` needs a source with {edition_date} in its path, and files there.")
    return list(dates)
