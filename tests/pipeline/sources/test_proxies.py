"""Proxies that the environment names, with a small one on the loopback."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
import pytest
import trustme

from newsfold.errors import FetchError
from newsfold.sources.proxies import Proxies, describe_proxy
from tests.pipeline.sources.conftest import fetch_all
from tests.server import Page, Site

PASSWORD = "pass word"


class Proxy(ThreadingHTTPServer):
    """Forwards plain requests and tunnels to the one site that it knows, whatever name is asked for.

    Attributes:
        site: the site.
        requests: method, target and Proxy-Authorization of each request.
    """

    daemon_threads = True

    def __init__(self, site: Site) -> None:
        super().__init__(("127.0.0.1", 0), _ProxyHandler)
        self.site, self.requests = site, cast("list[tuple[str, str, str | None]]", [])
        self.netloc = f"127.0.0.1:{self.server_address[1]}"


class _ProxyHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _open_site(self) -> socket.socket:
        proxy = cast("Proxy", self.server)
        proxy.requests.append((self.command, self.path, self.headers.get("Proxy-Authorization")))
        host, port = urlsplit(proxy.site.url).netloc.split(":")
        return socket.create_connection((host, int(port)))

    def do_GET(self) -> None:
        self.close_connection = True
        parts = urlsplit(self.path)
        with self._open_site() as site:
            head = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n"
            site.sendall(head.encode())
            while data := site.recv(65536):
                self.wfile.write(data)

    def do_CONNECT(self) -> None:
        self.close_connection = True
        with self._open_site() as site, contextlib.suppress(OSError):
            self.send_response(200)
            self.end_headers()
            while True:
                readable, _, _ = select.select([site, self.connection], [], [])
                for source in readable:
                    data = source.recv(65536)
                    if not data:
                        return
                    (self.connection if source is site else site).sendall(data)

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


@contextlib.contextmanager
def run_proxy(site: Site) -> Iterator[Proxy]:
    with Proxy(site) as proxy:
        threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield proxy
        proxy.shutdown()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Return a monkeypatch with an environment that names no proxy."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy") or name == "REQUEST_METHOD"]:
        monkeypatch.delenv(name)
    return monkeypatch


def test_plain_requests_are_forwarded_by_the_proxy_which_looks_the_name_up(
    site: Site, environment: pytest.MonkeyPatch
) -> None:
    site.pages["/0"] = Page(b"zero")
    with run_proxy(site) as proxy:
        environment.setenv("HTTP_PROXY", f"http://desk:pass%20word@{proxy.netloc}")
        assert fetch_all(["http://courier.invalid/0"], private_networks=[]) == ["zero"]
    credentials = "Basic " + b64encode(f"desk:{PASSWORD}".encode()).decode()
    assert proxy.requests == [("GET", f"http://courier.invalid/{path}", credentials) for path in ("robots.txt", "0")]
    assert [request.headers["Host"] for request in site.requests] == ["courier.invalid"] * 2
    assert not any("Proxy-Authorization" in request.headers for request in site.requests)


@pytest.mark.parametrize(
    ("name", "ascii_name"),
    [("B\u00fccher.invalid", "xn--bcher-kva.invalid"), ("stra\u00dfe.invalid", "xn--strae-oqa.invalid")],
)
def test_a_name_in_any_script_is_the_one_of_idna_2008(
    site: Site, environment: pytest.MonkeyPatch, name: str, ascii_name: str
) -> None:
    site.pages["/0"] = Page(b"zero")
    with run_proxy(site) as proxy:
        environment.setenv("http_proxy", proxy.netloc)
        assert fetch_all([f"http://{name}/0", f"http://{ascii_name}:80/0"]) == ["zero", "zero"]
    assert [target for _, target, _ in proxy.requests] == [
        f"http://{ascii_name}/{path}" for path in ("robots.txt", "0", "0")
    ]


def test_requests_over_tls_are_tunnelled_and_the_certificate_is_checked_against_the_name(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("courier.invalid").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    environment.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    with Site({"/0": Page(b"zero"), "/1": Page(b"one")}, tls=context) as site, run_proxy(site) as proxy:
        environment.setenv("all_proxy", proxy.netloc)
        urls = [f"https://{path}" for path in ("courier.invalid/0", "other.invalid/1", "courier.invalid/1")]
        results = fetch_all(urls, retries=0)
    assert results[0] == "zero" and "certificate" in results[1] and results[2] == "one"
    assert sorted(set(proxy.requests)) == [("CONNECT", f"{host}.invalid:443", None) for host in ("courier", "other")]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1", "0x7f000001", "localhost", "[::1]", "10.1.2.3", "169.254.169.254"]
)
def test_a_private_address_is_not_asked_for_by_a_proxy_either(
    site: Site, environment: pytest.MonkeyPatch, host: str
) -> None:
    with run_proxy(site) as proxy:
        environment.setenv("HTTP_PROXY", f"http://{proxy.netloc}")
        assert "private network" in fetch_all([f"http://{host}/0"], private_networks=[], retries=0)[0]
    assert not proxy.requests


def test_a_proxy_that_does_not_answer_is_named_without_its_password(environment: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    environment.setenv("HTTP_PROXY", f"http://desk:secret@127.0.0.1:{port}")
    (reason,) = fetch_all(["http://courier.invalid/0"], retries=0)
    assert f"by the proxy http://127.0.0.1:{port}" in reason and "secret" not in reason and "desk" not in reason


def find(url: str, **variables: str) -> str | None:
    proxy = Proxies(variables).find(httpx.URL(url))
    return describe_proxy(proxy) if proxy else None


@pytest.mark.parametrize(
    ("url", "bypass", "is_bypassed"),
    [
        ("http://news.example/", "", False), ("http://news.example/", "*", True),
        ("http://news.example/", "news.example", True), ("http://www.news.example/", "news.example", True),
        ("http://www.news.example/", ".news.example", True), ("http://oldnews.example/", "news.example", False),
        ("http://news.example:8080/", "news.example:8080", True), ("http://news.example/", "news.example:8080", False),
        ("http://news.example/", "a.example, NEWS.example", True), ("http://10.1.2.3/", "10.0.0.0/8", True),
        ("http://11.1.2.3/", "10.0.0.0/8", False), ("http://[fd00::1]/", "fd00::/8", True),
    ],
)  # fmt: skip
def test_no_proxy_names_hosts_domains_and_networks(url: str, bypass: str, is_bypassed: bool) -> None:
    assert (find(url, http="http://proxy:3128", no=bypass) is None) is is_bypassed


def test_each_scheme_has_its_own_proxy_or_the_one_for_all() -> None:
    proxies = {"http": "http://a:1", "all": "b:2"}
    assert find("http://x.example/", **proxies) == "http://a:1"
    assert find("https://x.example/", **proxies) == "http://b:2"
    assert find("https://x.example/", http="http://a:1") is None


def test_the_environment_alone_names_proxies_in_either_case_but_not_through_cgi(
    environment: pytest.MonkeyPatch,
) -> None:
    url = httpx.URL("http://x.example/")
    assert Proxies().find(url) is None
    environment.setenv("HTTP_PROXY", "http://upper:1")
    assert describe_proxy(Proxies().find(url) or httpx.Proxy("http://none")) == "http://upper:1"
    environment.setenv("REQUEST_METHOD", "GET")
    assert Proxies().find(url) is None
    environment.setenv("http_proxy", "http://lower:1")
    assert describe_proxy(Proxies().find(url) or httpx.Proxy("http://none")) == "http://lower:1"


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        pytest.param(
            "socks5://desk:secret@proxy:1080",
            r"ALL_PROXY names a SOCKS proxy; install .*pip install 'httpx\[socks\]'",
            marks=pytest.mark.skipif(find_spec("socksio") is not None, reason="SOCKS can be used here"),
        ),
        ("ftp://desk:secret@proxy", "ALL_PROXY is not the address of a proxy"),
        ("http://desk:secret@", "ALL_PROXY is not the address of a proxy"),
        ("http://desk:secret@pro xy:x", "ALL_PROXY is not the address of a proxy"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_named_without_its_password(address: str, reason: str) -> None:
    with pytest.raises(FetchError, match=reason) as caught:
        find("http://x.example/", all=address)
    assert "secret" not in str(caught.value) and "desk" not in str(caught.value)
