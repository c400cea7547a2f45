"""Parsing feeds into documents: RSS, Atom and RDF by feedparser, which tolerates damage; JSON Feeds by `jsonfeed`."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax import SAXException  # nosec B406

from newsfold import times, urls
from newsfold.errors import SourceError
from newsfold.sources.document import Document, Failure, Form, Item
from newsfold.sources.feed_elements import EntryElement, read_entry_elements
from newsfold.sources.jsonfeed import parse_json_feed
from newsfold.sources.safe_xml import ParsedXml, local_name, parse_xml, resolve_xml_link
from newsfold.sources.xml_repair import LOST

_TAG = re.compile(r"<[^>]*>")
_JSON_BEGIN = re.compile(rb"(?:[\s\x00]|\xef\xbb\xbf|\xff\xfe|\xfe\xff)*\{")  # in UTF-16, too
_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
_PARSE_OPTIONS = {"sanitize_html": False, "resolve_relative_uris": False}
_FORMS: dict[str, Form] = {"text/plain": "text", "text/html": "html", "application/xhtml+xml": "html"}
_OTHER_ROOTS = {
    "urlset": "a sitemap; set `kind: sitemap`",
    "sitemapindex": "an index of sitemaps; set `kind: sitemap`",
    "opml": "an OPML list of feeds; `newsfold sources add` reads it",
    "html": "a web page; set `kind: page`, or give the address of the feed that it links to",
}


def parse_feed(raw: bytes, location: str, outlet: str | None) -> list[Item]:
    """Parse a feed.

    Args:
        raw: the feed.
        location: its file, or the address that answered, for messages; an address is also the base of relative links.
        outlet: the configured outlet; None: the entry's source or the channel's title.

    Returns:
        Its entries, in its order; an empty list if it is a feed without entries. An entry that has nothing to read, or
        an address that cannot be known, is a failure.

    Raises:
        SourceError: it is not a feed, with the parser's reason if there is one.
    """
    feed_url = location if urls.is_web_address(location) else None
    if _JSON_BEGIN.match(raw):
        return parse_json_feed(raw, location, outlet, feed_url)
    return list(_parse_xml_feed(raw, location, outlet, feed_url))


def parse_saved_feed(raw: bytes, location: str, outlet: str | None) -> list[Item]:
    """Parse a feed that was saved for its entries; see `parse_feed`.

    Raises:
        SourceError: it is not a feed, or has no entries.
    """
    entries = parse_feed(raw, location, outlet)
    if not entries:
        raise SourceError("the feed has no entries")
    return entries


def _parse_xml_feed(raw: bytes, location: str, outlet: str | None, feed_url: str | None) -> Iterator[Item]:
    if not raw.strip():
        raise SourceError("it is empty")
    xml = parse_xml(raw, "a feed")
    parsed, damage = _parse_entries(xml)
    if not parsed.entries:
        _require_feed(parsed, xml, damage)
        return
    elements = read_entry_elements(xml, feed_url)
    if not _are_same_entries(parsed.entries, elements):  # damaged so that two parsers see others
        recovered = _parse_recovered(xml)
        recovered_entries = recovered.entries if recovered else []
        if len(recovered_entries) >= len(parsed.entries) and _are_same_entries(recovered_entries, elements):
            parsed = recovered
        else:
            elements = [_read_parsed_element(entry, xml, feed_url) for entry in parsed.entries]
    channel = _text_field(parsed.feed, "title")
    language = _text_field(parsed.feed, "language")
    is_atom = str(parsed.get("version")).startswith("atom")
    for number, (entry, element) in enumerate(zip(parsed.entries, elements, strict=True), 1):
        entry_location = f"{location} item {number}"
        title, (text, text_form) = _text_field(entry, "title"), _choose_text(entry, element.captions, is_atom=is_atom)
        if element.damaged_url:
            reason = "its address cannot be known, as the XML is damaged there"
            yield Failure(entry_location, f"{reason}: {element.damaged_url[:200].replace(LOST, '�')}")
            continue
        if not (title or text or element.url):
            yield Failure(entry_location, "it has neither a title nor a text nor an address")
            continue
        yield Document(
            location=entry_location,
            form="fields",
            entry_id=element.id,
            url=element.url,
            outlet=outlet or _text_field(entry.get("source") or {}, "title") or channel,
            title=title,
            title_form=_read_form(entry.get("title_detail"), is_atom=is_atom),
            text=text,
            text_form=text_form,
            authors=tuple(_author_names(entry)),
            published_at=_publication_time(entry, is_atom=is_atom),
            language=element.language or language,
            version=_text_field(entry, "updated"),
        )
    if damage:
        yield Failure(location, f"the feed is damaged, {len(parsed.entries)} entries were kept: {damage}")


def _parse_entries(xml: ParsedXml) -> tuple[Any, str | None]:
    """Return feedparser's result, and the syntax error that it went on after; None if there was none."""
    import feedparser

    try:
        # Streams, since feedparser takes bytes for the name of a file; extraction sanitises the HTML.
        parsed = feedparser.parse(io.BytesIO((_DECLARATION + xml.repaired).encode()), **_PARSE_OPTIONS)
    except Exception:  # its tolerant parser fails on some damage
        recovered = _parse_recovered(xml)
        if recovered is None:
            raise
        return recovered, xml.damage
    # A wrong encoding or content type is not damage; a syntax error loses everything after it.
    error = parsed.get("bozo_exception")
    return parsed, _describe_error(error) if isinstance(error, SAXException) else None


