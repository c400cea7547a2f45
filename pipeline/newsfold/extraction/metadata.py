"""Metadata that a page declares: JSON-LD first, then its meta tags and headings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from newsfold import text, times
from newsfold.extraction import markup

_ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|Report|LiveBlog|Review|Reportage|NewsItem)", re.IGNORECASE)
_MAX_DEPTH = 12
_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f]")
_TIME_TAGS = (
    "article:published_time", "og:article:published_time", "og:published_time", "parsely-pub-date", "datepublished",
    "citation_publication_date", "citation_online_date", "sailthru.date", "publishdate", "publish-date", "pubdate",
    "publication_date", "pub_date", "article.published", "dc.date.issued", "dcterms.created", "dc.date", "dcterms.date",
    "date",
)  # fmt: skip
_AUTHOR_TAGS = (
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
_TITLE_TAGS = ("og:title", "twitter:title", "parsely-title", "citation_title", "sailthru.title", "dc.title")
_NOT_ASIDE = "[not(ancestor::aside or ancestor::footer or ancestor::nav or ancestor::*[contains(@class, 'comment')])]"
_BYLINE_PATHS = tuple(
    f"//{path}{_NOT_ASIDE}"
    for path in (
        "*[@itemprop='author']//*[@itemprop='name']",
        "*[@itemprop='author']",
        "*[@rel='author']",
        "*[re:test(@class, '(^|[ _-])(author|byline)[_-]*(name|link)?s?( |$)', 'i')]",
        "a[re:test(@href, '/(author|autor|auteur|journalist|profile|people|reporter|by)s?/', 'i')]",
    )
)
_XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_XPATH_NAMESPACES = {"re": "http://exslt.org/regular-expressions"}
_MAX_BYLINE_CHARACTERS = 120
_MAX_BYLINES = 6
_DESCRIPTION_TAGS = ("og:description", "description", "twitter:description")
_LANGUAGE_TAGS = ("og:locale", "content-language", "language", "dc.language", "citation_language")


@dataclass(frozen=True, slots=True)
class Metadata:
    """The metadata that a page declares; empty or None if it declares nothing.

    Attributes:
        titles: best first; the outlet's name may stand at their ends.
        authors: the authors in the page's JSON-LD, people and publishers.
        bylines: other lines that may name them, likeliest first: meta tags, then lines printed on the page.
        published_at: as written; the most exact of several statements that agree.
        site: the site's name.
        publisher: the publisher's name.
        language: as declared.
        canonical: the address that the page gives for itself, perhaps relative.
        body: the article's text in JSON-LD.
        descriptions: descriptions in JSON-LD and meta tags, each once.
        is_free: whether the article can be read for free (`isAccessibleForFree`).
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
    is_free: bool | None


def parse_metadata(tree: Any) -> Metadata:
    """Return the metadata of a parsed page.

    Args:
        tree: an lxml element, the page's root.
    """
    meta = _collect_meta_tags(tree)
    nodes = [
        node
        for script in tree.xpath("//script[contains(@type, 'ld+json')]")
        for node in _iterate_nodes(_parse_json(script.text_content()))
    ]
    article = _find_article(nodes)
    headline = _first_string(article.get("headline"))
    headings = [" ".join(heading.text_content().split()) for heading in tree.xpath("//h1")]
    heading = headings[0] if len(headings) == 1 else _find_echoed_heading(headings, meta)
    shared_titles = list(_tag_values(meta, ("og:title",)))
    titles = [title for title in [*shared_titles, headline] if title and not title.endswith(("...", "…"))]
    titles += [heading] if heading else []
    titles += [*_tag_values(meta, _TITLE_TAGS), headline or "", " ".join(tree.findtext(".//title", "").split())]
    printed_times = [_first_time(article.get(key)) for key in ("datePublished", "dateCreated")]
    printed_times += _tag_values(meta, _TIME_TAGS)
    printed_times += tree.xpath("//*[@itemprop='datePublished']/@datetime | //*[@itemprop='datePublished']/@content")
    printed_times += tree.xpath("//time[@pubdate]/@datetime | //article//header//time/@datetime")
    language = _first_string(article.get("inLanguage")) or tree.get("lang") or tree.get(_XML_LANGUAGE)
    descriptions = [_first_string(article.get("description")), *_tag_values(meta, _DESCRIPTION_TAGS)]
    links = [*tree.xpath("//link[@rel='canonical']/@href"), *_tag_values(meta, ("og:url",))]
    return Metadata(
        titles=[markup.extract_text(title) for title in titles if title.strip()],
        authors=[*_read_names(article.get("author"))] or [*_read_names(article.get("creator"))],
        bylines=[*_collect_meta_bylines(meta), *_find_printed_bylines(tree)],
        published_at=times.choose_time(printed_times, "UTC"),
        site=next(_tag_values(meta, ("og:site_name", "application-name")), None),
        publisher=next(iter(_read_names(article.get("publisher"))), None),
        language=language or next(_tag_values(meta, _LANGUAGE_TAGS), None),
        canonical=next((str(link) for link in links if link.strip()), None),
        body=_read_body(article),
        descriptions=list(
            dict.fromkeys(markup.extract_text(description) for description in descriptions if description)
        ),
        is_free={"true": True, "false": False}.get(str(article.get("isAccessibleForFree")).rpartition("/")[2].lower()),
    )


