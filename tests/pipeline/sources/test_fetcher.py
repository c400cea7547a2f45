"""Politeness and safety of the fetcher, as the hosts themselves see it: by the times and paths of their requests."""

from __future__ import annotations

import asyncio
import ipaddress
import threading
import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold.errors import FetchError
from newsfold.settings import Fetch
from newsfold.sources.decompression import Decompressor
from newsfold.sources.fetcher import Fetcher
from newsfold.sources.responses import Response
from newsfold.sources.safe_transport import is_public
from tests import server
from tests.server import Page, Request, Site

LOOPBACK = ["127.0.0.1/32"]
DELAY = 0.15


@pytest.fixture
def site() -> Iterator[Site]:
    with Site({f"/{n}": Page(b"%d" % n) for n in range(5)}) as running:
        yield running


def fetched(urls: Sequence[str], **settings: Any) -> list[str]:
    """The bodies of addresses that are asked for all at once, or why there is none."""
    chosen = Fetch.model_validate({"contact": "mailto:desk@newsfold.example", "private_networks": LOOPBACK} | settings)

    async def work() -> list[Response | BaseException]:
        async with Fetcher(chosen) as fetcher:
            return list(await asyncio.gather(*map(fetcher.get, urls), return_exceptions=True))

    return [one.body.decode() if isinstance(one, Response) else str(one) for one in asyncio.run(work())]


def gaps(requests: Sequence[Request]) -> list[float]:
    """Seconds from each answer to the next request, in order of time."""
    return [later.began - earlier.answered for earlier, later in pairwise(sorted(requests, key=lambda one: one.began))]


def test_a_host_is_asked_for_one_thing_at_a_time_with_the_delay_between(site: Site) -> None:
    assert fetched([f"{site.url}/{n}" for n in range(4)], delay_seconds=DELAY) == ["0", "1", "2", "3"]
    assert [request.path for request in site.requests] == ["/robots.txt", "/0", "/1", "/2", "/3"]
    assert min(gaps(site.requests)) >= DELAY


def test_hosts_do_not_wait_for_each_other() -> None:
    both = threading.Barrier(2)

    def together(handler: server.Handler) -> None:
        both.wait(20)
        handler.send(Page(b"both"))

    with Site({"/": together}) as one, Site({"/": together}) as other:
        assert fetched([f"{one.url}/", f"{other.url}/"], delay_seconds=DELAY) == ["both"] * 2


def test_more_hosts_than_are_talked_to_at_a_time_all_answer_in_turn() -> None:
    with Site({"/": Page(b"a")}) as one, Site({"/": Page(b"b")}) as two, Site({"/": Page(b"c")}) as three:
        urls = [f"{site.url}/" for site in (one, two, three)] * 2
        assert fetched(urls, delay_seconds=0.01, concurrency=1) == ["a", "b", "c"] * 2
        spans = sorted((request.began, request.answered) for site in (one, two, three) for request in site.requests)
        assert all(later[0] >= earlier[1] for earlier, later in pairwise(spans))


def test_a_longer_crawl_delay_is_kept_and_a_shorter_one_is_not(site: Site) -> None:
    site.pages["/robots.txt"] = Page(f"User-agent: *\nCrawl-delay: {2 * DELAY}\n".encode(), "text/plain")
    fetched([f"{site.url}/{n}" for n in range(3)], delay_seconds=0)
    asked = [request for request in site.requests if request.path != "/robots.txt"]
    assert min(gaps(asked)) >= 2 * DELAY
    site.requests.clear()
    fetched([f"{site.url}/{n}" for n in range(3)], delay_seconds=3 * DELAY)
    assert min(gaps(site.requests)) >= 3 * DELAY


def test_what_robots_txt_disallows_is_not_asked_for(site: Site) -> None:
    rules = "User-agent: *\nDisallow: /\n\nUser-agent: newsfold\nDisallow: /1\nAllow: /\n"
    site.pages["/robots.txt"] = Page(rules.encode(), "text/plain")
    zero, one = fetched([f"{site.url}/0", f"{site.url}/1"], delay_seconds=0)
    assert zero == "0" and "robots.txt" in one
    assert not site.asked("/1") and len(site.asked("/robots.txt")) == 1


def test_a_redirect_is_no_way_round_robots_txt(site: Site) -> None:
    site.pages |= {"/robots.txt": Page(b"User-agent: *\nDisallow: /1", "text/plain"), "/in": server.redirect("/1")}
    assert "robots.txt" in fetched([f"{site.url}/in"], delay_seconds=0)[0]
    assert not site.asked("/1")


