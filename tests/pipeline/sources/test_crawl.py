"""Nights on the web, against real servers on the loopback: polite, safe, and complete where one host fails."""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import trustme

from newsfold import schemas, sources, store
from newsfold.settings import Settings, parse_settings
from newsfold.sources import FetchHistory
from tests import server
from tests.benchmarks import feeds
from tests.server import Page, Site

NIGHT, NEXT = date(2013, 6, 5), date(2013, 6, 6)
QUICK = {
    "contact": "mailto:desk@newsfold.example",
    "delay_seconds": 0,
    "timeout_seconds": 20,
    "retries": 1,
    "max_mb": 1,
    "max_wait_seconds": 1,
    "private_networks": ["127.0.0.1/32"],
}
FERRY = "The ferry Lomo sank before dawn with 214 aboard, and the harbour master said that divers were on their way."


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


def configured(outlets: Mapping[str, Any], **fetch: Any) -> Settings:
    raw = {"outlets": dict(outlets), "fetch": QUICK | fetch}
    return parse_settings(raw, folder=Path(), origin="test")


def night(
    settings: Settings, edition: date = NIGHT, before: pa.Table | None = None
) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]], pa.Table]:
    """Documents, outcomes by source, and the fetches of one night."""
    crawl = sources.crawl_outlets(
        settings, FetchHistory(edition, before if before is not None else schemas.empty_table("fetches"))
    )
    documents, outcomes = sources.read_sources(settings, edition, crawl=crawl)
    return documents.to_pylist(), {row["source"]: row for row in outcomes.to_pylist()}, crawl.fetches


def reasons(outcome: Mapping[str, Any]) -> str:
    return "\n".join(failure["reason"] for failure in outcome["failures"])


def test_an_outlets_feed_is_read_with_what_is_configured_of_it(site: Site) -> None:
    site.pages["/rss"] = server.feed("Courier RSS", ("/ferry", "Ferry sinks", FERRY))
    outlet = {"name": "Harbour Courier", "publisher_family": "Tidewater", "country": "GB", "feeds": [f"{site.url}/rss"]}
    (found,), outcomes, _ = night(configured({"courier": outlet}))
    assert (found["outlet"], found["publisher_family"], found["country"]) == ("Harbour Courier", "Tidewater", "GB")
    assert (found["url"], found["title"], found["text"]) == ("https://outlet.example/ferry", "Ferry sinks", FERRY)
    (outcome,) = outcomes.values()
    assert outcome["n_read"] == 1 and not outcome["failures"] and outcome["seconds"] > 0


def test_every_request_names_newsfold_and_whom_to_ask(site: Site) -> None:
    site.pages["/rss"] = server.feed("Courier", ("/ferry", "Ferry sinks", FERRY))
    night(configured({"courier": {"feeds": [f"{site.url}/rss"]}}))
    agents = {request.headers["User-Agent"] for request in site.requests}
    assert len(agents) == 1 and "newsfold/" in (agent := agents.pop()) and str(QUICK["contact"]) in agent


def test_the_second_night_asks_conditionally_and_finds_nothing_new(site: Site) -> None:
    site.pages["/rss"] = server.feed("Courier", ("/ferry", "Ferry sinks", FERRY), home=site.url)
    site.pages["/ferry"] = server.article("Ferry sinks", FERRY, FERRY)
    settings = configured({"courier": {"feeds": [f"{site.url}/rss"], "full_pages": True}})
    (found,), _, known = night(settings)
    assert found["form"] == "html" and found["title"] == "Ferry sinks" and found["text"] == FERRY
    assert len(site.asked("/ferry")) == 1

    site.requests.clear()
    again, outcomes, known = night(settings, NEXT, known)
    assert again == [] and all(outcome["unchanged"] for outcome in outcomes.values())
    asked = [request for request in site.requests if request.path != "/robots.txt"]
    assert [request.path for request in asked] == ["/rss"] and "If-None-Match" in asked[0].headers

    # A new entry on the third night: its page alone is fetched.
    site.pages["/rss"] = server.feed(
        "Courier", ("/ferry", "Ferry sinks", FERRY), ("/mill", "Mill", FERRY), home=site.url
    )
    site.pages["/mill"] = server.article("Mill sold", FERRY)
    site.requests.clear()
    (fresh,), _, _ = night(settings, date(2013, 6, 7), known)
    assert fresh["url"] == f"{site.url}/mill" and not site.asked("/ferry")


