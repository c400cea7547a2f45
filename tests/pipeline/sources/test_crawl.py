"""Crawls of real servers on the loopback: conditional, safe, and complete even if one host fails."""

from __future__ import annotations

import gzip
import re
import ssl
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import brotli
import pyarrow as pa
import pytest
import trustme

from newsfold import schemas, sources, store
from newsfold.settings import Settings, parse_settings
from newsfold.sources import FetchHistory
from tests import server
from tests.benchmarks import feeds
from tests.pipeline.sources.conftest import EDITION, FERRY, NEXT_EDITION
from tests.server import Page, Site

FETCH = {
    "contact": "mailto:desk@newsfold.example",
    "delay_seconds": 0,
    "timeout_seconds": 20,
    "retries": 1,
    "max_mb": 1,
    "max_wait_seconds": 1,
    "private_networks": ["127.0.0.1/32"],
}


def make_settings(outlets: Mapping[str, Any], **fetch: Any) -> Settings:
    raw = {"outlets": dict(outlets), "fetch": FETCH | fetch}
    return parse_settings(raw, folder=Path(), origin="test")


def read_edition(
    settings: Settings, edition: date = EDITION, fetches: pa.Table | None = None
) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]], pa.Table]:
    """Read one edition; return its documents, its outcomes by source, and table `fetches`."""
    crawl = sources.crawl_outlets(
        settings, FetchHistory(edition, schemas.empty_table("fetches") if fetches is None else fetches)
    )
    documents, outcomes = sources.read_sources(settings, edition, crawl=crawl)
    return documents.to_pylist(), {row["source"]: row for row in outcomes.to_pylist()}, crawl.fetches


def join_reasons(outcome: Mapping[str, Any]) -> str:
    return "\n".join(failure["reason"] for failure in outcome["failures"])


def test_documents_of_a_feed_have_the_configured_outlets_fields(site: Site) -> None:
    site.pages["/rss"] = server.rss_page("Courier RSS", ("/ferry", "Ferry sinks", FERRY))
    outlet = {"name": "Harbour Courier", "publisher_family": "Tidewater", "country": "GB", "feeds": [f"{site.url}/rss"]}
    (document,), outcomes, _ = read_edition(make_settings({"courier": outlet}))
    expected = {
        "outlet": "Harbour Courier",
        "publisher_family": "Tidewater",
        "country": "GB",
        "url": "https://outlet.example/ferry",
        "title": "Ferry sinks",
        "text": FERRY,
    }
    assert {name: document[name] for name in expected} == expected
    (outcome,) = outcomes.values()
    assert outcome["n_read"] == 1 and not outcome["failures"] and outcome["seconds"] > 0


def test_a_feed_and_a_page_behind_a_redirect_that_sets_a_cookie_are_read(site: Site) -> None:
    pages = {"/rss": server.rss_page("Courier", ("/ferry", "Ferry sinks", FERRY), home=site.url)}
    pages["/ferry"] = server.article_page("Ferry sinks", FERRY)

    def reply(handler: server.Handler) -> None:
        to_itself = {"Location": handler.path, "Set-Cookie": "here=1; Path=/"}
        has_cookie = handler.headers.get("Cookie") == "here=1"
        handler.send(pages[handler.path] if has_cookie else Page(b"", status=307, headers=to_itself, etag=False))

    site.pages |= dict.fromkeys(pages, reply)
    settings = make_settings({"courier": {"feeds": [f"{site.url}/rss"], "full_pages": True}})
    (document,), outcomes, _ = read_edition(settings)
    assert document["form"] == "html" and document["url"] == f"{site.url}/ferry"
    assert not join_reasons(*outcomes.values())


RELATIVE_FEEDS = {
    "application/rss+xml": """<rss version='2.0'><channel><link>/</link><item><title>T</title><link>1</link></item>
      </channel></rss>""",
    "application/atom+xml": """<feed xmlns='http://www.w3.org/2005/Atom'><link href='/'/><entry><title>T</title>
      <link href='1'/></entry></feed>""",
    "application/feed+json": """{"version": "https://jsonfeed.org/version/1", "home_page_url": "/", "items": [
      {"title": "T", "url": "1"}]}""",
}


