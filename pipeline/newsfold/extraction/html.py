"""Articles in web pages: trafilatura finds the text, and the page's own metadata comes before its guesses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from newsfold import encodings, text
from newsfold.errors import SourceError
from newsfold.extraction import lines, maintext, metadata
from newsfold.extraction.maintext import load_trafilatura
from newsfold.extraction.metadata import Metadata
from newsfold.extraction.parsed_text import ParsedText
from newsfold.times import LATEST

# Without a latest date, trafilatura asks the clock for one, and the same page would have another date on another day.
_DATES = {"original_date": True, "extensive_search": False, "max_date": LATEST.date().isoformat()}


@dataclass(frozen=True, slots=True)
class Page:
    """A parsed page.

    Attributes:
        metadata: what it declares.
        parsed: its main text.
        published_at: as written; None if unknown.
    """

    metadata: Metadata
    parsed: ParsedText
    published_at: str | None


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
        raise SourceError("the page cannot be read as HTML")
    declared = metadata.parse_metadata(tree)
    published_at = declared.times.published_at
    if not (published_at and (declared.authors or declared.bylines) and declared.titles):
        guessed = _guess_metadata(tree, url)
        if guessed:
            declared = _complete_metadata(declared, guessed)
            published_at = published_at or declared.times.refine(guessed.date)
    paragraphs = maintext.extract_paragraphs(tree, url, declared.body)
    if not declared.titles and not paragraphs:
        raise SourceError("the page holds neither a title nor an article text")
    parsed = lines.parse_lines(paragraphs, is_scrape=False)
    adjusted = maintext.adjust_ends(parsed.paragraphs, tree, declared.descriptions)
    parsed.paragraphs = [text.normalise_line(paragraph) for paragraph in adjusted]
    return Page(declared, parsed, published_at)


def _guess_metadata(tree: Any, url: str | None) -> Any:
    """Return trafilatura's metadata of a page; None if it fails on it, as on an impossible offset in a time."""
    try:
        return load_trafilatura().extract_metadata(tree, default_url=url, date_config=_DATES)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):  # which say nothing of the page
        return None


def _complete_metadata(declared: Metadata, guessed: Any) -> Metadata:
    """Return the metadata with trafilatura's guesses for what the page does not declare."""
    return replace(
        declared,
        titles=declared.titles or [title for title in [guessed.title] if title],
        bylines=[*declared.bylines, [name for name in (guessed.author or "").split(";") if name.strip()]],
        site=declared.site or guessed.sitename,
    )
