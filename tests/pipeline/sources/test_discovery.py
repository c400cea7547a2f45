"""The feeds that a site's home page names."""

from __future__ import annotations

from newsfold.settings import Fetch
from newsfold.sources.discovery import discover_outlets
from tests import server
from tests.pipeline.sources.conftest import FERRY
from tests.server import Page, Site

SETTINGS = Fetch.model_validate(
    {"contact": "x@newsfold.example", "delay_seconds": 0, "private_networks": ["127.0.0.1/32"]}
)


def test_a_feeds_link_is_relative_to_the_base_that_the_page_declares(site: Site) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="all.xml">'
    site.pages["/"] = Page(b"", status=302, headers={"Location": "/en/index.html"})
    site.pages["/en/index.html"] = Page(f'<html><head><base href="feeds/">{link}</head><body></body></html>'.encode())
    site.pages["/en/feeds/all.xml"] = server.rss_page("Courier", ("/ferry", "Ferry sinks", FERRY))
    (outlet,) = discover_outlets(f"{site.url}/", SETTINGS)
    assert outlet.feeds == [f"{site.url}/en/feeds/all.xml"]