@pytest.mark.parametrize(("media_type", "body"), RELATIVE_FEEDS.items())
def test_relative_links_are_of_the_address_that_answered(site: Site, media_type: str, body: str) -> None:
    site.pages["/feed"] = Page(b"", status=302, headers={"Location": "/moved/to/feed"})
    site.pages["/moved/to/feed"] = Page(body.encode(), media_type)
    (document,), _, _ = read_edition(make_settings({"courier": {"feeds": [f"{site.url}/feed"]}}))
    assert document["url"] == f"{site.url}/moved/to/1"


def test_feeds_are_read_however_they_are_packed_and_whatever_their_headers_say(site: Site) -> None:
    feed = server.rss_page("Courier", ("/ferry", "Ferry sinks", FERRY)).body
    packed, brotli_packed = gzip.compress(feed), brotli.compress(feed)
    ways = [("br", brotli_packed), ("gzip, br", brotli.compress(packed)), ("gzip", gzip.compress(packed))]
    ways += [("gzip", feed), ("br", packed), ("UTF-8", feed), ("none", packed), ("br", feed)]
    for n, (coding, body) in enumerate(ways):
        site.pages[f"/rss{n}"] = Page(body, "text/xml", headers={"Content-Encoding": coding})
    feeds = [f"{site.url}/rss{n}" for n in range(len(ways))]
    documents, outcomes, _ = read_edition(
        make_settings({f"courier{n}": {"feeds": [feed]} for n, feed in enumerate(feeds)})
    )
    assert [document["title"] for document in documents] == ["Ferry sinks"] * len(ways)
    assert not any(map(join_reasons, outcomes.values()))


def test_every_request_names_newsfold_and_its_contact(site: Site) -> None:
    site.pages["/rss"] = server.rss_page("Courier", ("/ferry", "Ferry sinks", FERRY))
    read_edition(make_settings({"courier": {"feeds": [f"{site.url}/rss"]}}))
    agents = {request.headers["User-Agent"] for request in site.requests}
    assert len(agents) == 1 and "newsfold/" in (agent := agents.pop()) and str(FETCH["contact"]) in agent


def test_the_next_edition_requests_conditionally_and_fetches_only_new_pages(site: Site) -> None:
    site.pages["/rss"] = server.rss_page("Courier", ("/ferry", "Ferry sinks", FERRY), home=site.url)
    site.pages["/ferry"] = server.article_page("Ferry sinks", FERRY, FERRY)
    settings = make_settings({"courier": {"feeds": [f"{site.url}/rss"], "full_pages": True}})
    (document,), _, fetches = read_edition(settings)
    assert document["form"] == "html" and document["title"] == "Ferry sinks" and document["text"] == FERRY
    assert len(site.requests_for("/ferry")) == 1

    site.requests.clear()
    again, outcomes, fetches = read_edition(settings, NEXT_EDITION, fetches)
    assert again == [] and all(outcome["unchanged"] for outcome in outcomes.values())
    requests = [request for request in site.requests if request.path != "/robots.txt"]
    assert [request.path for request in requests] == ["/rss"] and "If-None-Match" in requests[0].headers

    # A new entry in the third edition: only its page is fetched.
    site.pages["/rss"] = server.rss_page(
        "Courier", ("/ferry", "Ferry sinks", FERRY), ("/mill", "Mill", FERRY), home=site.url
    )
    site.pages["/mill"] = server.article_page("Mill sold", FERRY)
    site.requests.clear()
    (new,), _, _ = read_edition(settings, date(2013, 6, 7), fetches)
    assert new["url"] == f"{site.url}/mill" and not site.requests_for("/ferry")


