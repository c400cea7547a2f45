"""From documents to articles: one clean text with its facts for every document, or a reason why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from newsfold import publishers, schemas, text, urls
from newsfold.errors import SourceError
from newsfold.extraction import (
    addresses,
    headlines,
    html,
    languages,
    lead,
    limits,
    lines,
    markup,
    names,
    paywalls,
    publisher_names,
    scrape,
    times,
)
from newsfold.extraction.deduplicate import LEARNT_BY, MET_BY, UNKNOWN_OUTLET, cut, habits, merged, met
from newsfold.extraction.lines import Told
from newsfold.extraction.recurring import about_many
from newsfold.extraction.revisions import decided, laid_out
from newsfold.extraction.roundups import is_roundup
from newsfold.publishers import Publishers

__all__ = [
    "LEARNT_BY",
    "MET_BY",
    "about_many",
    "article_id",
    "cut",
    "decided",
    "extract",
    "habits",
    "laid_out",
    "merged",
    "met",
    "read",
    "settle",
]

_LARGEST_TEXT = 2_000_000  # characters; a novel has about one million
_LARGEST_PAGE = 10_000_000  # bytes of HTML
_BATCH_ROWS = 256
_LONGEST_SECONDS = 20.0  # for one document


@dataclass
class _Reading:
    """What one form of document yields, before it is made an article."""

    told: Told
    titles: list[str]
    outlet: str | None = None
    site: str | None = None
    authors: list[str] | None = None
    bylines: list[list[str]] | None = None
    published_at: str | None = None
    language: str | None = None
    canonical: str | None = None


def extract(
    documents: pa.Table,
    seen_at: datetime,
    progress: Callable[[int, int], None] | None = None,
    known: pa.Table | None = None,
    publishing: Publishers | None = None,
) -> tuple[pa.Table, pa.Table]:
    """Make articles of documents: `read` each, then `settle` what they are to one another.

    Args:
        documents: table `documents`; two of one address are one article, the fuller text and every fact of both.
        seen_at: the edition's time, UTC, the same on every rerun.
        progress: called with documents done and to do.
        known: articles of earlier nights; what their outlets print under everything is cut here too.
        publishing: agencies and outlets that credits name, and publisher families; the shipped ones where None.

    Returns:
        Tables `articles`, sorted by `article_id`, each id once; and `rejects`, in the documents' order, with the
        reason why each is no article. A document that a library fails on is rejected, its neighbours go on.
    """
    return settle(read(documents, seen_at, progress, publishing), known)


def read(
    documents: pa.Table,
    seen_at: datetime,
    progress: Callable[[int, int], None] | None = None,
    publishing: Publishers | None = None,
) -> pa.Table:
    """Read documents, each by itself.

    Args:
        documents: table `documents`, or some of its rows.
        seen_at: the edition's time, UTC, the same on every rerun.
        progress: called with documents done and to do.
        publishing: as for `extract`.

    Returns:
        Table `readings`, a row per document in their order: an article, or the reason why it is none.
    """
    found: list[pa.Table] = []
    done = 0
    publishing = publishing or publishers.load_shipped_publishers()
    for batch in documents.to_batches(_BATCH_ROWS):
        rows = []
        for document in batch.to_pylist():
            own = {"own_id": bool(document["id"]), "location": document["location"]}
            try:
                with limits.time_limit(_LONGEST_SECONDS), publisher_names.listed(publishing):
                    rows.append(_article(document, seen_at) | own)
            except SourceError as error:
                rows.append(_unread(document, seen_at, str(error)) | own)
            except ImportError:
                raise  # a broken installation concerns every document
            except Exception as error:  # whatever a parser dies of concerns this document alone
                reason = f"it could not be read ({type(error).__name__}: {error})"
                rows.append(_unread(document, seen_at, reason) | own)
        found.append(schemas.build_table("readings", rows))
        done += batch.num_rows
        if progress:
            progress(done, documents.num_rows)
    return schemas.concat_tables("readings", found)


def settle(readings: pa.Table, known: pa.Table | None = None) -> tuple[pa.Table, pa.Table]:
    """Make one article of what was read twice, and cut what an outlet prints everywhere.

    Args:
        readings: table `readings`, of all of a night's documents.
        known: articles of earlier nights, as for `extract`; their outlet and extras.

    Returns:
        As `extract`.
    """
    articles, rejects = met(readings)
    together, printed = merged(articles, readings)
    found = cut(together, habits(articles, together, printed, known))
    return schemas.conform_table(found, "articles"), rejects


def article_id(own_id: str | None, canonical_url: str | None, outlet: str, title: str, body: str) -> str:
    """The identity of an article: its own id, else a digest of its address, else of outlet, title and body."""
    if own_id:
        return own_id
    return text.compute_digest(canonical_url) if canonical_url else text.compute_digest(outlet, title, body)


def _article(document: Mapping[str, Any], seen_at: datetime) -> dict[str, Any]:
    reading = _READERS[document["form"]](document)
    told = reading.told
    canonical = addresses.canonical(document["url"], reading.canonical)
    url = document["url"] or canonical
    outlet = (
        text.normalise_line(document["outlet"] or reading.outlet or urls.extract_domain(url) or "") or UNKNOWN_OUTLET
    )
    title, paragraphs = _titled(reading, outlet)
    body = "\n".join(paragraphs)
    if not text.split_words(title) and not text.split_words(body):
        raise SourceError("it has neither a title nor a text")
    own_names = (outlet, reading.site, reading.outlet)
    if reading.bylines is None:
        authors, credited = names.people(document["authors"], *own_names)
    else:
        bylines = [*reading.bylines, document["authors"]]
        authors, credited = names.signatories(reading.authors or [], bylines, *own_names)
    for institution in credited:
        if not any(name and publisher_names.resembles(institution, name) for name in own_names):
            told.credit(institution)
    if told.syndicated_from and any(
        name and publisher_names.resembles(told.syndicated_from, name) for name in own_names
    ):
        told.syndicated_from = None
    language = languages.declared(document["language"] or reading.language) or text.detect_language(f"{title}\n{body}")
    extras = list(told.extras)
    # A page's own word first; what a reader or a line says after it.
    stated = [raw for raw in (reading.published_at, document["published_at"], told.published_at) if raw and raw.strip()]
    moments = [times.parse(raw, document["timezone"]) for raw in stated]
    published_at = next((moment for moment in moments if moment), None)
    if stated and published_at is None:
        extras.append(("unreadable_time", text.shorten(text.normalise_line(stated[0]), 200)))
    return {
        "article_id": article_id(document["id"], canonical, outlet, title, body),
        "outlet": outlet,
        "publisher_family": document["publisher_family"] or publisher_names.family(outlet),
        "country": document["country"],
        "url": url,
        "canonical_url": canonical,
        "title": title,
        "body": body,
        "lead": lead.lead(paragraphs, language),
        "authors": authors + [name for name in told.authors if name not in authors],
        "agency": publisher_names.by_whole_name(told.agency, outlet),
        "syndicated_from": told.syndicated_from,
        "dateline": told.dateline,
        "language": language,
        "published_at": published_at,
        "first_seen_at": seen_at,
        "content_hash": lead.content_hash(title, body),
        "source": document["source"],
        "roundup": is_roundup(title, body, url, language),
        "extras": [{"key": key, "value": value} for key, value in extras],
    }


def _read_page(document: Mapping[str, Any]) -> _Reading:
    """The page; where it is a stub (a wall, or how a paid article begins), what its feed tells, marked as such."""
    if len(document["content"]) > _LARGEST_PAGE:
        raise SourceError(f"the page is {len(document['content']) / 1e6:.0f} MB; no article's page is that large")
    page = html.read(document["content"], document["url"])
    found, told = page.metadata, page.told
    listed = _read_fields(document) if document["text"] else None
    if paywalls.is_wall(found.titles, told.paragraphs):
        if listed is None:
            raise SourceError("the page asks for consent or proof of being human; it shows no article")
        listed.told.extras.append(("stub", "the page shows no article; this is its feed's text"))
        return listed
    if paywalls.is_paywalled(told.paragraphs, free=found.free):
        told.paragraphs = paywalls.without_offers(told.paragraphs)
        told.extras.append(("stub", paywalls.PAYWALL))
    if listed and len(text.split_words(" ".join(listed.told.paragraphs))) > len(
        text.split_words(" ".join(told.paragraphs))
    ):
        told.paragraphs = listed.told.paragraphs
    return _Reading(
        told=told,
        titles=[title for title in [*found.titles, document["title"]] if title],
        outlet=found.site or found.publisher,
        site=found.site,
        authors=found.authors,
        bylines=found.bylines,
        published_at=found.published_at,
        language=found.language,
        canonical=found.canonical,
    )


def _read_scrape(document: Mapping[str, Any]) -> _Reading:
    title, told = scrape.read(_sized(text.decode(document["content"])))
    return _Reading(told, [document["title"] or title])


def _read_fields(document: Mapping[str, Any]) -> _Reading:
    title = text.normalise_line(markup.plain(_sized(document["title"] or "")))
    paragraphs = scrape.paragraphs(markup.plain(_sized(document["text"] or "")))
    if not title:
        title, paragraphs = scrape.split_title(paragraphs)
    return _Reading(lines.read(paragraphs, scrape=False), [title])


_READERS: Mapping[str, Callable[[Mapping[str, Any]], _Reading]] = {
    "html": _read_page,
    "text": _read_scrape,
    "fields": _read_fields,
}


def _titled(reading: _Reading, outlet: str) -> tuple[str, list[str]]:
    """The cleaned title (the first sentence, where there is no title line), and the paragraphs without it."""
    known = (outlet, reading.site, reading.outlet)
    title = headlines.choose(reading.titles, *known)
    paragraphs = [text.normalise_line(paragraph) for paragraph in reading.told.paragraphs]
    paragraphs = [paragraph for paragraph in paragraphs if paragraph]
    if not title and paragraphs:
        opening = text.split_sentences(paragraphs[0][:2000], text.UNKNOWN_LANGUAGE)
        return text.shorten(opening[0] if opening else paragraphs[0], 200), paragraphs
    # Pages and feeds often repeat the title above the text, in this wording or another.
    worded = [text.split_words(one) for one in [title, *reading.titles]]
    while paragraphs and text.split_words(paragraphs[0]) in worded:
        paragraphs = paragraphs[1:]
    return title, paragraphs


def _sized(found: str) -> str:
    if len(found) > _LARGEST_TEXT:
        raise SourceError(f"its text has {len(found):,} characters; no article has over {_LARGEST_TEXT:,}")
    return found


def _unread(document: Mapping[str, Any], seen_at: datetime, reason: str) -> dict[str, Any]:
    """The row of a document that is no article."""
    nothing = dict.fromkeys(("article_id", "outlet", "title", "body", "lead", "language", "content_hash"), "")
    return {
        **nothing,
        "authors": [],
        "first_seen_at": seen_at,
        "source": document["source"],
        "roundup": False,
        "extras": [],
        "reason": reason,
    }
