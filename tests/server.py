"""A web site on the loopback, as well or as badly behaved as a test needs."""

from __future__ import annotations

import functools
import hashlib
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, cast


@dataclass
class Request:
    """A request that a site received; times are seconds of the site's clock.

    Attributes:
        path: the requested path.
        headers: its headers.
        received_at: when it was received.
        answered_at: when its page was about to be sent, so that no client has it before; else `received_at`.
    """

    path: str
    headers: Mapping[str, str]
    received_at: float
    answered_at: float


@dataclass(frozen=True)
class Page:
    """A path's response; with an ETag of its body, which conditional requests may use, unless `etag` is false."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: bool = True


Reply = Page | Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Replies with its site's pages."""

    protocol_version = "HTTP/1.1"
    received: Request

    def do_GET(self) -> None:
        """Record a request, and reply to it."""
        site = self.site
        now = site.clock()
        self.received = Request(self.path, dict(self.headers.items()), now, now)
        with site.lock:  # before the client can have the response
            site.requests.append(self.received)
        reply = site.pages.get(self.path, Page(b"nothing here", "text/plain", 404))
        try:
            if isinstance(reply, Page):
                self.send(reply)
            else:
                self.close_connection = True
                reply(self)
        except OSError:
            self.close_connection = True  # the client has closed the connection

    @property
    def site(self) -> Site:
        """The site whose pages these are."""
        return cast("_Server", self.server).site

    def send(self, page: Page) -> None:
        """Send a page, or 304 if the client has it already."""
        self.received.answered_at = self.site.clock()
        etag = f'"{hashlib.sha256(page.body).hexdigest()[:16]}"'
        not_modified = page.etag and page.status == 200 and self.headers.get("If-None-Match") == etag
        self.send_response(304 if not_modified else page.status)
        for name, value in ({"Content-Type": page.content_type} | dict(page.headers)).items():
            self.send_header(name, value)
        if page.etag:
            self.send_header("ETag", etag)
        if self.close_connection:
            self.send_header("Connection", "close")  # else the client may send its next request into the closing one
        if not not_modified:
            self.send_header("Content-Length", str(len(page.body)))
        self.end_headers()
        if not not_modified:
            self.wfile.write(page.body)

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    site: Site

    def handle_error(self, *_: Any) -> None:
        """Ignore clients that go away and failed handshakes: some tests cause them."""


class Site:
    """A site on a free port; a context manager.

    Attributes:
        pages: the reply of each path; may change at any time.
        requests: every request, in the order of receipt.
        clock: tells the times of requests.
        url: its address, without a slash at the end.
    """

    def __init__(
        self,
        pages: Mapping[str, Reply] | None = None,
        host: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.pages: dict[str, Reply] = dict(pages or {})
        self.clock = clock
        self.requests: list[Request] = []
        self.lock = threading.Lock()
        self._server = _Server((host, 0), Handler)
        self._server.site = self
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"{'https' if tls else 'http'}://{host}:{self._server.server_address[1]}"

    def __enter__(self) -> Site:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def requests_for(self, path: str) -> list[Request]:
        """Return the requests for a path."""
        with self.lock:
            return [request for request in self.requests if request.path == path]


def rss_page(outlet: str, *items: tuple[str, str, str], home: str = "https://outlet.example") -> Page:
    """Build an RSS feed of items (path or address, title, text)."""
    item_elements = "".join(
        f"<item><title>{title}</title><link>{link if '://' in link else home + link}</link>"
        f"<description>{text}</description><pubDate>Wed, 05 Jun 2013 06:00:00 GMT</pubDate></item>"
        for link, title, text in items
    )
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{outlet}</title>{item_elements}</channel></rss>'
    return Page(body.encode(), "application/rss+xml")


def article_page(title: str, *paragraphs: str, head: str = "") -> Page:
    """Build the page of an article."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    body = (
        f"<html><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>{text}</article></body></html>"
    )
    return Page(body.encode())


def send_slowly(handler: Handler) -> None:
    """Send the headers at once, then a byte now and then, until the client closes the connection (a slow loris)."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/rss+xml")
    handler.end_headers()
    while True:
        handler.wfile.write(b" ")
        time.sleep(0.1)


def send_endlessly(handler: Handler) -> None:
    """Send a body until the client closes the connection."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/rss+xml")
    handler.end_headers()
    while True:
        handler.wfile.write(b"<item>" + b"x" * 100_000)


def send_gzip_bomb(handler: Handler) -> None:
    """Send a small response that decompresses to a hundred megabytes."""
    bomb = compress_zeros(100_000_000)
    handler.send_response(200)
    handler.send_header("Content-Type", "application/rss+xml")
    handler.send_header("Content-Encoding", "gzip")
    handler.send_header("Content-Length", str(len(bomb)))
    handler.end_headers()
    handler.wfile.write(bomb)


def send_half(handler: Handler) -> None:
    """Send less than declared, and close the connection."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"<rss>")
    handler.connection.shutdown(socket.SHUT_RDWR)


def redirect_page(to: str, status: int = 302) -> Page:
    """Build a redirect."""
    return Page(b"", status=status, headers={"Location": to}, etag=False)


@functools.cache
def compress_zeros(n_bytes: int) -> bytes:
    """Compress so many zeros with gzip, to a thousandth."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(10_000_000)
    return b"".join(compressor.compress(block) for _ in range(n_bytes // len(block))) + compressor.flush()