def test_a_page_whose_entry_changed_is_asked_for_conditionally_again(site: Site) -> None:
    def listed(title: str) -> None:
        site.pages["/rss"] = server.feed("Courier", ("/ferry", title, FERRY), home=site.url)

    listed("Ferry sinks")
    site.pages["/ferry"] = server.article("Ferry sinks", FERRY)
    settings = configured({"courier": {"feeds": [f"{site.url}/rss"], "full_pages": True}})
    _, _, known = night(settings)
    listed("Ferry sinks: what we know")
    none, _, known = night(settings, NEXT, known)
    assert none == [] and "If-None-Match" in site.asked("/ferry")[-1].headers

    listed("Ferry sinks: 12 missing")
    site.pages["/ferry"] = server.article("Ferry sinks", FERRY, "Twelve are missing.")
    (changed,), _, _ = night(settings, date(2013, 6, 7), known)
    assert b"Twelve are missing" in changed["content"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Page(b"", status=404), "404"),
        (Page(b"%PDF-1.4", "application/pdf"), "application/pdf"),
        (server.redirect("/"), "front page"),
    ],
)
def test_a_page_that_failed_is_tried_again_the_next_night_though_the_feed_did_not_change(
    site: Site, answer: Page, reason: str
) -> None:
    site.pages |= {"/rss": server.feed("Courier", ("/ferry", "Ferry sinks", FERRY), home=site.url), "/ferry": answer}
    site.pages["/"] = server.article("Welcome", FERRY)
    settings = configured({"courier": {"feeds": [f"{site.url}/rss"], "full_pages": True}})
    (fallback,), outcomes, known = night(settings)
    assert fallback["form"] == "fields" and fallback["text"] == FERRY
    assert reason in reasons(*outcomes.values())
    site.pages["/ferry"] = server.article("Ferry sinks", FERRY)
    (found,), _, _ = night(settings, NEXT, known)
    assert found["form"] == "html"


def test_a_listing_says_nothing_new_of_a_page_that_is_known(site: Site) -> None:
    site.pages["/rss"] = server.feed("Courier", ("/ferry", "Ferry sinks", FERRY), home=site.url)
    site.pages["/ferry"] = server.article("Ferry sinks", FERRY, FERRY)
    outlet = {"feeds": [f"{site.url}/rss"], "full_pages": True}
    _, _, known = night(configured({"courier": outlet}))
    site.pages["/rss"] = server.feed("Courier", ("/ferry", "Ferry: the end", "Short."), home=site.url)
    site.pages["/ferry"] = Page(b"", status=410)
    documents, outcomes, _ = night(configured({"courier": outlet}), NEXT, known)
    assert documents == [] and "410" in reasons(*outcomes.values())
    assert night(configured({"courier": outlet | {"full_pages": False}}), NEXT, known)[0] == []


def test_no_entries_where_there_were_some_is_an_alarm_and_only_there(site: Site) -> None:
    site.pages["/rss"] = server.feed("Courier")
    settings = configured({"courier": {"feeds": [f"{site.url}/rss"]}})
    _, outcomes, _ = night(settings)
    assert not reasons(*outcomes.values())
    site.pages["/rss"] = server.feed("Courier", ("/ferry", "Ferry sinks", FERRY))
    _, _, known = night(settings)
    site.pages["/rss"] = server.feed("Courier")
    _, outcomes, _ = night(settings, NEXT, known)
    assert "0 entries, where there were 1 on 2013-06-05" in reasons(*outcomes.values())


def test_a_single_page_is_read_whatever_its_outlet_wants_of_listings_and_asked_for_conditionally(site: Site) -> None:
    site.pages["/about-the-ferry"] = server.article("Ferry sinks", FERRY)
    settings = configured({"courier": {"pages": [f"{site.url}/about-the-ferry"], "full_pages": False}})
    (found,), _, known = night(settings)
    assert found["form"] == "html" and found["outlet"] == "courier"
    again, outcomes, _ = night(settings, NEXT, known)
    assert again == [] and all(outcome["unchanged"] for outcome in outcomes.values())
    assert "If-None-Match" in site.asked("/about-the-ferry")[-1].headers


