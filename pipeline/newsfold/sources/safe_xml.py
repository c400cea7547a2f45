"""Parsing XML from outside safely: no entity bombs, external entities, network or invented values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from newsfold import urls
from newsfold.errors import SourceError
from newsfold.sources.xml_repair import DAMAGED, repair_xml

# An element without children, and an empty element with attributes, as they are written.
_LEAF = re.compile(r"<([^\s<>/!?]+)[^<>]*>((?:[^<]++|<!\[CDATA\[(?>.*?\]\]>))*+)</\1\s*>", re.DOTALL)
_TAG = re.compile(r"<[^\s<>/!?]++((?:\s+[^\s<>=\"'/]++\s*=\s*(?:\"[^\"<]*+\"|'[^'<]*+'))++)\s*(?:/>|>\s*</)")
_ATTRIBUTE = re.compile(r"=\s*(?:\"([^\"<]*)\"|'([^'<]*)')")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_PREDEFINED = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&#x27;": "'", "&amp;": "&"}
_REFERENCE = re.compile("|".join(_PREDEFINED))


@dataclass
class ParsedXml:
    """A parsed document.

    Attributes:
        root: an lxml element.
        repaired: the text that was parsed; see `repair_xml`.
        damage: the first error that the parser went on after; None if there was none.
    """

    root: Any
    repaired: str
    damage: str | None

    def has_written(self, value: str) -> bool:
        """Return whether a value stands whole in the document, as an element or an attribute of an empty one.

        A value with a lost character does not. Where the markup is damaged, a parser may also join or cut values;
        without damage, every other value is written.
        """
        return not DAMAGED.search(value) and (self.damage is None or value.strip() in self._written_values)

    @cached_property
    def _written_values(self) -> frozenset[str]:
        texts = [_read_written(match[2]) for match in _LEAF.finditer(self.repaired)]
        quoted = (value for tag in _TAG.finditer(self.repaired) for value in _ATTRIBUTE.findall(tag[1]))
        attributes = [_read_written(double or single) for double, single in quoted]
        return frozenset(value.strip() for value in [*texts, *attributes])


def parse_xml(raw: bytes, expected: str) -> ParsedXml:
    """Parse XML tolerantly, after `repair_xml`.

    Args:
        raw: the document.
        expected: what it should be, for messages: `OPML`, `a sitemap`.

    Raises:
        SourceError: it is not XML, or an entity bomb.
    """
    from lxml import etree

    repaired = repair_xml(raw)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(repaired.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceError(f"it cannot be parsed as {expected}: {error}") from error
    if root is None:
        raise SourceError(f"it cannot be parsed as {expected}: it is not XML")
    errors = [entry for entry in parser.error_log if entry.level_name == "FATAL" or entry.domain_name == "PARSER"]
    damage = f"{errors[0].message.strip()} (line {errors[0].line})" if errors else None
    return ParsedXml(root, repaired, damage)


def local_name(element: Any) -> str:
    """Return an element's name without its namespace, in lower case; empty for comments and instructions."""
    return re.split("[}:]", element.tag)[-1].lower() if isinstance(element.tag, str) else ""


def resolve_xml_link(link: str, base: str | None) -> str | None:
    """Return a link of a document as an absolute web address, or None; see `urls.resolve_link`."""
    # Some documents escape twice; no real parameter is named `amp;…`.
    return urls.resolve_link(link.replace("&amp;", "&"), base)


def _read_written(written: str) -> str:
    """Return the value of a text as it is written in XML."""
    parts = _CDATA.split(written)  # every second one is character data
    return "".join(
        part if number % 2 else _REFERENCE.sub(lambda match: _PREDEFINED[match[0]], part)
        for number, part in enumerate(parts)
    )