def test_a_page_whose_entry_changed_is_requested_conditionally(site: Site) -> None:
    def set_title(title: str) -> None:
        site.pages["/rss"] = server.rss_page("Courier", ("/ferry", title, FERRY), home=site.url)

    set_title("Ferry sinks")
    site.pages["/ferry"] = server.article_page("Ferry sinks", FERRY)
    settings = make_settings({"courier": {"feeds": [f"{site.url}/rss"], "full_pages": True}})
    _, _, fetches = read_edition(settings)
    set_title("Ferry sinks: what we know")
    none, _, fetches = read_edition(settings, NEXT_EDITION, fetches)
    assert none == [] and "If-None-Match" in site.requests_for("/ferry")[-1].headers

    set_title("Ferry sinks: 12 missing")
    site.pages["/ferry"] = server.article_page("Ferry sinks", FERRY, "Twelve are missing.")
    (changed,), _, _ = read_edition(settings, date(2013, 6, 7), fetches)
    assert b"Twelve are missing" in changed["content"]


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (Page(b"", status=404), "404"),
        (Page(b"%PDF-1.4", "application/pdf"), "application/pdf"),
        (server.redirect_page("/"), "front page"),
    ],
)
def test_a_failed_page_is_requested_again_in_the_next_edition_even_if_the_feed_is_unchanged(
    site: Site, page: Page, reason: str
) -> None:
    site.pages |= {"/rss": server.rss_page("Courier", ("/ferry", "Ferry sinks", FERRY), home=site.url), "/ferry": page}
    site.pages["/"] = server.article_page("Welcome", FERRY)
    settings = make_settings({"courier": {"feeds": [f"{site.url}/rss"], "full_pages": True}})
    (fallback,), outcomes, fetches = read_edition(settings)
    assert fallback["form"] == "fields" and fallback["text"] == FERRY
    assert reason in join_reasons(*outcomes.values())
    site.pages["/ferry"] = server.article_page("Ferry sinks", FERRY)
    (document,), _, _ = read_edition(settings, NEXT_EDITION, fetches)
    assert document["form"] == "html"


def test_a_listing_neither_replaces_nor_changes_a_known_page(site: Site) -> None:
    site.pages["/rss"] = server.rss_page("Courier", ("/ferry", "Ferry sinks", FERRY), home=site.url)
    site.pages["/ferry"] = server.article_page("Ferry sinks", FERRY, FERRY)
    outlet = {"feeds": [f"{site.url}/rss"], "full_pages": True}
    _, _, fetches = read_edition(make_settings({"courier": outlet}))
    site.pages["/rss"] = server.rss_page("Courier", ("/ferry", "Ferry: the end", "Short."), home=site.url)
    site.pages["/ferry"] = Page(b"", status=410)
    documents, outcomes, _ = read_edition(make_settings({"courier": outlet}), NEXT_EDITION, fetches)
    assert documents == [] and "410" in join_reasons(*outcomes.values())
    assert read_edition(make_settings({"courier": outlet | {"full_pages": False}}), NEXT_EDITION, fetches)[0] == []


def test_a_page_that_several_entries_share_is_not_taken_for_the_text_of_any(site: Site) -> None:
    bulletins = [("/bulletins", "Ferry sinks", "Off Lomo."), ("/bulletins", "Strike ends", "At six.")]
    site.pages["/rss"] = server.rss_page("Courier", *bulletins)
    site.pages["/bulletins"] = Page(b"<html><title>All bulletins</title><p>Ferry sinks. Strike ends.</p></html>")
    settings = make_settings({"courier": {"feeds": [f"{site.url}/rss"], "full_pages": True}})
    documents, _, fetches = read_edition(settings)
    assert [document["title"] for document in documents] == ["Ferry sinks", "Strike ends"]
    site.pages["/rss"] = server.rss_page("Courier", ("/bulletins", "Pipe bursts", "In the library."))
    documents, _, _ = read_edition(settings, NEXT_EDITION, fetches)
    assert [(document["title"], document["form"]) for document in documents] == [("Pipe bursts", "fields")]
    assert site.requests_for("/bulletins") == []


