"""Politeness and limits of the fetcher, as hosts see them: by the times and paths of their requests."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise

import pytest

from tests import server
from tests.pipeline.sources.conftest import FakeClock, fetch_all
from tests.server import Page, Request, Site


@pytest.fixture
def site(clock: FakeClock) -> Iterator[Site]:
    with Site({f"/{n}": Page(b"%d" % n) for n in range(5)}, clock=clock.now) as running:
        yield running


def measure_gaps(requests: Sequence[Request]) -> list[float]:
    """Return the seconds from each reply to the next request."""
    return [later.received_at - earlier.answered_at for earlier, later in pairwise(requests)]


def test_requests_to_a_host_are_sequential_with_the_delay_between(site: Site, clock: FakeClock) -> None:
    assert fetch_all([f"{site.url}/{n}" for n in range(4)], clock, delay_seconds=7) == ["0", "1", "2", "3"]
    assert [request.path for request in site.requests] == ["/robots.txt", "/0", "/1", "/2", "/3"]
    assert measure_gaps(site.requests) == [7] * 4


def test_hosts_do_not_wait_for_each_other() -> None:
    both = threading.Barrier(2)

    def reply_together(handler: server.Handler) -> None:
        both.wait(20)
        handler.send(Page(b"both"))

    with Site({"/": reply_together}) as first, Site({"/": reply_together}) as second:
        assert fetch_all([f"{first.url}/", f"{second.url}/"]) == ["both"] * 2


def test_concurrency_limits_the_number_of_hosts_asked_at_the_same_time() -> None:
    events: list[str] = []

    def reply(handler: server.Handler) -> None:
        events.append("received")
        time.sleep(0.02)  # an unlimited fetcher would send another request meanwhile
        events.append("answered")
        handler.send(Page(b"page"))

    pages: dict[str, server.Reply] = {"/": reply, "/robots.txt": reply}
    with Site(pages) as first, Site(pages) as second, Site(pages) as third:
        urls = [f"{site.url}/" for site in (first, second, third)] * 2
        assert fetch_all(urls, concurrency=1) == ["page"] * 6
    assert events == ["received", "answered"] * 9


def test_the_longer_of_crawl_delay_and_the_configured_delay_counts(site: Site, clock: FakeClock) -> None:
    site.pages["/robots.txt"] = Page(b"User-agent: *\nCrawl-delay: 5\n", "text/plain")
    fetch_all([f"{site.url}/{n}" for n in range(3)], clock)
    assert measure_gaps(site.requests) == [5] * 3
    site.requests.clear()
    fetch_all([f"{site.url}/{n}" for n in range(3)], clock, delay_seconds=8)
    assert measure_gaps(site.requests) == [8] * 3


def test_a_disallowed_address_is_not_requested(site: Site) -> None:
    rules = "User-agent: *\nDisallow: /\n\nUser-agent: newsfold\nDisallow: /1\nAllow: /\n"
    site.pages["/robots.txt"] = Page(rules.encode(), "text/plain")
    allowed, disallowed = fetch_all([f"{site.url}/0", f"{site.url}/1"])
    assert allowed == "0" and "robots.txt" in disallowed
    assert not site.requests_for("/1") and len(site.requests_for("/robots.txt")) == 1


def test_a_redirect_does_not_circumvent_robots_txt(site: Site) -> None:
    site.pages |= {"/robots.txt": Page(b"User-agent: *\nDisallow: /1", "text/plain"), "/in": server.redirect_page("/1")}
    assert "robots.txt" in fetch_all([f"{site.url}/in"])[0]
    assert not site.requests_for("/1")


@pytest.mark.parametrize(("status", "allowed"), [(404, True), (403, True), (503, False)])
def test_missing_rules_allow_everything_and_unreachable_ones_nothing(site: Site, status: int, allowed: bool) -> None:
    site.pages["/robots.txt"] = Page(b"", status=status)
    (result,) = fetch_all([f"{site.url}/0"], retries=0)
    assert (result == "0") is allowed
    assert allowed or f"{status}" in result


def test_the_rules_are_those_that_the_redirects_of_robots_txt_lead_to(site: Site) -> None:
    rules = Page(b"User-agent: *\nDisallow: /1", "text/plain", status=203)
    site.pages |= {f"/r{n}": server.redirect_page(f"/r{n + 1}") for n in range(4)}
    site.pages |= {"/robots.txt": server.redirect_page("/r0", 301), "/r4": rules}
    assert "robots.txt" in fetch_all([f"{site.url}/1"])[0]
    for nowhere in ("/robots.txt", "file:///etc/passwd", "http://[/", ""):
        site.pages["/robots.txt"] = server.redirect_page(nowhere)
        assert fetch_all([f"{site.url}/1"]) == ["1"], nowhere


def test_a_busy_host_gets_no_request_during_the_pause_that_it_asks_for(site: Site, clock: FakeClock) -> None:
    def reply_busy_once(handler: server.Handler) -> None:
        site.pages["/0"] = Page(b"now")
        handler.send(Page(b"", status=429, headers={"Retry-After": "60"}))

    site.pages["/0"] = reply_busy_once
    assert fetch_all([f"{site.url}/0", f"{site.url}/1"], clock) == ["now", "1"]
    # The pause is the host's, not the address's.
    assert [request.path for request in site.requests] == ["/robots.txt", "/0", "/0", "/1"]
    assert measure_gaps(site.requests) == [0, 60, 0]


def test_a_host_that_asks_for_a_long_pause_is_left_out(site: Site, clock: FakeClock) -> None:
    site.pages["/0"] = Page(b"", status=503, headers={"Retry-After": "7200"})
    busy, left_out = fetch_all([f"{site.url}/0", f"{site.url}/1"], clock, host_seconds=60)
    assert "7200 seconds" in busy and "left out" in left_out
    assert len(site.requests) == 2 and not site.requests_for("/1")


def test_a_host_is_left_out_when_its_seconds_are_used_up(site: Site, clock: FakeClock) -> None:
    results = fetch_all([f"{site.url}/{n}" for n in range(4)], clock, delay_seconds=10, host_seconds=25)
    assert results[:2] == ["0", "1"] and all("25 seconds for its host are used up" in reason for reason in results[2:])
    assert [request.path for request in site.requests] == ["/robots.txt", "/0", "/1"]


def test_transient_errors_are_retried_with_growing_pauses_and_others_are_not(site: Site, clock: FakeClock) -> None:
    site.pages["/0"] = Page(b"", status=500)
    (reason,) = fetch_all([f"{site.url}/0"], clock, retries=2)
    assert "500" in reason
    first_pause, second_pause = measure_gaps(site.requests_for("/0"))
    assert 0.5 <= first_pause <= 1.5 and 1 <= second_pause <= 3
    site.pages["/1"] = Page(b"", status=410)
    fetch_all([f"{site.url}/1"], clock)
    assert len(site.requests_for("/1")) == 1


def test_redirects_are_followed_up_to_a_limit(site: Site) -> None:
    hops = {f"/hop{n}": server.redirect_page(f"/hop{n + 1}", 301) for n in range(3)}
    site.pages |= hops | {"/hop3": Page(b"there")}
    assert fetch_all([f"{site.url}/hop0"]) == ["there"]
    assert "more than 2 times" in fetch_all([f"{site.url}/hop0"], max_redirects=2)[0]


def test_a_private_network_gets_no_request_unless_it_is_allowed(site: Site) -> None:
    spellings = ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "localhost", "[::ffff:127.0.0.1]"]
    port = site.url.rpartition(":")[2]
    for reason in fetch_all([f"http://{host}:{port}/0" for host in spellings], private_networks=[], retries=0):
        assert "private network" in reason
    assert not site.requests
