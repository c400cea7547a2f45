"""Metadata that a page declares: JSON-LD first, then its meta tags and headings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from newsfold.extraction import json_ld, markup
from newsfold.extraction.page_times import NOT_ASIDE, PageTimes, collect_times

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
_BYLINE_PATHS = tuple(
    f"//{path}{NOT_ASIDE}"
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
        times: when it was published or changed.
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
    times: PageTimes
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
    headings = [" ".join(heading.text_content().split()) for heading in tree.xpath("//h1")]
    page_title = " ".join(tree.findtext(".//title", "").split())
    nodes = json_ld.collect_nodes(tree)
    article = json_ld.find_article(nodes, [*_tag_values(meta, _TITLE_TAGS), page_title, *headings])
    headline = json_ld.read_string(article.get("headline"))
    heading = headings[0] if len(headings) == 1 else _find_echoed_heading(headings, meta)
    shared_titles = list(_tag_values(meta, ("og:title",)))
    titles = [title for title in [*shared_titles, headline] if title and not title.endswith(("...", "…"))]
    titles += [heading] if heading else []
    titles += [*_tag_values(meta, _TITLE_TAGS), headline or "", page_title]
    language = json_ld.read_string(article.get("inLanguage")) or tree.get("lang") or tree.get(_XML_LANGUAGE)
    descriptions = [json_ld.read_string(article.get("description")), *_tag_values(meta, _DESCRIPTION_TAGS)]
    links = [*tree.xpath("//link[@rel='canonical']/@href"), *_tag_values(meta, ("og:url",))]
    return Metadata(
        titles=[_read_title(title, headings) for title in titles if title.strip()],
        authors=[*_read_names(article.get("author"))] or [*_read_names(article.get("creator"))],
        bylines=[*_collect_meta_bylines(meta), *_find_printed_bylines(tree)],
        times=collect_times(tree, meta, article, nodes),
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


def _read_title(title: str, headings: list[str]) -> str:
    """Return the text of a title; what a heading of the page shows, a tag too, is no markup."""
    if any(" ".join(title.split()) in heading for heading in headings):
        return markup.resolve_references(title)
    return markup.extract_text(title)


def _read_body(article: dict[str, Any]) -> str | None:
    body = next(iter(json_ld.as_list(article.get("articleBody"))), None)
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


def _read_names(value: Any) -> Iterator[str]:
    for item in json_ld.as_list(value):
        for name in json_ld.as_list(item.get("name") if isinstance(item, dict) else item):
            if isinstance(name, str) and name.strip() and "://" not in name:
                yield markup.extract_text(name)


def _find_echoed_heading(headings: list[str], meta: dict[str, list[str]]) -> str | None:
    """Return the first heading that is repeated in the page's titles, if any."""
    titles = " ".join(_tag_values(meta, _TITLE_TAGS)).casefold()
    return next((heading for heading in headings if len(heading.split()) > 2 and heading.casefold() in titles), None)
