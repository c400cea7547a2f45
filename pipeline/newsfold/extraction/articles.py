"""Articles built from parsed documents: one row with every fact that the document and its source state."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from newsfold import text, times, urls
from newsfold.dataflow import UNDATED, end_of_day
from newsfold.errors import SourceError
from newsfold.extraction import addresses, bylines, headlines, languages, lead, publisher_names
from newsfold.extraction.documents import Document, ParsedDocument, parse_document
from newsfold.extraction.folding import fold_text
from newsfold.extraction.roundups import is_roundup
from newsfold.publishers import UNKNOWN_OUTLET
from newsfold.schemas.kinds import find_kind

_MAX_TITLE_CHARACTERS = 200  # of a title that is taken from the text
_MAX_HEADLINE_CHARACTERS = 500  # of a stated title: what is longer is a text
_AHEAD = timedelta(days=2)  # of its edition: time zones and embargoes
_MAX_OPENING_CHARACTERS = 2000  # in which that title's sentence is looked for


def build_article(document: Document, seen_at: datetime) -> dict[str, Any]:
    """Build a row of table `merged` from a document; its article_id is that of the document, or empty.

    Raises:
        SourceError: the document is not an article.
    """
    page = parse_document(document)
    parsed = page.parsed
    canonical = addresses.choose_canonical_url(document["url"], page.canonical)
    url = document["url"] or canonical
    outlet = text.normalise_line(document["outlet"] or page.outlet or urls.extract_domain(url) or "") or UNKNOWN_OUTLET
    outlet_names = (outlet, page.site, page.outlet)
    title, paragraphs = _split_title(page, outlet_names)
    body = "\n".join(paragraphs)
    folded = fold_text(body)
    if not folded.words and not text.has_words(title):
        raise SourceError("it has neither a title nor a text")
    authors = _credit_authors(document, page, outlet_names)
    declared = [printed for printed in (document["language"], page.language) if printed]
    language = languages.choose_language(declared, title, body)
    published_at, time_extras = _parse_published_at(document, page, seen_at)
    roundup = is_roundup(title, body, url, language)
    return {
        "article_id": document["id"] or "",
        "outlet": outlet,
        "publisher_family": document["publisher_family"] or publisher_names.resolve_family(outlet, url),
        "country": document["country"],
        "url": url,
        "canonical_url": canonical,
        "entry_id": document["entry_id"],
        "title": title,
        "body": body,
        "lead": lead.extract_lead(paragraphs, language),
        "authors": authors + [name for name in parsed.authors if name not in authors],
        "agency": publisher_names.expand_agency_name(parsed.agency, outlet),
        "syndicated_from": parsed.syndicated_from,
        "dateline": parsed.dateline,
        "language": language,
        "published_at": published_at,
        "first_seen_at": seen_at,
        "content_hash": lead.hash_content(title, folded.words),
        "source": document["source"],
        "roundup": roundup,
        "kind": find_kind(None, roundup=roundup),
        "extras": [{"key": key, "value": value} for key, value in [*parsed.extras, *time_extras]],
        "declared_languages": declared,
        "sentences": folded.sentences,
    }


def build_rejection(document: Document, seen_at: datetime, reason: str) -> dict[str, Any]:
    """Build the row of a document that is not an article."""
    empty = dict.fromkeys(("article_id", "outlet", "title", "body", "lead", "language", "content_hash"), "")
    return {
        **empty,
        "authors": [],
        "first_seen_at": seen_at,
        "source": document["source"],
        "roundup": False,
        "extras": [],
        "declared_languages": [],
        "sentences": [],
        "reason": reason,
    }


def _split_title(page: ParsedDocument, outlet_names: tuple[str | None, ...]) -> tuple[str, list[str]]:
    """Return the cleaned title, the text's first sentence if there is none, and the paragraphs without the title.

    A title as long as a text is one: it becomes the first paragraph, and its beginning the title.
    """
    title = headlines.choose_headline(page.titles, *outlet_names)
    paragraphs = [paragraph for paragraph in page.parsed.paragraphs if paragraph]
    if len(title) > _MAX_HEADLINE_CHARACTERS:
        return text.shorten(title, _MAX_TITLE_CHARACTERS), [title, *paragraphs]
    if not title and paragraphs:
        sentences = text.split_sentences(paragraphs[0][:_MAX_OPENING_CHARACTERS], text.UNKNOWN_LANGUAGE)
        return text.shorten(sentences[0] if sentences else paragraphs[0], _MAX_TITLE_CHARACTERS), paragraphs
    # Pages and feeds often repeat the title above the text, in this wording or another.
    title_words = [text.split_words(heading) for heading in [title, *page.titles]]
    while paragraphs and text.split_words(paragraphs[0]) in title_words:
        paragraphs = paragraphs[1:]
    return title, paragraphs


def _credit_authors(document: Document, page: ParsedDocument, outlet_names: tuple[str | None, ...]) -> list[str]:
    """Return the authors, and record the publishers that bylines credit; the outlet itself is not credited."""
    if page.bylines is None:
        authors, credited = bylines.parse_authors(document["authors"], *outlet_names)
    else:
        lines = [*page.bylines, document["authors"]]
        authors, credited = bylines.choose_authors(page.authors or [], lines, *outlet_names)
    parsed = page.parsed
    for publisher in credited:
        if not publisher_names.is_any_publisher(publisher, *outlet_names):
            parsed.add_credit(publisher)
    if parsed.syndicated_from and publisher_names.is_any_publisher(parsed.syndicated_from, *outlet_names):
        parsed.syndicated_from = None
    return authors


def _parse_published_at(
    document: Document, page: ParsedDocument, seen_at: datetime
) -> tuple[datetime | None, list[tuple[str, str]]]:
    """Return the most exact stated time that has come; and an extra with the first one if none can be read or has come.

    An edition saw none of its articles before they were published; outside any edition, any time may have come.
    """
    latest = seen_at + _AHEAD if seen_at != end_of_day(UNDATED) else times.LATEST
    # A page's own statement comes first; then the source's, then a line's.
    stated = [page.published_at, document["published_at"], page.parsed.published_at]
    stated = [printed for printed in stated if printed and printed.strip()]
    zone = document["timezone"]
    parsed_times = [times.parse_time(printed, zone) for printed in stated]
    past = [printed for printed, time in zip(stated, parsed_times, strict=True) if time and time <= latest]
    chosen = times.choose_time(past, zone)
    if stated and chosen is None:
        key = "future_time" if any(parsed_times) else "unreadable_time"
        return None, [(key, text.shorten(text.normalise_line(stated[0]), 200))]
    return times.parse_time(chosen, zone) if chosen else None, []