def test_a_damaged_kept_answer_is_asked_for_again(site: Site, tmp_path: Path) -> None:
    site.pages["/rss"] = server.feed("Courier", ("/ferry", "Ferry sinks", FERRY))
    settings = configured({"courier": {"feeds": [f"{site.url}/rss"]}})
    kept = store.open_http_cache(tmp_path, NIGHT, 3)
    kept.put(f"{site.url}/rss", b"half of an ans")
    crawl = sources.crawl_outlets(settings, FetchHistory(NIGHT, cache=kept))
    assert len(next(iter(crawl.results.values())).items) == 1


def test_a_rerun_of_the_same_edition_asks_nobody(site: Site, tmp_path: Path) -> None:
    site.pages["/rss"] = server.feed("Courier", ("/ferry", "Ferry sinks", FERRY), home=site.url)
    site.pages["/ferry"] = server.article("Ferry sinks", FERRY)
    settings = configured({"courier": {"feeds": [f"{site.url}/rss"], "full_pages": True}})
    memory = FetchHistory(NIGHT, cache=store.open_http_cache(tmp_path, NIGHT, 3))
    first = sources.crawl_outlets(settings, memory)
    n = len(site.requests)
    again = sources.crawl_outlets(settings, FetchHistory(NIGHT, cache=store.open_http_cache(tmp_path, NIGHT, 3)))
    assert again.results == first.results and again.fetches.equals(first.fetches)
    assert len(site.requests) == n == 3


def test_answers_of_old_editions_are_let_go(tmp_path: Path) -> None:
    for day in range(1, 6):
        store.open_http_cache(tmp_path, date(2013, 6, day), 2).put("https://outlet.example/rss", b"x")
    kept = store.open_http_cache(tmp_path, date(2013, 6, 1), 2)
    assert sorted(path.name[-2:] for path in (tmp_path / ".web").iterdir()) == ["04", "05"]
    assert kept.get("https://outlet.example/rss") is None


def bad_night(site: Site, busy: Site, tls: Site) -> dict[str, str]:
    """A path or address for each way of behaving badly, by its name."""
    items = "".join(f"<item><title>Entry {n}</title><link>{n}</link></item>" for n in range(3))
    bomb = '<!DOCTYPE rss [<!ENTITY a "' + "B" * 20_000 + '">]><rss><channel>' + "&a;" * 2_000 + "</channel></rss>"
    secret = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><item><title>&x;'
    xml = "application/rss+xml"
    site.pages |= {
        "/loris": server.slow_loris,
        "/endless": server.endless_body,
        "/bomb": server.gzip_bomb,
        "/half": server.half_an_answer,
        "/circle": server.redirect("/circle2"),
        "/circle2": server.redirect("/circle"),
        "/metadata": server.redirect("http://169.254.169.254/latest/meta-data/"),
        "/neighbour": server.redirect("http://127.0.0.2:9/"),
        "/file": server.redirect("file:///etc/passwd"),
        "/truncated": Page(f"<rss version='2.0'><channel>{items}<item><title>Cut".encode(), xml),
        "/entities": Page(bomb.encode(), xml),
        "/external": Page((secret + "</title></item></channel></rss>").encode(), xml),
        "/page": Page(b"<html><body>Not a feed</body></html>"),
        "/large": Page(b"x" * 1_100_000, xml),
        "/brotli": Page(b"\x0b\x02\x80x\x03", xml, headers={"Content-Encoding": "br"}),
        "/damaged": Page(b"\x1f\x8b\x08\x00garbage", xml, headers={"Content-Encoding": "gzip"}),
    }
    server.bomb_of(100_000_000)  # made once, ahead: the clock of the test is not to run for it
    busy.pages["/rss"] = Page(b"", status=429, headers={"Retry-After": "3600"})
    tls.pages["/rss"] = server.feed("Untrusted")
    alone = {"busy": f"{busy.url}/rss", "tls": f"{tls.url}/rss"}
    return {path.strip("/"): site.url + path for path in site.pages if path != "/circle2"} | alone


