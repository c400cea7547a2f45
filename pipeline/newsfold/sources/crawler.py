"""Crawling all outlets of an edition concurrently, in one thread and over one polite fetcher."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from threading import Thread
from typing import Any, TypeVar

import pyarrow as pa

from newsfold.settings import Settings, WebSource
from newsfold.sources.crawl import CrawlResult, SourceCrawl
from newsfold.sources.document import Document, Progress
from newsfold.sources.feed import parse_feed
from newsfold.sources.fetch_history import FetchHistory
from newsfold.sources.fetcher import Fetcher
from newsfold.sources.listings import Listing, ListingReader
from newsfold.sources.sitemap import parse_sitemap

Result = TypeVar("Result")


class Crawler:
    """Crawls the sources on the web: starts all at once, and hands over each result to the thread that waits for it.

    A context manager. All requests come from one thread of its own, so that each host gets one request at a time and
    keeps its pace, however many threads wait in `wait_for_source`: all listings first, then the pages that are new.

    Attributes:
        settings: the configuration.
    """

    def __init__(
        self, settings: Settings, history: FetchHistory, progress: Progress | None = None, *, fetch_pages: bool = True
    ) -> None:
        """Request nothing yet.

        Args:
            settings: the configuration.
            history: the edition, and the requests of the last one.
            progress: called with a source's name and the number of its pages so far.
            fetch_pages: fetch the pages of entries too, if the sources are configured so.
        """
        self.settings = settings
        self._sources = {source.name: source for source in settings.sources if isinstance(source, WebSource)}
        self._history, self._progress, self._fetch_pages = history, progress, fetch_pages
        self._max_bytes = int(settings.fetch.max_mb * 1_000_000)
        self._fetcher = Fetcher(settings.fetch, history.cache)
        self._listing_reader = ListingReader(self._fetcher, history, self._max_bytes)
        self._claimed_pages: set[str] = set()
        self._crawls: dict[str, SourceCrawl] = {}
        self._running: dict[str, asyncio.Task[CrawlResult]] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="newsfold-crawler", daemon=True)

    def __enter__(self) -> Crawler:
        self._thread.start()
        self._all_listings: asyncio.Task[None] = self._run_in_loop(self._start())
        return self

    def __exit__(self, *_: object) -> None:
        self._run_in_loop(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def wait_for_source(self, name: str, *, retry: bool = False) -> CrawlResult:
        """Wait for the result of one source; from any thread.

        Args:
            name: the source; one that is not on the web has an empty result.
            retry: crawl it once more, with the pages it lists that no other source has claimed.

        Returns:
            Documents and failures: an address that cannot be fetched is a failure, never an exception. Equal responses
            give equal results.
        """
        if name not in self._sources:
            return CrawlResult()
        return self._run_in_loop(self._wait_for_source(name, retry=retry))

    def build_fetches(self) -> pa.Table:
        """Build table `fetches` for the next edition; complete once every source was waited for."""
        records = [record for crawl in self._crawls.values() for record in crawl.records]
        unchanged = [name for name, crawl in self._crawls.items() if crawl.is_unchanged]
        return self._history.build_fetches(records, unchanged)

    def _run_in_loop(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """Run a coroutine in the crawler's own thread, and wait for its result."""
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        while True:
            try:
                # In short waits: between two of them the waiting thread can be interrupted.
                return future.result(timeout=1)
            except TimeoutError:
                if future.done():
                    raise

    async def _start(self) -> asyncio.Task[None]:
        return asyncio.create_task(self._crawl_all())

    async def _stop(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._fetcher.__aexit__()
        await self._loop.shutdown_default_executor()

    async def _crawl_all(self) -> None:
        listings = await asyncio.gather(*map(self._read_listing, self._sources))
        # In the configuration's order: it decides which of two sources gets a page that both list.
        for name, listing in zip(self._sources, listings, strict=True):
            self._start_crawl(name, listing)

    async def _read_listing(self, name: str) -> Listing:
        source = self._sources[name]
        match source.kind:
            case "feed":
                return await self._listing_reader.read_feed(source, parse_feed)
            case "sitemap":
                return await self._listing_reader.read_sitemap(source, parse_sitemap)
            case "page":
                return Listing([Document(source.url, "fields", url=source.url, outlet=source.outlet)])

    def _start_crawl(self, name: str, listing: Listing) -> None:
        source = self._sources[name]
        full_pages = source.kind == "sitemap" if source.full_pages is None else source.full_pages
        fetch_pages = source.kind == "page" or (self._fetch_pages and full_pages)
        claimed_pages = self._claimed_pages if fetch_pages else None
        crawl = SourceCrawl(
            source,
            listing,
            self._fetcher,
            self._history,
            claimed_pages,
            self._max_bytes,
            self._progress,
            withholds_pages=full_pages and not fetch_pages,
        )
        self._crawls[name] = crawl
        self._running[name] = asyncio.create_task(crawl.run())

    async def _wait_for_source(self, name: str, *, retry: bool) -> CrawlResult:
        await asyncio.shield(self._all_listings)
        if retry:
            self._fetcher.forget_unreachable_robots(self._sources[name].url)
            self._start_crawl(name, await self._read_listing(name))
        return await asyncio.shield(self._running[name])


@dataclass(frozen=True)
class Crawl:
    """The results of a crawl, by source, and table `fetches` for the next edition."""

    results: dict[str, CrawlResult]
    fetches: pa.Table


def crawl_outlets(
    settings: Settings, history: FetchHistory, progress: Progress | None = None, *, fetch_pages: bool = True
) -> Crawl:
    """Crawl all sources on the web for an edition, and wait for all of them.

    Args:
        settings: the configuration.
        history: the edition, and the requests of the last one.
        progress: called with a source's name and the number of its pages so far.
        fetch_pages: fetch the pages of entries too, if the sources are configured so.

    Returns:
        An address that cannot be fetched is a failure in a result, never an exception. Equal responses give equal
        results.
    """
    names = [source.name for source in settings.sources if isinstance(source, WebSource)]
    with Crawler(settings, history, progress, fetch_pages=fetch_pages) as crawler:
        return Crawl({name: crawler.wait_for_source(name) for name in names}, crawler.build_fetches())
