"""What a feed or sitemap on the web lists tonight, and whether that is news."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from newsfold import text
from newsfold.errors import FetchError, SourceError, StoreError
from newsfold.settings import WebSource
from newsfold.sources import feed
from newsfold.sources.document import Document, Failure, Item
from newsfold.sources.fetch import Fetcher
from newsfold.sources.fetch_history import Fetch, FetchHistory
from newsfold.sources.sitemap import read_sitemap

Result = TypeVar("Result")

# One thread: parsers hold the interpreter's lock, so that more would gain nothing.
_PARSER = ThreadPoolExecutor(1, "newsfold-parse")
_MOST_SITEMAPS = 50  # of an index, the newest
_DEEPEST = 3  # an index of indexes of sitemaps


@dataclass
class Listing:
    """What came of asking for a source's listing.

    Attributes:
        entries: its documents and failures, in its order.
        asked: what was asked for, for the next edition.
        seconds: spent on the network.
        unchanged: nothing is new since the edition before.
    """

    entries: list[Item] = field(default_factory=list)
    asked: list[Fetch] = field(default_factory=list)
    seconds: float = 0.0
    unchanged: bool = False


async def read_listing(source: WebSource, edition: date, fetcher: Fetcher, memory: FetchHistory, limit: int) -> Listing:
    """Ask for a source's listing, conditionally where it is known.

    Args:
        source: where it is.
        edition: a sitemap's entries are judged by their age at its end.
        fetcher: asks.
        memory: what earlier editions asked for.
        limit: most bytes of a listing, unpacked.

    Returns:
        Failures stand among the entries; a listing that has none where it had some is a failure of the whole.
    """
    found = Listing()
    try:
        if source.kind == "page":
            found.entries.append(Document(source.url, "fields", url=source.url, outlet=source.outlet))
        elif source.kind == "feed":
            await _read(source, source.url, found, fetcher, memory, limit, None)
        else:
            await _read(source, source.url, found, fetcher, memory, limit, _oldest(source, edition))
            _keep_newest(found, source.max_pages)
    except SourceError as error:
        found.entries.append(failure_of(source.url, error))
    except (StoreError, ImportError):
        raise
    except Exception as error:  # whatever a parser dies of concerns this source alone
        reason = f"it could not be read ({type(error).__name__}: {error})"
        found.entries.append(Failure(source.url, reason, file_failed=True))
    found.unchanged = bool(found.asked) and not found.entries and all(one.unchanged for one in found.asked)
    return found


async def _read(
    source: WebSource,
    url: str,
    found: Listing,
    fetcher: Fetcher,
    memory: FetchHistory,
    limit: int,
    oldest: datetime | None,
    depth: int = 0,
) -> None:
    """Add what one address lists; of a sitemap index, what its sitemaps list."""
    before = memory.before(url)
    answer = await fetcher.get(url, before.validators if before else None)
    found.seconds += answer.seconds
    asked = Fetch(url, source.name, "listing", answer.status, answer.etag, answer.last_modified)
    body = answer.readable(limit)
    fingerprint = text.compute_digest(body)
    if before and (answer.status == 304 or fingerprint == before.fingerprint):
        found.asked.append(replace(before, status=answer.status, unchanged=True))
        return
    if oldest is None:
        entries = await _aside(feed.entries, body, url, source.outlet)
        nested: list[tuple[str, datetime | None]] = []
        count = len(entries)
        if source.full_pages and count > source.max_pages:
            reason = f"it has {count:,} entries; the first {source.max_pages:,} were taken (`max_pages`)"
            entries = [*entries[: source.max_pages], Failure(url, reason)]
    else:
        listed = await _aside(read_sitemap, body, url, source.outlet)
        entries, nested, count = [], listed.sitemaps, len(listed.pages) + len(listed.sitemaps)
        entries += [page for page, moment in listed.pages if moment and moment >= oldest]
        undated = sum(moment is None for _, moment in listed.pages)
        if undated:
            entries.append(Failure(url, f"{undated:,} of its {count:,} entries have no date and were passed over"))
    if not count and before and before.n_entries:
        reason = f"0 entries, where there were {before.n_entries:,} on {before.fetched_on}; look whether it has moved"
        entries.append(Failure(url, reason, file_failed=True))
    found.entries += entries
    # An index is no news by itself: its sitemaps are asked whether they changed.
    known = "" if nested else fingerprint
    validators = (None, None) if nested else (answer.etag, answer.last_modified)
    asked = replace(asked, etag=validators[0], last_modified=validators[1], n_entries=count, fingerprint=known)
    found.asked.append(replace(asked, unchanged=bool(nested)))
    await _read_nested(source, nested, found, fetcher, memory, limit, oldest, depth)


async def _aside(
    parse: Callable[[bytes, str, str | None], Result], body: bytes, url: str, outlet: str | None
) -> Result:
    """What a parser returns, while other hosts go on answering: it may take longer than their time limit."""
    return await asyncio.get_running_loop().run_in_executor(_PARSER, parse, body, url, outlet)


async def _read_nested(
    source: WebSource,
    nested: list[tuple[str, datetime | None]],
    found: Listing,
    fetcher: Fetcher,
    memory: FetchHistory,
    limit: int,
    oldest: datetime | None,
    depth: int,
) -> None:
    recent = [(url, moment) for url, moment in nested if moment is None or (oldest and moment >= oldest)]
    recent.sort(key=lambda one: one[1] or datetime.max.replace(tzinfo=UTC), reverse=True)
    if depth >= _DEEPEST and recent:
        found.entries.append(Failure(recent[0][0], f"the sitemap index nests more than {_DEEPEST} deep"))
        return
    parts = [Listing() for _ in recent[:_MOST_SITEMAPS]]

    async def one(url: str, part: Listing) -> None:
        try:
            await _read(source, url, part, fetcher, memory, limit, oldest, depth + 1)
        except SourceError as error:
            part.entries.append(failure_of(url, error))

    await asyncio.gather(*(one(url, part) for (url, _), part in zip(recent[:_MOST_SITEMAPS], parts, strict=True)))
    for part in parts:
        found.entries += part.entries
        found.asked += part.asked
        found.seconds += part.seconds
    if len(recent) > _MOST_SITEMAPS:
        reason = f"the index lists {len(recent):,} recent sitemaps; the newest {_MOST_SITEMAPS} were read"
        found.entries.append(Failure(source.url, reason))


def failure_of(url: str, error: SourceError, *, whole: bool = True) -> Failure:
    """What went wrong at an address, of the `whole` of a source or of one of its pages."""
    transient = isinstance(error, FetchError) and error.transient
    return Failure(url, str(error), file_failed=whole, transient=transient)


def _oldest(source: WebSource, edition: date) -> datetime:
    return datetime.combine(edition - timedelta(days=source.max_age_days - 1), time(), UTC)


def _keep_newest(found: Listing, most: int) -> None:
    documents = [entry for entry in found.entries if isinstance(entry, Document)]
    newest = sorted(documents, key=lambda one: one.published_at or one.version or "", reverse=True)[:most]
    kept = {id(document) for document in newest}
    found.entries = [entry for entry in found.entries if isinstance(entry, Failure) or id(entry) in kept]
    if len(documents) > most:
        reason = f"{len(documents):,} entries are recent; the newest {most:,} were taken (`max_pages`)"
        found.entries.append(Failure(documents[0].location, reason))