def test_a_page_that_a_feed_lists_twice_is_fetched(site: Site) -> None:
    # jocmp/capyreader #865: the id is the address with a counter.
    items = "".join(
        f"<item><title>Ferry sinks</title><link>{site.url}/ferry</link><guid>{site.url}/ferry#{number}</guid></item>"
        for number in (0, 3)
    )
    body = f"<rss version='2.0'><channel><title>Courier</title>{items}</channel></rss>"
    site.pages |= {"/rss": Page(body.encode(), "application/rss+xml"), "/ferry": server.article_page("Ferry", FERRY)}
    documents, _, _ = read_edition(make_settings({"courier": {"feeds": [f"{site.url}/rss"], "full_pages": True}}))
    assert [document["form"] for document in documents] == ["html", "fields"]


def test_a_page_at_which_each_night_has_another_entry_is_no_entrys_text(site: Site) -> None:
    site.pages["/status"] = server.article_page("Status", FERRY)
    settings = make_settings({"courier": {"feeds": [f"{site.url}/rss"], "full_pages": True}})
    fetches = None
    for day, title in ((5, "Ferry late"), (6, "Bridge open"), (7, "Bridge shut")):
        item = f"<title>{title}</title><link>{site.url}/status</link><guid isPermaLink='false'>{title}</guid>"
        item += f"<description>{title}.</description><pubDate>Wed, 0{day} Jun 2013 06:00:00 GMT</pubDate>"
        body = f"<rss version='2.0'><channel><title>Courier</title><item>{item}</item></channel></rss>"
        site.pages["/rss"] = Page(body.encode(), "application/rss+xml")
        documents, _, fetches = read_edition(settings, date(2013, 6, day), fetches)
        assert [document["title"] for document in documents] == [title]
    assert len(site.requests_for("/status")) == 1


def test_a_page_to_which_the_addresses_of_several_entries_lead_is_the_text_of_none(site: Site) -> None:
    site.pages |= {f"/{number}": server.redirect_page("/subscribe") for number in (1, 2, 3)}
    site.pages["/subscribe"] = server.article_page("Subscribe", FERRY)
    entries = [(f"/{number}", title, FERRY) for number, title in ((1, "Ferry sinks"), (2, "Strike ends"), (3, "Rain"))]
    outlet = {"feeds": [f"{site.url}/rss"], "full_pages": True, "max_age_days": 20}
    settings = make_settings({"courier": outlet})
    site.pages["/rss"] = server.rss_page("Courier", *entries[:2], home=site.url)
    documents, outcomes, fetches = read_edition(settings)
    assert [(document["title"], document["form"]) for document in documents] == [
        ("Ferry sinks", "fields"),
        ("Strike ends", "fields"),
    ]
    assert "where the addresses of other entries lead" in join_reasons(*outcomes.values())
    site.pages["/rss"] = server.rss_page("Courier", entries[2], home=site.url)
    for day in (6, 13, 20):  # a listing is remembered for seven days
        documents, _, fetches = read_edition(settings, date(2013, 6, day), fetches)
        assert [(document["title"], document["form"]) for document in documents] == [("Rain", "fields")]


def test_a_page_that_only_a_browser_can_show_is_not_fetched(site: Site) -> None:
    site.pages["/app"] = server.article_page("Our app", FERRY)
    entries = [("/app#!/story/1", "Ferry sinks", FERRY), ("/app#/story/2", "Strike ends", FERRY)]
    site.pages["/rss"] = server.rss_page("Courier", *entries, home=site.url)
    entry = f"<url><loc>{site.url}/app#!/story/3</loc><lastmod>{EDITION}</lastmod></url>"
    site.pages["/map.xml"] = Page(f"<urlset>{entry}</urlset>".encode(), "application/xml")
    outlet = {"feeds": [f"{site.url}/rss"], "sitemaps": [f"{site.url}/map.xml"], "full_pages": True}
    documents, outcomes, _ = read_edition(make_settings({"courier": outlet}))
    assert [document["title"] for document in documents] == ["Ferry sinks", "Strike ends"]
    assert not site.requests_for("/app")
    assert "its page is not fetched" in "".join(map(join_reasons, outcomes.values()))