def _parse_recovered(xml: ParsedXml) -> Any:
    """Return feedparser's result of the well-formed document that lxml made of a damaged one; None if it fails, too."""
    import feedparser
    from lxml import etree

    try:
        return feedparser.parse(io.BytesIO(etree.tostring(xml.root, encoding="utf-8")), **_PARSE_OPTIONS)
    except Exception:  # a library's error, which says nothing of the feed
        return None


def _require_feed(parsed: Any, xml: ParsedXml, damage: str | None) -> None:
    """Check that a document without entries is a whole feed.

    Raises:
        SourceError: it is not.
    """
    if not parsed.get("version"):
        other = _OTHER_ROOTS.get(local_name(xml.root))
        if other:
            raise SourceError(f"it is not an RSS or Atom feed but {other}")
        if damage:
            raise SourceError(f"it cannot be parsed as a feed: {damage}")
        raise SourceError("it is not an RSS or Atom feed: no entries")
    if damage:
        raise SourceError(f"the feed is damaged before its first entry, so it has no entries: {damage}")


def _are_same_entries(entries: Sequence[Any], elements: Sequence[EntryElement]) -> bool:
    """Return whether both parsers found the same entries: as many, with the same ids where these are not addresses."""
    if len(entries) != len(elements):
        return False
    ids = [(_text_field(entry, "id"), element.id) for entry, element in zip(entries, elements, strict=True)]
    return all(parsed == declared or urls.is_web_address(parsed) or "/" in (declared or "") for parsed, declared in ids)


def _read_parsed_element(entry: Any, xml: ParsedXml, feed_url: str | None) -> EntryElement:
    link = dict.get(entry, "link")
    if entry.get("guidislink") and not urls.is_web_address(link):
        link = None
    is_damaged = link is not None and not xml.has_written(link)
    url = None if is_damaged else resolve_xml_link(link or "", feed_url)
    return EntryElement(_text_field(entry, "id"), url, link if is_damaged else None, None)


def _describe_error(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _text_field(element: Any, key: str) -> str | None:
    value = dict.get(element, key)
    return value.replace(LOST, " ").strip() or None if isinstance(value, str) else None


def _choose_text(entry: Any, captions: frozenset[str], *, is_atom: bool) -> tuple[str | None, Form]:
    """The longest of content and summary, by the characters that a reader sees, and its form; else a caption."""
    parts = [part for part in entry.get("content") or [] if not is_atom or part.get("type") in _FORMS]
    candidates = [(_text_field(part, "value"), _read_form(part, is_atom=is_atom)) for part in parts]
    candidates.append((_text_field(entry, "summary"), _read_form(entry.get("summary_detail"), is_atom=is_atom)))
    texts = [candidate for candidate in candidates if candidate[0]]
    own_texts = [candidate for candidate in texts if candidate[0] not in captions]
    return max(own_texts or texts, key=lambda part: len(_TAG.sub("", part[0] or "")), default=(None, None))


def _read_form(detail: Any, *, is_atom: bool) -> Form:
    """The form that Atom declares (RFC 4287, 3.1.1); RSS declares none, whatever is usual in its elements."""
    return _FORMS.get(str(dict.get(detail or {}, "type"))) if is_atom else None


def _author_names(entry: Any) -> Iterator[str]:
    for author in entry.get("authors") or []:
        name = _text_field(author, "name")
        if name:
            yield name


def _publication_time(entry: Any, *, is_atom: bool) -> str | None:
    """When it was published, else updated, as printed; feedparser would take unknown zones for UTC, and today's parts.

    In RSS and RDF, `updated` is Dublin Core's `date`, another statement of when it was published.
    """
    published, created, updated = (_text_field(entry, name) for name in ("published", "created", "updated"))
    if is_atom:
        return times.choose_time([published, created], "UTC", modified=[updated])
    return times.choose_time([published, created, updated], "UTC")
