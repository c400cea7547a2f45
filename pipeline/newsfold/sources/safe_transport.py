"""Connections to public addresses only: private, loopback and reserved ones are refused, whatever the host's name."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import ssl
from collections.abc import Mapping, Sequence

import httpx

from newsfold.errors import FetchError
from newsfold.sources.proxies import Proxies, describe_proxy

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
# What `ipaddress` does not know: the old site-local addresses (RFC 3879), those for documentation (RFC 9637), the
# relays of 6to4 (RFC 7526), and the services of a host in Azure.
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(network) for network in ("fec0::/10", "3fff::/20", "192.88.99.0/24", "168.63.129.16/32")
)
_LOW_32_BITS = (1 << 32) - 1
_MAX_ADDRESSES = 4  # of one name, tried in turn
_CONNECT_SECONDS = 5.0  # before the next address is tried
_MAX_RESOLVE_SECONDS = 5  # behind a proxy, names are often unknown here


class SafeTransport(httpx.AsyncBaseTransport):
    """An httpx transport that connects to the address it has checked, so that no second look-up can differ.

    At most one connection is open at a time; over TLS it speaks HTTP/2 if the host does. TLS certificates are checked
    against the name. If the environment names a proxy, the proxy looks the name up: then an address is refused that is
    private as it stands, or as this machine looks it up.
    """

    def __init__(self, tls_context: ssl.SSLContext, private_networks: Sequence[str], proxies: Proxies) -> None:
        """Open no connection yet.

        Args:
            tls_context: checks the certificates.
            private_networks: networks (CIDR) that are allowed besides the public internet.
            proxies: those of the environment.
        """
        self._tls_context, self._private_networks, self._proxies = tls_context, private_networks, proxies
        self._transports: dict[str, httpx.AsyncHTTPTransport] = {}  # by the proxy's address; empty: none
        self._http2 = True
        self._last_address = ""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request to its host's checked address, or by the proxy.

        Raises:
            FetchError: the name cannot be resolved, or to no public address; or the proxy cannot be used.
        """
        proxy = self._proxies.find(request.url)
        if proxy:
            return await self._send_by_proxy(proxy, request)
        host = request.url.raw_host.decode("ascii")
        addresses = await resolve_public_addresses(host, _port(request.url), self._private_networks)
        # The one that answered last first: its connection may still be open.
        *others, last = sorted(addresses, key=lambda address: address != self._last_address)
        for address in others:
            with contextlib.suppress(httpx.ConnectError, httpx.ConnectTimeout):  # perhaps no IPv6 here, or none there
                return await self._send_to(address, request, {"connect": _CONNECT_SECONDS})
        return await self._send_to(last, request, {})

    async def use_http1(self) -> None:
        """Speak HTTP/1.1 from now on: some hosts offer HTTP/2 and break its rules."""
        if self._http2:
            self._http2 = False
            await self.aclose()
            self._transports.clear()

    async def aclose(self) -> None:
        """Close the connection."""
        for transport in self._transports.values():
            await transport.aclose()

    def _open_transport(self, proxy: httpx.Proxy | None) -> httpx.AsyncHTTPTransport:
        key = str(proxy.url) if proxy else ""
        if key not in self._transports:
            limits = httpx.Limits(max_connections=1, max_keepalive_connections=1)
            self._transports[key] = httpx.AsyncHTTPTransport(
                verify=self._tls_context, http2=self._http2, limits=limits, trust_env=False, proxy=proxy
            )
        return self._transports[key]

    async def _send_to(self, address: str, request: httpx.Request, timeout: Mapping[str, float]) -> httpx.Response:
        """Send a request to a checked address of its host; it keeps the name itself, to which its cookies belong."""
        extensions = {"sni_hostname": request.url.raw_host.decode("ascii"), "timeout": timeout}
        readdressed = httpx.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, **extensions},
        )
        reply = await self._open_transport(None).handle_async_request(readdressed)
        self._last_address = address
        return reply

    async def _send_by_proxy(self, proxy: httpx.Proxy, request: httpx.Request) -> httpx.Response:
        await require_not_private(request.url.raw_host.decode("ascii"), _port(request.url), self._private_networks)
        try:
            return await self._open_transport(proxy).handle_async_request(request)
        except httpx.TransportError as error:
            reason = f"{str(error) or type(error).__name__}, by the proxy {describe_proxy(proxy)}"
            raise type(error)(reason) from error


async def resolve_public_addresses(host: str, port: int, private_networks: Sequence[str]) -> list[str]:
    """Resolve a name to the addresses that newsfold may connect to, in the resolver's order; at least one.

    Args:
        host: a name in ASCII, or an address in any notation the resolver knows (`127.1`, `0x7f000001`).
        port: the port of the connection.
        private_networks: networks (CIDR) that are allowed besides the public internet.

    Raises:
        FetchError: the name cannot be resolved, or to no such address.
    """
    try:
        addresses = await _resolve(host, port)
    except (OSError, UnicodeError) as error:
        reason = f"the host name {host!r} cannot be resolved ({error}); check the address"
        raise FetchError(reason, transient=getattr(error, "errno", None) == socket.EAI_AGAIN) from error
    allowed = [address for address in addresses if _is_allowed(address, private_networks)]
    if not allowed:
        raise _private_error(host, addresses)
    return allowed[:_MAX_ADDRESSES]


async def require_not_private(host: str, port: int, private_networks: Sequence[str]) -> None:
    """Check that a host is not known to be private, before a proxy looks it up.

    Args:
        host: as for `resolve_public_addresses`; a name that this machine cannot resolve passes.
        port: the port of the connection.
        private_networks: networks (CIDR) that are allowed besides the public internet.

    Raises:
        FetchError: one of its addresses is private.
    """
    try:
        async with asyncio.timeout(_MAX_RESOLVE_SECONDS):
            addresses = await _resolve(host, port)
    except (OSError, UnicodeError):  # TimeoutError is an OSError
        return
    refused = [address for address in addresses if not _is_allowed(address, private_networks)]
    if refused:
        raise _private_error(host, refused)


async def _resolve(host: str, port: int) -> list[str]:
    resolved = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]).split("%")[0] for entry in resolved))


def _is_allowed(address: str, private_networks: Sequence[str]) -> bool:
    ip = ipaddress.ip_address(address)
    return is_public(ip) or any(ip in ipaddress.ip_network(network) for network in private_networks)


def _private_error(host: str, addresses: Sequence[str]) -> FetchError:
    named = host if addresses == [host] else f"{host} ({', '.join(addresses)})"
    return FetchError(
        f"{named} is an address of this machine or of a private network; `fetch.private_networks` can allow it"
    )


def _port(url: httpx.URL) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


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
