"""What a page says of itself: JSON-LD first, then its meta tags and headings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline import text
from pipeline.extraction import markup, times

_ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|Report|LiveBlog|Review|Reportage|NewsItem)", re.IGNORECASE)
_DEEPEST = 12
_CONTROL = re.compile(r"[\x00-\x1f]")
_TIMES = (
    "article:published_time", "og:article:published_time", "og:published_time", "parsely-pub-date", "datepublished",
    "citation_publication_date", "citation_online_date", "sailthru.date", "publishdate", "publish-date", "pubdate",
    "publication_date", "pub_date", "article.published", "dc.date.issued", "dcterms.created", "dc.date", "dcterms.date",
    "date",
)  # fmt: skip
_AUTHORS = (
    "author",
    "article:author",
    "parsely-author",
    "citation_author",
    "byl",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
)
_TITLES = ("og:title", "twitter:title", "parsely-title", "citation_title", "sailthru.title", "dc.title")
_LOCALES = ("og:locale", "content-language", "language", "dc.language", "citation_language")


@dataclass(frozen=True, slots=True)
class Metadata:
    """A page's own word on itself; empty where it says nothing."""

    titles: list[str]
    authors: list[str]
    published_at: str | None
    site: str | None
    publisher: str | None
    language: str | None
    canonical: str | None


def read(tree: Any) -> Metadata:
    """The metadata of a parsed page.

    Args:
        tree: an lxml element, the page's root.
    """
    meta = _meta(tree)
    nodes = [
        node
        for script in tree.xpath("//script[contains(@type, 'ld+json')]")
        for node in _nodes(_loaded(script.text_content()))
    ]
    article = _main(nodes)
    headline = _string(article.get("headline"))
    headings = [" ".join(heading.text_content().split()) for heading in tree.xpath("//h1")]
    titles = [headline if headline and not headline.endswith(("...", "…")) else None]
    titles += [headings[0] if len(headings) == 1 else _echoed(headings, meta)]
    titles += [*_values(meta, _TITLES), headline, " ".join(tree.findtext(".//title", "").split())]
    authors = list(_people(article.get("author"))) or list(_people(article.get("creator"))) or _first_authors(meta)
    moments = [_string(article.get("datePublished")), _string(article.get("dateCreated")), *_values(meta, _TIMES)]
    moments += tree.xpath("//*[@itemprop='datePublished']/@datetime | //*[@itemprop='datePublished']/@content")
    moments += tree.xpath("//time[@pubdate]/@datetime | //article//header//time/@datetime")
    language = (
        _string(article.get("inLanguage")) or tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    )
    links = [*tree.xpath("//link[@rel='canonical']/@href"), *_values(meta, ("og:url",))]
    return Metadata(
        titles=[markup.plain(title) for title in titles if title and title.strip()],
        authors=authors,
        published_at=_readable([moment for moment in moments if moment]),
        site=next(_values(meta, ("og:site_name", "application-name")), None),
        publisher=next(iter(_names(article.get("publisher"))), None),
        language=language or next(_values(meta, _LOCALES), None),
        canonical=next((str(link) for link in links if str(link).startswith("http")), None),
    )


def _meta(tree: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in tree.xpath("//meta[@content]"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
        content = (element.get("content") or "").strip()
        if name and content:
            found.setdefault(name.casefold(), []).append(content)
    return found


def _values(meta: dict[str, list[str]], names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        yield from meta.get(name, ())


def _first_authors(meta: dict[str, list[str]]) -> list[str]:
    for name in _AUTHORS:
        people = [value for value in meta.get(name, ()) if "://" not in value]
        if people:
            return people
    return []


def _loaded(script: str) -> Any:
    """The JSON of a script, mended where pages commonly break it: comments around it, raw line breaks, a last comma."""
    raw = (
        script.strip()
        .removeprefix("<!--")
        .removesuffix("-->")
        .replace("//<![CDATA[", "")
        .replace("//]]>", "")
        .strip(" \n;")
    )
    for attempt in (raw, re.sub(r",\s*([}\]])", r"\1", _CONTROL.sub(" ", raw))):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _nodes(found: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Every object of the JSON that has a type, the outer ones first."""
    if depth > _DEEPEST:
        return
    if isinstance(found, list):
        for one in found:
            yield from _nodes(one, depth + 1)
    elif isinstance(found, dict):
        if "@type" in found:
            yield found
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "hasPart"):
            yield from _nodes(found.get(key), depth + 1)


def _main(nodes: list[dict[str, Any]]) -> dict[str, Any]:
    """The node that is the page's article: the first of an article's type, those with a headline before others."""
    articles = [node for node in nodes if any(_ARTICLE_TYPES.search(str(kind)) for kind in _listed(node["@type"]))]
    return max(articles, key=lambda node: bool(node.get("headline")) + bool(node.get("datePublished")), default={})


def _people(found: Any) -> Iterator[str]:
    """Names of authors; organisations are none."""
    for one in _listed(found):
        kinds = _listed(one.get("@type")) if isinstance(one, dict) else []
        if not any("organi" in str(kind).casefold() for kind in kinds):
            yield from _names(one)


def _names(found: Any) -> Iterator[str]:
    for one in _listed(found):
        value = one.get("name") if isinstance(one, dict) else one
        for name in _listed(value):
            if isinstance(name, str) and name.strip() and "://" not in name:
                yield markup.plain(name)


def _listed(found: Any) -> list[Any]:
    return [] if found is None else found if isinstance(found, list) else [found]


def _string(found: Any) -> str | None:
    first = next(iter(_listed(found)), None)
    if isinstance(first, dict):
        first = first.get("@value") or first.get("alternateName") or first.get("name")
    return text.one_line(first) or None if isinstance(first, str) else None


def _readable(moments: list[str]) -> str | None:
    """The first time that can be read; of none, the first, for the record."""
    return next((moment for moment in moments if times.parse(moment, "UTC")), next(iter(moments), None))


def _echoed(headings: list[str], meta: dict[str, list[str]]) -> str | None:
    """Of several headings, the one that the page's title repeats."""
    shared = " ".join(_values(meta, _TITLES)).casefold()
    return next((heading for heading in headings if len(heading.split()) > 2 and heading.casefold() in shared), None)
