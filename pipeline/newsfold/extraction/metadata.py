"""What a page says of itself: JSON-LD first, then its meta tags and headings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from newsfold import text
from newsfold.extraction import markup, times

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
    "articleauthor",
    "author",
    "article:author",
    "og:article:author",
    "parsely-author",
    "citation_author",
    "byl",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
)
_TITLES = ("og:title", "twitter:title", "parsely-title", "citation_title", "sailthru.title", "dc.title")
_ASIDE = "[not(ancestor::aside or ancestor::footer or ancestor::nav or ancestor::*[contains(@class, 'comment')])]"
_BYLINES = tuple(
    f"//{path}{_ASIDE}"
    for path in (
        "*[@itemprop='author']//*[@itemprop='name']",
        "*[@itemprop='author']",
        "*[@rel='author']",
        "*[re:test(@class, '(^|[ _-])(author|byline)[_-]*(name|link)?s?( |$)', 'i')]",
        "a[re:test(@href, '/(author|autor|auteur|journalist|profile|people|reporter|by)s?/', 'i')]",
    )
)
_REGULAR = {"re": "http://exslt.org/regular-expressions"}
_LONGEST_BYLINE = 120  # characters
_MOST_BYLINES = 6
_DESCRIPTIONS = ("og:description", "description", "twitter:description")
_LOCALES = ("og:locale", "content-language", "language", "dc.language", "citation_language")


@dataclass(frozen=True, slots=True)
class Metadata:
    """A page's own word on itself; empty where it says nothing.

    Attributes:
        titles: best first; the outlet's name may stand at their ends.
        authors: whom the page's JSON-LD names as authors, people and institutions.
        bylines: what else may name them, likeliest first: meta tags, then what stands on the page.
        published_at: as written.
        site: the site's name.
        publisher: the publisher's.
        language: as declared.
        canonical: the page's own address for itself.
        body: the article's text, in JSON-LD.
        descriptions: what it is about, in JSON-LD and meta tags, each once.
        free: whether it can be read for free, where it says so (`isAccessibleForFree`).
    """

    titles: list[str]
    authors: list[str]
    bylines: list[list[str]]
    published_at: str | None
    site: str | None
    publisher: str | None
    language: str | None
    canonical: str | None
    body: str | None
    descriptions: list[str]
    free: bool | None


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
    shared = list(_values(meta, ("og:title",)))
    titles = [title for title in [*shared, headline] if title and not title.endswith(("...", "…"))]
    titles += [heading for heading in [headings[0] if len(headings) == 1 else _echoed(headings, meta)] if heading]
    titles += [*_values(meta, _TITLES), headline or "", " ".join(tree.findtext(".//title", "").split())]
    signed = [*_names(article.get("author"))] or [*_names(article.get("creator"))]
    moments = [_string(article.get("datePublished")), _string(article.get("dateCreated")), *_values(meta, _TIMES)]
    moments += tree.xpath("//*[@itemprop='datePublished']/@datetime | //*[@itemprop='datePublished']/@content")
    moments += tree.xpath("//time[@pubdate]/@datetime | //article//header//time/@datetime")
    language = (
        _string(article.get("inLanguage")) or tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    )
    described = [_string(article.get("description")), *_values(meta, _DESCRIPTIONS)]
    links = [*tree.xpath("//link[@rel='canonical']/@href"), *_values(meta, ("og:url",))]
    return Metadata(
        titles=[markup.plain(title) for title in titles if title.strip()],
        authors=signed,
        bylines=[*_bylines(meta), *_printed(tree)],
        published_at=_readable([moment for moment in moments if moment]),
        site=next(_values(meta, ("og:site_name", "application-name")), None),
        publisher=next(iter(_names(article.get("publisher"))), None),
        language=language or next(_values(meta, _LOCALES), None),
        canonical=next((str(link) for link in links if str(link).startswith("http")), None),
        body=_body(article),
        descriptions=list(dict.fromkeys(markup.plain(told) for told in described if told)),
        free={"true": True, "false": False}.get(str(article.get("isAccessibleForFree")).rpartition("/")[2].lower()),
    )


def _body(article: dict[str, Any]) -> str | None:
    found = next(iter(_listed(article.get("articleBody"))), None)
    return markup.plain(found) or None if isinstance(found, str) else None


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


def _bylines(meta: dict[str, list[str]]) -> Iterator[list[str]]:
    for name in _AUTHORS:
        people = [value for value in meta.get(name, ()) if "://" not in value and "@" not in value]
        if people:
            yield people


def _printed(tree: Any) -> Iterator[list[str]]:
    """The bylines that stand on the page, the most explicit first."""
    for path in _BYLINES:
        found = [" ".join(element.text_content().split()) for element in tree.xpath(path, namespaces=_REGULAR)]
        printed = [line for line in found if 0 < len(line) <= _LONGEST_BYLINE]
        if printed:
            yield printed[:_MOST_BYLINES]


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
    return text.normalise_line(first) or None if isinstance(first, str) else None


def _readable(moments: list[str]) -> str | None:
    """The first time that can be read; of none, the first, for the record."""
    return next((moment for moment in moments if times.parse(moment, "UTC")), next(iter(moments), None))


def _echoed(headings: list[str], meta: dict[str, list[str]]) -> str | None:
    """Of several headings, the one that the page's title repeats."""
    shared = " ".join(_values(meta, _TITLES)).casefold()
    return next((heading for heading in headings if len(heading.split()) > 2 and heading.casefold() in shared), None)