TOLD = {
    "loris": "not complete after 5 seconds",
    "endless": "more than the 1 MB",
    "bomb": "unpacks to more than the 1 MB",
    "half": "connection failed",
    "circle": "round in a circle",
    "metadata": "169.254.169.254, an address of this machine or of a private network",
    "neighbour": "127.0.0.2, an address of this machine",
    "file": "not an http or https address",
    "busy": "429 .*left alone for 3600 seconds",
    "truncated": "damaged, 4 entries were kept",
    "entities": "entity bomb",
    "external": "",
    "page": "not an RSS or Atom feed",
    "large": r"1\.1 MB, more than",
    "brotli": "packed with 'br'",
    "damaged": "packed data is",
    "tls": "certificate",
}


def test_the_night_ends_with_the_others_articles_and_each_failure_named() -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with Site() as good, Site() as bad, Site() as busy, Site(tls=context) as tls:
        good.pages["/rss"] = server.feed("Courier", ("/ferry", "Ferry sinks", FERRY))
        latin = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><item><title>Año</title>'
        good.pages["/latin"] = Page((latin + "</item></channel></rss>").encode("latin-1"), "text/xml; charset=utf-8")
        plain = (
            "<rss version='2.0'><channel><title>Вести</title><item><title>Новости дня</title></item></channel></rss>"
        )
        good.pages["/cyrillic"] = Page(plain.encode("cp1251"), "text/xml; charset=windows-1251")
        addresses = bad_night(bad, busy, tls)
        outlets = {name: {"feeds": [url]} for name, url in addresses.items()}
        outlets |= {name: {"feeds": [f"{good.url}/{name}"]} for name in ("rss", "latin", "cyrillic")}
        began = time.monotonic()
        documents, outcomes, _ = night(configured(outlets, timeout_seconds=5))
        assert time.monotonic() - began < 30
    titles = {row["outlet"]: row["title"] for row in documents}
    assert titles["rss"] == "Ferry sinks" and titles["latin"] == "Año" and titles["cyrillic"] == "Новости дня"
    assert "root:" not in str(documents)
    told = {source.split()[0]: reasons(outcome) for source, outcome in outcomes.items()}
    for name, expected in TOLD.items():
        assert re.search(expected, told[name]), (name, told[name])
    assert not any(told[name] for name in ("rss", "latin", "cyrillic"))


def test_hostile_files_as_feeds_and_as_sitemaps_are_each_named_and_do_no_harm(shared: Path) -> None:
    files = sorted((shared / "hostile" / "xml").iterdir())
    assert files
    with Site() as site:
        site.pages = {f"/{file.name}": Page(file.read_bytes(), "text/xml") for file in files}
        site.pages["/rss"] = server.feed("Courier", ("/ferry", "Ferry sinks", FERRY))
        addresses = [site.url + path for path in site.pages]
        settings = configured({"feeds": {"feeds": addresses}, "maps": {"sitemaps": addresses}})
        began = time.monotonic()
        documents, outcomes, _ = night(settings)
        assert time.monotonic() - began < 30
    assert [row["title"] for row in documents] == ["Ferry sinks"]
    good = f"feeds {site.url.split('://')[1]}/rss"
    assert all(reasons(outcome) for source, outcome in outcomes.items() if source != good)
    assert not reasons(outcomes[good])


def test_every_real_feed_of_a_night_is_read_and_asked_for_conditionally_the_next(shared: Path) -> None:
    with Site() as site:
        settings = feeds.serve(site, shared / "feeds" / "2020-04-22")
        documents, outcomes, known = night(settings)
        assert len(documents) > 800 and len({row["outlet"] for row in documents}) > 12
        lost = {source: reasons(outcome) for source, outcome in outcomes.items() if reasons(outcome)}
        assert list(lost.values()) == ["it is empty"]
        site.requests.clear()
        again, outcomes, _ = night(settings, NEXT, known)
        assert again == [] and sum(outcome["unchanged"] for outcome in outcomes.values()) == len(outcomes) - 1
        asked = [request for request in site.requests if request.path != "/robots.txt"]
        assert sum("If-None-Match" not in request.headers for request in asked) == 1  # the empty one
