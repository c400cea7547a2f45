"""Text in fragments of HTML, as feeds and tables hold them."""

from __future__ import annotations

import html
import re
from typing import Any

from newsfold import encodings, text

_BLOCK_TAGS = text.word_set(
    """
    address article aside blockquote br caption dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr
    li main nav ol p pre section table td th tr ul
    """
)
_HIDDEN_TAGS = text.word_set(
    "script style head noscript template iframe object embed svg figcaption button select textarea"
)
_INLINE_TAGS = text.word_set(
    """
    a abbr acronym audio b bdi bdo big blink body cite code del dfn em font html i img ins kbd label map marquee mark
    meter nobr picture progress q rp rt ruby s samp small source span strike strong sub summary sup time tt u var video
    wbr
    """
)
_NAME = rf"(?:{'|'.join(sorted(_BLOCK_TAGS | _HIDDEN_TAGS | _INLINE_TAGS))})"
_BLOCK_NAME = rf"(?:{'|'.join(sorted(_BLOCK_TAGS))})"
_BLOCK_TAG = re.compile(rf"<{_BLOCK_NAME}\b", re.IGNORECASE)
_CODE_TAG = re.compile(r"<(?:code|kbd|pre|samp|tt)\b", re.IGNORECASE)
_ANY_TAG = re.compile(r"<(?:/?[a-z]|!)", re.IGNORECASE)
_OPENING_TAG = re.compile(rf"<({_NAME})\s*>", re.IGNORECASE)
_CLOSING_TAG = re.compile(rf"</({_NAME})\s*>", re.IGNORECASE)
# What nobody writes to speak of a tag: attributes, `<br/>`, a block's tag that text follows at once, a comment.
_PLAIN_EVIDENCE = re.compile(
    rf"<{_NAME}\s+[a-z][\w:-]*\s*=\s*[^<>]*>|<(?:br|hr|img|wbr)\b[^<>]*/>|<br>(?!\s)|(?<=\S)<br>"
    rf"|(?:\A|[\n>])[ \t]*<{_BLOCK_NAME}\s*>(?=[^\s<])",
    re.IGNORECASE,
)
_REPEATABLE_TAG = re.compile(r"<(?:p|br|li|hr)\s*>", re.IGNORECASE)  # whose end may be left out
_ESCAPED_WHOLE = re.compile(rf"\s*<{_NAME}\b[^<>]*>.*<[^<>]+>\s*\Z", re.IGNORECASE | re.DOTALL)
# A section of character data in XML, which was escaped with the text in it; its end may be lost if they are nested.
_CHARACTER_DATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>|\A\s*<!\[CDATA\[(.*?)(?:\]\]?)?\s*\Z", re.DOTALL)
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-f]+|[a-z]\w+);", re.IGNORECASE)
_STRAY_BRACKET = re.compile(r"<(?![a-z/!?])", re.IGNORECASE)


def extract_text(content: str, form: str | None = None) -> str:
    """Return the visible text of a title or text: blocks on lines of their own, no scripts or captions.

    Args:
        content: as its format holds it.
        form: `text`: every character is visible, a tag too (RFC 4287, 3.1.1.1). `html`: markup. None: undeclared, as
            in RSS and tables: markup if it plainly is, else text in which character references are resolved.

    Returns:
        The text, normalised; line breaks stay if no block is marked. Markup that is escaped twice, as in some feeds, is
        parsed twice.
    """
    if form == "text":
        return text.normalise(content)
    content = encodings.join_surrogate_references(content)
    if "<![CDATA[" in content:
        content = _CHARACTER_DATA.sub(lambda section: section[1] or section[2] or "", content)
    if form == "html" and _ANY_TAG.search(content):
        content = _parse_fragment(content)
        if _ESCAPED_WHOLE.match(content):
            content = _parse_fragment(content)
        return text.normalise(resolve_references(content))
    shows_code = False
    for _ in range(2):
        # Tags that code shows are words; then only what is markup as a whole was escaped twice.
        if _ESCAPED_WHOLE.match(content) if shows_code else is_plainly_markup(content):
            shows_code = _CODE_TAG.search(content) is not None
            content = _parse_fragment(_escape_unclosed_tags(content))
        else:
            content = resolve_references(content)
    return text.normalise(content)


def is_plainly_markup(content: str) -> bool:
    """Whether a text of undeclared form is HTML, and does not just speak of tags.

    It is if a tag has attributes, or an end (`<i>…</i>`), or stands at once before the text of a block or between two
    words without a space; a single `<script>` or `<table>` in a sentence is a word of it. Scripts are no evidence.
    """
    if "<" not in content:
        return False
    if (
        0 <= content.find("<!--") < content.rfind("-->")
        or _PLAIN_EVIDENCE.search(content)
        or len(_REPEATABLE_TAG.findall(content)) > 1
    ):
        return True
    opened = {tag[1].lower(): tag.end() for tag in reversed([*_OPENING_TAG.finditer(content)])}
    closed = ((tag[1].lower(), tag.start()) for tag in _CLOSING_TAG.finditer(content))
    return any(tag != "script" and opened.get(tag, len(content)) <= start for tag, start in closed)


def _escape_unclosed_tags(content: str) -> str:
    """Make words of the bare tags that would hide all that follows, as they have no end: `<script>` in a sentence."""
    last_ends = {tag[1].lower(): tag.start() for tag in _CLOSING_TAG.finditer(content)}

    def escape(tag: re.Match[str]) -> str:
        name = tag[1].lower()
        is_word = name in _HIDDEN_TAGS and last_ends.get(name, -1) < tag.start()
        return html.escape(tag[0]) if is_word else tag[0]

    return _OPENING_TAG.sub(escape, content)


def resolve_references(content: str) -> str:
    """Return a text with its character references resolved; without a semicolon `&not` is the beginning of a word."""
    return _ENTITY.sub(lambda reference: html.unescape(reference[0]), content) if "&" in content else content


def _parse_fragment(fragment: str) -> str:
    from lxml import etree
    from lxml import html as lxml_html

    # With inline tags alone, the line breaks in the source are the paragraphs.
    keep_line_breaks = not _BLOCK_TAG.search(fragment)
    try:
        tree = lxml_html.document_fromstring(f"<div>{_STRAY_BRACKET.sub('&lt;', fragment.replace(chr(0), ' '))}</div>")
    except (etree.ParserError, ValueError):
        return ""
    pieces: list[str] = []
    _append_text(tree, pieces, keep_line_breaks)
    return "".join(pieces)


def _append_text(tree: Any, pieces: list[str], keep_line_breaks: bool) -> None:
    """Append a tree's visible text. Iterates over events, as a page may nest deeper than Python recurses."""
    from lxml import etree

    n_hidden = 0
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            n_hidden += tag in _HIDDEN_TAGS
            content = element.text
        else:
            n_hidden -= event == "end" and tag in _HIDDEN_TAGS
            content = element.tail
        if tag in _BLOCK_TAGS:
            pieces.append("\n")
        if content and not n_hidden:
            pieces.append(content if keep_line_breaks else re.sub(r"\s+", " ", content))
