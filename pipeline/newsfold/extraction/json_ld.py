"""JSON-LD in pages (https://www.w3.org/TR/json-ld11/): its objects, the one of the page's article, and their values."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from newsfold import text

Node = dict[str, Any]

_SCRIPTS = "//script[contains(translate(@type, 'LDJSON', 'ldjson'), 'ld+json')]"
_ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|Report|LiveBlog|Review|Reportage|NewsItem)", re.IGNORECASE)
_MAX_DEPTH = 12
_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f]")
_LAST_COMMA = re.compile(r",\s*([}\]])")
_WRAPPING = re.compile(r"/\*.*?\*/|<!--|-->|(?://\s*)?(?:<!\[CDATA\[|\]\]>)", re.DOTALL)


def collect_nodes(tree: Any) -> list[Node]:
    """Return the objects of a page's JSON-LD that have a type, the outer ones first.

    Args:
        tree: an lxml element, the page's root.
    """
    return [node for script in tree.xpath(_SCRIPTS) for node in _iterate_nodes(_parse_json(script.text_content()))]


def find_article(nodes: Sequence[Node], titles: Sequence[str]) -> Node:
    """Return the node of the page's article; an empty one if none has an article's type.

    Of several it is the first whose headline is among the page's titles, preferably with headline and date.
    """
    known = " ".join(text.normalise_line(title) for title in titles).casefold()

    def rate(node: Node) -> tuple[bool, int]:
        headline = (read_string(node.get("headline")) or "").casefold()
        return bool(headline) and headline in known, bool(headline) + bool(node.get("datePublished"))

    articles = [node for node in nodes if any(_ARTICLE_TYPES.search(kind) for kind in list_types(node))]
    return max(articles, key=rate, default={})


def list_types(node: Node) -> list[str]:
    """Return the types of a node, as written: `NewsArticle`, `http://schema.org/NewsArticle`."""
    return [str(kind) for kind in as_list(node["@type"])]


def read_string(value: Any) -> str | None:
    """Return a value, or the first of a list, as one line: an object's value or name; None if it is no text."""
    first = next(iter(as_list(value)), None)
    if isinstance(first, dict):
        first = first.get("@value") or first.get("alternateName") or first.get("name")
    return text.normalise_line(first) or None if isinstance(first, str) else None


def read_time(value: Any) -> str | None:
    """Return a time, or the first of a list, as written; some pages count seconds instead of writing a date."""
    first = next(iter(as_list(value)), None)
    return str(first) if isinstance(first, int | float) and not isinstance(first, bool) else read_string(first)


def as_list(value: Any) -> list[Any]:
    """Return the values of a property: of one value a list of it, of none an empty one."""
    return [] if value is None else value if isinstance(value, list) else [value]


def _parse_json(script: str) -> Any:
    """Parse a script, repairing what pages commonly break; None if it is beyond repair.

    They put comments or character data around the JSON, raw line breaks into texts, a comma after the last value, or
    escape all of it as if it were not a script.
    """
    repairs: tuple[Callable[[str], str], ...] = (
        str,
        lambda written: _WRAPPING.sub(" ", written),
        lambda written: _LAST_COMMA.sub(r"\1", _CONTROL_CHARACTER.sub(" ", written)),
        html.unescape,
    )
    for repair in repairs:
        script = repair(script).strip(" \n;")
        try:
            return json.loads(script, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _iterate_nodes(value: Any, depth: int = 0) -> Iterator[Node]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _iterate_nodes(item, depth + 1)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "hasPart"):
            yield from _iterate_nodes(value.get(key), depth + 1)
