"""Where outlets can be read: feeds in an OPML list, and the feeds and news sitemaps that a site names."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from newsfold import text, urls
from newsfold.errors import SourceError
from newsfold.settings import Fetch
from newsfold.sources import feed
from newsfold.sources.document import Document
from newsfold.sources.feed import refuse_entity_bombs
from newsfold.sources.fetch import Fetcher

_FEED_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json", "application/json"}
)
_COMMENTS = re.compile(r"comment|kommentar|comentario", re.IGNORECASE)
_SUFFIX = re.compile(r"\s*[|»–—-]\s*(?:rss|feed|all (?:news|posts)|latest|home|startseite)\b.*$|\s+(?:rss|feed)$", re.I)
_MOST_FEEDS = 5  # of one site: those it names first are its main ones


@dataclass(frozen=True)
class DiscoveredOutlet:
    """An outlet, and where it can be read."""

    name: str
    feeds: list[str] = field(default_factory=list)
    sitemaps: list[str] = field(default_factory=list)
    language: str | None = None

    @property
    def key(self) -> str:
        """A short name for the configuration."""
        return "-".join(text.split_words(self.name)) or "outlet"


def outlets_in_opml(raw: bytes) -> list[DiscoveredOutlet]:
    """The outlets of an OPML list (version 1 or 2), in its order: feeds of one title are one outlet.

    Raises:
        SourceError: it is no OPML, or lists no feed.
    """
    from lxml import etree

    refuse_entity_bombs(raw)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceError(f"it cannot be parsed as OPML: {error}") from error
    if root is None or str(root.tag).lower() != "opml":
        raise SourceError("it is no OPML: its root is not <opml>")
    found: dict[str, DiscoveredOutlet] = {}
    for outline in root.iter("outline"):
        named = {str(key).lower(): str(value).strip() for key, value in outline.attrib.items()}
        address = urls.resolve_link(named.get("xmlurl"), None)
        if not address or "://" not in address:
            continue
        name = _bare(named.get("title") or named.get("text") or "") or urls.extract_domain(address) or address
        outlet = found.setdefault(name, DiscoveredOutlet(name, language=named.get("language")))
        if address not in outlet.feeds:
            outlet.feeds.append(address)
    if not found:
        raise SourceError("it lists no feed (no <outline> with an xmlUrl)")
    return list(found.values())


def discover_outlets(address: str, settings: Fetch) -> list[DiscoveredOutlet]:
    """The outlets at an address: an OPML list, a feed, or a site's page that names its feeds.

    Args:
        address: an OPML file, or an http or https address.
        settings: how to behave on the web.

    Raises:
        SourceError: it cannot be had, or names no feed and no news sitemap.
    """
    if "://" not in address:
        try:
            return outlets_in_opml(Path(address).read_bytes())
        except OSError as error:
            raise SourceError(f"{address} cannot be read: {error.strerror or error}") from error
    return asyncio.run(_discover_outlets(address, settings))


async def _discover_outlets(address: str, settings: Fetch) -> list[DiscoveredOutlet]:
    limit = int(settings.max_mb * 1_000_000)
    async with Fetcher(settings) as fetcher:
        answer = await fetcher.get(address)
        body = answer.readable(limit)
        if b"<opml" in body[:4096].lower():
            return outlets_in_opml(body)
        here = _as_feed(body, answer.final_url)
        if here:
            return [here]
        name, language, links = _links(body, answer.final_url)
        feeds = []
        for link in links[:_MOST_FEEDS]:
            try:
                read = await fetcher.get(link)
                if _as_feed(read.readable(limit), link):
                    feeds.append(link)
            except SourceError:
                continue  # a link that leads nowhere is no feed
        sitemaps = [one for one in fetcher.sitemaps(answer.final_url) if "news" in one.lower()]
    if not feeds and not sitemaps:
        raise SourceError(
            f"{address} names no feed that can be read, and no news sitemap; give the address of a feed itself"
        )
    return [DiscoveredOutlet(name or urls.extract_domain(address) or address, feeds, sitemaps, language)]


def _as_feed(body: bytes, url: str) -> DiscoveredOutlet | None:
    try:
        entries = [entry for entry in feed.entries(body, url, None) if isinstance(entry, Document)]
    except SourceError:
        return None
    named = entries[0] if entries else None
    name = _bare((named.outlet if named else None) or "") or urls.extract_domain(url) or url
    return DiscoveredOutlet(name, [url], language=named.language if named else None)


def _links(body: bytes, url: str) -> tuple[str | None, str | None, Sequence[str]]:
    """A page's name for its site, its language, and the feeds that it links to (RSS Autodiscovery), each once."""
    from lxml import etree, html

    try:
        tree = html.document_fromstring(body)
    except (etree.ParserError, ValueError):
        return None, None, []
    name = next(iter(tree.xpath("//meta[@property='og:site_name']/@content")), None) or tree.findtext(".//title")
    links = list(dict.fromkeys(link for link in _alternates(tree, url) if link))
    return _bare(name or "") or None, tree.get("lang"), links


def _alternates(tree: Any, url: str) -> Iterator[str | None]:
    for link in tree.iter("link"):
        kinds = (link.get("rel") or "").lower().split()
        if "alternate" not in kinds or (link.get("type") or "").strip().lower() not in _FEED_TYPES:
            continue
        if not _COMMENTS.search(f"{link.get('title') or ''} {link.get('href') or ''}"):
            yield urls.resolve_link(link.get("href"), url)


def _bare(name: str) -> str:
    return _SUFFIX.sub("", text.normalise_line(name)).strip()
