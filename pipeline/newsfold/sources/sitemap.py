"""Sitemaps and indexes of them (sitemaps.org protocol 0.9), with Google's news namespace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from newsfold import urls
from newsfold.errors import SourceError
from newsfold.sources.document import Document
from newsfold.sources.feed import refuse_entity_bombs


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap lists: further sitemaps, or pages with what is said of them; with their times, where told."""

    sitemaps: list[tuple[str, datetime | None]]
    pages: list[tuple[Document, datetime | None]]


def read_sitemap(raw: bytes, location: str, outlet: str | None) -> Sitemap:
    """What a sitemap lists, in its order.

    Args:
        raw: the XML, unpacked.
        location: its address, for messages and relative links.
        outlet: the configured outlet; None takes the news namespace's publication.

    Returns:
        Pages as documents with the title, time and language of the news namespace, where it is used; `version` is the
        page's `lastmod`.

    Raises:
        SourceError: it is no sitemap.
    """
    root = _root(raw)
    kind = _name(root)
    if kind == "sitemapindex":
        listed = [_entry(child) for child in root if _name(child) == "sitemap"]
        found = [(urls.resolve_link(entry.get("loc"), location), _moment(entry.get("lastmod"))) for entry in listed]
        return Sitemap([(address, moment) for address, moment in found if address], [])
    if kind != "urlset":
        raise SourceError(f"it is no sitemap: its root is <{kind}>, not <urlset> or <sitemapindex>")
    pages = []
    for number, child in enumerate((one for one in root if _name(one) == "url"), 1):
        entry = _entry(child)
        address = urls.resolve_link(entry.get("loc"), location)
        if address:
            pages.append((_document(entry, address, f"{location} url {number}", outlet), _latest(entry)))
    return Sitemap([], pages)


def _root(raw: bytes) -> Any:
    from lxml import etree

    refuse_entity_bombs(raw)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceError(f"it cannot be parsed as a sitemap: {error}") from error
    if root is None:
        raise SourceError("it cannot be parsed as a sitemap: it is no XML")
    return root


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _entry(element: Any) -> dict[str, str]:
    """The texts below an entry, by element name, the first of each; `publication.name` as `name`."""
    found: dict[str, str] = {}
    for name, value in _texts(element):
        found.setdefault(name, value)
    return found


def _texts(element: Any) -> Iterator[tuple[str, str]]:
    for child in element:
        name = _name(child)
        if name in ("image", "video", "link"):
            continue  # they have titles and addresses of their own
        if child.text and child.text.strip():
            yield name, " ".join(child.text.split())
        yield from _texts(child)


def _document(entry: dict[str, str], address: str, location: str, outlet: str | None) -> Document:
    return Document(
        location=location,
        form="fields",
        url=address,
        outlet=outlet or entry.get("name"),
        title=entry.get("title"),
        published_at=entry.get("publication_date"),
        language=entry.get("language"),
        version=entry.get("lastmod"),
    )


def _latest(entry: dict[str, str]) -> datetime | None:
    moments = [_moment(entry.get(name)) for name in ("publication_date", "lastmod")]
    return max((moment for moment in moments if moment), default=None)


def _moment(raw: str | None) -> datetime | None:
    """A W3C date or time; a date alone is its midnight in UTC."""
    try:
        found = datetime.fromisoformat((raw or "").strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