def test_entries_of_one_id_and_one_link_share_the_page(site: Site) -> None:
    # cocopuff2u/MOFA #24
    items = "".join(
        f"<item><title>{title}</title><link>N/A</link><guid isPermaLink='false'>N/A</guid></item>"
        for title in ("Ferry sinks", "Strike ends")
    )
    body = f"<rss version='2.0'><channel><title>Courier</title>{items}</channel></rss>"
    site.pages |= {"/rss": Page(body.encode(), "application/rss+xml"), "/N/A": server.article_page("N/A", FERRY)}
    documents, _, _ = read_edition(make_settings({"courier": {"feeds": [f"{site.url}/rss"], "full_pages": True}}))
    assert [document["form"] for document in documents] == ["fields", "fields"]


def test_a_feed_without_entries_is_a_failure_only_if_it_had_some_before(site: Site) -> None:
    site.pages["/rss"] = server.rss_page("Courier")
    settings = make_settings({"courier": {"feeds": [f"{site.url}/rss"]}})
    _, outcomes, _ = read_edition(settings)
    assert not join_reasons(*outcomes.values())
    site.pages["/rss"] = server.rss_page("Courier", ("/ferry", "Ferry sinks", FERRY))
    _, _, fetches = read_edition(settings)
    site.pages["/rss"] = server.rss_page("Courier")
    _, outcomes, _ = read_edition(settings, NEXT_EDITION, fetches)
    assert "0 entries, where there were 1 on 2013-06-05" in join_reasons(*outcomes.values())


def test_a_single_page_is_fetched_whatever_full_pages_says_and_conditionally_in_the_next_edition(site: Site) -> None:
    site.pages["/about-the-ferry"] = server.article_page("Ferry sinks", FERRY)
    settings = make_settings({"courier": {"pages": [f"{site.url}/about-the-ferry"], "full_pages": False}})
    (document,), _, fetches = read_edition(settings)
    assert document["form"] == "html" and document["outlet"] == "courier"
    again, outcomes, _ = read_edition(settings, NEXT_EDITION, fetches)
    assert again == [] and all(outcome["unchanged"] for outcome in outcomes.values())
    assert "If-None-Match" in site.requests_for("/about-the-ferry")[-1].headers


def test_a_damaged_cached_response_is_requested_again(site: Site, tmp_path: Path) -> None:
    site.pages["/rss"] = server.rss_page("Courier", ("/ferry", "Ferry sinks", FERRY))
    settings = make_settings({"courier": {"feeds": [f"{site.url}/rss"]}})
    cache = store.open_http_cache(tmp_path, EDITION, 3)
    cache.put(f"{site.url}/rss", b"half of an ans")
    crawl = sources.crawl_outlets(settings, FetchHistory(EDITION, cache=cache))
    assert len(next(iter(crawl.results.values())).items) == 1


def test_a_rerun_of_the_same_edition_sends_no_request(site: Site, tmp_path: Path) -> None:
    site.pages["/rss"] = server.rss_page("Courier", ("/ferry", "Ferry sinks", FERRY), home=site.url)
    site.pages["/ferry"] = server.article_page("Ferry sinks", FERRY)
    settings = make_settings({"courier": {"feeds": [f"{site.url}/rss"], "full_pages": True}})
    history = FetchHistory(EDITION, cache=store.open_http_cache(tmp_path, EDITION, 3))
    first = sources.crawl_outlets(settings, history)
    n = len(site.requests)
    again = sources.crawl_outlets(settings, FetchHistory(EDITION, cache=store.open_http_cache(tmp_path, EDITION, 3)))
    assert again.results == first.results and again.fetches.equals(first.fetches)
    assert len(site.requests) == n == 3