@pytest.mark.parametrize(("status", "allowed"), [(404, True), (403, True), (503, False)])
def test_missing_rules_allow_all_and_unreachable_ones_nothing(site: Site, status: int, allowed: bool) -> None:
    site.pages["/robots.txt"] = Page(b"", status=status)
    (found,) = fetched([f"{site.url}/0"], delay_seconds=0, retries=0)
    assert (found == "0") is allowed
    assert allowed or f"{status}" in found


def test_a_busy_host_is_asked_again_after_the_pause_it_asks_for(site: Site) -> None:
    def once_busy(handler: server.Handler) -> None:
        site.pages["/0"] = Page(b"now")
        handler.send(Page(b"", status=429, headers={"Retry-After": "1"}))

    site.pages["/0"] = once_busy
    assert fetched([f"{site.url}/0", f"{site.url}/1"], delay_seconds=0) == ["now", "1"]
    busy, again = site.asked("/0")
    assert again.began - busy.answered >= 1
    assert site.asked("/1")[0].began - busy.answered >= 1  # the pause is the host's, not the address's


def test_a_host_that_asks_for_a_long_pause_is_left_alone(site: Site) -> None:
    site.pages["/0"] = Page(b"", status=503, headers={"Retry-After": "7200"})
    told = fetched([f"{site.url}/0", f"{site.url}/1"], delay_seconds=0, host_seconds=60)
    assert "7200 seconds" in told[0] and "left out" in told[1]
    assert len(site.requests) == 2 and not site.asked("/1")


def test_errors_of_the_moment_are_retried_a_few_times_only(site: Site) -> None:
    site.pages["/0"] = Page(b"", status=500)
    (told,) = fetched([f"{site.url}/0"], delay_seconds=0, retries=2, max_wait_seconds=0.1)
    assert "500" in told and len(site.asked("/0")) == 3
    site.pages["/1"] = Page(b"", status=410)
    fetched([f"{site.url}/1"], delay_seconds=0)
    assert len(site.asked("/1")) == 1


def test_redirects_are_followed_a_few_times_only(site: Site) -> None:
    site.pages |= {f"/hop{n}": server.redirect(f"/hop{n + 1}", 301) for n in range(3)} | {"/hop3": Page(b"there")}
    assert fetched([f"{site.url}/hop0"], delay_seconds=0) == ["there"]
    assert "more than 2 times" in fetched([f"{site.url}/hop0"], delay_seconds=0, max_redirects=2)[0]


def test_nothing_of_a_private_network_is_asked_for_unless_it_is_allowed(site: Site) -> None:
    spellings = ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "localhost", "[::ffff:127.0.0.1]"]
    port = site.url.rpartition(":")[2]
    for told in fetched([f"http://{host}:{port}/0" for host in spellings], private_networks=[], retries=0):
        assert "private network" in told
    assert not site.requests


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1::1", True), ("::ffff:93.184.216.34", True),
        ("10.0.0.1", False), ("192.168.1.1", False), ("172.16.0.1", False), ("169.254.169.254", False),
        ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False), ("255.255.255.255", False), ("::1", False),
        ("fe80::1", False), ("fd00::1", False), ("::ffff:10.0.0.1", False), ("::10.0.0.1", False), ("ff02::1", False),
        ("64:ff9b::a00:1", False), ("2002:a00:1::", False), ("2001:0:a00:1::", False),
    ],
)  # fmt: skip
def test_private_addresses_are_told_from_public_ones_however_they_are_wrapped(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public


@given(st.binary(max_size=5000), st.integers(1, 700), st.sampled_from(["gzip", "deflate", "raw", ""]))
def test_what_was_packed_comes_out_however_it_is_cut_into_pieces(body: bytes, piece: int, coding: str) -> None:
    window = {"gzip": 31, "deflate": 15, "raw": -15}.get(coding)
    packer = zlib.compressobj(6, zlib.DEFLATED, window) if window else None
    packed = packer.compress(body) + packer.flush() if packer else body
    decompressor = Decompressor("deflate" if coding == "raw" else coding, 5000)
    found = b"".join(decompressor.decompress(packed[at : at + piece]) for at in range(0, len(packed), piece))
    decompressor.finish()
    assert found == body


@given(st.integers(1, 2000), st.sampled_from(["gzip", ""]))
def test_nothing_delivers_more_than_its_limit(limit: int, coding: str) -> None:
    body = bytes(limit + 1)
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = packer.compress(body) + packer.flush() if coding else body
    with pytest.raises(FetchError, match="more than"):
        Decompressor(coding, limit).decompress(packed)


def test_a_packed_answer_that_is_cut_off_is_refused() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = packer.compress(bytes(range(256)) * 20) + packer.flush()
    decompressor = Decompressor("gzip", 100_000)
    decompressor.decompress(packed[: len(packed) // 2])
    with pytest.raises(FetchError, match="cut off"):
        decompressor.finish()
