"""Parsing sitemaps and their indexes (sitemaps.org protocol 0.9), with Google's news namespace.

The protocol also allows a feed, or a text file with one address on each line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from newsfold import encodings, times, urls
from newsfold.errors import SourceError
from newsfold.sources.document import Document, Failure
from newsfold.sources.feed import parse_feed
from newsfold.sources.safe_xml import ParsedXml, local_name, parse_xml, resolve_xml_link
from newsfold.sources.xml_repair import LOST

_FEED_ROOTS = ("rss", "feed", "rdf")
_ENTRY_NAMES = ("url", "sitemap")
_OTHER_NAMES = ("image", "video", "link")  # have titles and addresses of their own


@dataclass(frozen=True, slots=True)
class Sitemap:
    """A parsed sitemap; times are those of the last change, or None.

    Attributes:
        sitemaps: the addresses that an index lists, with their times.
        pages: the listed pages, with their times.
        failures: entries without an address that can be asked for, and the damage that ended the reading.
    """

    sitemaps: list[tuple[str, datetime | None]] = field(default_factory=list)
    pages: list[tuple[Document, datetime | None]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    @property
    def n_entries(self) -> int:
        """Number of the entries, those that could not be read too."""
        return len(self.sitemaps) + len(self.pages) + len(self.failures)


def parse_sitemap(raw: bytes, location: str, outlet: str | None) -> Sitemap:
    """Parse a sitemap, an index of sitemaps, a feed or a list of addresses.

    Args:
        raw: the document, decompressed.
        location: the address that answered, for messages and relative links.
        outlet: the configured outlet; None: the news namespace's publication.

    Returns:
        What it lists, in its order. Pages have title, time and language from the news namespace, if it is used;
        `version` is the page's `lastmod`.

    Raises:
        SourceError: it is not a sitemap.
    """
    if b"<" not in raw.replace(b"\x00", b""):
        return _parse_text_sitemap(raw, location, outlet)
    xml = parse_xml(raw, "a sitemap")
    root_name = local_name(xml.root)
    if root_name in _FEED_ROOTS:
        return _parse_feed_sitemap(raw, location, outlet)
    if root_name not in ("urlset", "sitemapindex"):
        raise SourceError(f"it is not a sitemap: its root is <{root_name}>, not <urlset> or <sitemapindex>")
    sitemap = Sitemap()
    # Some files list pages and sitemaps together, whatever their root says.
    for number, entry in enumerate((child for child in xml.root.iter() if local_name(child) in _ENTRY_NAMES), 1):
        entry_name = local_name(entry)
        entry_location = f"{location} {entry_name} {number}"
        fields = _text_fields(entry)
        url, reason = _read_address(fields.get("loc"), xml, location)
        if url is None:
            sitemap.failures.append(Failure(entry_location, reason))
        elif entry_name == "sitemap":
            sitemap.sitemaps.append((url, _parse_time(fields.get("lastmod"))))
        else:
            document = _build_document(fields, url, entry_location, outlet)
            sitemap.pages.append((document, _latest_time(document.published_at, document.version)))
    if xml.damage:
        n_kept = len(sitemap.pages) + len(sitemap.sitemaps)
        sitemap.failures.append(
            Failure(location, f"the sitemap is damaged, {n_kept:,} entries were kept: {xml.damage}")
        )
    return sitemap


def _parse_text_sitemap(raw: bytes, location: str, outlet: str | None) -> Sitemap:
    """Parse a text file with one address on each line.

    Raises:
        SourceError: its first line is not an address.
    """
    lines = [line.strip() for line in encodings.decode(raw).splitlines()]
    if not urls.is_web_address(next(filter(None, lines), None)):
        raise SourceError("it cannot be parsed as a sitemap: it is neither XML nor a list of addresses")
    sitemap = Sitemap()
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        url = urls.resolve_link(line, None) if urls.is_web_address(line) else None
        if url:
            sitemap.pages.append((Document(f"{location} line {number}", "fields", url=url, outlet=outlet), None))
        else:
            sitemap.failures.append(Failure(f"{location} line {number}", "it is not a web address"))
    return sitemap


def _parse_feed_sitemap(raw: bytes, location: str, outlet: str | None) -> Sitemap:
    """Parse a feed as the list of its entries; see `parse_feed`."""
    sitemap = Sitemap()
    for item in parse_feed(raw, location, outlet):
        if isinstance(item, Failure):
            sitemap.failures.append(item)
        else:
            sitemap.pages.append((item, _latest_time(item.published_at, item.version)))
    return sitemap


def _read_address(loc: str | None, xml: ParsedXml, location: str) -> tuple[str | None, str]:
    """The absolute address of an entry; if there is none, the reason."""
    if not loc:
        return None, "it has no address (`<loc>`)"
    if not xml.has_written(loc):
        return None, f"its address cannot be known, as the XML is damaged there: {loc[:200].replace(LOST, '�')}"
    url = resolve_xml_link(loc, location)
    return url, "" if url else f"its address does not lead to the web: {loc[:200]}"


def _text_fields(entry: Any) -> dict[str, str]:
    """The texts below an element, by element name, the first of each; `publication`'s `name` as `name`.

    An element that markup broke in two holds `LOST`.
    """
    fields: dict[str, str] = {}
    for name, value in _walk_texts(entry):
        fields.setdefault(name, value)
    return fields


def _walk_texts(element: Any) -> Iterator[tuple[str, str]]:
    for child in element:
        name = local_name(child)
        if not name or name in _ENTRY_NAMES or name in _OTHER_NAMES:
            continue
        if name == "loc":
            parts = [child.text or "", *(part for inner in child for part in (LOST, inner.tail or ""))]
            yield name, "".join(parts).strip()
        elif child.text and child.text.strip():
            yield name, " ".join(child.text.replace(LOST, " ").split())
        yield from _walk_texts(child)


def _build_document(fields: dict[str, str], url: str, location: str, outlet: str | None) -> Document:
    return Document(
        location=location,
        form="fields",
        url=url,
        outlet=outlet or fields.get("name"),
        title=fields.get("title"),
        published_at=fields.get("publication_date"),
        language=fields.get("language"),
        version=fields.get("lastmod"),
    )


def _latest_time(*printed: str | None) -> datetime | None:
    return max(filter(None, map(_parse_time, printed)), default=None)


def _parse_time(raw: str | None) -> datetime | None:
    """Parse a time; a date alone is its midnight in UTC."""
    return times.parse_time(raw, "UTC") if raw else None
