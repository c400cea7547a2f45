"""Articles in web pages: trafilatura finds the text, and the page's own metadata comes before its guesses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from newsfold import encodings
from newsfold.errors import SourceError
from newsfold.extraction import lines, maintext, metadata
from newsfold.extraction.maintext import load_trafilatura
from newsfold.extraction.metadata import Metadata
from newsfold.extraction.parsed_text import ParsedText


@dataclass(frozen=True, slots=True)
class Page:
    """A parsed page: its metadata, and its main text."""

    metadata: Metadata
    parsed: ParsedText


def parse_page(page: bytes, url: str | None) -> Page:
    """Parse a web page.

    Args:
        page: its bytes, in any encoding; what they declare is overruled if it is plainly wrong.
        url: its address, if known.

    Raises:
        SourceError: the page is not HTML, or has neither a title nor a text.
    """
    tree = load_trafilatura().load_html(encodings.decode(page, is_markup=True))
    if tree is None:
        raise SourceError("the page is no HTML that can be read")
    declared = metadata.parse_metadata(tree)
    if not (declared.published_at and (declared.authors or declared.bylines) and declared.titles):
        declared = _complete_metadata(declared, tree, url)
    paragraphs = maintext.extract_paragraphs(tree, url, declared.body)
    if not declared.titles and not paragraphs:
        raise SourceError("the page holds neither a title nor an article text")
    parsed = lines.parse_lines(paragraphs, is_scrape=False)
    parsed.paragraphs = maintext.adjust_ends(parsed.paragraphs, tree, declared.descriptions)
    return Page(declared, parsed)


def _complete_metadata(declared: Metadata, tree: Any, url: str | None) -> Metadata:
    """Return the metadata with trafilatura's guesses for what the page does not declare."""
    guessed = load_trafilatura().extract_metadata(tree, default_url=url, extensive=False)
    return replace(
        declared,
        titles=declared.titles or [title for title in [guessed.title] if title],
        bylines=[*declared.bylines, [name for name in (guessed.author or "").split(";") if name.strip()]],
        published_at=declared.published_at or guessed.date,
        site=declared.site or guessed.sitename,
    )