def _read_body(article: dict[str, Any]) -> str | None:
    body = next(iter(_as_list(article.get("articleBody"))), None)
    return markup.extract_text(body) or None if isinstance(body, str) else None


def _collect_meta_tags(tree: Any) -> dict[str, list[str]]:
    """Return the contents of the page's meta tags, by name in small letters."""
    contents: dict[str, list[str]] = {}
    for element in tree.xpath("//meta[@content]"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
        content = (element.get("content") or "").strip()
        if name and content:
            contents.setdefault(name.casefold(), []).append(content)
    return contents


def _tag_values(meta: dict[str, list[str]], names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        yield from meta.get(name, ())


def _collect_meta_bylines(meta: dict[str, list[str]]) -> Iterator[list[str]]:
    for name in _AUTHOR_TAGS:
        people = [value for value in meta.get(name, ()) if "://" not in value and "@" not in value]
        if people:
            yield people


def _find_printed_bylines(tree: Any) -> Iterator[list[str]]:
    """Yield the bylines that the page prints, the most explicit first."""
    for path in _BYLINE_PATHS:
        elements = tree.xpath(path, namespaces=_XPATH_NAMESPACES)
        lines = [" ".join(element.text_content().split()) for element in elements]
        bylines = [line for line in lines if 0 < len(line) <= _MAX_BYLINE_CHARACTERS]
        if bylines:
            yield bylines[:_MAX_BYLINES]


def _parse_json(script: str) -> Any:
    """Parse a script, repairing what pages commonly break: comments around the JSON, raw line breaks, a last comma."""
    raw = (
        script.strip()
        .removeprefix("<!--")
        .removesuffix("-->")
        .replace("//<![CDATA[", "")
        .replace("//]]>", "")
        .strip(" \n;")
    )
    for attempt in (raw, re.sub(r",\s*([}\]])", r"\1", _CONTROL_CHARACTER.sub(" ", raw))):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _iterate_nodes(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yield every object of the JSON that has a type, the outer ones first."""
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


def _find_article(nodes: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the node of the page's article: the first with an article's type, preferably with headline and date."""
    articles = [node for node in nodes if any(_ARTICLE_TYPES.search(str(kind)) for kind in _as_list(node["@type"]))]
    return max(articles, key=lambda node: bool(node.get("headline")) + bool(node.get("datePublished")), default={})


def _read_names(value: Any) -> Iterator[str]:
    for item in _as_list(value):
        for name in _as_list(item.get("name") if isinstance(item, dict) else item):
            if isinstance(name, str) and name.strip() and "://" not in name:
                yield markup.extract_text(name)


def _as_list(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _first_string(value: Any) -> str | None:
    first = next(iter(_as_list(value)), None)
    if isinstance(first, dict):
        first = first.get("@value") or first.get("alternateName") or first.get("name")
    return text.normalise_line(first) or None if isinstance(first, str) else None


def _first_time(value: Any) -> str | None:
    """Return the first time as written; some pages count seconds instead of writing a date."""
    first = next(iter(_as_list(value)), None)
    return str(first) if isinstance(first, int) and not isinstance(first, bool) else _first_string(value)


def _find_echoed_heading(headings: list[str], meta: dict[str, list[str]]) -> str | None:
    """Return the first heading that is repeated in the page's titles, if any."""
    titles = " ".join(_tag_values(meta, _TITLE_TAGS)).casefold()
    return next((heading for heading in headings if len(heading.split()) > 2 and heading.casefold() in titles), None)
