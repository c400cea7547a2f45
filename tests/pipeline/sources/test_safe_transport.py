"""Public and private addresses."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest

from newsfold.sources.safe_transport import is_public
from tests.pipeline.sources.conftest import fetch_all
from tests.server import Page, Site


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1::1", True), ("::ffff:93.184.216.34", True),
        ("10.0.0.1", False), ("192.168.1.1", False), ("172.16.0.1", False), ("169.254.169.254", False),
        ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False), ("255.255.255.255", False), ("::1", False),
        ("fe80::1", False), ("fd00::1", False), ("::ffff:10.0.0.1", False), ("::10.0.0.1", False), ("ff02::1", False),
        ("64:ff9b::a00:1", False), ("2002:a00:1::", False), ("2001:0:a00:1::", False),
        ("fec0::1", False), ("3fff::1", False), ("192.88.99.1", False), ("168.63.129.16", False),
        ("::ffff:168.63.129.16", False), ("192.88.98.1", True),
    ],
)  # fmt: skip
def test_private_addresses_are_recognised_in_every_notation(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Let every name have these addresses."""

    def getaddrinfo(_: str, port: int, *__: Any, **___: Any) -> list[Any]:
        families = [socket.AF_INET6 if ":" in address else socket.AF_INET for address in addresses]
        return [
            (family, socket.SOCK_STREAM, 6, "", (address, port))
            for family, address in zip(families, addresses, strict=True)
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def test_the_next_address_of_a_name_is_tried_if_the_first_does_not_answer(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages = {"/0": Page(b"zero"), "/1": Page(b"one")}
    port = site.url.rpartition(":")[2]
    resolve_to(monkeypatch, "::1", "127.0.0.1")
    urls = [f"http://courier.example:{port}/{n}" for n in range(2)]
    assert fetch_all(urls, retries=0, private_networks=["::1/128", "127.0.0.1/32"]) == ["zero", "one"]
    assert "connection failed" in fetch_all(urls, retries=0, private_networks=["::1/128"])[0]


def test_an_address_that_is_not_allowed_is_passed_over(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.pages = {"/0": Page(b"zero")}
    resolve_to(monkeypatch, "10.0.0.1", "127.0.0.1")
    assert fetch_all([f"http://courier.example:{site.url.rpartition(':')[2]}/0"]) == ["zero"]
