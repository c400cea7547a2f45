"""Parsing sitemaps and their indexes (sitemaps.org protocol 0.9), with Google's news namespace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newsfold import times, urls
from newsfold.errors import SourceError
from newsfold.sources.document import Document
from newsfold.sources.safe_xml import parse_xml


@dataclass(frozen=True, slots=True)
class Sitemap:
    """A parsed sitemap; times are those of the last change, or None.

    Attributes:
        sitemaps: the addresses that an index lists, with their times.
        pages: the listed pages, with their times.
    """

    sitemaps: list[tuple[str, datetime | None]]
    pages: list[tuple[Document, datetime | None]]


def parse_sitemap(raw: bytes, location: str, outlet: str | None) -> Sitemap:
    """Parse a sitemap or an index of sitemaps.

    Args:
        raw: the XML, decompressed.
        location: its address, for messages and relative links.
        outlet: the configured outlet; None: the news namespace's publication.

    Returns:
        What it lists, in its order. Pages have title, time and language from the news namespace, if it is used;
        `version` is the page's `lastmod`.

    Raises:
        SourceError: it is not a sitemap.
    """
    root = parse_xml(raw, "a sitemap")
    root_name = _local_name(root)
    if root_name == "sitemapindex":
        elements = [_text_fields(child) for child in root if _local_name(child) == "sitemap"]
        sitemaps = [
            (urls.resolve_link(fields.get("loc"), location), _parse_time(fields.get("lastmod"))) for fields in elements
        ]
        return Sitemap([(url, changed_at) for url, changed_at in sitemaps if url], [])
    if root_name != "urlset":
        raise SourceError(f"it is not a sitemap: its root is <{root_name}>, not <urlset> or <sitemapindex>")
    pages = []
    for number, child in enumerate((child for child in root if _local_name(child) == "url"), 1):
        fields = _text_fields(child)
        url = urls.resolve_link(fields.get("loc"), location)
        if url:
            page = _build_document(fields, url, f"{location} url {number}", outlet)
            pages.append((page, _latest_time(fields)))
    return Sitemap([], pages)


def _local_name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _text_fields(element: Any) -> dict[str, str]:
    """The texts below an element, by element name, the first of each; `publication`'s `name` as `name`."""
    fields: dict[str, str] = {}
    for name, value in _walk_texts(element):
        fields.setdefault(name, value)
    return fields


def _walk_texts(element: Any) -> Iterator[tuple[str, str]]:
    for child in element:
        name = _local_name(child)
        if name in ("image", "video", "link"):
            continue  # they have titles and addresses of their own
        if child.text and child.text.strip():
            yield name, " ".join(child.text.split())
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


def _latest_time(fields: dict[str, str]) -> datetime | None:
    moments = [_parse_time(fields.get(name)) for name in ("publication_date", "lastmod")]
    return max(filter(None, moments), default=None)


def _parse_time(raw: str | None) -> datetime | None:
    """Parse a time; a date alone is its midnight in UTC."""
    return times.parse_time(raw, "UTC") if raw else None
