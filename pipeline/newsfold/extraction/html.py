"""Articles in web pages: trafilatura finds the text, the page's own metadata comes before its guesses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from newsfold.errors import SourceError
from newsfold.extraction import lines, maintext, metadata
from newsfold.extraction.lines import Told
from newsfold.extraction.maintext import trafilatura
from newsfold.extraction.metadata import Metadata


@dataclass(frozen=True, slots=True)
class Page:
    """A page read: its metadata, and what the lines of its main text told."""

    metadata: Metadata
    told: Told


def read(page: bytes, url: str | None) -> Page:
    """Read a web page.

    Args:
        page: its bytes, in any encoding.
        url: its address, where known.

    Raises:
        SourceError: it is no HTML, or holds neither a title nor a text.
    """
    tree = trafilatura().load_html(page)
    if tree is None:
        raise SourceError("the page is no HTML that can be read")
    found = metadata.read(tree)
    if not (found.published_at and (found.authors or found.bylines) and found.titles):
        found = _completed(found, tree, url)
    paragraphs = maintext.paragraphs(tree, url, found.body)
    if not found.titles and not paragraphs:
        raise SourceError("the page holds neither a title nor an article text")
    told = lines.read(paragraphs, scrape=False)
    told.paragraphs = maintext.completed(told.paragraphs, tree, found.descriptions)
    return Page(found, told)


def _completed(found: Metadata, tree: Any, url: str | None) -> Metadata:
    """The metadata with trafilatura's guesses where the page says nothing itself."""
    guessed = trafilatura().extract_metadata(tree, default_url=url, extensive=False)
    return replace(
        found,
        titles=found.titles or [title for title in [guessed.title] if title],
        bylines=[*found.bylines, [name for name in (guessed.author or "").split(";") if name.strip()]],
        published_at=found.published_at or guessed.date,
        site=found.site or guessed.sitename,
    )
