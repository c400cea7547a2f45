"""Feeds, tables and pages read the times of their articles by the same rules."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from newsfold.extraction.stage import extract_articles
from newsfold.settings import parse_settings
from newsfold.sources import read_sources

ITEM = """<item><title>{title}</title><link>https://kanal.example/{title}</link>
<description>{title} again.</description><pubDate>{time}</pubDate></item>"""
RSS = "<rss version='2.0'><channel><title>Kanal Post</title><link>https://kanal.example/</link>{items}</channel></rss>"
PAGE = """<html lang="en"><head><title>{title}</title><meta property="article:published_time" content="{meta}">
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{title}", "datePublished": {time}}}</script>
</head><body><article><h1>{title}</h1><p>The lock on the upper canal opened again on Wednesday, the office said.</p>
<p>Barges had waited for two days below it, and the first of them passed at noon.</p></article></body></html>"""


def read_times(path: Path, timezone: str = "UTC") -> dict[str, str]:
    """Return the time of each article by its title, as newsfold reads the file; or the extra that says why not."""
    raw = {"sources": [{"name": "x", "path": path.name, "timezone": timezone}]}
    documents, _ = read_sources(parse_settings(raw, folder=path.parent, origin="test"), date(2013, 6, 6))
    articles, _ = extract_articles(documents)
    return {
        article["title"]: f"{article['published_at']:%Y-%m-%dT%H:%M:%SZ}"
        if article["published_at"]
        else ", ".join(f"{extra['key']}: {extra['value']}" for extra in article["extras"])
        for article in articles.to_pylist()
    }


def write_feed(folder: Path, printed: dict[str, str]) -> Path:
    file = folder / "feed.xml"
    file.write_text(RSS.format(items="".join(ITEM.format(title=title, time=time) for title, time in printed.items())))
    return file


def write_table(folder: Path, printed: dict[str, str]) -> Path:
    file = folder / "articles.jsonl"
    rows = [{"title": title, "text": f"{title} again.", "published_at": time} for title, time in printed.items()]
    file.write_text("\n".join(map(json.dumps, rows)))
    return file


@pytest.mark.parametrize("write", [write_feed, write_table])
def test_feeds_and_tables_read_one_time_alike(tmp_path: Path, write: object) -> None:
    printed = {
        "Lock opens": "Wed, 05 Jun 2013 10:00:00 CEST",
        "Bell returns": "Wed, 05 Jun 2013 10:00:00 JST",
        "Lindens planted": "Wed, 05 Jun 2013 10:00:00 EDT",
        "Quay painted": "Wed, 05 Jun 2013 10:00:00 LMTX",
        "Ferry repaired": "2013/6/5 15:07:41",
        "Basin dredged": "2013年6月5日 15:07",
        "Sandbank moves": "2013-6-5 15:07:41",
        "Tram returns": "Wed Jun 05 2013 10:00:00 GMT+0200 (Central European Summer Time)",
        "Herons counted": "Wed, 05 Jun 2013 10:00:00 GMT+0200",
        "Pilots warn": "5 June",
        "Market moves": "Wed, 12 Jun 2013 10:00:00 GMT",
    }
    assert callable(write)
    assert read_times(write(tmp_path, printed)) == {
        "Lock opens": "2013-06-05T08:00:00Z",
        "Bell returns": "2013-06-05T01:00:00Z",
        "Lindens planted": "2013-06-05T14:00:00Z",
        "Quay painted": "unreadable_time: Wed, 05 Jun 2013 10:00:00 LMTX",
        "Ferry repaired": "2013-06-05T15:07:41Z",
        "Basin dredged": "2013-06-05T15:07:00Z",
        "Sandbank moves": "2013-06-05T15:07:41Z",
        "Tram returns": "2013-06-05T08:00:00Z",
        "Herons counted": "2013-06-05T08:00:00Z",
        "Pilots warn": "unreadable_time: 5 June",
        "Market moves": "2013-06-12T10:00:00Z",
    }


@pytest.mark.parametrize(
    ("time", "meta", "utc"),
    [
        ("2013-06-05T10:00:00", "2013-06-05T10:00:00+02:00", "2013-06-05T08:00:00Z"),
        ("2013-06-05", "2013-06-05T21:40:00+02:00", "2013-06-05T19:40:00Z"),
        ("2013-06-05T10:00:00+02:00", "2013-06-05", "2013-06-05T08:00:00Z"),
        ("2013-06-05T10:00:00+02:00", "2013-06-06T10:00:00+02:00", "2013-06-05T08:00:00Z"),
        ("2013-06-05T10:00:00", "", "2013-06-05T14:00:00Z"),
        (1370419200, "", "2013-06-05T08:00:00Z"),
    ],
)
def test_a_page_states_its_time_twice_and_the_more_exact_one_is_taken(
    tmp_path: Path, time: str | int, meta: str, utc: str
) -> None:
    file = tmp_path / "page.html"
    file.write_text(PAGE.format(title="Lock opens again", time=json.dumps(time), meta=meta))
    assert read_times(file, "America/New_York") == {"Lock opens again": utc}
