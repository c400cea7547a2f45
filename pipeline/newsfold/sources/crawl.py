"""Reading one source on the web for one edition: of what its listing names, the pages that are news."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from newsfold import text, urls
from newsfold.errors import FetchError
from newsfold.settings import WebSource
from newsfold.sources.document import Document, Failure, Item
from newsfold.sources.fetch import Fetcher
from newsfold.sources.fetch_history import Fetch, FetchHistory
from newsfold.sources.listings import Listing, failure_of

Progress = Callable[[str, int], None]  # source, documents so far
_PAGES = frozenset({"", "text/html", "application/xhtml+xml", "text/plain", "application/octet-stream"})


@dataclass
class CrawlResult:
    """What one source on the web delivered.

    Attributes:
        items: documents and failures, in the listing's order.
        seconds: spent on the network, waiting for one's turn aside.
        unchanged: it was asked, and nothing is new.
        transient: it delivered nothing, for a reason that may pass within the night.
    """

    items: list[Item] = field(default_factory=list)
    seconds: float = 0.0
    unchanged: bool = False
    transient: bool = False


class WebReader:
    """A `SourceReader` of what was gathered from one source on the web."""

    def __init__(self, source: WebSource, delivered: CrawlResult | None) -> None:
        self.location = source.url
        self._delivered = delivered or CrawlResult()

    def inputs(self, _edition: date, /) -> Sequence[WebReader]:
        """The source itself: one input."""
        return [self]

    def nights(self) -> set[date]:
        """None: the web has no nights of its own."""
        return set()

    def read(self, found: WebReader) -> Iterator[Item]:
        """The documents and failures, in the listing's order."""
        yield from found._delivered.items


class Reading:
    """The reading of one source after its listing: each entry as its page, or as the listing tells it."""

    def __init__(
        self,
        source: WebSource,
        listing: Listing,
        fetcher: Fetcher,
        memory: FetchHistory,
        claimed: set[str] | None,
        limit: int,
        progress: Progress | None,
    ) -> None:
        """A source's listing, and the pages claimed so far by any source; None where its pages are not wanted."""
        self._source, self._listing, self._fetcher, self._memory = source, listing, fetcher, memory
        self._limit, self._progress = limit, progress
        self._seconds, self._done, self._lost = listing.seconds, 0, False
        self._pages: list[Fetch] = []
        # Each page is fetched once, for the first source in the configuration that lists it.
        self._to_fetch: list[bool] = []
        for entry in listing.entries:
            key = urls.clean_url(entry.url) if isinstance(entry, Document) and claimed is not None else None
            self._to_fetch.append(key is not None and claimed is not None and key not in claimed)
            if key is not None and claimed is not None:
                claimed.add(key)

    async def deliver(self) -> CrawlResult:
        """The source's items, in the listing's order."""
        works = [self._read(entry, full) for entry, full in zip(self._listing.entries, self._to_fetch, strict=True)]
        items = [item for found in await asyncio.gather(*works) for item in found]
        known = self._listing.unchanged or (not items and bool(self._listing.entries))
        transient = any(item.transient for item in items if isinstance(item, Failure) and item.file_failed)
        lost = transient and all(isinstance(item, Failure) for item in items)
        return CrawlResult(items, round(self._seconds, 3), known, lost)

    @property
    def unchanged(self) -> bool:
        """Whether the listing still says what it said."""
        return self._listing.unchanged

    @property
    def asked(self) -> list[Fetch]:
        """What the next edition should know; a listing of which a page was lost is to be read again."""
        listings = self._listing.asked
        if self._lost:
            listings = [replace(one, etag=None, last_modified=None, fingerprint="") for one in listings]
        return [*listings, *self._pages]

    async def _read(self, entry: Item, full: bool) -> list[Item]:
        if isinstance(entry, Failure):
            return [entry]
        # What a listing says of a page is less than the page: it neither takes its place nor changes it.
        page_known = entry.url is not None and self._memory.before(_key(entry.url)) is not None
        told: list[Item] = [] if page_known or not (entry.title or entry.text) else [entry]
        if not full or entry.url is None:
            return told
        try:
            return await self._page(entry, entry.url)
        except FetchError as error:
            self._lost = True
            return [failure_of(entry.url, error, whole=self._source.kind == "page"), *told]

    async def _page(self, entry: Document, url: str) -> list[Item]:
        """The entry as its page; nothing where neither the listing nor the host says that it is new."""
        fingerprint = text.compute_digest(
            entry.title or "", entry.text or "", entry.published_at or "", entry.version or ""
        )
        before = self._memory.before(_key(url))
        if before and before.fingerprint == fingerprint and self._source.kind != "page":
            self._pages.append(before)
            return []
        answer = await self._fetcher.get(url, before.validators if before else None)
        self._seconds += answer.seconds
        if self._progress:
            self._done += 1
            self._progress(self._source.name, self._done)
        if answer.status == 304 and before:
            self._pages.append(replace(before, status=304, fingerprint=fingerprint))
            return []
        if answer.media_type not in _PAGES:
            raise FetchError(f"it is no web page but {answer.media_type}")
        if urls.clean_url(answer.final_url) is None and urls.clean_url(url) is not None:
            raise FetchError(f"it leads to a front page, {answer.final_url}")
        found = replace(entry, form="html", content=answer.readable(self._limit), url=answer.final_url)
        asked = Fetch(_key(url), self._source.name, "page", answer.status, answer.etag, answer.last_modified)
        self._pages.append(replace(asked, fingerprint=fingerprint))
        return [found]


def _key(url: str) -> str:
    """A page's address as the next edition will know it, whatever listing it came from."""
    return urls.clean_url(url) or url
