"""The cookies of one chain of redirects (RFC 6265): some hosts set one and lead back to where they were asked."""

from __future__ import annotations

import urllib.request
from http.cookiejar import Cookie, CookieJar, DefaultCookiePolicy, eff_request_host  # type: ignore[attr-defined]

import httpx

from newsfold import urls

_MAX_COOKIES = 50  # RFC 6265, 6.1: as many for each domain, and as large, as a client keeps at least
_MAX_COOKIE_BYTES = 4096


class ChainCookies:
    """Cookies that live as long as one address is fetched: nothing is kept between articles, sources or nights."""

    def __init__(self) -> None:
        self._cookies = httpx.Cookies(CookieJar(_Policy()))

    def build_header(self, url: str) -> str:
        """Return the Cookie header of a request for an address; empty if no cookie is for it."""
        request = urllib.request.Request(url)  # noqa: S310 - it is never sent
        self._cookies.jar.add_cookie_header(request)
        return request.get_header("Cookie", "")

    def keep(self, reply: httpx.Response) -> None:
        """Keep the cookies that a reply sets, as far as its host may set them."""
        if len(self._cookies.jar) < _MAX_COOKIES:
            self._cookies.extract_cookies(reply)


class _Policy(DefaultCookiePolicy):
    """As RFC 6265, 5.3: a cookie without Domain is its host's alone; none is for a public suffix such as `co.uk`."""

    def __init__(self) -> None:
        super().__init__(rfc2965=False, strict_ns_domain=DefaultCookiePolicy.DomainStrictNonDomain)

    def set_ok(self, cookie: Cookie, request: urllib.request.Request) -> bool:
        cookie.port, cookie.port_specified = None, False  # of RFC 2965; RFC 6265 knows no Port
        host = eff_request_host(request)[1]
        domain = cookie.domain.strip(".").lower()
        is_suffix = "." not in domain or urls.is_public_suffix(domain)
        if cookie.domain_specified and is_suffix:
            if domain not in ("", host, host.removesuffix(".local")):
                return False
            cookie.domain, cookie.domain_specified, cookie.domain_initial_dot = host, False, False
        text = f"{cookie.name}{cookie.value or ''}"
        is_sendable = len(text) <= _MAX_COOKIE_BYTES and text.isprintable()
        return is_sendable and super().set_ok(cookie, request)
