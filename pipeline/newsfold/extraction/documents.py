"""Documents of every form (web page, plain text, fields of a feed or table), parsed into the same fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from newsfold import encodings, text
from newsfold.errors import SourceError
from newsfold.extraction import html, lines, markup, paywalls, scrape
from newsfold.extraction.parsed_text import ParsedText

_MAX_TEXT_CHARACTERS = 2_000_000  # a novel has about one million
_MAX_PAGE_BYTES = 10_000_000

Document = Mapping[str, Any]  # a row of table `documents`


@dataclass
class ParsedDocument:
    """A parsed document, before an article is built from it.

    Attributes:
        parsed: its text, and the facts in its lines.
        titles: best first.
        outlet: the outlet, or who else publishes the page.
        site: the site's name.
        authors: the declared authors of a page; None for other forms.
        bylines: other lines that may name authors, likeliest first; None for other forms than pages.
        published_at: as printed.
        language: as declared.
        canonical: the address that a page gives for itself.
    """

    parsed: ParsedText
    titles: list[str]
    outlet: str | None = None
    site: str | None = None
    authors: list[str] | None = None
    bylines: list[list[str]] | None = None
    published_at: str | None = None
    language: str | None = None
    canonical: str | None = None


def parse_document(document: Document) -> ParsedDocument:
    """Parse a document of any form.

    Raises:
        SourceError: the document is too large, or not an article.
    """
    return _PARSERS[document["form"]](document)


def _parse_page(document: Document) -> ParsedDocument:
    """Parse a page; if it is a stub (interstitial or paywalled), take its feed's text and mark it as such."""
    if len(document["content"]) > _MAX_PAGE_BYTES:
        raise SourceError(f"the page is {len(document['content']) / 1e6:.0f} MB; no article's page is that large")
    page = html.parse_page(document["content"], document["url"])
    metadata, parsed = page.metadata, page.parsed
    feed_item = _parse_fields(document) if document["text"] else None
    if paywalls.is_interstitial(metadata.titles, parsed.paragraphs):
        if feed_item is None:
            raise SourceError("the page asks for consent or proof of being human; it shows no article")
        feed_item.parsed.extras.append(("stub", "the page shows no article; this is its feed's text"))
        return feed_item
    if paywalls.is_paywalled(parsed.paragraphs, is_free=metadata.is_free):
        parsed.paragraphs = paywalls.cut_at_offer(parsed.paragraphs)
        parsed.extras.append(("stub", paywalls.PAYWALL))
    if feed_item and _count_words(feed_item.parsed) > _count_words(parsed):
        parsed.paragraphs = feed_item.parsed.paragraphs
    return ParsedDocument(
        parsed=parsed,
        titles=[title for title in [*metadata.titles, _read_title(document)] if title],
        outlet=metadata.site or metadata.publisher,
        site=metadata.site,
        authors=metadata.authors,
        bylines=metadata.bylines,
        published_at=page.published_at,
        language=metadata.language,
        canonical=metadata.canonical,
    )


def _parse_scrape(document: Document) -> ParsedDocument:
    title, parsed = scrape.parse_scrape(_check_length(encodings.decode(document["content"])))
    return ParsedDocument(parsed, [markup.resolve_references(document["title"] or title)])


def _parse_fields(document: Document) -> ParsedDocument:
    title = _read_title(document)
    content = markup.extract_text(_check_length(document["text"] or ""), document["text_form"])
    paragraphs = scrape.split_paragraphs(content)
    if not title:
        title, paragraphs = scrape.split_title(paragraphs)
    return ParsedDocument(lines.parse_lines(paragraphs, is_scrape=False), [title])


_PARSERS: Mapping[str, Callable[[Document], ParsedDocument]] = {
    "html": _parse_page,
    "text": _parse_scrape,
    "fields": _parse_fields,
}


def _read_title(document: Document) -> str:
    content = _check_length(document["title"] or "")
    return text.normalise_line(markup.extract_text(content, document["title_form"]))


def _count_words(parsed: ParsedText) -> int:
    return len(text.split_words(" ".join(parsed.paragraphs)))


def _check_length(content: str) -> str:
    if len(content) > _MAX_TEXT_CHARACTERS:
        raise SourceError(f"its text has {len(content):,} characters; no article has over {_MAX_TEXT_CHARACTERS:,}")
    return content
