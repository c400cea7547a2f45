"""Inputs that real sources produce, each with its right answer, from reading to articles.

They are invented after public reports; `README.md` beside them says what each stands for.
"""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from newsfold import sources
from newsfold.extraction.stage import extract_articles
from newsfold.settings import parse_settings

EDITION = date(2013, 6, 5)
FETCH = {
    "contact": "mailto:desk@newsfold.example",
    "delay_seconds": 0,
    "retries": 0,
    "timeout_seconds": 20,
    "private_networks": ["127.0.0.1/32"],
}


@pytest.fixture
def cases(shared: Path) -> Path:
    folder = shared / "cases"
    if not folder.is_dir():
        pytest.skip("the cases are not beside this checkout")
    return folder


@pytest.fixture
def site(cases: Path) -> Iterator[str]:
    """Run the cases' own site; yield its address."""
    spec = importlib.util.spec_from_file_location("cases_site", cases / "site.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    server = ThreadingHTTPServer(("127.0.0.1", 0), module.Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def read(raw: dict[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the articles of a configuration, by address or title, and the reasons of all rejections."""
    settings = parse_settings(raw, folder=Path(), origin="test")
    documents, outcomes = sources.read_sources(settings, EDITION)
    articles, rejects = extract_articles(documents, settings)
    reasons = [failure["reason"] for row in outcomes.to_pylist() for failure in row["failures"]]
    rows = sorted(articles.to_pylist(), key=lambda row: (row["url"] or "", row["title"]))
    return rows, reasons + rejects["reason"].to_pylist()


def read_file(path: Path) -> list[dict[str, Any]]:
    """Return the articles of a file or folder, all of which can be read."""
    articles, reasons = read({"sources": [{"name": "cases", "path": str(path)}]})
    assert reasons == []
    return articles


def crawl(**outlet: Any) -> list[dict[str, Any]]:
    articles, reasons = read({"outlets": {"loop": outlet}, "fetch": FETCH})
    assert reasons == []
    return articles


def at(hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2013, 6, 5, hour, minute, second, tzinfo=UTC)


def by_title(articles: list[dict[str, Any]], column: str) -> dict[str, Any]:
    return {row["title"].split()[0]: row[column] for row in articles}


def test_zone_names_are_known_or_the_time_is_not(cases: Path) -> None:
    articles = read_file(cases / "01-rss-zone-names" / "feed.xml")
    assert by_title(articles, "published_at") == {"Lock": at(8), "Museum": at(1), "Council": at(14)}


def test_no_part_of_a_date_comes_from_a_clock(cases: Path) -> None:
    folder = cases / "02-rss-unpadded-date"
    times = by_title(read_file(folder / "feed.xml"), "published_at")
    assert (times["Ferry"], times["Pilots"]) == (at(15, 7, 41), at(15, 7, 41))
    assert times["Dredging"] in (at(15, 7), None)
    assert set(by_title(read_file(folder / "feed-2.xml"), "published_at").values()) == {at(15, 7, 41)}


def test_the_offsets_of_javascript_are_not_turned_round(cases: Path) -> None:
    times = by_title(read_file(cases / "03-js-date-strings" / "articles.jsonl"), "published_at")
    assert times == {"Tram": at(8), "Bakers'": at(8), "Heron": at(8), "Night": at(10)}


def test_entries_that_share_a_link_are_articles(cases: Path) -> None:
    articles = read_file(cases / "06-same-link-different-guid" / "feed.xml")
    assert sorted(by_title(articles, "url")) == ["Airport", "Coastguard", "Parliament"]


@pytest.mark.parametrize(
    ("feed", "page"),
    [("index.xml", "posts/ferry-pier/"), ("nolink.xml", "posts/baker/"), ("feed.json", "posts/json-one/")],
)
def test_relative_links_lead_from_the_feeds_own_address(site: str, feed: str, page: str) -> None:
    (article,) = crawl(feeds=[f"{site}/relative/{feed}"], full_pages=True)
    assert article["url"] == f"{site}/relative/{page}"
    assert article["title"].startswith("Full page")


def test_plain_text_is_not_read_as_html(cases: Path) -> None:
    titles = {row["title"] for row in read_file(cases / "08-plain-text-title-markup" / "atom.xml")}
    script = "Why banks still ship <script> tags in their newsletters"
    blink = "Firefox drops the <blink> element, and nobody misses the <table> layouts"
    assert titles == {script, blink, "Old <blink> habits die hard"}
    (row,) = read_file(cases / "08-plain-text-title-markup" / "rows.jsonl")
    assert row["title"] == script


@pytest.mark.parametrize("path", ["feed", "self"])
def test_a_redirect_that_sets_a_cookie_is_followed(site: str, path: str) -> None:
    (article,) = crawl(feeds=[f"{site}/cookie/{path}"])
    assert article["title"] in ("Cookie wall passed", "Same address answered")


def test_sitemaps_with_odd_prologs_are_read(site: str) -> None:
    maps = [f"{site}/files/11-sitemap-prolog/{name}.xml" for name in ("amp", "blank", "utf16")]
    names = {row["url"].removeprefix(f"{site}/page/") for row in crawl(sitemaps=maps)}
    assert names == {"unescaped-ampersand?a=1&b=2", "cdata-loc", "blank-line-first", "declared-utf-16"}


def test_an_entrys_language_is_its_own(cases: Path) -> None:
    articles = read_file(cases / "12-entry-xml-lang" / "atom.xml")
    assert by_title(articles, "language") == {"Der": "de", "La": "fr", "Town": "en"}


@pytest.mark.parametrize(
    ("name", "title", "phrase"),
    [
        ("chinese-gb2312-gbk", "新桥工程秋季开工", "镕基路的居民要求拓宽人行道"),
        ("japanese-sjis", "新しい橋の建設が決定", "市議会は水曜日、新しい橋の建設を決定した"),
        ("japanese2022", "新しい橋の建設が決定", "市議会は水曜日、新しい橋の建設を決定した"),
        ("latin1", "Mööse seen near the château", "A majestic mööse walked past the château"),
        ("polish", "Nowy most już jesienią", "Rada miasta zdecydowała w środę"),
        ("russian-koi8", "Новый мост построят осенью", "Городской совет в среду"),
        ("turkish", "Köprünün açılışı ertelendi", "Belediye başkanı çarşamba günü"),
    ],
)
def test_declared_encodings_give_the_right_letters(cases: Path, name: str, title: str, phrase: str) -> None:
    (article,) = read_file(cases / "14-legacy-encodings" / f"{name}.html")
    assert article["title"] == title and phrase in article["body"]


@pytest.mark.parametrize(
    ("name", "pages"),
    [
        ("crawl", {"plain", "gzip-lie", "none", "chunk-lie"}),
        ("chunk", {"plain2", "chunk-lie"}),
        ("none", {"plain", "none"}),
        ("good", {"gzip", "br", "chunked"}),
    ],
)
def test_an_archive_gives_every_page(cases: Path, name: str, pages: set[str]) -> None:
    articles = read_file(cases / "15-warc-content-encoding" / f"{name}.warc")
    assert {row["url"].rpartition("/")[2] for row in articles} == pages
    assert all(row["title"] and len(row["body"]) > 50 for row in articles)


@pytest.mark.parametrize(("name", "language"), [("jp", "ja"), ("cz", "cs"), ("iw", "he")])
def test_mistaken_language_codes_are_mapped(cases: Path, name: str, language: str) -> None:
    (article,) = read_file(cases / "16-language-codes" / f"{name}.xml")
    assert article["language"] == language


def test_http_and_https_lead_to_one_article(cases: Path) -> None:
    (article,) = read_file(cases / "18-http-https" / "nights")
    assert article["title"].startswith("Ferry company cancels")


def test_a_json_feed_on_disk_is_read(cases: Path) -> None:
    assert len(read_file(cases / "20-json-feed-on-disk" / "feed.json")) == 1
    assert len(read_file(cases / "20-json-feed-on-disk" / "folder")) == 2


@pytest.mark.parametrize("name", ["articles.jsonl", "articles.parquet", "fundus.jsonl"])
def test_a_text_of_paragraphs_is_its_paragraphs(cases: Path, name: str) -> None:
    (article,) = read_file(cases / "21-text-as-paragraph-list" / name)
    assert article["body"].split("\n") == [
        "The town council approved a new bridge on Wednesday, ending nine years of argument.",
        "Work is to begin in October and to last until the spring of 2015, the mayor said.",
        "Opponents, led by boat owners, announced a complaint.",
    ]


@pytest.mark.parametrize(("name", "time"), [("page", at(8)), ("date-only", at(19, 40))])
def test_the_most_exact_time_of_a_page_counts(cases: Path, name: str, time: datetime) -> None:
    (article,) = read_file(cases / "23-jsonld-naive-time" / f"{name}.html")
    assert article["published_at"] == time


@pytest.mark.parametrize("name", ["crawl.warc", "root", "section"])
def test_one_canonical_link_on_all_pages_does_not_make_them_one(cases: Path, name: str) -> None:
    articles = read_file(cases / "31-one-canonical-for-all" / name)
    assert sorted(by_title(articles, "url")) == ["Avalanche", "Salmon", "School"]


def test_a_repaired_sitemap_names_no_other_address(site: str) -> None:
    articles, reasons = read(
        {"outlets": {"loop": {"sitemaps": [f"{site}/files/34-sitemap-bad-entities/map.xml"]}}, "fetch": FETCH}
    )
    names = {row["url"].removeprefix(f"{site}/page/") for row in articles}
    assert "view?id=7&nr=2" in names or reasons
    assert names <= {"view?id=7&nr=2", "tricycle-1º-red", "tricycle-1Âº-red", "tricycle-1%C3%82%C2%BA-red"}
