"""Articles in web pages: trafilatura finds the text, the page's own metadata comes before its guesses."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipeline.errors import SourceError
from pipeline.extraction import lines, metadata
from pipeline.extraction.lines import Told
from pipeline.extraction.metadata import Metadata


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
    tree = _trafilatura().load_html(page)
    if tree is None:
        raise SourceError("the page is no HTML that can be read")
    found = metadata.read(tree)
    if not (found.published_at and found.authors and found.titles):
        found = _completed(found, tree, url)
    paragraphs = _main_text(tree, url)
    if not found.titles and not paragraphs:
        raise SourceError("the page holds neither a title nor an article text")
    return Page(found, lines.read(paragraphs, scrape=False))


def _main_text(tree: Any, url: str | None) -> list[str]:
    extracted = _trafilatura().bare_extraction(
        tree, url=url, fast=True, include_comments=False, include_tables=False, with_metadata=False
    )
    if extracted is None or not extracted.text:
        return []
    return [line for line in extracted.text.split("\n") if line.strip()]


def _completed(found: Metadata, tree: Any, url: str | None) -> Metadata:
    """The metadata with trafilatura's guesses where the page says nothing itself."""
    guessed = _trafilatura().extract_metadata(tree, default_url=url, extensive=False)
    return Metadata(
        titles=found.titles or [title for title in [guessed.title] if title],
        authors=found.authors or [name for name in (guessed.author or "").split(";") if name.strip()],
        published_at=found.published_at or guessed.date,
        site=found.site or guessed.sitename,
        publisher=found.publisher,
        language=found.language,
        canonical=found.canonical,
    )


@cache
def _trafilatura() -> Any:
    # Its downloads, unused here, warn at import where urllib3's proxy extra is not installed.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import trafilatura
    return trafilatura
