"""Connections to public addresses only: private, loopback and reserved ones are refused, whatever the host's name."""

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
# What `ipaddress` does not know: the old site-local addresses (RFC 3879), those for documentation (RFC 9637), the
# relays of 6to4 (RFC 7526), and the services of a host in Azure.
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(network) for network in ("fec0::/10", "3fff::/20", "192.88.99.0/24", "168.63.129.16/32")
)
_LOW_32_BITS = (1 << 32) - 1


class SafeTransport(httpx.AsyncBaseTransport):
    """An httpx transport that connects to the address it has checked, so that no second look-up can differ.

    At most one connection is open at a time. TLS certificates are checked against the name.
    """

    def __init__(self, tls_context: ssl.SSLContext, private_networks: Sequence[str]) -> None:
        """Open no connection yet.

        Args:
            tls_context: checks the certificates.
            private_networks: networks (CIDR) that are allowed besides the public internet.
        """
        limits = httpx.Limits(max_connections=1, max_keepalive_connections=1)
        self._transport = httpx.AsyncHTTPTransport(verify=tls_context, limits=limits, trust_env=False)
        self._private_networks = private_networks

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request to its host's checked address.

        Raises:
            FetchError: the name cannot be resolved, or to no public address.
        """
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        address = await resolve_public_address(host, port, self._private_networks)
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=address)
        return await self._transport.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._transport.aclose()


async def resolve_public_address(host: str, port: int, private_networks: Sequence[str]) -> str:
    """Resolve a name to its first address that newsfold may connect to.

    Args:
        host: a name, or an address in any notation the resolver knows (`127.1`, `0x7f000001`).
        port: the port of the connection.
        private_networks: networks (CIDR) that are allowed besides the public internet.

    Raises:
        FetchError: the name cannot be resolved, or to no such address.
    """
    try:
        resolved = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = f"the host name {host!r} cannot be resolved ({error}); check the address"
        raise FetchError(reason, transient=getattr(error, "errno", None) == socket.EAI_AGAIN) from error
    addresses = [str(entry[4][0]).split("%")[0] for entry in resolved]
    for address in addresses:
        ip = ipaddress.ip_address(address)
        if is_public(ip) or any(ip in ipaddress.ip_network(network) for network in private_networks):
            return address
    raise FetchError(
        f"{host} is {', '.join(dict.fromkeys(addresses))}, an address of this machine or of a private network; "
        "`fetch.private_networks` can allow it"
    )


def is_public(address: Address) -> bool:
    """Return whether an address is on the public internet: not private, loopback, link-local, multicast or reserved.

    An IPv6 address that contains an IPv4 address (mapped, 6to4, Teredo, NAT64: RFC 4291, 3056, 4380, 6052) is public
    only if that one is.
    """
    if isinstance(address, ipaddress.IPv6Address):
        embedded = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if any(address in network for network in _NAT64) or int(address) >> 32 == 0:
            embedded.append(ipaddress.IPv4Address(int(address) & _LOW_32_BITS))
        if any(ipv4 is not None and not is_public(ipv4) for ipv4 in embedded):
            return False
        if address.ipv4_mapped:
            return True
    if any(address in network for network in _NOT_PUBLIC):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved and not address.is_unspecified
