"""A web site on the loopback, as well or as badly behaved as a test asks for."""

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
    """One request that a site got: for what, with which headers, and two moments (monotonic seconds).

    Attributes:
        began: it was here.
        answered: its page was about to be sent, so no client can have had it before; `began` where none was.
    """

    path: str
    headers: Mapping[str, str]
    began: float
    answered: float


@dataclass(frozen=True)
class Page:
    """What a path answers; with an ETag of its body, honoured, unless `etag` is false."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: bool = True


Answer = Page | Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers from its site's pages."""

    protocol_version = "HTTP/1.1"
    asked: Request

    def do_GET(self) -> None:
        """Write one request down, and answer it."""
        site = cast("_Server", self.server).site
        began = time.monotonic()
        self.asked = Request(self.path, dict(self.headers.items()), began, began)
        with site.lock:  # before the client can know its answer
            site.requests.append(self.asked)
        answer = site.pages.get(self.path, Page(b"nothing here", "text/plain", 404))
        try:
            if isinstance(answer, Page):
                self.send(answer)
            else:
                self.close_connection = True
                answer(self)
        except OSError:
            self.close_connection = True  # the client had enough

    def send(self, page: Page) -> None:
        """Send a page, or that it is not modified."""
        self.asked.answered = time.monotonic()
        mark = f'"{hashlib.sha256(page.body).hexdigest()[:16]}"'
        known = page.etag and page.status == 200 and self.headers.get("If-None-Match") == mark
        self.send_response(304 if known else page.status)
        for name, value in ({"Content-Type": page.content_type} | dict(page.headers)).items():
            self.send_header(name, value)
        if page.etag:
            self.send_header("ETag", mark)
        if not known:
            self.send_header("Content-Length", str(len(page.body)))
        self.end_headers()
        if not known:
            self.wfile.write(page.body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    site: Site

    def handle_error(self, *_: Any) -> None:
        """A client that goes away, or a failed handshake, is what some tests are about."""


class Site:
    """A site on a free port, for as long as the block runs.

    Attributes:
        pages: what each path answers; may change at any time.
        requests: every request, in the order of their beginnings.
        url: its address, without a slash at the end.
    """

    def __init__(
        self, pages: Mapping[str, Answer] | None = None, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
    ) -> None:
        self.pages: dict[str, Answer] = dict(pages or {})
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

    def asked(self, path: str) -> list[Request]:
        """The requests for a path."""
        with self.lock:
            return [request for request in self.requests if request.path == path]


def feed(outlet: str, *items: tuple[str, str, str], home: str = "https://outlet.example") -> Page:
    """An RSS feed of (path or address, title, text)."""
    listed = "".join(
        f"<item><title>{title}</title><link>{link if '://' in link else home + link}</link>"
        f"<description>{text}</description><pubDate>Wed, 05 Jun 2013 06:00:00 GMT</pubDate></item>"
        for link, title, text in items
    )
    body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{outlet}</title>{listed}</channel></rss>'
    return Page(body.encode(), "application/rss+xml")


def article(title: str, *paragraphs: str, head: str = "") -> Page:
    """A page of an article."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    body = (
        f"<html><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>{text}</article></body></html>"
    )
    return Page(body.encode())


def slow_loris(handler: Handler) -> None:
    """Headers at once, then a byte now and then, for ever."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/rss+xml")
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b" ")
        time.sleep(0.1)


def endless_body(handler: Handler) -> None:
    """As many bytes as the client will take."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/rss+xml")
    handler.end_headers()
    for _ in range(2000):
        handler.wfile.write(b"<item>" + b"x" * 100_000)


def gzip_bomb(handler: Handler) -> None:
    """A small answer that unpacks to a hundred megabytes."""
    bomb = bomb_of(100_000_000)
    handler.send_response(200)
    handler.send_header("Content-Type", "application/rss+xml")
    handler.send_header("Content-Encoding", "gzip")
    handler.send_header("Content-Length", str(len(bomb)))
    handler.end_headers()
    handler.wfile.write(bomb)


def half_an_answer(handler: Handler) -> None:
    """Less than was promised, and the connection gone."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"<rss>")
    handler.connection.shutdown(socket.SHUT_RDWR)


def redirect(to: str, status: int = 302) -> Page:
    """A redirect."""
    return Page(b"", status=status, headers={"Location": to}, etag=False)


@functools.cache
def bomb_of(size: int) -> bytes:
    """So many bytes, packed to a thousandth."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(10_000_000)
    return b"".join(packer.compress(block) for _ in range(size // len(block))) + packer.flush()
