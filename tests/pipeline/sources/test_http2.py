"""HTTP/2, with a small server that speaks it over TLS on the loopback."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import h2.config
import h2.connection
import h2.events
import pytest
import trustme

from tests.pipeline.sources.conftest import FakeClock, fetch_all, fetch_responses


class Http2Site:
    """Answers each path with itself, gzipped bodies aside; records what it was asked.

    Attributes:
        requests: protocol, path and `:authority` or Host of each request.
        n_connections: connections so far.
        most_open: the most requests that were open at a time.
        breaks_rules: it agrees on HTTP/2, and then `answers` something else or `resets` the connection.
    """

    def __init__(self, tls: ssl.SSLContext, *, breaks_rules: str = "") -> None:
        self.requests: list[tuple[str, str, str]] = []
        self.n_connections = self.most_open = 0
        self.breaks_rules = breaks_rules
        self._tls = tls
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> Http2Site:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                raw, _ = self._socket.accept()
                threading.Thread(target=self._serve, args=(raw,), daemon=True).start()

    def _serve(self, raw: socket.socket) -> None:
        with contextlib.suppress(OSError), self._tls.wrap_socket(raw, server_side=True) as stream:
            self.n_connections += 1
            if stream.selected_alpn_protocol() != "h2":
                self._serve_http1(stream)
            elif self.breaks_rules:
                stream.recv(65536)
                if self.breaks_rules == "resets":
                    stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    return
                stream.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            else:
                self._serve_http2(stream)

    def _serve_http2(self, stream: ssl.SSLSocket) -> None:
        connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        connection.initiate_connection()
        stream.sendall(connection.data_to_send())
        n_open = 0
        while data := stream.recv(65536):
            for event in connection.receive_data(data):
                if isinstance(event, h2.events.RequestReceived) and event.stream_id and event.headers:
                    n_open += 1
                    self.most_open = max(self.most_open, n_open)
                    fields = {bytes(name).decode(): bytes(value).decode() for name, value in event.headers}
                    self.requests.append(("h2", fields[":path"], fields[":authority"]))
                    body = b"" if fields[":path"] == "/robots.txt" else fields[":path"].encode()
                    connection.send_headers(event.stream_id, [(":status", "200"), ("content-length", str(len(body)))])
                    connection.send_data(event.stream_id, body, end_stream=True)
                    n_open -= 1
            stream.sendall(connection.data_to_send())

    def _serve_http1(self, stream: ssl.SSLSocket) -> None:
        while data := stream.recv(65536):
            lines = data.decode().split("\r\n")
            path = lines[0].split()[1]
            host = next(line for line in lines if line.lower().startswith("host:"))
            self.requests.append(("http/1.1", path, host.split(": ")[1]))
            body = b"" if path == "/robots.txt" else path.encode()
            stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ssl.SSLContext]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["h2", "http/1.1"])
    authority.issue_cert("127.0.0.1").configure_cert(context)
    yield context


def test_a_host_that_speaks_http2_gets_it_over_one_connection_and_one_request_at_a_time(tls: ssl.SSLContext) -> None:
    with Http2Site(tls) as site:
        assert fetch_all([f"{site.url}/{n}" for n in range(4)]) == ["/0", "/1", "/2", "/3"]
    host = site.url.removeprefix("https://")
    assert site.requests == [("h2", path, host) for path in ("/robots.txt", "/0", "/1", "/2", "/3")]
    assert (site.n_connections, site.most_open) == (1, 1)


@pytest.mark.parametrize("breaks_rules", ["answers", "resets"])
def test_a_host_that_offers_http2_and_breaks_its_rules_gets_http1(
    tls: ssl.SSLContext, clock: FakeClock, breaks_rules: str
) -> None:
    with Http2Site(tls, breaks_rules=breaks_rules) as site:
        assert fetch_all([f"{site.url}/0", f"{site.url}/1"], clock) == ["/0", "/1"]
    assert {protocol for protocol, _, _ in site.requests} == {"http/1.1"}


def test_a_certificate_that_nobody_vouches_for_is_refused(tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    with Http2Site(tls) as site:
        monkeypatch.delenv("SSL_CERT_FILE")
        (error,) = fetch_responses([f"{site.url}/0"], retries=0)
    assert "certificate" in str(error) and not site.requests
