"""Crawling one source on the web: the pages of its listing that are new, or the entries themselves."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

from newsfold import text, times, urls
from newsfold.dataflow import start_of_days
from newsfold.errors import FetchError
from newsfold.settings import WebSource
from newsfold.sources.document import Document, Failure, Item, Progress
from newsfold.sources.fetch_history import FetchHistory, FetchRecord
from newsfold.sources.fetcher import Fetcher
from newsfold.sources.listings import Listing, to_failure

SHARED = "shared"  # a record of an address that several entries share, so that it is not requested
_NOT_REQUESTED = 0  # the status of such a record
_FACT_CHARACTERS = 12  # of the digest of a fact in a fingerprint
_PAGE_TYPES = frozenset({"", "text/html", "application/xhtml+xml", "text/plain", "application/octet-stream"})


@dataclass
class CrawlResult:
    """The result of crawling one source.

    Attributes:
        items: documents and failures, in the listing's order.
        seconds: spent on the network, without waiting for a host's turn.
        unchanged: it was asked, and has nothing new.
        transient: it has only failures, one of which may pass within the night.
    """

    items: list[Item] = field(default_factory=list)
    seconds: float = 0.0
    unchanged: bool = False
    transient: bool = False


class SourceCrawl:
    """The crawl of one source after its listing: each entry becomes its page, or a document of the listing's fields."""

    def __init__(
        self,
        source: WebSource,
        listing: Listing,
        fetcher: Fetcher,
        history: FetchHistory,
        claimed_pages: set[str] | None,
        max_bytes: int,
        progress: Progress | None,
        *,
        withholds_pages: bool = False,
    ) -> None:
        """Claim the pages of a listing; request nothing yet.

        Args:
            source: the source.
            listing: its listing.
            fetcher: sends the requests.
            history: the requests of the last edition.
            claimed_pages: the pages that any source has claimed so far, by `urls.compute_page_key`, to which this one's
                are added; None: fetch no pages.
            max_bytes: most bytes of a page, decompressed.
            progress: called with the source's name and its number of pages so far.
            withholds_pages: the entries' pages would be fetched if this were a run, so that they need no title.
        """
        self._withholds_pages = withholds_pages
        self._source, self._listing, self._fetcher, self._history = source, listing, fetcher, history
        self._max_bytes, self._progress, self._claimed_pages = max_bytes, progress, claimed_pages
        self._seconds, self._n_pages, self._page_failed = listing.seconds, 0, False
        self._page_records: list[FetchRecord] = []
        self._common_targets: set[str] = set()
        self._shared_pages = _find_shared_pages(listing, history)
        # Each page is fetched once, for the first source in the configuration that lists it.
        self._fetches_page: list[bool] = []
        for entry in listing.entries:
            page = None
            if isinstance(entry, Document) and claimed_pages is not None:
                page = urls.compute_page_key(entry.url)
            if page is None or claimed_pages is None or "#" in page:
                # A fragment is not sent to the host (RFC 3986, 3.5): what it names, only a browser can show.
                self._fetches_page.append(False)
                continue
            if isinstance(entry, Document) and self._is_too_old(entry):
                self._fetches_page.append(False)
                continue
            self._fetches_page.append(page not in claimed_pages and page not in self._shared_pages)
            claimed_pages.add(page)

    def _is_too_old(self, entry: Document) -> bool:
        """Return whether an entry is left out if it is new, by its time in the listing, and new by the history."""
        if self._source.oldest_days is None or not entry.published_at or not entry.url:
            return False
        published_at = times.parse_time(entry.published_at, self._source.timezone)
        oldest = start_of_days(self._history.edition, self._source.oldest_days)
        is_old = published_at is not None and published_at < oldest
        return is_old and not self._history.find_record(_normalise_url(entry.url))

    async def run(self) -> CrawlResult:
        """Fetch the pages; return the items in the listing's order."""
        entries = zip(self._listing.entries, self._fetches_page, strict=True)
        crawled = await asyncio.gather(*(self._crawl_entry(entry, fetch_page) for entry, fetch_page in entries))
        self._reject_common_targets(crawled)
        items = [item for entry_items in crawled for item in entry_items]
        unchanged = self._listing.unchanged or (not items and bool(self._listing.entries))
        failures = [item for item in items if isinstance(item, Failure)]
        transient = len(failures) == len(items) and any(one.transient and one.file_failed for one in failures)
        return CrawlResult(items, round(self._seconds, 3), unchanged, transient)

    @property
    def is_unchanged(self) -> bool:
        """Whether the listing names the same as before."""
        return self._listing.unchanged

    @property
    def records(self) -> list[FetchRecord]:
        """The requests, for the next edition; if a page failed, the next edition reads the listing again."""
        listing_records = self._listing.records
        if self._page_failed:
            listing_records = [
                replace(record, etag=None, last_modified=None, fingerprint="") for record in listing_records
            ]
        return [*listing_records, *self._page_records, *self._list_shared_records()]

    def _list_shared_records(self) -> list[FetchRecord]:
        """List the addresses that several entries share, for the next edition: one entry alone does not show it."""
        shared = {
            _normalise_url(entry.url): FetchRecord(_normalise_url(entry.url), self._source.name, SHARED, _NOT_REQUESTED)
            for entry in self._listing.entries
            if isinstance(entry, Document) and entry.url and urls.compute_page_key(entry.url) in self._shared_pages
        }
        targets = (FetchRecord(url, self._source.name, SHARED, _NOT_REQUESTED) for url in self._common_targets)
        return [*shared.values(), *targets]

    def _reject_common_targets(self, crawled: list[list[Item]]) -> None:
        """Replace the page to which the addresses of several entries lead, such as an offer to subscribe."""
        led_to: dict[str, list[int]] = {}
        for at, (entry, items) in enumerate(zip(self._listing.entries, crawled, strict=True)):
            page = items[0] if items else None
            if isinstance(entry, Document) and isinstance(page, Document) and page.form == "html" and page.url:
                target = urls.compute_page_key(page.url)
                if entry.title and target != urls.compute_page_key(entry.url):
                    led_to.setdefault(_normalise_url(page.url), []).append(at)
        for target, places in led_to.items():
            entries = [entry for at in places if isinstance(entry := self._listing.entries[at], Document)]
            if len({entry.title for entry in entries}) < 2:
                continue
            self._common_targets.add(target)
            self._page_failed = True
            for at, entry in zip(places, entries, strict=True):
                url = entry.url or ""
                self._page_records = [record for record in self._page_records if record.url != _normalise_url(url)]
                crawled[at] = [
                    to_failure(url, _build_target_error(target), file_failed=False),
                    *self._list_fields(entry),
                ]

    async def _crawl_entry(self, entry: Item, fetch_page: bool) -> list[Item]:
        if isinstance(entry, Failure):
            return [entry]
        if not fetch_page or entry.url is None:
            if not (entry.title or entry.text or self._withholds_pages or self._has_claimed(entry)):
                return [Failure(entry.location, "it has neither a title nor a text, and its page is not fetched")]
            return self._list_fields(entry)
        try:
            return await self._fetch_page(entry, entry.url)
        except FetchError as error:
            self._page_failed = True
            return [to_failure(entry.url, error, file_failed=self._source.kind == "page"), *self._list_fields(entry)]

    def _list_fields(self, entry: Document) -> list[Item]:
        """Return the entry itself; nothing if its page is known: a listing has less of it, and does not change it."""
        is_shared = urls.compute_page_key(entry.url) in self._shared_pages
        if entry.url and not is_shared and self._history.find_record(_normalise_url(entry.url)):
            return []
        return [entry] if entry.title or entry.text else []

    def _has_claimed(self, entry: Document) -> bool:
        """Whether this or another source of the edition, or an earlier edition, has the entry's page."""
        page = urls.compute_page_key(entry.url)
        if page is None or entry.url is None:
            return False
        is_claimed = page in (self._claimed_pages or ())
        return is_claimed or self._history.find_record(_normalise_url(entry.url)) is not None

    async def _fetch_page(self, entry: Document, url: str) -> list[Item]:
        """Return the entry with its page as content; nothing if neither the listing nor the host says that it is new.

        Raises:
            FetchError: it cannot be fetched, is not a web page, or leads to a front page or to where others lead, too.
        """
        fingerprint = _compute_fingerprint(entry)
        previous = self._history.find_record(_normalise_url(url))
        if previous and previous.fingerprint == fingerprint and self._source.kind != "page":
            self._page_records.append(previous)
            return []
        response = await self._fetcher.get(url, previous.validators if previous else None)
        self._seconds += response.seconds
        if self._progress:
            self._n_pages += 1
            self._progress(self._source.name, self._n_pages)
        if response.status == 304 and previous:
            self._page_records.append(replace(previous, status=304, fingerprint=fingerprint))
            return []
        if response.media_type not in _PAGE_TYPES:
            raise FetchError(f"it is not a web page but {response.media_type}")
        if urls.clean_url(response.final_url) is None and urls.clean_url(url) is not None:
            raise FetchError(f"it leads to a front page, {response.final_url}")
        target = self._history.find_record(_normalise_url(response.final_url))
        if target and target.kind == SHARED:
            self._common_targets.add(target.url)
            raise _build_target_error(response.final_url)
        page = replace(entry, form="html", content=response.decode_body(self._max_bytes), url=response.final_url)
        record = FetchRecord(
            _normalise_url(url), self._source.name, "page", response.status, response.etag, response.last_modified
        )
        self._page_records.append(replace(record, fingerprint=fingerprint))
        return [page]


