"""Text out of fragments of HTML, as feeds and tables hold them."""

from __future__ import annotations

import html
import re
from typing import Any

from newsfold import text

_BLOCKS = text.word_set(
    """
    address article aside blockquote br caption dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr
    li main nav ol p pre section table td th tr ul
    """
)
_UNSEEN = text.word_set("script style head noscript template iframe object embed svg figcaption button select textarea")
_INLINE = text.word_set("a abbr b body cite em font html i img small span strong sub sup time u")
_TAG = re.compile(rf"</?(?:{'|'.join(sorted(_BLOCKS | _UNSEEN | _INLINE))})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BLOCK_TAG = re.compile(rf"<(?:{'|'.join(sorted(_BLOCKS))})\b", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-f]+|[a-z]\w+);", re.IGNORECASE)


def plain(fragment: str) -> str:
    """A fragment's visible text: blocks on lines of their own, entities resolved, scripts and captions gone.

    Text without tags keeps its line breaks. Escaped twice, as some feeds are, it is read twice.
    """
    for _ in range(2):
        if _TAG.search(fragment):
            fragment = _parsed(fragment)
        elif _ENTITY.search(fragment):
            fragment = html.unescape(fragment)
        else:
            break
    return text.normalise(fragment)


def _parsed(fragment: str) -> str:
    from lxml import etree
    from lxml import html as lxml_html

    # Inline tags alone: the line breaks in the source are the paragraphs.
    significant = not _BLOCK_TAG.search(fragment)
    try:
        tree = lxml_html.document_fromstring(f"<div>{fragment.replace(chr(0), ' ')}</div>")
    except (etree.ParserError, ValueError):
        return ""
    pieces: list[str] = []
    _collect(tree, pieces, significant)
    return "".join(pieces)


def _collect(tree: Any, pieces: list[str], significant: bool) -> None:
    """Append a tree's visible text. By events, as a page may nest deeper than Python recurses."""
    from lxml import etree

    hidden = 0
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            hidden += tag in _UNSEEN
            words = element.text
        else:
            hidden -= event == "end" and tag in _UNSEEN
            words = element.tail
        if tag in _BLOCKS:
            pieces.append("\n")
        if words and not hidden:
            pieces.append(words if significant else re.sub(r"\s+", " ", words))
