"""RSS, Atom and RDF feeds as documents, parsed by feedparser, the tolerant one; JSON Feeds too."""

from __future__ import annotations

import calendar
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from xml.sax import SAXException

from newsfold import urls
from newsfold.errors import SourceError
from newsfold.sources import jsonfeed
from newsfold.sources.document import Document, Failure, Item

_ENTITY = re.compile(rb"<!ENTITY\s+([^\s%]+)\s+(\"[^\"]*\"|'[^']*')")
_MOST_EXPANDED = 4_000_000  # bytes that a feed's own entities may add; honest feeds declare a few characters
_ZONE = re.compile(r"(?:Z|[+-]\d{2}:?\d{2}|\b[A-Z]{2,5})\s*$")
_TAG = re.compile(r"<[^>]*>")


def read_feed(raw: bytes, location: str, outlet: str | None) -> Iterator[Item]:
    """The entries of a saved feed, in its order.

    Args:
        raw: the saved feed.
        location: its file or address, for messages.
        outlet: the configured outlet; None takes the entry's source or the channel's title.

    Raises:
        SourceError: it holds no entries, with the parser's reason where there is one.
    """
    found = entries(raw, location, outlet)
    if not found:
        raise SourceError("the feed has no entries")
    yield from found


def entries(raw: bytes, location: str, outlet: str | None) -> list[Item]:
    """The entries of a feed, in its order; none where it is a feed without any.

    Args:
        raw: the feed.
        location: its file or address, for messages.
        outlet: the configured outlet; None takes the entry's source or the channel's title.

    Raises:
        SourceError: it is no feed, with the parser's reason where there is one.
    """
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return jsonfeed.entries(raw, location, outlet)
    return list(_parsed(raw, location, outlet))


def _parsed(raw: bytes, location: str, outlet: str | None) -> Iterator[Item]:
    import feedparser

    if not raw.strip():
        raise SourceError("it is empty")
    refuse_entity_bombs(raw)
    # A stream, since feedparser takes bytes for the name of a file; extraction does the sanitising.
    parsed = feedparser.parse(io.BytesIO(raw), sanitize_html=False)
    damage = parsed.get("bozo_exception") if parsed.bozo else None
    if not parsed.entries:
        if damage is not None and not parsed.get("version"):
            raise SourceError(f"it cannot be parsed as a feed: {_reason(damage)}")
        if not parsed.get("version"):
            raise SourceError("it is no RSS or Atom feed: no entries")
        if isinstance(damage, SAXException):
            raise SourceError(f"the feed is damaged before its first entry, so it has no entries: {_reason(damage)}")
        return
    link = _value(parsed.feed, "link") or ""
    channel = _value(parsed.feed, "title")
    language = _value(parsed.feed, "language")
    for number, entry in enumerate(parsed.entries, 1):
        yield Document(
            location=f"{location} item {number}",
            form="fields",
            url=urls.resolve_link(_value(entry, "link"), link),
            outlet=outlet or _value(entry.get("source") or {}, "title") or channel,
            title=_value(entry, "title"),
            text=_fullest(entry),
            authors=tuple(_authors(entry)),
            published_at=_time(entry),
            language=language,
            version=_value(entry, "updated"),
        )
    # Encoding and content type complaints are no damage; a syntax error loses what follows it.
    if isinstance(damage, SAXException):
        yield Failure(location, f"the feed is damaged, {len(parsed.entries)} entries were kept: {_reason(damage)}")


def refuse_entity_bombs(raw: bytes) -> None:
    """Refuse XML whose own entities would blow up.

    Raises:
        SourceError: they would.
    """
    if b"<!" not in raw:
        return
    plain = raw.replace(b"\x00", b"")
    added = sum(len(value) * plain.count(b"&" + name + b";") for name, value in _ENTITY.findall(plain))
    if added > _MOST_EXPANDED:
        raise SourceError("its XML entities would expand to a huge text (an entity bomb)")


def _reason(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _value(found: Any, key: str) -> str | None:
    value = dict.get(found, key)
    return value.strip() or None if isinstance(value, str) else None


def _fullest(entry: Any) -> str | None:
    """The longest of content and summary, by what a reader sees of it; HTML is kept."""
    texts = [_value(part, "value") for part in entry.get("content") or []] + [_value(entry, "summary")]
    found = [one for one in texts if one]
    return max(found, key=lambda one: len(_TAG.sub("", one)), default=None)


def _authors(entry: Any) -> Iterator[str]:
    for author in entry.get("authors") or []:
        name = _value(author, "name")
        if name:
            yield name


def _time(entry: Any) -> str | None:
    """When it was published, else updated: ISO 8601, in UTC where the feed names a zone; else as found."""
    for key in ("published", "updated", "created"):
        raw, parsed = _value(entry, key), dict.get(entry, f"{key}_parsed")
        if parsed:
            moment = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
            return (moment if not raw or _ZONE.search(raw) else moment.replace(tzinfo=None)).isoformat()
        if raw:
            return raw
    return None
