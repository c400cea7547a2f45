"""The cookies of one chain of redirects (RFC 6265): some hosts set one and lead back to where they were asked."""

from __future__ import annotations

import urllib.request
from http.cookiejar import Cookie, CookieJar, DefaultCookiePolicy

import httpx

_MAX_COOKIES = 50  # RFC 6265, 6.1: as many for each domain, and as large, as a client keeps at least
_MAX_COOKIE_BYTES = 4096


class ChainCookies:
    """Cookies that live as long as one address is fetched: nothing is kept between articles, sources or nights."""

    def __init__(self) -> None:
        self._cookies = httpx.Cookies(CookieJar(_Policy()))

    def add_header(self, request: httpx.Request) -> None:
        """Add the cookies that are for a request's address, if any."""
        self._cookies.set_cookie_header(request)

    def build_header(self, url: str) -> str:
        """Return the Cookie header for an address; empty if no cookie is for it."""
        request = httpx.Request("GET", url)
        self.add_header(request)
        return str(request.headers.get("cookie", ""))

    def keep(self, reply: httpx.Response) -> None:
        """Keep the cookies that a reply sets, as far as its host may set them."""
        if len(self._cookies.jar) < _MAX_COOKIES:
            self._cookies.extract_cookies(reply)


class _Policy(DefaultCookiePolicy):
    """As browsers do: a cookie without Domain is its host's alone, and none is for a public suffix such as `co.uk`."""

    def __init__(self) -> None:
        super().__init__(rfc2965=False, strict_ns_domain=DefaultCookiePolicy.DomainStrictNonDomain)

    def set_ok(self, cookie: Cookie, request: urllib.request.Request) -> bool:
        n_bytes = len(cookie.name) + len(cookie.value or "")
        return n_bytes <= _MAX_COOKIE_BYTES and super().set_ok(cookie, request)

    def set_ok_domain(self, cookie: Cookie, request: urllib.request.Request) -> bool:
        from tld import is_tld

        domain = cookie.domain.strip(".").lower()
        if cookie.domain_specified and is_tld(domain, search_private=True):
            return False
        return bool(super().set_ok_domain(cookie, request))
