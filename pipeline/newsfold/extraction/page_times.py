"""The times that a page states: of its publication and of its last change, and others that may be either."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from newsfold import times
from newsfold.extraction import json_ld

NOT_ASIDE = "[not(ancestor::aside or ancestor::footer or ancestor::nav or ancestor::*[contains(@class, 'comment')])]"
_PUBLISHED_TAGS = (
    "article:published_time", "og:article:published_time", "og:published_time", "parsely-pub-date", "datepublished",
    "citation_publication_date", "citation_online_date", "sailthru.date", "publishdate", "publish-date", "pubdate",
    "publication_date", "pub_date", "article.published", "dc.date.issued", "dcterms.created", "dc.date", "dcterms.date",
    "date",
)  # fmt: skip
_MODIFIED_TAGS = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified", "dcterms.modified",
    "article.updated", "lastmod", "last-modified",
)  # fmt: skip
_MARKED = "//*[@itemprop='{name}']/@*[name() = 'datetime' or name() = 'content' or name() = 'title']"
_PUBDATES = "//time[@pubdate]/@datetime | //article//header//time/@datetime"
_SHOWN = f"//time{NOT_ASIDE} | //abbr[contains(@class, 'published')]{NOT_ASIDE}"  # the latter in hAtom
_MAX_TIMES = 10  # of those that the page shows


@dataclass(frozen=True, slots=True)
class PageTimes:
    """The times that a page states, as written.

    Attributes:
        published_at: when it says to have been published, the most exact of several statements that agree; if none can
            be read, when it was changed; None if nothing says when it was published.
        others: times of its last change, and those that it shows, which may be of something else.
    """

    published_at: str | None
    others: Sequence[str]

    def refine(self, day: str | None) -> str | None:
        """Return the first of the other times that is on a day, or the day if there is none.

        Args:
            day: the page's date, found otherwise.
        """
        return times.choose_time([day, *self.others], "UTC") if day else None


def collect_times(
    tree: Any, meta: Mapping[str, Sequence[str]], article: json_ld.Node, nodes: Sequence[json_ld.Node]
) -> PageTimes:
    """Collect the times that a page states.

    Args:
        tree: an lxml element, the page's root.
        meta: the contents of its meta tags, by name in small letters.
        article: the JSON-LD of its article, or an empty object.
        nodes: all objects of its JSON-LD.
    """
    published = [json_ld.read_time(article.get(key)) for key in ("datePublished", "dateCreated")]
    published += [content for name in _PUBLISHED_TAGS for content in meta.get(name, ())]
    published += [*tree.xpath(_MARKED.format(name="datePublished")), *tree.xpath(_PUBDATES)]
    published += _read_nodes(nodes, "WebPage", "datePublished")
    modified = [json_ld.read_time(article.get("dateModified"))]
    modified += [content for name in _MODIFIED_TAGS for content in meta.get(name, ())]
    modified += tree.xpath(_MARKED.format(name="dateModified"))
    modified += _read_nodes(nodes, "WebPage", "dateModified")
    others = [*_list_shown_times(tree), *_read_nodes(nodes, "VideoObject", "uploadDate"), *modified]
    has_statement = any(printed and printed.strip() for printed in published)
    return PageTimes(
        published_at=times.choose_time(published, "UTC", modified=modified) if has_statement else None,
        others=[printed for printed in others if printed],
    )


def _read_nodes(nodes: Sequence[json_ld.Node], kind: str, key: str) -> list[str | None]:
    of_kind = (node for node in nodes if any(name.endswith(kind) for name in json_ld.list_types(node)))
    return [json_ld.read_time(node.get(key)) for node in of_kind]


def _list_shown_times(tree: Any) -> Iterator[str]:
    for element in tree.xpath(_SHOWN)[:_MAX_TIMES]:
        yield element.get("datetime") or element.get("title") or " ".join(element.text_content().split())
