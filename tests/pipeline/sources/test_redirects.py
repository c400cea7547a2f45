"""Where replies lead, as browsers see it."""

from __future__ import annotations

import re
import time

import httpx
import pytest

from newsfold.sources.redirects import find_refresh
from newsfold.sources.responses import Response
from tests import server
from tests.pipeline.sources.conftest import fetch_all, fetch_responses
from tests.server import Handler, Page, Site


def send_location(location: bytes, status: int = 302) -> server.Reply:
    """Redirect with raw bytes, perhaps in several lines."""

    def reply(handler: Handler) -> None:
        head = b"HTTP/1.1 %d Found\r\n%s\r\nContent-Length: 0\r\n\r\n"
        handler.wfile.write(head % (status, b"\r\n".join(b"Location: " + line for line in location.split(b"\n"))))

    return reply


@pytest.mark.parametrize(
    ("location", "requested"),
    [
        (b"/there", "/there"), (b"there", "/old/there"), (b"../there", "/there"), (b"?p=2", "/old/page?p=2"),
        (b"/there#part", "/there"), (b"//@HOST@/there", "/there"), (b"HTTP://@HOST@/there", "/there"),
        (b"/a b", "/a%20b"), (b" /a\t ", "/a"),
        (b"\\there\\too?a\\b", "/there/too?a\\b"), (b"/there\n/other", "/there"),
        ("/é/ツ?ñ".encode(), "/%C3%A9/%E3%83%84?%C3%B1"), (b"/caf\xe9", "/caf%E9"), (b"/a%20b%E9", "/a%20b%E9"),
        (b"feed://@HOST@/there", "/there"), (b"feed:http://@HOST@/there", "/there"), (b"/a/./b/../c", "/a/c"),
    ],
)  # fmt: skip
def test_a_location_is_read_as_browsers_read_it(site: Site, location: bytes, requested: str) -> None:
    host = site.url.removeprefix("http://").encode()
    site.pages = {"/old/page": send_location(location.replace(b"@HOST@", host)), requested: Page(b"there")}
    (response,) = fetch_responses([f"{site.url}/old/page"])
    assert isinstance(response, Response) and response.body == b"there"
    assert response.final_url == site.url + requested


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        (b"", r"302 \(found\)"), (b"ftp://outlet.example/", "not an http or https address"),
        (b"http://[::1/", "not an address"), (b"http://user:word@outlet.example/", "holds a user name"),
        (b"javascript:alert(1)", "not an http"),
    ],
)  # fmt: skip
def test_a_location_that_leads_nowhere_is_named(site: Site, location: bytes, reason: str) -> None:
    site.pages = {"/old": send_location(location)}
    assert re.search(reason, fetch_all([f"{site.url}/old"])[0])


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
def test_every_status_of_a_redirect_is_followed(site: Site, status: int) -> None:
    site.pages = {"/old": server.redirect_page("/new", status), "/new": Page(b"new")}
    assert fetch_all([f"{site.url}/old"]) == ["new"]


REFRESH = "<html><head><meta {}></head><body>Moved. <a href=/new>Go on</a></body></html>"
SCRIPT = '<script>location="/new"</script><noscript><meta http-equiv=refresh content="0;url=/new"></noscript>'


@pytest.mark.parametrize(
    "body",
    [
        REFRESH.format('http-equiv="refresh" content="0; url=/new"'),
        REFRESH.format("content='1;URL=&#47;new' HTTP-EQUIV=Refresh"),
        REFRESH.format("""http-equiv="refresh" content="0;url='/new'" """),
        REFRESH.format("http-equiv=refresh content=0,/new"),
        f"<html><head>{SCRIPT}</head></html>",  # nothing else is there
    ],
)
def test_a_page_that_refreshes_at_once_is_a_redirect(site: Site, body: str) -> None:
    site.pages = {"/old": Page(body.encode()), "/new": Page(b"new")}
    assert fetch_all([f"{site.url}/old"]) == ["new"]


def test_a_refresh_header_is_a_redirect(site: Site) -> None:
    site.pages = {"/old": Page(b"", headers={"Refresh": "0; url=/new"}), "/new": Page(b"new")}
    assert fetch_all([f"{site.url}/old"]) == ["new"]


@pytest.mark.parametrize(
    "body",
    [
        REFRESH.format('http-equiv="refresh" content="300; url=/new"'),  # leaves the page when it was read
        REFRESH.format('http-equiv="refresh" content="600"'),
        REFRESH.format('http-equiv="refresh" content="0; url=/old"'),  # reloads itself
        REFRESH.format('http-equiv="refresh" content="0; url=javascript:go()"'),
        f"<html><head>{SCRIPT}</head><body><p>The ferry sank before dawn.</p></body></html>",
        '<html><!-- <meta http-equiv="refresh" content="0; url=/new"> --><body>The ferry sank.</body></html>',
        '<html><script>"<meta http-equiv=refresh content=0;/new>"</script><body>The ferry sank.</body></html>',
    ],
)
def test_a_page_that_is_to_be_read_is_not_left(site: Site, body: str) -> None:
    site.pages = {"/old": Page(body.encode()), "/new": Page(b"new")}
    assert fetch_all([f"{site.url}/old"]) == [body]


@pytest.mark.parametrize(
    "head",
    [b"<meta " * 3000, b"<" * 16000, b"<meta " + b"a" * 16000 + b">", b"<script" * 2000, b'<meta "' * 2000,
     b'<meta http-equiv=refresh content="0' + b" " * 16000 + b'">'],
)  # fmt: skip
def test_a_page_cannot_keep_newsfold_busy(head: bytes) -> None:
    started = time.process_time()
    assert not find_refresh("https://courier.example/", httpx.Response(200), head)
    assert time.process_time() - started < 1


def test_a_refresh_in_what_is_not_a_page_is_text(site: Site) -> None:
    body = REFRESH.format('http-equiv="refresh" content="0; url=/new"')
    site.pages = {"/old": Page(body.encode(), "application/rss+xml"), "/new": Page(b"new")}
    assert fetch_all([f"{site.url}/old"]) == [body]
