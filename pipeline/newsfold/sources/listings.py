"""The listing of a source on the web: the entries of its feed or sitemap, and whether they are new."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar

from newsfold import text, times
from newsfold.dataflow import start_of_days
from newsfold.errors import FetchError, SourceError, StoreError
from newsfold.failures import describe_failure
from newsfold.settings import WebSource
from newsfold.sources.document import Document, Failure, Item
from newsfold.sources.fetch_history import FetchHistory, FetchRecord
from newsfold.sources.fetcher import Fetcher
from newsfold.sources.sitemap import Sitemap

Parsed = TypeVar("Parsed")
Parser = Callable[[bytes, str, str | None], Parsed]  # of a body, the address that answered, and the configured outlet

# One thread: parsers hold the interpreter's lock, so that more would gain nothing.
_PARSER_THREAD = ThreadPoolExecutor(1, "newsfold-parse")
_MAX_SITEMAPS = 50  # of an index, the newest
_MAX_DEPTH = 3  # an index of indexes of sitemaps


@dataclass
class Listing:
    """The listing of one source.

    Attributes:
        entries: its documents and failures, in its order.
        records: the requests for it, for the next edition.
        seconds: spent on the network.
    """

    entries: list[Item] = field(default_factory=list)
    records: list[FetchRecord] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def unchanged(self) -> bool:
        """Whether nothing is new since the last edition."""
        return bool(self.records) and not self.entries and all(record.unchanged for record in self.records)


class ListingReader:
    """Reads listings, conditionally if the last edition knows them.

    Failures are entries of the listing; a listing without entries that had some before is a failure of the whole.
    """

    def __init__(self, fetcher: Fetcher, history: FetchHistory, max_bytes: int) -> None:
        """Request nothing yet.

        Args:
            fetcher: sends the requests.
            history: the requests of the last edition; a sitemap's entries must be recent on the day of this one.
            max_bytes: most bytes of a listing, decompressed.
        """
        self._fetcher, self._history, self._max_bytes = fetcher, history, max_bytes

    async def read_feed(self, source: WebSource, parse: Parser[list[Item]]) -> Listing:
        """Read a feed; if pages are wanted, its first `max_pages` entries."""
        listing = Listing()
        with _failures_as_entries(listing, source.url):
            await self._add_feed(listing, source, parse)
        return listing

    async def read_sitemap(self, source: WebSource, parse: Parser[Sitemap]) -> Listing:
        """Read a sitemap, or the recent sitemaps of an index; the newest `max_pages` of their recent entries."""
        listing = Listing()
        with _failures_as_entries(listing, source.url):
            await self._add_sitemap(listing, source, source.url, parse)
            _keep_newest(listing, source)
        return listing

    async def _add_feed(self, listing: Listing, source: WebSource, parse: Parser[list[Item]]) -> None:
        fetched = await self._fetch_looks_if_changed(listing, source, source.url)
        if fetched is None:
            return
        bodies, record = fetched
        entries: list[Item] = []
        for body, final_url in bodies:
            entries += _select_unlisted(entries, await _parse_in_thread(parse, body, final_url, source.outlet))
        n_entries = len(entries)
        if source.full_pages and n_entries > source.max_pages:
            reason = f"it has {n_entries:,} entries; the first {source.max_pages:,} were taken (`max_pages`)"
            n_left = n_entries - source.max_pages
            entries = [*entries[: source.max_pages], Failure(source.url, reason, count=n_left)]
        self._add_entries(listing, entries, replace(record, n_entries=n_entries))

    async def _add_sitemap(
        self, listing: Listing, source: WebSource, url: str, parse: Parser[Sitemap], depth: int = 0
    ) -> None:
        fetched = await self._fetch_looks_if_changed(listing, source, url)
        if fetched is None:
            return
        bodies, record = fetched
        looks = [await _parse_in_thread(parse, body, final_url, source.outlet) for body, final_url in bodies]
        sitemap = looks[0]
        n_entries = sitemap.n_entries
        oldest = start_of_days(self._history.edition, source.unchanged_days)
        entries: list[Item] = []
        for look in looks:
            recent = [page for page, changed_at in look.pages if changed_at and changed_at >= oldest]
            entries += _select_unlisted(entries, recent)
        n_undated = sum(changed_at is None for _, changed_at in sitemap.pages)
        if n_undated:
            reason = f"{n_undated:,} of its {n_entries:,} entries have no date and were passed over"
            entries.append(Failure(url, reason, count=n_undated))
        entries += sitemap.failures
        if sitemap.sitemaps:
            # An index is never news by itself: its sitemaps are requested conditionally.
            record = replace(record, etag=None, last_modified=None, fingerprint="", unchanged=True)
        self._add_entries(listing, entries, replace(record, n_entries=n_entries))
        await self._add_nested_sitemaps(listing, source, sitemap.sitemaps, parse, oldest, depth)

    async def _add_nested_sitemaps(
        self,
        listing: Listing,
        source: WebSource,
        sitemaps: Sequence[tuple[str, datetime | None]],
        parse: Parser[Sitemap],
        oldest: datetime,
        depth: int,
    ) -> None:
        recent = [(url, changed_at) for url, changed_at in sitemaps if changed_at is None or changed_at >= oldest]
        recent.sort(key=lambda sitemap: sitemap[1] or datetime.max.replace(tzinfo=UTC), reverse=True)
        if depth >= _MAX_DEPTH and recent:
            listing.entries.append(Failure(recent[0][0], f"the sitemap index nests more than {_MAX_DEPTH} deep"))
            return

        async def read_nested(url: str) -> Listing:
            nested = Listing()
            try:
                await self._add_sitemap(nested, source, url, parse, depth + 1)
            except SourceError as error:
                nested.entries.append(to_failure(url, error))
            return nested

        for nested in await asyncio.gather(*(read_nested(url) for url, _ in recent[:_MAX_SITEMAPS])):
            listing.entries += nested.entries
            listing.records += nested.records
            listing.seconds += nested.seconds
        if len(recent) > _MAX_SITEMAPS:
            reason = f"the index lists {len(recent):,} recent sitemaps; the newest {_MAX_SITEMAPS} were read"
            listing.entries.append(Failure(source.url, reason))

    async def _fetch_looks_if_changed(
        self, listing: Listing, source: WebSource, url: str
    ) -> tuple[list[tuple[bytes, str]], FetchRecord] | None:
        """Fetch an address of a listing.

        Returns:
            The body and the address that answered, the latest look of this edition first, and a record of the request;
            None if the last edition knows the content of all, with the record added to the listing.
        """
        previous = self._history.find_record(url)
        validators = previous.validators if previous else None
        looks, error = await self._fetcher.get_looks(url, validators, refresh=self._history.refresh)
        if error:
            listing.entries.append(to_failure(url, error, file_failed=False))
        bodies: list[tuple[bytes, str]] = []
        record: FetchRecord | None = None
        for response in reversed(looks):
            listing.seconds += response.seconds
            body = response.decode_body(self._max_bytes)
            fingerprint = text.compute_digest(body)
            if previous and (response.status == 304 or fingerprint == previous.fingerprint):
                continue
            bodies.append((body, response.final_url))
            kept = FetchRecord(url, source.name, "listing", response.status, response.etag, response.last_modified)
            record = record or replace(kept, fingerprint=fingerprint)
        if previous and record is None:
            listing.records.append(replace(previous, status=looks[-1].status, unchanged=True))
            return None
        return (bodies, record) if record else None

    def _add_entries(self, listing: Listing, entries: Sequence[Item], record: FetchRecord) -> None:
        """Add what one address lists; an address that listed more before is a failure if it lists nothing now."""
        listing.entries += entries
        previous = self._history.find_record(record.url)
        if not record.n_entries and previous and previous.n_entries:
            reason = (
                f"0 entries, where there were {previous.n_entries:,} on {previous.fetched_on}; "
                "look whether it has moved"
            )
            listing.entries.append(Failure(record.url, reason, file_failed=True))
        listing.records.append(record)


def to_failure(url: str, error: Exception, *, file_failed: bool = True) -> Failure:
    """Convert an error at an address to a failure of the whole source, or of one of its pages.

    Raises:
        MachineError: the machine lacks memory, disk space or open files.
    """
    transient = isinstance(error, FetchError) and error.transient
    return Failure(url, describe_failure(error, f"Reading {url}"), file_failed=file_failed, transient=transient)


def _select_unlisted(listed: Sequence[Item], entries: Sequence[Item]) -> list[Item]:
    """Select the entries of an earlier look that later ones do not list; its failures are over."""
    names = {name for entry in listed if isinstance(entry, Document) for name in (entry.entry_id, entry.url) if name}
    if not listed:
        return list(entries)
    return [
        entry
        for entry in entries
        if isinstance(entry, Document) and names.isdisjoint({entry.entry_id or entry.url, entry.url})
    ]


@contextmanager
def _failures_as_entries(listing: Listing, url: str) -> Iterator[None]:
    """Turn errors into entries of the listing: they concern its source alone."""
    try:
        yield
    except (StoreError, ImportError):
        raise
    except Exception as error:  # a parser may raise anything
        listing.entries.append(to_failure(url, error))


async def _parse_in_thread(parse: Parser[Parsed], body: bytes, url: str, outlet: str | None) -> Parsed:
    """Parse while other hosts go on answering: it may take longer than their time limit."""
    return await asyncio.get_running_loop().run_in_executor(_PARSER_THREAD, parse, body, url, outlet)


def _keep_newest(listing: Listing, source: WebSource) -> None:
    def read_time(document: Document) -> datetime:
        printed = (document.published_at, document.version)
        moments = (times.parse_time(raw, source.timezone) for raw in printed if raw)
        return next(filter(None, moments), times.EARLIEST)

    max_pages = source.max_pages
    documents = [entry for entry in listing.entries if isinstance(entry, Document)]
    newest = sorted(documents, key=read_time, reverse=True)
    kept = {id(document) for document in newest[:max_pages]}
    listing.entries = [entry for entry in listing.entries if isinstance(entry, Failure) or id(entry) in kept]
    if len(documents) > max_pages:
        reason = f"{len(documents):,} entries are recent; the newest {max_pages:,} were taken (`max_pages`)"
        listing.entries.append(Failure(documents[0].location, reason, count=len(documents) - max_pages))
