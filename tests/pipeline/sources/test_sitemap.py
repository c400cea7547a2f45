"""Sitemaps: news entries become documents, indexes are followed, old and undated entries are skipped."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from newsfold import schemas, sources
from newsfold.errors import SourceError
from newsfold.settings import parse_settings
from newsfold.sources import FetchHistory
from newsfold.sources.document import Document, Failure
from newsfold.sources.sitemap import parse_sitemap
from tests import server
from tests.pipeline.sources.conftest import EDITION, FERRY, NEXT_EDITION
from tests.server import Page, Site

NEWS = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">{urls}</urlset>"""
URL = """<url><loc>{loc}</loc><image:image><image:loc>https://x.example/i.jpg</image:loc>
 <image:title>No title</image:title></image:image><news:news>
 <news:publication><news:name>Harbour Courier</news:name><news:language>en</news:language>
 </news:publication><news:publication_date>{when}</news:publication_date><news:title>{title}</news:title></news:news>
 <lastmod>2013-06-05T09:30:00Z</lastmod></url>"""


def crawl_sitemap(
    site: Site, path: str, edition: date = EDITION, fetches: pa.Table | None = None, **source: object
) -> tuple[list[Document], list[Failure], sources.Crawl]:
    raw = {
        "sources": [{"kind": "sitemap", "name": "map", "url": site.url + path, **source}],
        "fetch": {"contact": "x@newsfold.example", "delay_seconds": 0, "private_networks": ["127.0.0.1/32"]},
    }
    crawl = sources.crawl_outlets(
        parse_settings(raw, folder=Path(), origin="test"),
        FetchHistory(edition, schemas.empty_table("fetches") if fetches is None else fetches),
    )
    items = crawl.results["map"].items
    return (
        [item for item in items if isinstance(item, Document)],
        [item for item in items if isinstance(item, Failure)],
        crawl,
    )


def test_a_news_entry_has_title_time_language_and_publication() -> None:
    raw = NEWS.format(urls=URL.format(loc="/ferry", when="2013-06-05T08:00:00+01:00", title="Ferry &amp; reef"))
    ((document, changed_at),) = parse_sitemap(raw.encode(), "https://courier.example/news.xml", None).pages
    assert (document.url, document.title) == ("https://courier.example/ferry", "Ferry & reef")
    assert (document.outlet, document.language) == ("Harbour Courier", "en")
    assert (document.published_at, document.version) == ("2013-06-05T08:00:00+01:00", "2013-06-05T09:30:00Z")
    assert changed_at and changed_at.isoformat() == "2013-06-05T09:30:00+00:00"


