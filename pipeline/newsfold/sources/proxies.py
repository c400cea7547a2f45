"""The proxies that the environment names: HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY, in either case."""

from __future__ import annotations

import importlib.util
import ipaddress
from collections.abc import Mapping
from urllib.request import getproxies_environment, proxy_bypass_environment  # type: ignore[attr-defined]

import httpx

from newsfold.errors import FetchError

_SCHEMES = ("http", "https", "socks5", "socks5h")


class Proxies:
    """The proxies of this process; no other settings of the machine count."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        """Choose nothing yet.

        Args:
            variables: addresses of proxies by scheme, `all`, and under `no` what is reached without one; None: those of
                the environment, but not HTTP_PROXY in a CGI program, where a header sets it (CVE-2016-1000110).
        """
        self._variables = dict(getproxies_environment() if variables is None else variables)

    def find(self, url: httpx.URL) -> httpx.Proxy | None:
        """Return the proxy for an address, or None.

        Raises:
            FetchError: the proxy cannot be used; the message does not hold its user name and password.
        """
        scheme = url.scheme if url.scheme in self._variables else "all"
        address = self._variables.get(scheme, "").strip()
        if not address or self._is_bypassed(url):
            return None
        variable = f"the environment variable {scheme.upper()}_PROXY"
        try:
            proxy_url = httpx.URL(address if "://" in address else f"http://{address}")
        except httpx.InvalidURL:
            proxy_url = httpx.URL()
        if proxy_url.scheme not in _SCHEMES or not proxy_url.host:
            raise FetchError(f"{variable} is not the address of a proxy; it starts with {'://, '.join(_SCHEMES)}://")
        if proxy_url.scheme.startswith("socks") and importlib.util.find_spec("socksio") is None:
            raise FetchError(f"{variable} names a SOCKS proxy; install what it needs: pip install 'httpx[socks]'")
        return httpx.Proxy(proxy_url)

    def _is_bypassed(self, url: httpx.URL) -> bool:
        """Whether NO_PROXY names an address's host: its name, a domain above it, or a network that it is in (CIDR)."""
        host = url.raw_host.decode("ascii")
        port = url.port or (443 if url.scheme == "https" else 80)
        if proxy_bypass_environment(f"{host}:{port}", self._variables):
            return True
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        return any(_contains(network.strip(), address) for network in self._variables.get("no", "").split(","))


def describe_proxy(proxy: httpx.Proxy) -> str:
    """Return a proxy's address without user name and password."""
    return f"{proxy.url.scheme}://{proxy.url.netloc.decode('ascii')}"


def _contains(network: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    try:
        return address in ipaddress.ip_network(network.strip("[]"), strict=False)
    except ValueError:
        return False
