"""Parsing feeds into documents: RSS, Atom and RDF by feedparser, which tolerates damage; JSON Feeds by `jsonfeed`."""

from __future__ import annotations

import calendar
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from xml.sax import SAXException  # nosec B406

from newsfold import urls
from newsfold.errors import SourceError
from newsfold.sources.document import Document, Failure, Item
from newsfold.sources.jsonfeed import parse_json_feed
from newsfold.sources.safe_xml import reject_entity_bombs, replace_impossible_characters

_TIME_ZONE = re.compile(r"(?:Z|[+-]\d{2}:?\d{2}|\b[A-Z]{2,5})\s*$")
_TAG = re.compile(r"<[^>]*>")
_TIME_FIELDS = ("published", "updated", "created")


def parse_feed(raw: bytes, location: str, outlet: str | None) -> list[Item]:
    """Parse a feed.

    Args:
        raw: the feed.
        location: its file or address, for messages.
        outlet: the configured outlet; None: the entry's source or the channel's title.

    Returns:
        Its entries, in its order; an empty list if it is a feed without entries.

    Raises:
        SourceError: it is not a feed, with the parser's reason if there is one.
    """
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return parse_json_feed(raw, location, outlet)
    return list(_parse_xml_feed(raw, location, outlet))


def parse_saved_feed(raw: bytes, location: str, outlet: str | None) -> list[Item]:
    """Parse a feed that was saved for its entries; see `parse_feed`.

    Raises:
        SourceError: it is not a feed, or has no entries.
    """
    entries = parse_feed(raw, location, outlet)
    if not entries:
        raise SourceError("the feed has no entries")
    return entries


def _parse_xml_feed(raw: bytes, location: str, outlet: str | None) -> Iterator[Item]:
    import feedparser

    if not raw.strip():
        raise SourceError("it is empty")
    reject_entity_bombs(raw)
    raw = replace_impossible_characters(raw)
    # A stream, since feedparser takes bytes for the name of a file; extraction sanitises the HTML.
    parsed = feedparser.parse(io.BytesIO(raw), sanitize_html=False)
    damage = parsed.get("bozo_exception") if parsed.bozo else None
    if not parsed.entries:
        if damage is not None and not parsed.get("version"):
            raise SourceError(f"it cannot be parsed as a feed: {_describe_error(damage)}")
        if not parsed.get("version"):
            raise SourceError("it is not an RSS or Atom feed: no entries")
        if isinstance(damage, SAXException):
            reason = _describe_error(damage)
            raise SourceError(f"the feed is damaged before its first entry, so it has no entries: {reason}")
        return
    link = _text_field(parsed.feed, "link") or ""
    channel = _text_field(parsed.feed, "title")
    language = _text_field(parsed.feed, "language")
    for number, entry in enumerate(parsed.entries, 1):
        yield Document(
            location=f"{location} item {number}",
            form="fields",
            entry_id=_text_field(entry, "id"),
            url=urls.resolve_link(_text_field(entry, "link"), link),
            outlet=outlet or _text_field(entry.get("source") or {}, "title") or channel,
            title=_text_field(entry, "title"),
            text=_fullest_text(entry),
            authors=tuple(_author_names(entry)),
            published_at=_publication_time(entry),
            language=language,
            version=_text_field(entry, "updated"),
        )
    # A wrong encoding or content type is not damage; a syntax error loses everything after it.
    if isinstance(damage, SAXException):
        reason = f"the feed is damaged, {len(parsed.entries)} entries were kept: {_describe_error(damage)}"
        yield Failure(location, reason)


def _describe_error(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _text_field(element: Any, key: str) -> str | None:
    value = dict.get(element, key)
    return value.strip() or None if isinstance(value, str) else None


def _fullest_text(entry: Any) -> str | None:
    """The longest of content and summary, by the characters that a reader sees; HTML is kept."""
    texts = [_text_field(part, "value") for part in entry.get("content") or []] + [_text_field(entry, "summary")]
    return max(filter(None, texts), key=lambda html: len(_TAG.sub("", html)), default=None)


def _author_names(entry: Any) -> Iterator[str]:
    for author in entry.get("authors") or []:
        name = _text_field(author, "name")
        if name:
            yield name


def _publication_time(entry: Any) -> str | None:
    """When it was published, else updated: ISO 8601, in UTC if the feed names a zone; other text as it is."""
    for name in _TIME_FIELDS:
        raw, parsed = _text_field(entry, name), dict.get(entry, f"{name}_parsed")
        if parsed:
            try:
                moment = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
            except (ValueError, OverflowError):  # a year that no calendar has
                return raw
            return (moment if not raw or _TIME_ZONE.search(raw) else moment.replace(tzinfo=None)).isoformat()
        if raw:
            return raw
    return None
