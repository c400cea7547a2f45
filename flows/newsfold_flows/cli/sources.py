"""`newsfold sources add`: outlets into the configuration, from an OPML list, a feed or a site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from rich.markup import escape
from ruamel.yaml.error import YAMLError

from newsfold.errors import ConfigError
from newsfold.settings import Country, Fetch, Network, Settings, load_settings, parse_settings
from newsfold.sources.discovery import DiscoveredOutlet, discover_outlets
from newsfold_flows.cli import console, options
from newsfold_flows.cli.errors import report_errors
from newsfold_flows.cli.yaml_edits import set_keys

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="markdown"
)


@app.callback()
def sources() -> None:
    """Add outlets on the web to a configuration."""


def _parse_country(text: str) -> str:
    return options.parse_value(Country, text.upper())


def _parse_network(text: str) -> str:
    return options.parse_value(Network, text)


def _parse_language(text: str) -> str:
    from newsfold.extraction.languages import parse_language
    from newsfold.text import UNKNOWN_LANGUAGE

    code = parse_language(text)
    if code in (None, UNKNOWN_LANGUAGE):
        raise typer.BadParameter(f"{text!r} is not a language that ISO 639-1 has a code for, such as en or pt-BR.")
    return str(code)


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
    full_pages: Annotated[
        bool | None,
        typer.Option(
            "--full-pages/--no-full-pages",
            help="Whether to fetch the page of each entry. Default: for sitemaps, not for feeds.",
        ),
    ] = None,
    family: Annotated[
        str | None, typer.Option(metavar="NAME", help="Publisher family: the common owner or newsroom.")
    ] = None,
    country: Annotated[
        str | None, typer.Option(parser=_parse_country, metavar="CODE", help="Home country (ISO 3166-1), such as GB.")
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(
            parser=_parse_language,
            metavar="TAG",
            help="Language of the articles, such as en or pt-BR. Default: as the list, feed or site says.",
        ),
    ] = None,
    private_networks: Annotated[
        list[str] | None,
        typer.Option(
            parser=_parse_network,
            metavar="NETWORK",
            help="Network that is not public but may be fetched from, such as 10.1.0.0/16. May be repeated.",
        ),
    ] = None,
) -> None:
    """Add outlets to a configuration: those of an OPML list, the one of a feed, or the one whose site it is.

    For a site, feeds are taken from its home page and news sitemaps from its robots.txt. Existing content of the file
    is kept, comments included. The options describe all outlets that are added; `--contact` and `--private-networks`
    go into section `fetch`.

    Example: `newsfold sources add https://courier.example/ --config mine.yaml --full-pages --country GB`
    """
    before = load_settings(config) if config.exists() else Settings()
    changes = _choose_fetch_settings(before.fetch, contact, private_networks or [])
    fetch = before.fetch.model_copy(update=changes)
    if not fetch.contact:
        raise ConfigError(f"{config} names no `fetch: {{contact: …}}`; give --contact, a web page or mail address.")
    facts = {"publisher_family": family, "country": country, "language": language, "full_pages": full_pages}
    outlets = _new_outlets(discover_outlets(address, fetch), before, facts)
    if not outlets:
        console.out.print(
            f"All outlets that were found are already in the configuration; {config} stays as it is.", highlight=False
        )
        return
    old_text = config.read_text(encoding="utf-8") if config.exists() else ""
    config.write_text(_edit(old_text, {"outlets": outlets, "fetch": changes}, config), encoding="utf-8")
    for key, outlet in outlets.items():
        urls = ", ".join([*outlet.get("feeds", []), *outlet.get("sitemaps", [])])
        console.out.print(f"[green]+[/] {escape(key)} [dim]{escape(urls)}[/]", highlight=False, soft_wrap=True)
    console.out.print(
        f"Added to {config}. To try the configuration: `newsfold check --config {config}`.", highlight=False
    )


def _choose_fetch_settings(before: Fetch, contact: str | None, private_networks: Sequence[str]) -> dict[str, Any]:
    """Return the settings of section `fetch` that the options change."""
    networks = list(dict.fromkeys([*before.private_networks, *private_networks]))
    chosen = {"contact": contact or before.contact, "private_networks": networks}
    return {key: value for key, value in chosen.items() if value != getattr(before, key)}


def _new_outlets(
    discovered: Sequence[DiscoveredOutlet], before: Settings, facts: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Return the outlets with addresses that are not configured yet, as the configuration writes them, by a new key.

    Args:
        discovered: the outlets.
        before: the configuration.
        facts: what the options say of all of them, by the outlet's key; None: nothing.
    """
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
        said = {name: value for name, value in facts.items() if value is not None}
        language = {"language": outlet.language} if outlet.language else {}
        new[key] = {"name": outlet.name} | language | said | {name: urls for name, urls in listings.items() if urls}
    return new


def _edit(text: str, sections: Mapping[str, Mapping[str, Any]], config: Path) -> str:
    """Return the configuration's text with keys added to sections.

    Raises:
        ConfigError: they cannot be added without changing anything else; the message has them, to be added by hand.
    """
    before = yaml.safe_load(text) or {}
    changed = {name: (before.get(name) or {}) | dict(values) for name, values in sections.items() if values}
    try:
        edited = text
        for name, values in sections.items():
            edited = set_keys(edited, name, values)
        if yaml.safe_load(edited) == before | changed:
            parse_settings(before | changed, folder=config.resolve().parent, origin=str(config))
            return edited
    except (yaml.YAMLError, YAMLError):
        pass
    block = yaml.safe_dump({name: dict(sections[name]) for name in changed}, allow_unicode=True, sort_keys=False)
    raise ConfigError(f"{config} is written in a way that nothing can be inserted into; add this by hand:\n\n{block}")
