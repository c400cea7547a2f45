"""Single requests: replies that break the rules in ways that browsers bear."""

from __future__ import annotations

import gzip
import socket

import pytest

from newsfold.sources.fetcher import Validators
from newsfold.sources.responses import Response
from tests import server
from tests.pipeline.sources.conftest import FakeClock, fetch_all, fetch_responses
from tests.server import Handler, Page, Site


def send_raw(reply: bytes) -> server.Reply:
    def send(handler: Handler) -> None:
        handler.wfile.write(reply)

    return send


PACKED = gzip.compress(b"<rss>whole</rss>")


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: %d\r\n\r\n" % (len(PACKED) + 500),  # that of the unpacked body
        b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(PACKED),  # no last chunk
    ],
)
def test_a_packed_body_that_has_come_to_its_end_is_whole_whatever_its_length_says(site: Site, head: bytes) -> None:
    site.pages = {"/0": send_raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n" + head + PACKED)}
    assert fetch_all([f"{site.url}/0"], retries=0) == ["<rss>whole</rss>"]


@pytest.mark.parametrize("document", [b"<rss>whole</rss>\r\n", b"<rdf:RDF>whole</rdf:RDF>", b"<HTML>whole</HTML >"])
@pytest.mark.parametrize("head", [b"Content-Length: 900\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n%x\r\n"])
def test_a_document_that_has_come_to_its_end_is_whole_too(site: Site, document: bytes, head: bytes) -> None:
    head = head % len(document) if b"%x" in head else head
    site.pages = {"/0": send_raw(b"HTTP/1.1 200 OK\r\n" + head + document)}
    assert fetch_all([f"{site.url}/0"], retries=0) == [document.decode()]


def test_a_body_that_is_cut_off_is_refused(site: Site) -> None:
    site.pages = {
        "/0": send_raw(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n<rss>"),
        "/1": send_raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 900\r\n\r\n" + PACKED[:20]),
    }
    assert all("connection failed" in reason for reason in fetch_all([f"{site.url}/{n}" for n in (0, 1)], retries=0))


def test_a_connection_that_the_host_has_closed_meanwhile_is_opened_again_at_once(site: Site) -> None:
    def close_once(handler: Handler) -> None:
        site.pages["/0"] = Page(b"now")
        handler.connection.shutdown(socket.SHUT_RDWR)

    site.pages = {"/0": close_once}
    assert fetch_all([f"{site.url}/0"], retries=0) == ["now"]


def test_a_host_that_closes_every_connection_is_asked_once_more_at_most(site: Site) -> None:
    site.pages = {"/0": lambda handler: handler.connection.shutdown(socket.SHUT_RDWR)}
    assert "connection failed" in fetch_all([f"{site.url}/0"], retries=0)[0]
    assert len(site.requests_for("/0")) == 2


@pytest.mark.parametrize("status", [200, 203, 206, 226])
def test_what_a_host_sends_is_read_though_it_calls_it_a_part(site: Site, status: int) -> None:
    site.pages = {"/0": Page(b"feed", status=status, headers={"Content-Range": "bytes 0-3/4"})}
    assert fetch_all([f"{site.url}/0"]) == ["feed"]


@pytest.mark.parametrize("status", [202, 204, 205, 304])
def test_other_statuses_without_a_document_are_failures(site: Site, status: int) -> None:
    site.pages = {"/0": send_raw(b"HTTP/1.1 %d Other\r\nConnection: close\r\n\r\n" % status)}
    assert str(status) in fetch_all([f"{site.url}/0"])[0]


@pytest.mark.parametrize("value", ["Thu, 01 Jan 2004 00:00:00 GMT", "-5", "soon", "1.5", "", "Thu, 99 Jan 2004"])
def test_a_pause_that_is_over_or_cannot_be_read_is_the_usual_one(site: Site, clock: FakeClock, value: str) -> None:
    def reply_busy_once(handler: Handler) -> None:
        site.pages["/0"] = Page(b"now")
        handler.send(Page(b"", status=503, headers={"Retry-After": value}))

    site.pages = {"/0": reply_busy_once}
    assert fetch_all([f"{site.url}/0"], clock) == ["now"]
    assert 0.5 <= clock.now() <= 1.5


@pytest.mark.parametrize(
    ("etag", "sent"), [('W/"weak"', 'W/"weak"'), ("no quotes", "no quotes"), ('"é"', None), ('"a\nb"', None)]
)
def test_a_validator_is_sent_back_as_it_came_if_a_request_can_hold_it(site: Site, etag: str, sent: str | None) -> None:
    site.pages = {"/0": Page(b"feed", etag=False)}
    (response,) = fetch_responses([f"{site.url}/0"], validators=Validators(etag))
    assert isinstance(response, Response) and response.body == b"feed"
    assert site.requests_for("/0")[0].headers.get("If-None-Match") == sent


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 200 OK\r\nX-Folded: a\r\n  b\r\nContent-Length: 4\r\n\r\nfeed",
        b"HTTP/1.1 200\r\nServer: \xe9\xff\r\nContent-Length: 4\r\n\r\nfeed",
        b"HTTP/1.0 200 OK\r\n\r\nfeed",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n4;ext=1\r\nfeed\r\n0\r\nX: y\r\n\r\n",
    ],
)
def test_unusual_heads_are_read(site: Site, reply: bytes) -> None:
    site.pages = {"/0": send_raw(reply)}
    assert fetch_all([f"{site.url}/0"], retries=0) == ["feed"]


def test_a_host_is_the_same_however_its_address_is_written(site: Site) -> None:
    port = site.url.rpartition(":")[2]
    site.pages = {"/0": Page(b"zero"), "/%C3%A9": Page(b"accent")}
    urls = [f"HTTP://127.0.0.1:{port}/0", f" http://127.0.0.1:{port}/0#part", f"feed://127.0.0.1:{port}/é"]
    assert fetch_all(urls) == ["zero", "zero", "accent"]
    assert len(site.requests_for("/robots.txt")) == 1
