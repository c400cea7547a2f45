"""Repairing XML before it is parsed, so that no parser has to guess: encoding, prolog, ampersands, control characters.

A parser that recovers from an error drops what it does not understand, so that `?id=7&nr=2` becomes `?id=7=2`: another
address, asked for in vain. Here such characters are kept as they were meant; what cannot be known is marked by `LOST`.
"""

from __future__ import annotations

import codecs
import html
import re
import sys
from html.entities import html5

from newsfold import encodings
from newsfold.errors import SourceError

LOST = "\ufdd0"  # stands for a character that cannot be known; a noncharacter, free for internal use (Unicode, 23.7)
DAMAGED = re.compile(f"[{LOST}\ufffd]")
_HEAD = 200_000  # characters before the root: warnings of a server, a doctype with its entities
_DECLARED_ENCODING = re.compile(rb"<\?xml\s[^<>]*?encoding\s*=\s*[\"']\s*([A-Za-z][\w.:-]*)", re.IGNORECASE)
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
_SUPERSETS = {"ascii": "cp1252", "iso8859-1": "cp1252", "gb2312": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949"}
_UNSAFE_CODECS = re.compile(r"escape|utf-?_?7|idna|punycode|undefined|mbcs|oem")


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

    The encoding is found as in `decode_xml`. What stands before the declaration or the root is dropped, and so are
    doctype, comments and processing instructions. An ampersand or bracket that begins nothing stands for itself. HTML's
    named characters (`&nbsp;`) and the document's own entities become their characters; other entities, and characters
    that XML does not allow, become `LOST`.

    Raises:
        SourceError: it is an entity bomb.
    """
    reject_entity_bombs(raw)
    document = _IMPOSSIBLE.sub(LOST, decode_xml(raw))
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


def decode_xml(raw: bytes) -> str:
    """Decode a document: by its byte order mark or its first bytes, then as UTF-8, then as declared, else detected.

    What decodes as UTF-8 and is not ASCII is UTF-8, whatever it declares; a document that its brackets show to be
    one byte a character is not UTF-16. Bytes that are invalid become U+FFFD.
    """
    wide = _find_wide_encoding(raw)
    if wide:
        return raw.decode(wide, errors="replace").lstrip("\ufeff")
    body = raw.removeprefix(codecs.BOM_UTF8)
    for mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        body = body.removeprefix(mark)
    declared = _find_declared_encoding(body)
    if not body.isascii():
        try:
            return body.decode()
        except UnicodeDecodeError:
            pass
    if declared:
        try:
            return body.decode(declared)
        except (LookupError, ValueError):
            pass
    decoded = body.decode(errors="replace")
    n_lost = decoded.count("\ufffd")
    n_other = sum(1 for character in decoded if character > "\x7f") - n_lost if n_lost else 0
    return encodings.decode(body, is_markup=True) if n_lost > n_other else decoded


def _find_wide_encoding(raw: bytes) -> str | None:
    """UTF-16 or UTF-32, if the zero bytes of the first characters show it; they are ASCII in XML."""
    head = raw[:200]
    marks = {codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32"}
    marks |= {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
    for mark, encoding in marks.items():
        if head.startswith(mark) and b"\x00" in head[len(mark) :]:
            return encoding
    if len(head) >= 8 and head.count(0) * 2 > len(head):
        return "utf-32-be" if head[0] == head[1] == 0 else "utf-32-le"
    for encoding, zeros, others in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
        if len(zeros) > 1 and zeros.count(0) * 2 > len(zeros) and others.count(0) * 4 < len(others):
            return encoding
    return None


def _find_declared_encoding(raw: bytes) -> str | None:
    """The declared encoding, if it is one of single bytes; browsers' supersets stand for the old standards."""
    begin = raw.lower().find(b"<?xml", 0, _HEAD)
    match = _DECLARED_ENCODING.match(raw, begin) if begin >= 0 else None
    try:
        name = codecs.lookup(match[1].decode()).name if match else ""
    except LookupError:
        return None
    if not name or name.startswith(("utf-16", "utf-32", "utf-8")) or _UNSAFE_CODECS.search(name):
        return None
    return _SUPERSETS.get(name, name)


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

    return _AMPERSAND.sub(repair, _STRAY_BRACKET.sub("&lt;", markup.replace("]]>", "]]&gt;")))


def _resolve_number(match: re.Match[str]) -> str:
    """The character of a numeric reference; those of Windows-1252 as in HTML; other references as they are."""
    if not (match[1] or match[2]):
        return match[0]
    number = int(match[1], 16) if match[1] else int(match[2])
    if number > sys.maxunicode or 0xD800 <= number < 0xE000:
        return "\ufffd"
    return _IMPOSSIBLE.sub(LOST, html.unescape(f"&#{number};") if 0x80 <= number < 0xA0 else chr(number))
