"""Finding the feeds of outlets: in an OPML list, and the feeds and news sitemaps that a site names."""

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
from newsfold.sources.document import Document
from newsfold.sources.feed import parse_feed
from newsfold.sources.fetcher import Fetcher
from newsfold.sources.safe_xml import parse_xml

_FEED_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json", "application/json"}
)
_COMMENTS = re.compile(r"comment|kommentar|comentario", re.IGNORECASE)
_TITLE_SUFFIX = re.compile(
    r"\s*[|»–—-]\s*(?:rss|feed|all (?:news|posts)|latest|home|startseite)\b.*$|\s+(?:rss|feed)$", re.IGNORECASE
)
_MAX_FEEDS = 5  # of one site: it names its main ones first
_HEAD_BYTES = 4096  # where an OPML list shows what it is


@dataclass(frozen=True)
class DiscoveredOutlet:
    """An outlet, and the addresses of its feeds and sitemaps."""

    name: str
    feeds: list[str] = field(default_factory=list)
    sitemaps: list[str] = field(default_factory=list)
    language: str | None = None

    @property
    def key(self) -> str:
        """A short name for the configuration."""
        return "-".join(text.split_words(self.name)) or "outlet"


def discover_outlets(address: str, settings: Fetch) -> list[DiscoveredOutlet]:
    """Find the outlets at an address: an OPML list, a feed, or a site's page that names its feeds.

    Args:
        address: an OPML file, or an http or https address.
        settings: limits and politeness of requests.

    Raises:
        SourceError: it cannot be read, or names no feed and no news sitemap.
    """
    if "://" not in address:
        try:
            return parse_opml(Path(address).read_bytes())
        except OSError as error:
            raise SourceError(f"{address} cannot be read: {error.strerror or error}") from error
    return asyncio.run(_discover_on_web(address, settings))


def parse_opml(raw: bytes) -> list[DiscoveredOutlet]:
    """Parse an OPML list (version 1 or 2) into its outlets, in its order; feeds of one title are one outlet.

    Raises:
        SourceError: it is not OPML, or lists no feed.
    """
    root = parse_xml(raw, "OPML").root
    if str(root.tag).lower() != "opml":
        raise SourceError("it is not OPML: its root is not <opml>")
    outlets: dict[str, DiscoveredOutlet] = {}
    for outline in root.iter("outline"):
        attributes = {str(key).lower(): str(value).strip() for key, value in outline.attrib.items()}
        url = urls.resolve_link(attributes.get("xmlurl"), None)
        if not url or "://" not in url:
            continue
        title = attributes.get("title") or attributes.get("text") or ""
        name = _clean_title(title) or urls.extract_domain(url) or url
        outlet = outlets.setdefault(name, DiscoveredOutlet(name, language=attributes.get("language")))
        if url not in outlet.feeds:
            outlet.feeds.append(url)
    if not outlets:
        raise SourceError("it lists no feed (no <outline> with an xmlUrl)")
    return list(outlets.values())


async def _discover_on_web(address: str, settings: Fetch) -> list[DiscoveredOutlet]:
    max_bytes = int(settings.max_mb * 1_000_000)
    async with Fetcher(settings) as fetcher:
        response = await fetcher.get(address)
        body, url = response.decode_body(max_bytes), response.final_url
        if b"<opml" in body[:_HEAD_BYTES].lower():
            return parse_opml(body)
        outlet = _outlet_of_feed(body, url)
        if outlet:
            return [outlet]
        name, language, links = _parse_home_page(body, url)
        feeds = []
        for link in links[:_MAX_FEEDS]:
            try:
                linked = await fetcher.get(link)
                if _outlet_of_feed(linked.decode_body(max_bytes), link):
                    feeds.append(link)
            except SourceError:
                continue  # a dead link is not a feed
        sitemaps = [sitemap for sitemap in fetcher.list_sitemaps(url) if "news" in sitemap.lower()]
    if not feeds and not sitemaps:
        raise SourceError(
            f"{address} names no feed that can be read, and no news sitemap; give the address of a feed itself"
        )
    return [DiscoveredOutlet(name or urls.extract_domain(address) or address, feeds, sitemaps, language)]


def _outlet_of_feed(body: bytes, url: str) -> DiscoveredOutlet | None:
    """The outlet of a feed; None if it is not a feed."""
    try:
        entries = [entry for entry in parse_feed(body, url, None) if isinstance(entry, Document)]
    except SourceError:
        return None
    first = entries[0] if entries else None
    name = _clean_title((first.outlet if first else None) or "") or urls.extract_domain(url) or url
    return DiscoveredOutlet(name, [url], language=first.language if first else None)


def _parse_home_page(body: bytes, url: str) -> tuple[str | None, str | None, Sequence[str]]:
    """The name of a page's site, its language, and the feeds that it links to (RSS Autodiscovery), each once."""
    from lxml import etree, html

    try:
        tree = html.document_fromstring(body)
    except (etree.ParserError, ValueError):
        return None, None, []
    title = next(iter(tree.xpath("//meta[@property='og:site_name']/@content")), None) or tree.findtext(".//title")
    declared_base = next(iter(tree.xpath("//base/@href")), None)
    base = urls.resolve_link(declared_base, url) or url
    links = list(dict.fromkeys(link for link in _feed_links(tree, base) if link))
    return _clean_title(title or "") or None, tree.get("lang"), links


def _feed_links(tree: Any, base: str) -> Iterator[str | None]:
    for link in tree.iter("link"):
        relations = (link.get("rel") or "").lower().split()
        if "alternate" not in relations or (link.get("type") or "").strip().lower() not in _FEED_TYPES:
            continue
        if not _COMMENTS.search(f"{link.get('title') or ''} {link.get('href') or ''}"):
            yield urls.resolve_link(link.get("href"), base)


def _clean_title(title: str) -> str:
    return _TITLE_SUFFIX.sub("", text.normalise_line(title)).strip()
