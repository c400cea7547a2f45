"""Text in fragments of HTML, as feeds and tables hold them."""

from __future__ import annotations

import html
import re
from typing import Any

from newsfold import text

_BLOCK_TAGS = text.word_set(
    """
    address article aside blockquote br caption dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr
    li main nav ol p pre section table td th tr ul
    """
)
_HIDDEN_TAGS = text.word_set(
    "script style head noscript template iframe object embed svg figcaption button select textarea"
)
_INLINE_TAGS = text.word_set("a abbr b body cite em font html i img small span strong sub sup time u")
_TAG = re.compile(
    rf"</?(?:{'|'.join(sorted(_BLOCK_TAGS | _HIDDEN_TAGS | _INLINE_TAGS))})(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_BLOCK_TAG = re.compile(rf"<(?:{'|'.join(sorted(_BLOCK_TAGS))})\b", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-f]+|[a-z]\w+);", re.IGNORECASE)


def html_to_text(fragment: str) -> str:
    """Return a fragment's visible text: blocks on lines of their own, entities resolved, no scripts or captions.

    Text without tags keeps its line breaks. A fragment that is escaped twice, as in some feeds, is parsed twice.
    """
    for _ in range(2):
        if _TAG.search(fragment):
            fragment = _parse_fragment(fragment)
        elif _ENTITY.search(fragment):
            fragment = html.unescape(fragment)
        else:
            break
    return text.normalise(fragment)


def _parse_fragment(fragment: str) -> str:
    from lxml import etree
    from lxml import html as lxml_html

    # With inline tags alone, the line breaks in the source are the paragraphs.
    keep_line_breaks = not _BLOCK_TAG.search(fragment)
    try:
        tree = lxml_html.document_fromstring(f"<div>{fragment.replace(chr(0), ' ')}</div>")
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