def test_cached_responses_of_old_editions_are_removed(tmp_path: Path) -> None:
    for day in range(1, 6):
        store.open_http_cache(tmp_path, date(2013, 6, day), 2).put("https://outlet.example/rss", b"x")
    cache = store.open_http_cache(tmp_path, date(2013, 6, 1), 2)
    assert sorted(path.name[-2:] for path in (tmp_path / ".web").iterdir()) == ["04", "05"]
    assert cache.get("https://outlet.example/rss") is None


def add_hostile_pages(site: Site, busy: Site, tls: Site) -> dict[str, str]:
    """Add a page for each way of behaving badly; return their addresses by name."""
    items = "".join(f"<item><title>Entry {n}</title><link>{n}</link></item>" for n in range(3))
    bomb = '<!DOCTYPE rss [<!ENTITY a "' + "B" * 20_000 + '">]><rss><channel>' + "&a;" * 2_000 + "</channel></rss>"
    secret = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><item><title>&x;'
    xml = "application/rss+xml"
    site.pages |= {
        "/slow": server.send_slowly,
        "/endless": server.send_endlessly,
        "/bomb": server.send_gzip_bomb,
        "/half": server.send_half,
        "/circle": server.redirect_page("/circle2"),
        "/circle2": server.redirect_page("/circle"),
        "/metadata": server.redirect_page("http://169.254.169.254/latest/meta-data/"),
        "/neighbour": server.redirect_page("http://127.0.0.2:9/"),
        "/file": server.redirect_page("file:///etc/passwd"),
        "/truncated": Page(f"<rss version='2.0'><channel>{items}<item><title>Cut".encode(), xml),
        "/entities": Page(bomb.encode(), xml),
        "/external": Page((secret + "</title></item></channel></rss>").encode(), xml),
        "/page": Page(b"<html><body>Not a feed</body></html>"),
        "/large": Page(b"x" * 1_100_000, xml),
        "/compress": Page(b"\x1f\x9d\x90x", xml, headers={"Content-Encoding": "compress"}),
        "/brotli": Page(b"\x0b\x02\x80x\x03", xml, headers={"Content-Encoding": "br"}),
        "/damaged": Page(b"\x1f\x8b\x08\x00garbage", xml, headers={"Content-Encoding": "gzip"}),
    }
    server.compress_zeros(100_000_000)  # cached, so that the bomb is sent within the time limit
    busy.pages["/rss"] = Page(b"", status=429, headers={"Retry-After": "3600"})
    tls.pages["/rss"] = server.rss_page("Untrusted")
    others = {"busy": f"{busy.url}/rss", "tls": f"{tls.url}/rss"}
    return {path.strip("/"): site.url + path for path in site.pages if path != "/circle2"} | others


EXPECTED_REASONS = {
    "slow": "not complete after 5 seconds",
    "endless": "more than the 1 MB",
    "bomb": "unpacks to more than the 1 MB",
    "half": "connection failed",
    "circle": "round in a circle",
    "metadata": "^169.254.169.254 is an address of this machine or of a private network",
    "neighbour": "127.0.0.2 is an address of this machine",
    "file": "not an http or https address",
    "busy": "429 .*left alone for 3600 seconds",
    "truncated": "damaged, 4 entries were kept",
    "entities": "entity bomb",
    "external": "",
    "page": "not an RSS or Atom feed",
    "large": r"1\.1 MB, more than",
    "compress": "packed with 'compress'",
    "brotli": "packed data is cut off",
    "damaged": "packed data is",
    "tls": "certificate",
}


