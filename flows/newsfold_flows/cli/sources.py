"""`newsfold sources add`: outlets into the configuration, from an OPML list, a feed or a site."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from rich.markup import escape

from newsfold.errors import ConfigError, SourceError
from newsfold.settings import Fetch, Settings, load_settings, parse_settings
from newsfold.sources.discovery import DiscoveredOutlet, discover_outlets
from newsfold_flows.cli import console
from newsfold_flows.cli.errors import report_errors

_OUTLETS_KEY = re.compile(r"^outlets:[ \t]*(?:\{\}[ \t]*)?(?:#.*)?$", re.MULTILINE)

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="markdown"
)


@app.callback()
def sources() -> None:
    """Add outlets on the web to a configuration."""


@app.command()
@report_errors()
def add(
    address: Annotated[
        str, typer.Argument(metavar="FILE.opml|URL", help="An OPML list of feeds, a feed, or a page of a site.")
    ],
    config: Annotated[
        Path, typer.Option(metavar="FILE", help="Configuration file to add the outlets to; created if it is missing.")
    ],
    contact: Annotated[
        str | None,
        typer.Option(help="Web page or mail address that hosts can contact. Default: the file's `fetch.contact`."),
    ] = None,
) -> None:
    """Add outlets to a configuration: those of an OPML list, the one of a feed, or the one whose site it is.

    For a site, feeds are taken from its home page and news sitemaps from its robots.txt. Existing content of the file
    is kept, comments included.

    Example: `newsfold sources add https://courier.example/ --config mine.yaml`
    """
    before = load_settings(config) if config.exists() else Settings()
    fetch = before.fetch.model_copy(update={"contact": contact or before.fetch.contact})
    if not fetch.contact:
        raise ConfigError(f"{config} names no `fetch: {{contact: …}}`; give --contact, a web page or mail address.")
    outlets = _new_outlets(discover_outlets(address, fetch), before)
    if not outlets:
        console.out.print("All outlets that were found are already in the configuration.", highlight=False)
        return
    old_text = config.read_text(encoding="utf-8") if config.exists() else ""
    new_text = _insert_outlets(old_text, outlets, fetch, before.fetch)
    _require_equivalent(new_text, outlets, before, config)
    config.write_text(new_text, encoding="utf-8")
    for key, outlet in outlets.items():
        urls = ", ".join([*outlet.get("feeds", []), *outlet.get("sitemaps", [])])
        console.out.print(f"[green]+[/] {escape(key)} [dim]{escape(urls)}[/]", highlight=False, soft_wrap=True)
    console.out.print(
        f"Added to {config}. To try the configuration: `newsfold check --config {config}`.", highlight=False
    )


def _new_outlets(discovered: Sequence[DiscoveredOutlet], before: Settings) -> dict[str, dict[str, Any]]:
    """Return the outlets with addresses that are not configured yet, as the configuration writes them, by a new key."""
    known = {getattr(source, "url", None) for source in before.sources}
    new: dict[str, dict[str, Any]] = {}
    for outlet in discovered:
        listings = {
            name: [url for url in urls if url not in known]
            for name, urls in (("feeds", outlet.feeds), ("sitemaps", outlet.sitemaps))
        }
        if not any(listings.values()):
            continue
        key, number = outlet.key, 1
        while key in before.outlets or key in new:
            number += 1
            key = f"{outlet.key}-{number}"
        language = {"language": outlet.language} if outlet.language else {}
        new[key] = {"name": outlet.name} | language | {name: urls for name, urls in listings.items() if urls}
    return new


def _insert_outlets(text: str, outlets: Mapping[str, Any], fetch: Fetch, before: Fetch) -> str:
    """Return the configuration's text with the outlets below `outlets:`, and with the contact if it lacked one."""
    block = _indent(yaml.safe_dump(dict(outlets), allow_unicode=True, sort_keys=False, width=1000))
    key = _OUTLETS_KEY.search(text)
    if key:
        text = f"{text[: key.start()]}outlets:\n{block}{text[key.end() :].lstrip(chr(10))}"
    else:
        text = f"{text.rstrip()}\n\noutlets:\n{block}".lstrip()
    if fetch.contact != before.contact:
        text = f"{text.rstrip()}\n\nfetch:\n  contact: {yaml.safe_dump(fetch.contact).splitlines()[0]}\n"
    return text


def _indent(block: str) -> str:
    return "".join(f"  {line}\n" for line in block.splitlines())


def _require_equivalent(text: str, outlets: Mapping[str, Any], before: Settings, config: Path) -> None:
    """Make sure that the new text has the outlets of the old one and the new ones.

    Raises:
        ConfigError: it does not; the message has the outlets, to be added by hand.
    """
    try:
        raw = yaml.safe_load(text)
        after = parse_settings(raw, folder=config.resolve().parent, origin=str(config))
        equivalent = set(after.outlets) == set(before.outlets) | set(outlets)
    except (yaml.YAMLError, ConfigError, SourceError):
        equivalent = False
    if not equivalent:
        block = yaml.safe_dump({"outlets": dict(outlets)}, allow_unicode=True, sort_keys=False)
        raise ConfigError(
            f"{config} is written in a way that outlets cannot be inserted into; add this by hand:\n\n{block}"
        )
