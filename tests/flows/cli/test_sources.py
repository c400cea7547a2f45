"""`newsfold sources add` and `newsfold check` against a site on the loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from newsfold import settings
from newsfold_flows.cli.app import app
from tests import server
from tests.server import Page, Site

FETCH = {"contact": "mailto:desk@newsfold.example", "delay_seconds": 0, "private_networks": ["127.0.0.1/32"]}


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "mine.yaml"
    old = "# ours\noutlets:  # by key\n  post:\n    feeds: [https://post.example/rss]  # the main one\n"
    file.write_text(old + yaml.safe_dump({"fetch": FETCH}))
    return file


def newsfold(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    return result.exit_code, " ".join(result.output.split())


def test_an_opml_list_becomes_outlets_once_and_comments_stay(config: Path, tmp_path: Path) -> None:
    opml = tmp_path / "feeds.opml"
    opml.write_text(
        """<opml version="2.0"><head><title>Mine</title></head><body><outline text="Papers">
        <outline text="Harbour Courier" type="rss" xmlUrl="https://courier.example/rss" language="en"/>
        <outline text="Harbour Courier" type="rss" xmlUrl="https://courier.example/sport.xml"/>
        <outline text="Post" type="rss" xmlUrl="https://post.example/rss"/>
        <outline text="Local" xmlUrl="file:///etc/passwd"/></outline></body></opml>"""
    )
    code, told = newsfold("sources", "add", str(opml), "--config", str(config))
    assert code == 0 and "harbour-courier" in told
    written = config.read_text()
    assert "# ours" in written and "# the main one" in written and "passwd" not in written
    chosen = settings.load_settings(config)
    assert sorted(chosen.outlets) == ["harbour-courier", "post"]
    courier = chosen.outlets["harbour-courier"]
    assert courier.feeds == ["https://courier.example/rss", "https://courier.example/sport.xml"]
    assert (courier.name, courier.language) == ("Harbour Courier", "en")
    assert "already" in newsfold("sources", "add", str(opml), "--config", str(config))[1]
    assert config.read_text() == written


def test_a_sites_feeds_and_news_sitemaps_are_found_from_its_home_page(config: Path, site: Site) -> None:
    links = (
        '<link rel="alternate" type="application/rss+xml" href="/rss">'
        '<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments">'
        '<link rel="alternate" type="application/atom+xml" href="/gone">'
    )
    site.pages |= {
        "/": Page(f"<html lang=en><head><title>Harbour Courier | Home</title>{links}</head></html>".encode()),
        "/rss": server.rss_page("Courier", ("/ferry", "Ferry sinks", "At dawn.")),
        "/robots.txt": Page(f"Sitemap: {site.url}/news-map.xml\nSitemap: {site.url}/all.xml\n".encode(), "text/plain"),
    }
    code, _ = newsfold("sources", "add", f"{site.url}/", "--config", str(config))
    assert code == 0
    found = settings.load_settings(config).outlets["harbour-courier"]
    assert (found.feeds, found.sitemaps) == ([f"{site.url}/rss"], [f"{site.url}/news-map.xml"])


def test_a_configuration_that_is_not_there_yet_is_begun(tmp_path: Path) -> None:
    opml, file = tmp_path / "feeds.opml", tmp_path / "new.yaml"
    opml.write_text('<opml><body><outline title="Courier" xmlUrl="https://courier.example/rss"/></body></opml>')
    code, told = newsfold("sources", "add", str(opml), "--config", str(file))
    assert code == 2 and "--contact" in told and not file.exists()
    code, _ = newsfold("sources", "add", str(opml), "--config", str(file), "--contact", "mailto:desk@courier.example")
    assert code == 0 and settings.load_settings(file).outlets["courier"].feeds == ["https://courier.example/rss"]
    assert settings.load_settings(file).fetch.contact == "mailto:desk@courier.example"


def test_a_page_without_feeds_is_told_and_nothing_is_written(config: Path, site: Site) -> None:
    site.pages["/"] = Page(b"<html><body>Hello</body></html>")
    before = config.read_text()
    code, told = newsfold("sources", "add", f"{site.url}/", "--config", str(config))
    assert code == 1 and "names no feed" in told and config.read_text() == before


def test_check_asks_each_source_once_and_fetches_no_page(tmp_path: Path, site: Site) -> None:
    site.pages["/rss"] = server.rss_page("Courier", ("/ferry", "Ferry sinks", "At dawn."), home=site.url)
    file = tmp_path / "mine.yaml"
    feeds = [f"{site.url}/rss", f"{site.url}/gone"]
    outlets = {"courier": {"feeds": feeds, "full_pages": True}}
    file.write_text(yaml.safe_dump({"outlets": outlets, "fetch": FETCH}))
    code, told = newsfold("check", "--config", str(file))
    assert code == 3 and "404" in told
    assert sorted(request.path for request in site.requests) == ["/gone", "/robots.txt", "/rss"]


def test_sources_on_the_web_need_somebody_to_ask(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("outlets: {post: {feeds: [https://post.example/rss]}}")
    code, told = newsfold("check", "--config", str(file))
    assert code == 2 and "contact" in told
