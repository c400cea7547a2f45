"""Parsing XML from outside safely: no entity bombs, no external entities, no network."""

from __future__ import annotations

import re
import sys
from typing import Any

from newsfold.errors import SourceError

_ENTITY = re.compile(rb"<!ENTITY\s+([^\s%]+)\s+(\"[^\"]*\"|'[^']*')")
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]{1,20})|([0-9]{1,20}));")
_MAX_EXPANSION = 4_000_000  # bytes that a document's own entities may add; honest feeds declare a few characters


def reject_entity_bombs(raw: bytes) -> None:
    """Reject XML whose own entities would expand to a huge text.

    Raises:
        SourceError: they would.
    """
    if b"<!" not in raw:
        return
    plain = raw.replace(b"\x00", b"")
    added = sum(len(value) * plain.count(b"&" + name + b";") for name, value in _ENTITY.findall(plain))
    if added > _MAX_EXPANSION:
        raise SourceError("its XML entities would expand to a huge text (an entity bomb)")


def replace_impossible_characters(raw: bytes) -> bytes:
    """Replace references to characters that Unicode does not have, or to half of one: parsers fail on them."""
    return _REFERENCE.sub(_replace_if_impossible, raw)


def _replace_if_impossible(reference: re.Match[bytes]) -> bytes:
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    is_possible = number <= sys.maxunicode and not 0xD800 <= number <= 0xDFFF
    return reference[0] if is_possible else b"&#xFFFD;"  # the replacement character


def parse_xml(raw: bytes, expected: str) -> Any:
    """Parse XML tolerantly.

    Args:
        raw: the document.
        expected: what it should be, for messages: `OPML`, `a sitemap`.

    Returns:
        The root, an lxml element.

    Raises:
        SourceError: it is not XML, or an entity bomb.
    """
    from lxml import etree

    reject_entity_bombs(raw)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(replace_impossible_characters(raw), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceError(f"it cannot be parsed as {expected}: {error}") from error
    if root is None:
        raise SourceError(f"it cannot be parsed as {expected}: it is not XML")
    return root
