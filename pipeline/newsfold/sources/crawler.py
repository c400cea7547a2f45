"""All sources on the web of one edition, asked side by side over one polite fetcher, whoever waits for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from threading import Thread
from typing import Any, TypeVar

import pyarrow as pa

from newsfold.settings import Settings, WebSource
from newsfold.sources.crawl import CrawlResult, Reading
from newsfold.sources.fetch import Fetcher
from newsfold.sources.fetch_history import FetchHistory
from newsfold.sources.listings import Listing, read_listing

Result = TypeVar("Result")
Progress = Callable[[str, int], None]  # source, documents so far


class Crawler:
    """What the sources on the web have for an edition: all are asked at once, and each is delivered when waited for.

    A context manager. Everything is asked from one thread of its own, so that each host keeps one lane and its pace,
    however many threads wait in `wait_for_source`: all listings first, then the pages that are news.

    Attributes:
        settings: the configuration, for those who read what is delivered.
    """

    def __init__(
        self, settings: Settings, memory: FetchHistory, progress: Progress | None = None, *, fetch_pages: bool = True
    ) -> None:
        """Ask nobody yet.

        Args:
            settings: the configuration.
            memory: what earlier editions asked for, and the edition.
            progress: called with a source's name and the number of its pages so far.
            fetch_pages: fetch the pages of entries too, where the sources ask for it.
        """
        self.settings = settings
        self._sources = {source.name: source for source in settings.sources if isinstance(source, WebSource)}
        self._memory, self._progress, self._pages = memory, progress, fetch_pages
        self._limit = int(settings.fetch.max_mb * 1_000_000)
        self._fetcher = Fetcher(settings.fetch, memory.cache)
        self._claimed: set[str] = set()
        self._readings: dict[str, Reading] = {}
        self._works: dict[str, asyncio.Task[CrawlResult]] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="newsfold-web", daemon=True)

    def __enter__(self) -> Crawler:
        self._thread.start()
        self._visit: asyncio.Task[None] = self._asked(self._begin())
        return self

    def __exit__(self, *_: object) -> None:
        self._asked(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def wait_for_source(self, name: str, *, retry: bool = False) -> CrawlResult:
        """What a source delivered, as soon as it has; from any thread.

        Args:
            name: the source; one that is not on the web has nothing to deliver.
            retry: ask it once more, and fetch what it lists and no other source has.

        Returns:
            What cannot be had is a failure in there, never an exception; equal answers give equal results.
        """
        return self._asked(self._deliver(name, again=retry)) if name in self._sources else CrawlResult()

    def build_fetches(self) -> pa.Table:
        """What the next edition should know (table `fetches`); complete when everything is delivered."""
        asked = [one for reading in self._readings.values() for one in reading.asked]
        return self._memory.after(asked, [name for name, reading in self._readings.items() if reading.unchanged])

    def _asked(self, work: Coroutine[Any, Any, Result]) -> Result:
        """The result of work in the web's own thread."""
        waiting = asyncio.run_coroutine_threadsafe(work, self._loop)
        while True:
            try:
                # In short waits: whoever wants to stop this thread can do so between two of them.
                return waiting.result(timeout=1)
            except TimeoutError:
                if waiting.done():
                    raise

    async def _begin(self) -> asyncio.Task[None]:
        return asyncio.create_task(self._ask_all())

    async def _ask_all(self) -> None:
        listings = await asyncio.gather(*map(self._listing, self._sources))
        # In the configuration's order: it decides which of two sources gets a page that both list.
        for name, listing in zip(self._sources, listings, strict=True):
            self._read(name, listing)

    async def _listing(self, name: str) -> Listing:
        source = self._sources[name]
        return await read_listing(source, self._memory.edition, self._fetcher, self._memory, self._limit)

    def _read(self, name: str, listing: Listing) -> None:
        source = self._sources[name]
        wanted = source.kind == "sitemap" if source.full_pages is None else source.full_pages
        claimed = self._claimed if source.kind == "page" or (self._pages and wanted) else None
        reading = Reading(source, listing, self._fetcher, self._memory, claimed, self._limit, self._progress)
        self._readings[name] = reading
        self._works[name] = asyncio.create_task(reading.deliver())

    async def _deliver(self, name: str, *, again: bool) -> CrawlResult:
        await asyncio.shield(self._visit)
        if again:
            self._fetcher.look_again(self._sources[name].url)
            self._read(name, await self._listing(name))
        return await asyncio.shield(self._works[name])

    async def _end(self) -> None:
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        await self._fetcher.__aexit__()
        await self._loop.shutdown_default_executor()


@dataclass(frozen=True)
class Crawl:
    """What the web delivered: by source, and what the next edition should know (table `fetches`)."""

    results: dict[str, CrawlResult]
    fetches: pa.Table


def crawl_outlets(
    settings: Settings, memory: FetchHistory, progress: Progress | None = None, *, fetch_pages: bool = True
) -> Crawl:
    """Ask for everything that the sources on the web have for an edition, and wait for all of it.

    Args:
        settings: the configuration.
        memory: what earlier editions asked for, and the edition.
        progress: called with a source's name and the number of its pages so far.
        fetch_pages: fetch the pages of entries too, where the sources ask for it.

    Returns:
        What cannot be had is a failure in there, never an exception; equal answers give equal results.
    """
    names = [source.name for source in settings.sources if isinstance(source, WebSource)]
    with Crawler(settings, memory, progress, fetch_pages=fetch_pages) as crawler:
        return Crawl({name: crawler.wait_for_source(name) for name in names}, crawler.build_fetches())
