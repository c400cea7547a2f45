"""Public and private addresses."""

from __future__ import annotations

import ipaddress

import pytest

from newsfold.sources.safe_transport import is_public


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
