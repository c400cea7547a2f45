"""One crawler, and many threads that wait for its results."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from newsfold.settings import Settings, parse_settings
from newsfold.sources import Crawler, FetchHistory
from newsfold.sources import crawler as crawler_module
from newsfold.sources.document import Document, Item
from newsfold.sources.sitemap import Sitemap, parse_sitemap
from tests import server
from tests.pipeline.sources.conftest import EDITION, FERRY
from tests.server import Page, Site


def make_settings(site: Site, *paths: str, **addresses_by_kind: list[str]) -> Settings:
    outlets = {path.strip("/"): {"feeds": [site.url + path], "full_pages": True} for path in paths}
    fetch = {"contact": "mailto:a@b.example", "delay_seconds": 0, "retries": 0, "private_networks": ["127.0.0.1/32"]}
    outlets |= {kind: {kind: addresses} for kind, addresses in addresses_by_kind.items()}
    return parse_settings({"outlets": outlets, "fetch": fetch}, folder=Path(), origin="test")


def list_documents(items: Sequence[Item]) -> list[Document]:
    return [item for item in items if isinstance(item, Document)]


def test_each_thread_gets_its_source_and_a_shared_page_belongs_to_the_first_source_that_lists_it(site: Site) -> None:
    paths = [f"/feed{number}" for number in range(8)]
    for number, path in enumerate(paths):
        items = [("/shared", "Shared", FERRY), (f"/own{number}", f"Own {number}", FERRY)]
        site.pages[path] = server.rss_page("Courier", *items, home=site.url)
        site.pages |= {item[0]: server.article_page(item[1], FERRY) for item in items}
    settings = make_settings(site, *paths)
    names = [source.name for source in settings.sources]
    with Crawler(settings, FetchHistory(EDITION)) as crawler, ThreadPoolExecutor(8) as threads:
        # The last first: the order of waiting does not decide which source gets a page.
        results = dict(zip(names[::-1], threads.map(crawler.wait_for_source, names[::-1]), strict=True))
    forms = [[document.form for document in list_documents(results[name].items)] for name in names]
    assert forms == [["html", "html"], *[["fields", "html"]] * 7]
    assert len(site.requests_for("/shared")) == 1


def test_a_source_that_was_down_has_a_result_when_it_is_retried(site: Site) -> None:
    site.pages["/rss"] = Page(b"busy", "text/plain", 503)
    settings = make_settings(site, "/rss")
    with Crawler(settings, FetchHistory(EDITION)) as crawler:
        first = crawler.wait_for_source(settings.sources[0].name)
        assert first.transient and not list_documents(first.items)
        site.pages["/rss"] = server.rss_page("Courier", ("/ferry", "Ferry", FERRY), home=site.url)
        site.pages["/ferry"] = server.article_page("Ferry", FERRY)
        again = crawler.wait_for_source(settings.sources[0].name, retry=True)
        assert not again.transient and [document.form for document in list_documents(again.items)] == ["html"]
        assert sorted(row["url"] for row in crawler.build_fetches().to_pylist()) == [
            f"{site.url}/ferry",
            f"{site.url}/rss",
        ]


def test_failures_that_no_retry_can_repair_are_not_transient(site: Site) -> None:
    site.pages["/empty"] = Page(b"<p>no feed</p>")
    settings = make_settings(site, "/empty", "/gone")
    with Crawler(settings, FetchHistory(EDITION)) as crawler:
        assert [crawler.wait_for_source(source.name).transient for source in settings.sources] == [False, False]


def test_other_hosts_are_asked_while_one_listing_is_parsed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    parsing, redirected = threading.Event(), threading.Event()

    def parse_slowly(raw: bytes, location: str, outlet: str | None) -> Sitemap:
        parsing.set()
        assert redirected.wait(20), "the other host got no request meanwhile"
        return parse_sitemap(raw, location, outlet)

    def redirect_while_parsing(handler: server.Handler) -> None:
        parsing.wait(20)
        handler.send(server.redirect_page("/there"))

    def reply_with_feed(handler: server.Handler) -> None:
        redirected.set()
        handler.send(server.rss_page("Courier", ("/ferry", "Ferry", FERRY)))

    monkeypatch.setattr(crawler_module, "parse_sitemap", parse_slowly)
    site.pages["/map.xml"] = Page(b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>', "text/xml")
    with Site({"/rss": redirect_while_parsing, "/there": reply_with_feed}) as other:
        settings = make_settings(other, "/rss", sitemaps=[f"{site.url}/map.xml"])
        with Crawler(settings, FetchHistory(EDITION)) as crawler:
            feed_items, sitemap_items = (crawler.wait_for_source(source.name).items for source in settings.sources)
    assert [document.title for document in list_documents(feed_items)] == ["Ferry"] and not sitemap_items


def test_a_source_on_disk_has_an_empty_result(site: Site) -> None:
    with Crawler(make_settings(site), FetchHistory(EDITION)) as crawler:
        assert crawler.wait_for_source("files").items == []
    assert not site.requests
