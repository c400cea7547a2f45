"""Repairing XML before it is parsed, so that no parser has to guess: prolog, ampersands, entities, characters.

A parser that recovers from an error drops what it does not understand, so that `?id=7&nr=2` becomes `?id=7=2`: another
address, asked for in vain. Here such characters are kept as they were meant; what cannot be known is marked by `LOST`.
"""

from __future__ import annotations

import html
import re
import sys
from html.entities import html5

from newsfold import encodings
from newsfold.errors import SourceError

LOST = "\ufdd0"  # stands for a character that cannot be known; a noncharacter, free for internal use (Unicode, 23.7)
DAMAGED = re.compile(f"[{LOST}\ufffd]")
_HEAD = 200_000  # characters before the root: warnings of a server, a doctype with its entities
_DECLARATION = re.compile(r"<\?xml\s", re.IGNORECASE)
_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:rss|feed|rdf|urlset|sitemapindex|opml)[\s>]", re.IGNORECASE)
_DOCTYPE_BEGIN = re.compile("<!DOCTYPE", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!DOCTYPE(?:[^\[>\"']|\"[^\"]*\"|'[^']*')*(?:\[(.*?)\]\s*)?>", re.IGNORECASE | re.DOTALL)
_ENTITY = re.compile(r"<!ENTITY\s+([^\s%]+)\s+(?:\"([^\"]*)\"|'([^']*)')?")
_BYTE_ENTITY = re.compile(rb"<!ENTITY\s+([^\s%]+)\s+(\"[^\"]*\"|'[^']*')")
# Parts that are not parsed: sections of character data are kept, comments and instructions mean nothing here.
_UNPARSED = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|\Z))|<!--.*?(?:-->|\Z)|<\?[^<>]*\?>", re.DOTALL)
_AMPERSAND = re.compile(r"&(?:#(?:[xX]([0-9a-fA-F]{1,20})|([0-9]{1,20}));|([A-Za-z_][\w.-]*);)?")
_STRAY_BRACKET = re.compile(r"<(?=[^A-Za-z_:/\u00c0-\U0010ffff]|/[^A-Za-z_:\u00c0-\U0010ffff]|/?\Z)")
_TAG_BEGIN = re.compile(r"<(?:!\[CDATA\[|!--|\?[^<>]*\?>|/?[A-Za-z_:\u00c0-\U0010ffff])")
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0, 2.2
_PREDEFINED = frozenset({"amp", "lt", "gt", "quot", "apos"})
_MAX_EXPANSION = 4_000_000  # bytes that a document's own entities may add; honest feeds declare a few characters


def reject_entity_bombs(raw: bytes) -> None:
    """Reject XML whose own entities would expand to a huge text.

    Raises:
        SourceError: they would.
    """
    if b"<!" not in raw:
        return
    plain = raw.replace(b"\x00", b"")
    added = sum(len(value) * plain.count(b"&" + name + b";") for name, value in _BYTE_ENTITY.findall(plain))
    if added > _MAX_EXPANSION:
        raise SourceError("its XML entities would expand to a huge text (an entity bomb)")


def repair_xml(raw: bytes) -> str:
    """Return a document as text that parsers read alike.

    What stands before the declaration or the root is dropped, and so are doctype, comments and processing instructions.
    An ampersand or bracket that begins nothing stands for itself. HTML's named characters (`&nbsp;`) and the document's
    own entities become their characters; other entities, and characters that XML does not allow, become `LOST`.

    Raises:
        SourceError: it is an entity bomb.
    """
    reject_entity_bombs(raw)
    document = _IMPOSSIBLE.sub(LOST, encodings.decode(raw, is_markup=True, keep_nul=True))
    declaration = _DECLARATION.search(document, 0, _find_root(document))
    if declaration:
        document = document[declaration.start() :]
    doctype_begin = _DOCTYPE_BEGIN.search(document, 0, _find_root(document))
    doctype = _DOCTYPE.match(document, doctype_begin.start(), _HEAD) if doctype_begin else None
    entities = _parse_entities(doctype[1] or "") if doctype else {}
    if doctype:
        document = document[: doctype.start()] + document[doctype.end() :]
    parts: list[str] = []
    end = 0
    for unparsed in _UNPARSED.finditer(document):
        parts += [_repair_markup(document[end : unparsed.start()], entities), unparsed[1] or ""]
        end = unparsed.end()
        if unparsed[1]:
            # A second end: the first stood in the data itself, which XML cannot say so.
            tag = _TAG_BEGIN.search(document, end)
            data_end, end = end, tag.start() if tag else end
            parts.append(_repair_markup(document[data_end:end].replace("]]>", LOST), entities))
    parts.append(_repair_markup(document[end:], entities))
    repaired = "".join(parts).strip()
    root = _find_root(repaired)
    return repaired[root:] if root < _HEAD else repaired


def _find_root(document: str) -> int:
    """Where the root element begins; the length of what may stand before it if there is none of a known name."""
    root = _ROOT.search(document, 0, _HEAD)
    return root.start() if root else _HEAD


def _parse_entities(subset: str) -> dict[str, str]:
    """The entities that a doctype declares; one that refers to others, or to a file, is `LOST`."""
    entities: dict[str, str] = {}
    for name, double_quoted, single_quoted in _ENTITY.findall(subset):
        value = _AMPERSAND.sub(_resolve_number, double_quoted or single_quoted)
        entities.setdefault(name, value if value and "&" not in value else LOST)
    return entities


def _repair_markup(markup: str, entities: dict[str, str]) -> str:
    def repair(match: re.Match[str]) -> str:
        name = match[3]
        if name in _PREDEFINED:
            return match[0]
        if match[1] or match[2]:
            return html.escape(_resolve_number(match))
        if name in entities:
            return html.escape(entities[name])
        if f"{name};" in html5:
            return html.escape(html5[f"{name};"])
        return f"&amp;{match[0][1:]}"

    markup = encodings.join_surrogate_references(markup)
    return _AMPERSAND.sub(repair, _STRAY_BRACKET.sub("&lt;", markup.replace("]]>", "]]&gt;")))


def _resolve_number(match: re.Match[str]) -> str:
    """The character of a numeric reference; those of Windows-1252 as in HTML; other references as they are."""
    if not (match[1] or match[2]):
        return match[0]
    number = int(match[1], 16) if match[1] else int(match[2])
    if number > sys.maxunicode or 0xD800 <= number < 0xE000:
        return "\ufffd"
    return _IMPOSSIBLE.sub(LOST, html.unescape(f"&#{number};") if 0x80 <= number < 0xA0 else chr(number))