def test_an_index_is_followed_to_recent_sitemaps_gzipped_or_not(site: Site) -> None:
    new = URL.format(loc=f"{site.url}/ferry", when="2013-06-05", title="Ferry sinks")
    old = URL.format(loc=f"{site.url}/mill", when="2013-05-01", title="Mill").replace("2013-06-05T09", "2013-05-01T09")
    undated = f"<url><loc>{site.url}/about</loc></url>"
    site.pages |= {
        "/index.xml": Page(
            f"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
            <sitemap><loc>{site.url}/new.xml.gz</loc><lastmod>2013-06-05</lastmod></sitemap>
            <sitemap><loc>{site.url}/old.xml</loc><lastmod>2012-01-01</lastmod></sitemap>
            <sitemap><loc>{site.url}/gone.xml</loc></sitemap></sitemapindex>""".encode()
        ),
        "/new.xml.gz": Page(gzip.compress(NEWS.format(urls=new + old + undated).encode()), "application/gzip"),
        "/ferry": server.article_page("Ferry sinks off Lomo", FERRY),
    }
    documents, failures, first = crawl_sitemap(site, "/index.xml")
    assert [(document.form, document.url, document.title) for document in documents] == [
        ("html", f"{site.url}/ferry", "Ferry sinks")
    ]
    assert not site.requests_for("/old.xml") and not site.requests_for("/mill")
    reasons = "\n".join(failure.reason for failure in failures)
    assert "1 of its 3 entries have no date" in reasons and "404" in reasons

    site.pages["/index.xml"] = Page(site.pages["/index.xml"].body.replace(b"/gone.xml", b"/old.xml"))  # type: ignore[union-attr]
    site.pages["/old.xml"] = Page(NEWS.format(urls=old).encode())
    _, _, second = crawl_sitemap(site, "/index.xml", NEXT_EDITION, first.fetches)
    site.requests.clear()
    documents, failures, third = crawl_sitemap(site, "/index.xml", date(2013, 6, 7), second.fetches)
    assert not documents and not failures and third.results["map"].unchanged
    conditional = {request.path for request in site.requests if "If-None-Match" in request.headers}
    assert conditional == {"/new.xml.gz", "/old.xml"} and not site.requests_for("/ferry")


def test_only_the_newest_of_too_many_entries_are_taken(site: Site) -> None:
    urls = [URL.format(loc=f"{site.url}/{n}", when=f"2013-06-05T0{n}:00:00Z", title=f"No. {n}") for n in range(5)]
    site.pages["/news.xml"] = Page(NEWS.format(urls="".join(urls)).encode())
    documents, failures, _ = crawl_sitemap(site, "/news.xml", max_pages=2, full_pages=False)
    assert [document.title for document in documents] == ["No. 3", "No. 4"]
    assert "5 entries are recent; the newest 2" in failures[-1].reason


@pytest.mark.parametrize(
    ("printed", "utc"),
    [
        ("2013-06-05", "2013-06-05T00:00:00+00:00"),
        ("2013-06-05T10:00+02:00", "2013-06-05T08:00:00+00:00"),
        ("Wed, 05 Jun 2013 10:00:00 CEST", "2013-06-05T08:00:00+00:00"),
        ("2013/6/5 10:00", "2013-06-05T10:00:00+00:00"),
        ("2013-06", None),
        ("Wed, 05 Jun 2013 10:00:00 XYZT", None),
    ],
)
def test_the_time_of_a_change_is_read_in_any_form_without_a_guess(printed: str, utc: str | None) -> None:
    raw = f"<urlset><url><loc>https://a.example/1</loc><lastmod>{printed}</lastmod></url></urlset>"
    ((_, changed_at),) = parse_sitemap(raw.encode(), "https://a.example/s.xml", None).pages
    assert (changed_at and changed_at.isoformat()) == utc


def test_entries_in_several_zones_and_forms_are_ordered_by_their_instants(site: Site) -> None:
    printed = ["2013-06-05T23:00:00+09:00", "Wed, 05 Jun 2013 15:00:00 GMT", "2013-06-05T10:30:00-05:00", "1370440000"]
    urls = [URL.format(loc=f"{site.url}/{n}", when=when, title=f"No. {n}") for n, when in enumerate(printed)]
    site.pages["/news.xml"] = Page(NEWS.format(urls="".join(urls)).encode())
    documents, _, _ = crawl_sitemap(site, "/news.xml", max_pages=2, full_pages=False)
    assert [document.title for document in documents] == ["No. 1", "No. 2"]


def test_other_documents_are_refused_with_a_reason() -> None:
    for raw, reason in ((b"<html/>", "root is <html>"), (b"", "cannot be parsed"), (b"\x00\x01", "cannot be parsed")):
        with pytest.raises(SourceError, match=reason):
            parse_sitemap(raw, "x", None)


def test_external_entities_read_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the treasure")
    entity = f'<!DOCTYPE urlset [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    raw = entity + NEWS.split("?>")[1].format(
        urls=URL.format(loc="https://a.example/1", when="2013-06-05", title="&x;")
    )
    assert "treasure" not in str(parse_sitemap(raw.encode(), "https://a.example/s.xml", None))


def test_a_real_sites_sitemaps_are_read(shared: Path) -> None:
    folder = shared / "sitemaps" / "football-news-site"
    news = parse_sitemap((folder / "sitemap-news.xml").read_bytes(), "https://x.example/sitemap-news.xml", None)
    assert news.pages and all(page.title and page.published_at and page.url for page, _ in news.pages)
    index = parse_sitemap((folder / "sitemap.xml").read_bytes(), "https://x.example/sitemap.xml", None)
    assert len(index.sitemaps) == 2 and not index.pages


def test_half_a_character_in_a_namespace_is_no_reason_to_fail() -> None:
    raw = b'<urlset xmlns="&#xD800;n" xmlns:n="&#x110000;"><url><loc>https://a.example/1</loc><n:x/></url></urlset>'
    (page, _) = parse_sitemap(raw, "https://a.example/s.xml", None).pages[0]
    assert page.url == "https://a.example/1"


SITEMAPS = "https://courier.example/maps/news.xml"
ENTRY = "<url><loc>/ferry</loc><lastmod>2013-06-05</lastmod></url>"


@pytest.mark.parametrize(
    "raw",
    [
        f"<urlset>{ENTRY}</urlset>".encode(),
        f"<URLSET>{ENTRY.upper().replace('/FERRY', '/ferry')}</URLSET>".encode(),
        f'<urlset xmlns="https://www.sitemaps.org/schemas/sitemap/0.9">{ENTRY}</urlset>'.encode(),
        f'\n<?xml version="1.0"?>\n<?xml-stylesheet href="a.xsl"?><!DOCTYPE urlset><urlset>{ENTRY}</urlset>'.encode(),
        f'<?xml version="1.0" encoding="utf-16"?><urlset>{ENTRY}</urlset>'.encode(),
        f'<?xml version="1.0" encoding="utf-8"?><urlset>{ENTRY}</urlset>'.encode("utf-16"),
        f"<urlset>{ENTRY.replace('/ferry', '<![CDATA[ /ferry ]]>')}</urlset>".encode(),
        f"<urlset>{ENTRY.replace('/ferry', chr(10) + '    /ferry' + chr(10))}</urlset>".encode(),
        b"<rss version='2.0'><channel><item><title>Ferry</title><link>/ferry</link>"
        b"<pubDate>Wed, 05 Jun 2013 00:00:00 GMT</pubDate></item></channel></rss>",
    ],
)
def test_sitemaps_as_servers_send_them_are_read_alike(raw: bytes) -> None:
    sitemap = parse_sitemap(raw, SITEMAPS, None)
    assert [(page.url, changed_at and str(changed_at.date())) for page, changed_at in sitemap.pages] == [
        ("https://courier.example/ferry", "2013-06-05")
    ]
    assert not sitemap.failures


def test_a_text_sitemap_lists_an_address_on_each_line() -> None:
    sitemap = parse_sitemap(b"\xef\xbb\xbfhttps://x.example/1\r\n\r\nhttps://x.example/2\nnonsense\n", SITEMAPS, None)
    assert [page.url for page, _ in sitemap.pages] == ["https://x.example/1", "https://x.example/2"]
    assert [(failure.location, failure.reason) for failure in sitemap.failures] == [
        (f"{SITEMAPS} line 4", "it is not a web address")
    ]


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("<url><lastmod>2013-06-05</lastmod></url>", "no address"),
        ("<url><loc>  </loc></url>", "no address"),
        ("<url><loc>mailto:desk@x.example</loc></url>", "does not lead to the web"),
        ("<url><loc>https://x.example/?q=a<b</loc></url>", "cannot be known"),
        ("<url><loc>https://x.example/a\x0bb</loc></url>", "cannot be known"),
    ],
)
def test_an_entry_without_an_address_is_a_failure_and_the_others_are_kept(entry: str, reason: str) -> None:
    sitemap = parse_sitemap(f"<urlset>{entry}{ENTRY}</urlset>".encode(), SITEMAPS, None)
    assert [page.url for page, _ in sitemap.pages] == ["https://courier.example/ferry"]
    assert reason in sitemap.failures[0].reason and sitemap.failures[0].location == f"{SITEMAPS} url 1"


def test_a_sitemap_that_is_cut_off_keeps_its_entries_and_reports_the_damage() -> None:
    raw = f"<urlset>{ENTRY}<url><loc>https://x.example/12345</loc></url>"
    for cut, n_pages in ((raw.index("345"), 1), (len(raw), 2)):
        sitemap = parse_sitemap(raw[:cut].encode(), SITEMAPS, None)
        assert len(sitemap.pages) == n_pages
        assert f"damaged, {n_pages} entries were kept" in sitemap.failures[-1].reason


def test_an_indexs_addresses_may_be_relative_indented_or_character_data() -> None:
    raw = b"""<sitemapindex><sitemap><loc>
      a.xml.gz
    </loc></sitemap><sitemap><loc><![CDATA[/b.xml?x=1&y]]></loc></sitemap><sitemap/></sitemapindex>"""
    sitemap = parse_sitemap(raw, SITEMAPS, None)
    assert [url for url, _ in sitemap.sitemaps] == [
        "https://courier.example/maps/a.xml.gz", "https://courier.example/b.xml?x=1&y"
    ]  # fmt: skip
    assert "no address" in sitemap.failures[0].reason


@pytest.mark.parametrize("root", ["urlset", "sitemapindex"])
def test_pages_beside_sitemaps_are_listed_whatever_the_root_says(root: str) -> None:
    raw = f"<{root}><sitemap><loc>a.xml</loc></sitemap><url><loc>/1</loc></url></{root}>"
    sitemap = parse_sitemap(raw.encode(), SITEMAPS, None)
    assert [url for url, _ in sitemap.sitemaps] == ["https://courier.example/maps/a.xml"]
    assert [page.url for page, _ in sitemap.pages] == ["https://courier.example/1"]


def test_undated_entries_are_counted_and_old_ones_are_not_failures(site: Site) -> None:
    undated = "".join(f"<url><loc>/about/{number}</loc></url>" for number in range(40))
    old = "".join(f"<url><loc>/{number}</loc><lastmod>2012-01-01</lastmod></url>" for number in range(40))
    site.pages["/map.xml"] = Page(f"<urlset>{undated}{old}<url/></urlset>".encode(), "text/xml")
    documents, failures, _ = crawl_sitemap(site, "/map.xml")
    assert not documents
    assert sorted((failure.count, failure.reason) for failure in failures) == [
        (1, "it has no address (`<loc>`)"),
        (40, "40 of its 81 entries have no date and were passed over"),
    ]


def test_an_entry_without_a_title_is_a_failure_if_its_page_is_not_fetched(site: Site) -> None:
    site.pages["/map.xml"] = Page(f"<urlset>{ENTRY}</urlset>".encode(), "text/xml")
    documents, failures, _ = crawl_sitemap(site, "/map.xml", full_pages=False)
    assert not documents and "neither a title nor a text" in failures[0].reason
