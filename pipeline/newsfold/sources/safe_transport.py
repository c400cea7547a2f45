"""Connections that cannot be led astray: every name is resolved here, and only public addresses are connected to."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Sequence

import httpx

from newsfold.errors import FetchError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
_LOW_32_BITS = (1 << 32) - 1


class GuardedTransport(httpx.AsyncBaseTransport):
    """An httpx transport that connects to the address it has judged, so that no second look-up can differ.

    One connection at most is open at a time. TLS certificates are checked against the name.
    """

    def __init__(self, context: ssl.SSLContext, private: Sequence[str]) -> None:
        limits = httpx.Limits(max_connections=1, max_keepalive_connections=1)
        self._inner = httpx.AsyncHTTPTransport(verify=context, limits=limits, trust_env=False)
        self._private = private

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request to its host's judged address.

        Raises:
            FetchError: the name cannot be resolved, or to no public address.
        """
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        address = await public_address(host, port, self._private)
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=address)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._inner.aclose()


async def public_address(host: str, port: int, private: Sequence[str]) -> str:
    """The first address that a name resolves to and that may be connected to.

    Args:
        host: a name, or an address in any notation the resolver knows (`127.1`, `0x7f000001`).
        port: the port that will be connected to.
        private: networks (CIDR) that are allowed besides the public internet.

    Raises:
        FetchError: the name cannot be resolved, or to no such address.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = f"the host name {host!r} cannot be resolved ({error}); check the address"
        raise FetchError(reason, transient=getattr(error, "errno", None) == socket.EAI_AGAIN) from error
    addresses = [str(entry[4][0]).split("%")[0] for entry in found]
    for address in addresses:
        judged = ipaddress.ip_address(address)
        if is_public(judged) or any(judged in ipaddress.ip_network(network) for network in private):
            return address
    raise FetchError(
        f"{host} is {', '.join(dict.fromkeys(addresses))}, an address of this machine or of a private network; "
        "`fetch.private_networks` can allow it"
    )


def is_public(address: Address) -> bool:
    """Is this an address of the public internet: not private, loopback, link-local, multicast or reserved?

    An IPv4 address inside an IPv6 one (mapped, 6to4, Teredo, NAT64) is judged as what it is (RFC 4291, 3056, 4380,
    6052).
    """
    if isinstance(address, ipaddress.IPv6Address):
        inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if any(address in network for network in _NAT64) or int(address) >> 32 == 0:
            inner.append(ipaddress.IPv4Address(int(address) & _LOW_32_BITS))
        if any(one is not None and not is_public(one) for one in inner):
            return False
        if address.ipv4_mapped:
            return True
    return address.is_global and not address.is_multicast and not address.is_reserved and not address.is_unspecified
