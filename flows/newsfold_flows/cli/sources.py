"""`newsfold sources add`: outlets into the configuration, from an OPML list, a feed or a site."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from rich.markup import escape

from newsfold import settings
from newsfold.errors import ConfigError, SourceError
from newsfold.settings import Fetch, Settings
from newsfold.sources.discovery import DiscoveredOutlet, discover_outlets
from newsfold_flows.cli import console

_OUTLETS = re.compile(r"^outlets:[ \t]*(?:\{\}[ \t]*)?(?:#.*)?$", re.MULTILINE)

app = typer.Typer(help="Where articles are read from: outlets on the web.", no_args_is_help=True)


@app.callback()
def _sources() -> None:
    """Where articles are read from: outlets on the web."""


def add(
    address: Annotated[
        str, typer.Argument(metavar="FILE.opml|URL", help="An OPML list of feeds, a feed, or a site's page.")
    ],
    config: Annotated[
        Path, typer.Option(help="The configuration file that the outlets are added to; a new one, if need be.")
    ],
    contact: Annotated[
        str | None, typer.Option(help="Whom hosts may ask about newsfold's visits, where the file does not say it.")
    ] = None,
) -> None:
    """Add outlets to a configuration: those of an OPML list, the one of a feed, or the one whose site it is.

    A site's home page is asked for the feeds it names, and its robots.txt for news sitemaps. What is there already
    stays as it is; comments too.
    """
    before = settings.load_settings(config) if config.exists() else Settings()
    fetch = before.fetch.model_copy(update={"contact": contact or before.fetch.contact})
    if not fetch.contact:
        raise ConfigError(f"{config} names no `fetch: {{contact: …}}`; give --contact, a web page or mail address.")
    found = discover_outlets(address, fetch)
    fresh = _fresh(found, before)
    if not fresh:
        console.console.print("Everything that was found is in the configuration already.", highlight=False)
        return
    written = _added(config.read_text(encoding="utf-8") if config.exists() else "", fresh, fetch, before.fetch)
    _require_same(written, fresh, before, config)
    config.write_text(written, encoding="utf-8")
    for key, outlet in fresh.items():
        where = ", ".join([*outlet.get("feeds", []), *outlet.get("sitemaps", [])])
        console.console.print(f"[green]+[/] {escape(key)} [dim]{escape(where)}[/]", highlight=False, soft_wrap=True)
    console.console.print(f"Added to {config}; `newsfold check --config {config}` reaches them.", highlight=False)


def _fresh(found: Sequence[DiscoveredOutlet], before: Settings) -> dict[str, dict[str, Any]]:
    """What is not configured yet, as the configuration writes it, by a key of its own."""
    known = {getattr(source, "url", None) for source in before.sources}
    fresh: dict[str, dict[str, Any]] = {}
    for outlet in found:
        places = {
            name: [url for url in urls if url not in known]
            for name, urls in (("feeds", outlet.feeds), ("sitemaps", outlet.sitemaps))
        }
        if not any(places.values()):
            continue
        key, number = outlet.key, 1
        while key in before.outlets or key in fresh:
            number += 1
            key = f"{outlet.key}-{number}"
        language = {"language": outlet.language} if outlet.language else {}
        fresh[key] = {"name": outlet.name} | language | {name: urls for name, urls in places.items() if urls}
    return fresh


def _added(written: str, fresh: Mapping[str, Any], fetch: Fetch, before: Fetch) -> str:
    """The configuration's text with the outlets below `outlets:`, and the contact where it lacked one."""
    block = _indented(yaml.safe_dump(dict(fresh), allow_unicode=True, sort_keys=False, width=1000))
    there = _OUTLETS.search(written)
    if there:
        written = f"{written[: there.start()]}outlets:\n{block}{written[there.end() :].lstrip(chr(10))}"
    else:
        written = f"{written.rstrip()}\n\noutlets:\n{block}".lstrip()
    if fetch.contact != before.contact:
        written = f"{written.rstrip()}\n\nfetch:\n  contact: {yaml.safe_dump(fetch.contact).splitlines()[0]}\n"
    return written


def _indented(block: str) -> str:
    return "".join(f"  {line}\n" for line in block.splitlines())


def _require_same(written: str, fresh: Mapping[str, Any], before: Settings, config: Path) -> None:
    """Make sure that the new text says what the old one said, and the new outlets.

    Raises:
        ConfigError: it does not; the outlets are told, to be added by hand.
    """
    try:
        raw = yaml.safe_load(written)
        after = settings.parse_settings(raw, folder=config.resolve().parent, origin=str(config))
        same = set(after.outlets) == set(before.outlets) | set(fresh)
    except (yaml.YAMLError, ConfigError, SourceError):
        same = False
    if not same:
        block = yaml.safe_dump({"outlets": dict(fresh)}, allow_unicode=True, sort_keys=False)
        raise ConfigError(f"{config} is written in a way that cannot be added to; add this by hand:\n\n{block}")