def test_hostile_hosts_are_failures_with_a_reason_and_the_others_are_read() -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with Site() as good, Site() as bad, Site() as busy, Site(tls=context) as tls:
        good.pages["/rss"] = server.rss_page("Courier", ("/ferry", "Ferry sinks", FERRY))
        latin = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><item><title>Año</title>'
        good.pages["/latin"] = Page((latin + "</item></channel></rss>").encode("latin-1"), "text/xml; charset=utf-8")
        cyrillic = (
            "<rss version='2.0'><channel><title>Вести</title><item><title>Новости дня</title></item></channel></rss>"
        )
        good.pages["/cyrillic"] = Page(cyrillic.encode("cp1251"), "text/xml; charset=windows-1251")
        addresses = add_hostile_pages(bad, busy, tls)
        outlets = {name: {"feeds": [url]} for name, url in addresses.items()}
        outlets |= {name: {"feeds": [f"{good.url}/{name}"]} for name in ("rss", "latin", "cyrillic")}
        documents, outcomes, _ = read_edition(make_settings(outlets, timeout_seconds=5))
    titles = {row["outlet"]: row["title"] for row in documents}
    assert titles["rss"] == "Ferry sinks" and titles["latin"] == "Año" and titles["cyrillic"] == "Новости дня"
    assert "root:" not in str(documents)
    reasons = {source.split()[0]: join_reasons(outcome) for source, outcome in outcomes.items()}
    for name, expected in EXPECTED_REASONS.items():
        assert re.search(expected, reasons[name]), (name, reasons[name])
    assert not any(reasons[name] for name in ("rss", "latin", "cyrillic"))


def test_hostile_feeds_and_sitemaps_are_failures_with_a_reason_and_harm_nothing_else(shared: Path) -> None:
    files = sorted((shared / "hostile" / "xml").iterdir())
    assert files
    with Site() as site:
        site.pages = {f"/{file.name}": Page(file.read_bytes(), "text/xml") for file in files}
        site.pages["/rss"] = server.rss_page("Courier", ("/ferry", "Ferry sinks", FERRY))
        addresses = [site.url + path for path in site.pages]
        settings = make_settings({"feeds": {"feeds": addresses}, "maps": {"sitemaps": addresses}})
        documents, outcomes, _ = read_edition(settings)
    assert [row["title"] for row in documents] == ["Ferry sinks", "Ferry sinks"]  # a sitemap may be a feed, too
    good = f"feeds {site.url.split('://')[1]}/rss"
    assert all(join_reasons(outcome) for source, outcome in outcomes.items() if source != good)
    assert not join_reasons(outcomes[good])


def test_real_feeds_are_read_and_requested_conditionally_in_the_next_edition(shared: Path) -> None:
    with Site() as site:
        settings = feeds.serve_feeds(site, shared / "feeds" / "2020-04-22")
        documents, outcomes, fetches = read_edition(settings)
        assert len(documents) > 800 and len({row["outlet"] for row in documents}) > 12
        reasons = [join_reasons(outcome) for outcome in outcomes.values()]
        assert list(filter(None, reasons)) == ["it is empty"]
        site.requests.clear()
        again, outcomes, _ = read_edition(settings, NEXT_EDITION, fetches)
        assert again == [] and sum(outcome["unchanged"] for outcome in outcomes.values()) == len(outcomes) - 1
        requests = [request for request in site.requests if request.path != "/robots.txt"]
        assert sum("If-None-Match" not in request.headers for request in requests) == 1  # the empty one


def test_the_page_of_an_entry_that_is_too_old_to_be_new_is_not_requested(site: Site) -> None:
    site.pages["/rss"] = server.rss_page("Courier", ("/ferry", "Ferry sinks", FERRY), home=site.url)
    site.pages["/ferry"] = server.article_page("Ferry sinks", FERRY)
    settings = make_settings({"courier": {"feeds": [f"{site.url}/rss"], "full_pages": True}})
    for days, requested in ((7, 0), (6, 1)):
        documents, _, _ = read_edition(settings, date(2013, 6, 5) + timedelta(days=days))
        assert [row["title"] for row in documents] == ["Ferry sinks"]  # the listing's own fields, if not the page
        assert len(site.requests_for("/ferry")) == requested
