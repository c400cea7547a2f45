"""`newsfold sources add` against a site on the loopback interface."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from newsfold import settings
from tests import server
from tests.flows.cli.command import newsfold
from tests.flows.conftest import FETCH
from tests.server import Page, Site


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "mine.yaml"
    old = "# ours\noutlets:  # by key\n  post:\n    feeds: [https://post.example/rss]  # the main one\n"
    file.write_text(old + yaml.safe_dump({"fetch": FETCH}))
    return file


def add(*arguments: object) -> tuple[int, str]:
    """Run `newsfold sources add`; its exit code, and its output on one line."""
    result = newsfold("sources", "add", *arguments)
    return result.exit_code, " ".join(result.output.split())


def test_an_opml_list_is_added_once_and_comments_are_kept(config: Path, tmp_path: Path) -> None:
    opml = tmp_path / "feeds.opml"
    opml.write_text(
        """<opml version="2.0"><head><title>Mine</title></head><body><outline text="Papers">
        <outline text="Harbour Courier" type="rss" xmlUrl="https://courier.example/rss" language="en"/>
        <outline text="Harbour Courier" type="rss" xmlUrl="https://courier.example/sport.xml"/>
        <outline text="Post" type="rss" xmlUrl="https://post.example/rss"/>
        <outline text="Local" xmlUrl="file:///etc/passwd"/></outline></body></opml>"""
    )
    code, output = add(opml, "--config", config)
    assert code == 0 and "harbour-courier" in output
    written = config.read_text()
    assert "# ours" in written and "# the main one" in written and "passwd" not in written
    loaded = settings.load_settings(config)
    assert sorted(loaded.outlets) == ["harbour-courier", "post"]
    courier = loaded.outlets["harbour-courier"]
    assert courier.feeds == ["https://courier.example/rss", "https://courier.example/sport.xml"]
    assert (courier.name, courier.language) == ("Harbour Courier", "en")
    assert "already" in add(opml, "--config", config)[1]
    assert config.read_text() == written


def test_feeds_and_news_sitemaps_of_a_site_are_found_from_its_home_page(config: Path, site: Site) -> None:
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
    code, _ = add(f"{site.url}/", "--config", config)
    assert code == 0
    outlet = settings.load_settings(config).outlets["harbour-courier"]
    assert (outlet.feeds, outlet.sitemaps) == ([f"{site.url}/rss"], [f"{site.url}/news-map.xml"])


def test_a_missing_configuration_is_created(tmp_path: Path) -> None:
    opml, file = tmp_path / "feeds.opml", tmp_path / "new.yaml"
    opml.write_text('<opml><body><outline title="Courier" xmlUrl="https://courier.example/rss"/></body></opml>')
    code, output = add(opml, "--config", file)
    assert code == 2 and "--contact" in output and not file.exists()
    code, _ = add(opml, "--config", file, "--contact", "mailto:desk@courier.example")
    assert code == 0 and settings.load_settings(file).outlets["courier"].feeds == ["https://courier.example/rss"]
    assert settings.load_settings(file).fetch.contact == "mailto:desk@courier.example"


def test_a_page_without_feeds_is_an_error_and_nothing_is_written(config: Path, site: Site) -> None:
    site.pages["/"] = Page(b"<html><body>Hello</body></html>")
    before = config.read_text()
    code, output = add(f"{site.url}/", "--config", config)
    assert code == 1 and "names no feed" in output and config.read_text() == before


def test_what_the_options_say_is_written_for_every_new_outlet(tmp_path: Path, site: Site) -> None:
    site.pages["/rss"] = server.rss_page("Courier", ("/ferry", "Ferry sinks", "At dawn."))
    file = tmp_path / "new.yaml"
    file.write_text("fetch: {delay_seconds: 0}  # quick\nwindow_days: 3 # short\n")
    options = ("--contact", "mailto:desk@courier.example", "--full-pages", "--family", "Tidewater: Media")
    code, output = add(f"{site.url}/rss", "--config", file, *options, "--country", "gb", "--language", "en-GB")
    assert code == 1 and "private" in output and "delay_seconds: 0}  # quick" in file.read_text()
    networks = ("--private-networks", "127.0.0.1/32", "--private-networks", "10.1.0.0/16")
    code, output = add(
        f"{site.url}/rss", "--config", file, *options, "--country", "gb", "--language", "en-GB", *networks
    )
    assert code == 0, output
    assert "# quick\nwindow_days: 3 # short\n" in file.read_text()
    loaded = settings.load_settings(file)
    (outlet,) = loaded.outlets.values()
    assert (outlet.full_pages, outlet.publisher_family) == (True, "Tidewater: Media")
    assert (outlet.country, outlet.language) == ("GB", "en")
    assert loaded.fetch.private_networks == ["127.0.0.1/32", "10.1.0.0/16"]
    assert (loaded.fetch.delay_seconds, loaded.fetch.contact) == (0, "mailto:desk@courier.example")
    assert newsfold("check", "--config", file).exit_code == 0


@pytest.mark.parametrize(
    ("option", "value", "problem"),
    [
        ("--country", "UK", "'UK' is not a country code of ISO 3166-1, such as GB"),
        ("--language", "qqq", "'qqq' is not a language"),
        ("--private-networks", "10.0.0.1/8", "has host bits set"),
    ],
)
def test_a_value_that_means_nothing_is_refused(config: Path, option: str, value: str, problem: str) -> None:
    before = config.read_text()
    code, output = add("https://courier.example/", "--config", config, option, value)
    assert code == 2 and problem in output.replace("│ ", "") and config.read_text() == before
