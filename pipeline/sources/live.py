"""Reading the sources on the web for one edition: all listings at once, then the pages that are news."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

import pyarrow as pa

from pipeline import text, urls
from pipeline.errors import FetchError
from pipeline.settings import Settings, WebSource
from pipeline.sources.document import Document, Failure, Item
from pipeline.sources.fetch import Fetcher
from pipeline.sources.listings import Listing, read_listing
from pipeline.sources.memory import Fetch, Memory

Result = TypeVar("Result")
Progress = Callable[[str, int], None]  # source, documents so far
_PAGES = frozenset({"", "text/html", "application/xhtml+xml", "text/plain", "application/octet-stream"})


@dataclass
class Delivered:
    """What one source on the web delivered.

    Attributes:
        items: documents and failures, in the listing's order.
        seconds: spent on the network, waiting for one's turn aside.
        unchanged: it was asked, and nothing is new.
    """

    items: list[Item] = field(default_factory=list)
    seconds: float = 0.0
    unchanged: bool = False


@dataclass(frozen=True)
class Gathered:
    """What the web delivered: by source, and what the next edition should know (table `fetches`)."""

    delivered: dict[str, Delivered]
    fetches: pa.Table


class WebReader:
    """A `SourceReader` of what was gathered from one source on the web."""

    def __init__(self, source: WebSource, delivered: Delivered | None) -> None:
        self.location = source.url
        self._delivered = delivered or Delivered()

    def inputs(self, _edition: date, /) -> Sequence[WebReader]:
        """The source itself: one input."""
        return [self]

    def nights(self) -> set[date]:
        """None: the web has no nights of its own."""
        return set()

    def read(self, found: WebReader) -> Iterator[Item]:
        """The documents and failures, in the listing's order."""
        yield from found._delivered.items


def gather(settings: Settings, memory: Memory, progress: Progress | None = None, *, pages: bool = True) -> Gathered:
    """Ask for everything that the sources on the web have for an edition.

    Args:
        settings: the configuration.
        memory: what earlier editions asked for, and the edition.
        progress: called with a source's name and the number of its pages so far.
        pages: fetch the pages of entries too, where the sources ask for it.

    Returns:
        What cannot be had is a failure in there, never an exception; equal answers give equal results.
    """
    sources = [source for source in settings.sources if isinstance(source, WebSource)]
    return _run(_gather(sources, settings, memory, progress, pages=pages))


async def _gather(
    sources: list[WebSource], settings: Settings, memory: Memory, progress: Progress | None, *, pages: bool
) -> Gathered:
    limit = int(settings.fetch.max_mb * 1_000_000)
    async with Fetcher(settings.fetch, memory.kept) as fetcher:
        listings = await asyncio.gather(
            *(read_listing(source, memory.edition, fetcher, memory, limit) for source in sources)
        )
        claimed: set[str] = set()
        readings = []
        for source, listing in zip(sources, listings, strict=True):
            wanted = source.kind == "sitemap" if source.full_pages is None else source.full_pages
            full = source.kind == "page" or (pages and wanted)
            readings.append(_Reading(source, listing, fetcher, memory, claimed if full else None, limit, progress))
        delivered = await asyncio.gather(*(reading.deliver() for reading in readings))
    asked = [one for reading in readings for one in reading.asked]
    still = [source.name for source, listing in zip(sources, listings, strict=True) if listing.unchanged]
    named = {source.name: found for source, found in zip(sources, delivered, strict=True)}
    return Gathered(named, memory.after(asked, still))


class _Reading:
    """The reading of one source after its listing: each entry as its page, or as the listing tells it."""

    def __init__(
        self,
        source: WebSource,
        listing: Listing,
        fetcher: Fetcher,
        memory: Memory,
        claimed: set[str] | None,
        limit: int,
        progress: Progress | None,
    ) -> None:
        self._source, self._listing, self._fetcher, self._memory = source, listing, fetcher, memory
        self._limit, self._progress = limit, progress
        self._seconds, self._done, self._lost = listing.seconds, 0, False
        self._pages: list[Fetch] = []
        # Each page is fetched once, for the first source in the configuration that lists it.
        self._to_fetch: list[bool] = []
        for entry in listing.entries:
            key = urls.clean(entry.url) if isinstance(entry, Document) and claimed is not None else None
            self._to_fetch.append(key is not None and claimed is not None and key not in claimed)
            if key is not None and claimed is not None:
                claimed.add(key)

    async def deliver(self) -> Delivered:
        """The source's items, in the listing's order."""
        works = [self._read(entry, full) for entry, full in zip(self._listing.entries, self._to_fetch, strict=True)]
        items = [item for found in await asyncio.gather(*works) for item in found]
        known = self._listing.unchanged or (not items and bool(self._listing.entries))
        return Delivered(items, round(self._seconds, 3), known)

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
            return [Failure(entry.url, str(error), file_failed=self._source.kind == "page"), *told]

    async def _page(self, entry: Document, url: str) -> list[Item]:
        """The entry as its page; nothing where neither the listing nor the host says that it is new."""
        fingerprint = text.digest(entry.title or "", entry.text or "", entry.published_at or "", entry.version or "")
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
        if urls.clean(answer.final_url) is None and urls.clean(url) is not None:
            raise FetchError(f"it leads to a front page, {answer.final_url}")
        found = replace(entry, form="html", content=answer.readable(self._limit), url=answer.final_url)
        asked = Fetch(_key(url), self._source.name, "page", answer.status, answer.etag, answer.last_modified)
        self._pages.append(replace(asked, fingerprint=fingerprint))
        return [found]


def _key(url: str) -> str:
    """A page's address as the next edition will know it, whatever listing it came from."""
    return urls.clean(url) or url


def _run(work: Coroutine[Any, Any, Result]) -> Result:
    """The result of asynchronous work; in a notebook, whose thread has a loop of its own, from another thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(asyncio.run, work).result()
