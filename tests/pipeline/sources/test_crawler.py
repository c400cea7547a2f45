"""One fetcher, and many who wait for what it brings."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from newsfold.settings import Settings, parse_settings
from newsfold.sources import Crawler, FetchHistory
from newsfold.sources import crawler as crawler_module
from newsfold.sources.document import Document
from newsfold.sources.sitemap import Sitemap, parse_sitemap
from tests import server
from tests.server import Page, Site

NIGHT = date(2013, 6, 5)
FERRY = "The ferry Lomo sank before dawn with 214 aboard, and the harbour master said that divers were on their way."


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


def configured(site: Site, *paths: str, **more: list[str]) -> Settings:
    outlets = {path.strip("/"): {"feeds": [site.url + path], "full_pages": True} for path in paths}
    fetch = {"contact": "mailto:a@b.example", "delay_seconds": 0, "retries": 0, "private_networks": ["127.0.0.1/32"]}
    outlets |= {kind: {kind: addresses} for kind, addresses in more.items()}
    return parse_settings({"outlets": outlets, "fetch": fetch}, folder=Path(), origin="test")


def titles(items: list[object]) -> list[str | None]:
    return [item.title for item in items if isinstance(item, Document)]


def test_threads_that_wait_for_sources_get_each_its_own_and_a_page_is_fetched_for_the_first_that_lists_it(
    site: Site,
) -> None:
    paths = [f"/feed{number}" for number in range(8)]
    for number, path in enumerate(paths):
        items = [("/shared", "Shared", FERRY), (f"/own{number}", f"Own {number}", FERRY)]
        site.pages[path] = server.feed("Courier", *items, home=site.url)
        site.pages |= {item[0]: server.article(item[1], FERRY) for item in items}
    settings = configured(site, *paths)
    names = [source.name for source in settings.sources]
    with Crawler(settings, FetchHistory(NIGHT)) as crawler, ThreadPoolExecutor(8) as threads:
        # The last first: who waits first has no say in who gets a page.
        delivered = dict(zip(names[::-1], threads.map(crawler.wait_for_source, names[::-1]), strict=True))
    urls = {name: [item.url for item in delivered[name].items if isinstance(item, Document)] for name in names}
    assert [len(urls[name]) for name in names] == [2] * 8
    fetched = {
        name: [item for item in delivered[name].items if isinstance(item, Document) and item.form == "html"]
        for name in names
    }
    assert [len(fetched[name]) for name in names] == [2, *[1] * 7]
    assert len(site.asked("/shared")) == 1


def test_a_source_that_was_down_delivers_when_it_is_asked_again(site: Site) -> None:
    site.pages["/rss"] = Page(b"busy", "text/plain", 503)
    settings = configured(site, "/rss")
    with Crawler(settings, FetchHistory(NIGHT)) as crawler:
        first = crawler.wait_for_source(settings.sources[0].name)
        assert first.transient and not titles(list(first.items))
        site.pages["/rss"] = server.feed("Courier", ("/ferry", "Ferry", FERRY), home=site.url)
        site.pages["/ferry"] = server.article("Ferry", FERRY)
        again = crawler.wait_for_source(settings.sources[0].name, retry=True)
        assert not again.transient and [item.form for item in again.items if isinstance(item, Document)] == ["html"]
        assert sorted(row["url"] for row in crawler.build_fetches().to_pylist()) == [
            f"{site.url}/ferry",
            f"{site.url}/rss",
        ]


def test_what_no_answer_later_can_mend_is_not_passing(site: Site) -> None:
    site.pages["/empty"] = Page(b"<p>no feed</p>")
    settings = configured(site, "/empty", "/gone")
    with Crawler(settings, FetchHistory(NIGHT)) as crawler:
        assert [crawler.wait_for_source(source.name).transient for source in settings.sources] == [False, False]


def test_while_one_listing_is_parsed_other_hosts_are_talked_to(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    parsing, moved = threading.Event(), threading.Event()

    def takes_its_time(raw: bytes, location: str, outlet: str | None) -> Sitemap:
        parsing.set()
        assert moved.wait(20), "the other host was not asked for anything meanwhile"
        return parse_sitemap(raw, location, outlet)

    def elsewhere(handler: server.Handler) -> None:
        parsing.wait(20)
        handler.send(server.redirect("/there"))

    def there(handler: server.Handler) -> None:
        moved.set()
        handler.send(server.feed("Courier", ("/ferry", "Ferry", FERRY)))

    monkeypatch.setattr(crawler_module, "parse_sitemap", takes_its_time)
    site.pages["/map.xml"] = Page(b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>', "text/xml")
    with Site({"/rss": elsewhere, "/there": there}) as other:
        settings = configured(other, "/rss", sitemaps=[f"{site.url}/map.xml"])
        with Crawler(settings, FetchHistory(NIGHT)) as crawler:
            found = [crawler.wait_for_source(source.name).items for source in settings.sources]
    assert [titles(list(items)) for items in found] == [["Ferry"], []] and not found[1]


def test_a_source_on_disk_has_nothing_to_deliver(site: Site) -> None:
    with Crawler(configured(site), FetchHistory(NIGHT)) as crawler:
        assert crawler.wait_for_source("files").items == []
    assert not site.requests