def _find_shared_pages(listing: Listing, history: FetchHistory) -> set[str]:
    """Find the pages to which several entries of a listing lead, now or before: what they show is no entry's text."""
    entries_at: dict[str, set[tuple[str | None, str | None]]] = {}
    shared: set[str] = set()
    for entry in listing.entries:
        page = urls.compute_page_key(entry.url) if isinstance(entry, Document) else None
        if page is None or not isinstance(entry, Document) or entry.url is None:
            continue
        # Some feeds list an entry twice, with its address and a counter as the id.
        entry_id = None if urls.compute_page_key(entry.entry_id) == page else entry.entry_id
        entries_at.setdefault(page, set()).add((entry_id, entry.title))
        record = history.find_record(_normalise_url(entry.url))
        if record and (record.kind == SHARED or _is_of_other_entry(record.fingerprint, entry)):
            shared.add(page)
    return shared | {page for page, entries in entries_at.items() if len(entries) > 1}


def _compute_fingerprint(entry: Document) -> str:
    """Compute what shows that an entry has changed, or that it is another: a digest of all, and of each fact."""
    facts = (entry.entry_id or "", entry.published_at or "", entry.title or "")
    everything = text.compute_digest(entry.title or "", entry.text or "", entry.published_at or "", entry.version or "")
    return " ".join([everything, *(text.compute_digest(fact)[:_FACT_CHARACTERS] if fact else "-" for fact in facts)])


def _is_of_other_entry(fingerprint: str, entry: Document) -> bool:
    """Return whether a page was fetched for an entry that has another id, another time and another title."""
    facts, own_facts = fingerprint.split()[1:], _compute_fingerprint(entry).split()[1:]
    if not facts:
        return False
    return all("-" not in (fact, own) and fact != own for fact, own in zip(facts, own_facts, strict=True))


def _build_target_error(url: str) -> FetchError:
    return FetchError(f"it leads to {url}, where the addresses of other entries lead, too")


def _normalise_url(url: str) -> str:
    """The address under which the history knows a page, whichever listing names it."""
    return urls.clean_url(url) or url
