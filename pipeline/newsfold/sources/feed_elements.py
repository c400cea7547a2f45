"""Reading what feedparser does not report of a feed's entries: declared ids, the articles' addresses, languages.

Addresses are relative to the nearest `xml:base`, then to where the feed came from (RFC 4287, 2; RFC 3986, 5.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from newsfold import urls
from newsfold.sources.safe_xml import ParsedXml, local_name, resolve_xml_link
from newsfold.sources.xml_repair import DAMAGED, LOST

_ENTRIES = ("item", "entry")
_OTHER_ELEMENTS = ("source", "author", "contributor", "image", "textinput")  # with links and titles of their own
_XML = "{http://www.w3.org/XML/1998/namespace}"
_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_XHTML = "{http://www.w3.org/1999/xhtml}"
_MEDIA_DESCRIPTION = re.compile(r"(?:\{https?://search\.yahoo\.com/mrss/?\}|media:)description")
_PAGE_TYPES = ("", "text/html", "application/xhtml+xml")
_RELATIONS = "http://www.iana.org/assignments/relation/"  # RFC 4287, 4.2.7.2: the long form of a relation's name


@dataclass(frozen=True, slots=True)
class EntryElement:
    """The facts of one entry that its element declares.

    Attributes:
        id: its own id: guid, atom:id or rdf:about.
        url: the article's address, absolute if the feed's address is known; None if no link leads to the web.
        damaged_url: an address that cannot be known, as the XML is damaged there; None if `url` is sound.
        language: of its content, its title or itself; None if only the feed declares one.
        captions: the descriptions of its pictures, which feedparser takes for texts of the entry.
    """

    id: str | None
    url: str | None
    damaged_url: str | None
    language: str | None
    captions: frozenset[str] = frozenset()


def read_entry_elements(xml: ParsedXml, feed_url: str | None) -> list[EntryElement]:
    """Return the facts of a feed's entries, in the document's order.

    Args:
        xml: the feed.
        feed_url: where it came from; None: the feed's own links serve as the base of relative ones.
    """
    base = feed_url or _find_feed_link(xml)
    elements = (element for element in xml.root.iter() if local_name(element) in _ENTRIES)
    return [_read_entry(element, xml, base) for element in elements]


def _read_entry(entry: Any, xml: ParsedXml, base: str | None) -> EntryElement:
    children = list(_iter_children(entry, is_damaged=xml.damage is not None))
    url, damaged_url = None, None
    # If a tag is missing, two entries run together, and a link may belong to either.
    names = [child.tag for child in children if local_name(child) in ("guid", "id", "title")]
    is_merged = xml.damage is not None and len(set(names)) < len(names)
    for element, link in _list_links(entry, children):
        is_sound = not is_merged and xml.has_written(link)
        absolute = resolve_xml_link(link, _find_base(element, base)) if is_sound else None
        if absolute:
            url = absolute
            break
        damaged_url = damaged_url or (None if is_sound else link)
    return EntryElement(
        id=next((value for value in _list_ids(entry, children) if value and LOST not in value), None),
        url=url,
        damaged_url=None if url else damaged_url,
        language=_find_language(entry, children),
        captions=frozenset(_read_text(part) for part in entry.iter() if _MEDIA_DESCRIPTION.fullmatch(str(part.tag))),
    )


def _iter_children(entry: Any, *, is_damaged: bool) -> Iterator[Any]:
    """The entry's children; if tags are missing, all elements below it that do not belong to another."""
    for child in entry:
        name = local_name(child)
        if not name or name in _ENTRIES or str(child.tag).startswith(_XHTML):
            continue
        yield child
        if is_damaged and name not in _OTHER_ELEMENTS:
            yield from _iter_children(child, is_damaged=True)


def _list_ids(entry: Any, children: list[Any]) -> Iterator[str]:
    yield from (_read_text(child) for child in children if local_name(child) in ("guid", "id"))
    yield _strip(entry.get(_RDF_ABOUT))


def _list_links(entry: Any, children: list[Any]) -> Iterator[tuple[Any, str]]:
    """The addresses that may be the article's, with their elements, best first."""
    # FeedBurner replaces the link by one that counts the visit, and keeps the original.
    yield from ((child, _read_text(child)) for child in children if local_name(child) == "origlink")
    links = [child for child in children if local_name(child) == "link"]
    for link in links:
        if _read_attribute(link, "href") is None and (text := _read_text(link)):
            yield link, text
    alternates = [link for link in links if _read_attribute(link, "href") and _read_relation(link) == "alternate"]
    alternates.sort(
        key=lambda link: (_read_attribute(link, "type") or "").split(";")[0].strip().lower() not in _PAGE_TYPES
    )
    yield from ((link, _strip(_read_attribute(link, "href"))) for link in alternates)
    ids = [child for child in children if local_name(child) in ("guid", "id")]
    permalinks = [child for child in ids if (_read_attribute(child, "ispermalink") or "true").strip().lower() == "true"]
    addresses = [(child, _read_text(child)) for child in permalinks]
    addresses.append((entry, _strip(entry.get(_RDF_ABOUT))))
    yield from ((child, text) for child, text in addresses if urls.is_web_address(text))
    yield from ((child, _strip(_read_attribute(child, "src"))) for child in children if local_name(child) == "content")


def _read_relation(link: Any) -> str:
    return (_read_attribute(link, "rel") or "alternate").strip().lower().removeprefix(_RELATIONS)


def _find_base(element: Any, base: str | None) -> str | None:
    """The base of an element's links: the declarations around it, each relative to the next outer one."""
    declared = [value for around in (element, *element.iterancestors()) if (value := around.get(f"{_XML}base"))]
    for value in reversed(declared):
        base = urls.resolve_link(value, base) or base
    return base if urls.is_web_address(base) else None


def _find_feed_link(xml: ParsedXml) -> str | None:
    """The feed's own address as it declares it, else that of its site."""
    feed = next((child for child in xml.root if local_name(child) == "channel"), xml.root)
    links = [child for child in feed if local_name(child) == "link"]
    own = [_strip(_read_attribute(link, "href")) for link in links if _read_relation(link) == "self"]
    site = [
        _read_text(link) or _strip(_read_attribute(link, "href"))
        for link in links
        if _read_relation(link) == "alternate"
    ]
    return next((link for link in [*own, *site] if urls.is_web_address(link) and not DAMAGED.search(link)), None)


def _find_language(entry: Any, children: list[Any]) -> str | None:
    named = {local_name(child): _strip(child.get(f"{_XML}lang")) for child in reversed(children)}
    elements = [named.get(name, "") for name in ("encoded", "content", "title", "summary", "description")]
    declared = [_read_text(child) for child in children if local_name(child) == "language"]
    return next((value for value in [*elements, _strip(entry.get(f"{_XML}lang")), *declared] if value), None)


def _read_attribute(element: Any, name: str) -> str | None:
    """An attribute without a namespace, whatever its case; None if there is none."""
    return next((str(value) for key, value in element.items() if key.lower() == name), None)


def _read_text(element: Any) -> str:
    """The text of an element; `LOST` instead of the elements in it, which broke it in two."""
    parts = [element.text or "", *(part for child in element for part in (LOST, child.tail or ""))]
    return _strip("".join(parts))


def _strip(value: str | None) -> str:
    return (value or "").strip()
