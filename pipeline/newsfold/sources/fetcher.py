"""Fetching addresses politely: robots.txt, one request at a time for each host, retries, redirects and the cache."""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Protocol
from urllib.parse import urljoin, urlsplit

import httpx

from newsfold import urls
from newsfold.errors import FetchError
from newsfold.failures import describe_failure
from newsfold.settings import Fetch
from newsfold.sources.cookies import ChainCookies
from newsfold.sources.decompression import ACCEPT_ENCODING
from newsfold.sources.exchange import describe_status, send_request
from newsfold.sources.hosts import Clock, Host, SystemClock
from newsfold.sources.proxies import Proxies
from newsfold.sources.redirects import REDIRECTS
from newsfold.sources.responses import Response
from newsfold.sources.robots import MAX_BYTES as ROBOTS_MAX_BYTES
from newsfold.sources.robots import ROBOT_NAME, RobotsRules
from newsfold.sources.safe_transport import SafeTransport

_TRANSIENT = frozenset({429, 500, 502, 503, 504})
# A host may send 206 and 226 though newsfold asks for no part and no difference: what it sends is read.
_USABLE = frozenset({200, 203, 206, 226, 304})
_ROBOTS_MAX_REDIRECTS = 5  # RFC 9309, 2.3.1.2
_FIRST_BACKOFF, _MAX_BACKOFF = 1.0, 30.0  # seconds before a retry, doubled each time
_ACCEPT = "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/xml;q=0.9,*/*;q=0.5"


class ResponseCache(Protocol):
    """The responses of this edition, by address."""

    def get(self, address: str) -> bytes | None:
        """Return the cached response, or None."""

    def put(self, address: str, response: bytes) -> None:
        """Cache a response."""


@dataclass(frozen=True, slots=True)
class Validators:
    """The validators of the version that a host sent last; a host sends it again only if it changed."""

    etag: str | None = None
    last_modified: str | None = None

    def to_headers(self) -> dict[str, str]:
        """Return the headers of a conditional request (RFC 9110, 13.1)."""
        headers = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        # Hosts send values that no request header may hold (RFC 9110, 5.5); these are left out.
        return {name: value for name, value in headers.items() if value and value.isascii() and value.isprintable()}


class Fetcher:
    """Fetches addresses for one run; an async context manager.

    Each host gets one request at a time over one connection, with a delay between requests: the configured one or the
    Crawl-delay of its robots.txt, if longer. What robots.txt (RFC 9309) disallows is not requested. A limited number of
    hosts is asked concurrently. Responses are cached, so that a rerun of the edition sends no request.
    """

    def __init__(self, settings: Fetch, cache: ResponseCache | None = None, clock: Clock | None = None) -> None:
        """Open no connection yet.

        Args:
            settings: delays, limits and the contact address.
            cache: the responses of this edition; None: request everything.
            clock: tells the time; None: the machine's.
        """
        self._settings, self._cache, self._clock = settings, cache, clock or SystemClock()
        contact = f"/{version('newsfold')} (+{settings.contact})" if settings.contact else ""
        self._headers = {"User-Agent": f"{ROBOT_NAME}{contact}", "Accept": _ACCEPT, "Accept-Encoding": ACCEPT_ENCODING}
        self._hosts: dict[str, Host] = {}
        self._semaphore = asyncio.Semaphore(settings.concurrency)
        self._tls_context = ssl.create_default_context()
        self._proxies = Proxies()

    async def __aenter__(self) -> Fetcher:
        return self

    async def __aexit__(self, *_: object) -> None:
        for host in self._hosts.values():
            await host.disconnect()

    async def get(self, url: str, validators: Validators | None = None) -> Response:
        """Fetch an address.

        Args:
            url: an http or https address.
            validators: of the version that is known already.

        Returns:
            Its response: 200, or 304 if the known version did not change.

        Raises:
            FetchError: it is refused, unreachable, too slow, too large, not allowed or not there; with the reason.
            MachineError: the machine lacks memory, disk space or open files.
        """
        conditions = (validators or Validators()).to_headers()
        cached = self._load_cached(url)
        # A 304 may have been cached when an earlier edition was known that is gone now: it confirms nothing.
        if cached and (conditions or cached.status != 304):
            return cached
        try:
            response = await self._get_following_redirects(url, conditions)
        except Exception as error:  # any library's error concerns this address alone
            reason = describe_failure(error, f"Fetching {url}")
            if isinstance(error, FetchError):
                raise
            raise FetchError(reason) from error
        if response.status == 304 and not conditions:
            raise FetchError("the host answers 304 (not modified) to a request that set no condition")
        if self._cache:
            self._cache.put(url, response.to_bytes())
        return response

    async def get_looks(
        self, url: str, validators: Validators | None, *, refresh: bool
    ) -> tuple[list[Response], FetchError | None]:
        """Fetch a listing, and return it as this edition has seen it, once for each look that found it changed.

        Args:
            url: an http or https address.
            validators: of the version that the edition before knew.
            refresh: ask the host again, conditionally, even if this edition has asked it before.

        Returns:
            The responses, oldest first; and why asking again failed, if it did.

        Raises:
            FetchError: as of `get`, if there is no earlier look.
            MachineError: the machine lacks memory, disk space or open files.
        """
        has_asked = self._load_cached(url) is not None
        looks = [await self.get(url, validators)]
        while cached := self._load_cached(_name_look(url, len(looks))):
            looks.append(cached)
        if not (refresh and has_asked):
            return looks, None
        known = next((look for look in reversed(looks) if look.status != 304), None)
        conditions = Validators(known.etag, known.last_modified) if known else validators or Validators()
        try:
            response = await self._get_following_redirects(url, conditions.to_headers())
        except FetchError as error:
            return looks, error
        if self._cache and response.status != 304 and not (known and response.body == known.body):
            self._cache.put(_name_look(url, len(looks)), response.to_bytes())
            looks.append(response)
        return looks, None

    def forget_unreachable_robots(self, url: str) -> None:
        """Fetch the robots.txt of an address's host once more, if it could not be fetched before."""
        host = self._hosts.get(_host_key(url))
        if host and host.robots and host.robots.unreachable:
            host.robots = None

    def list_sitemaps(self, url: str) -> list[str]:
        """List the sitemaps that the robots.txt of an address's host names, if it was read."""
        host = self._hosts.get(_host_key(url))
        return host.robots.sitemaps if host and host.robots else []

    def _load_cached(self, url: str) -> Response | None:
        cached = self._cache.get(url) if self._cache else None
        try:
            return Response.from_bytes(cached) if cached else None
        except ValueError:
            return None  # damaged: request it again

    async def _get_following_redirects(self, url: str, headers: Mapping[str, str]) -> Response:
        """Get an address and follow its redirects; robots.txt and the limits apply to each step."""
        current, seconds, cookies = _normalise_url(url), 0.0, ChainCookies()
        visited = {(current, "")}
        while True:
            async with self._acquire_host(current) as host:
                robots = await self._load_robots(host, current)
                robots.require_allowed(current)
                response = await self._get_with_retries(host, current, headers, cookies, robots)
            seconds += response.seconds
            target = self._find_target(response)
            if not target:
                break
            # An address may be asked again with another cookie: the redirect before it has set it.
            state = (target, cookies.build_header(target))
            if state in visited:
                if response.status not in REDIRECTS:
                    break  # a page that reloads itself
                raise FetchError(f"its redirects go round in a circle, by {target}")
            if len(visited) > self._settings.max_redirects:
                raise FetchError(f"it is redirected more than {self._settings.max_redirects} times, last to {target}")
            visited.add(state)
            current = target
        if response.status not in _USABLE:
            where = " and names no address that it leads to" if response.status in REDIRECTS else ""
            raise FetchError(f"the host answers {describe_status(response.status)}{where}")
        final_url = current if len(visited) > 1 else urls.replace_feed_scheme(url)
        return replace(response, url=url, final_url=final_url, seconds=round(seconds, 3))

    def _find_target(self, response: Response) -> str | None:
        """Return the address that a response leads to, if any; a page may refresh to what cannot be requested."""
        try:
            return _normalise_url(response.final_url) if response.final_url else None
        except FetchError:
            if response.status in REDIRECTS:
                raise
            return None

    @asynccontextmanager
    async def _acquire_host(self, url: str) -> AsyncIterator[Host]:
        """Hold the host of an address; its connection is closed when nobody waits for it any more."""
        key = _host_key(url)
        host = self._hosts.get(key)
        if host is None:
            transport = SafeTransport(self._tls_context, self._settings.private_networks, self._proxies)
            host = self._hosts[key] = Host(transport, self._headers, self._clock)
        host.n_waiting += 1
        try:
            async with host.lock:
                yield host
                if host.n_waiting == 1 and len(self._hosts) > self._settings.concurrency:
                    await host.disconnect()
        finally:
            host.n_waiting -= 1

    async def _load_robots(self, host: Host, url: str) -> RobotsRules:
        """Return the rules of a host, fetched once in a run (RFC 9309, 2.4: cached for at most 24 hours)."""
        if host.robots is None:
            host.robots = await self._fetch_robots(host, urljoin(url, "/robots.txt"))
            host.pause(host.robots.crawl_delay)
        return host.robots

    async def _fetch_robots(self, host: Host, url: str) -> RobotsRules:
        no_rules, cookies = RobotsRules(), ChainCookies()
        current = url
        for _ in range(_ROBOTS_MAX_REDIRECTS + 1):
            try:
                response = await self._get_with_retries(host, current, {}, cookies, no_rules, ROBOTS_MAX_BYTES)
            except FetchError as error:
                if urlsplit(current).netloc != urlsplit(url).netloc:
                    return no_rules
                # RFC 9309, 2.3.1.4: unreachable rules allow nothing.
                return RobotsRules(unreachable=str(error))
            try:
                target = self._find_target(response)
            except FetchError:
                return no_rules
            if target is None:
                break
            current = target
        if 200 <= response.status < 300:
            return RobotsRules(response.body)
        if response.status >= 500 or response.status == 429:
            return RobotsRules(unreachable=f"the host answers {describe_status(response.status)}")
        return no_rules  # RFC 9309, 2.3.1.3: no rules, everything is allowed

    async def _get_with_retries(
        self,
        host: Host,
        url: str,
        headers: Mapping[str, str],
        cookies: ChainCookies,
        robots: RobotsRules,
        truncate_at: int | None = None,
    ) -> Response:
        """Get one response, perhaps a redirect, at the host's pace; retry transient failures."""
        max_wait = self._settings.max_wait_seconds
        failure = FetchError("it was never asked for")
        for attempt in range(self._settings.retries + 1):
            await host.wait_for_turn(self._settings.host_seconds)
            retry_after = 0.0
            try:
                async with self._semaphore:
                    response, requested_pause = await send_request(
                        host, url, headers, cookies, self._settings, truncate_at
                    )
                if response.status not in _TRANSIENT:
                    return response
                reason = f"the host answers {describe_status(response.status)}"
                retry_after, failure = requested_pause, FetchError(reason, transient=True)
                if truncate_at is not None and attempt == self._settings.retries:
                    return response
            except httpx.TransportError as error:
                if isinstance(error, httpx.ProtocolError | httpx.ReadError):  # it answers nonsense, or hangs up
                    await host.transport.use_http1()
                failure = FetchError(f"the connection failed: {str(error) or type(error).__name__}", transient=True)
            finally:
                host.pause(max(self._settings.delay_seconds, robots.crawl_delay))
            if retry_after > max_wait:
                host.leave_out(f"left out: its host asks to be left alone for {retry_after:.0f} seconds")
                raise FetchError(f"{failure}, and asks to be left alone for {retry_after:.0f} seconds")
            backoff = min(_MAX_BACKOFF, _FIRST_BACKOFF * 2**attempt) * random.uniform(0.5, 1.5)  # noqa: S311 - no secret
            host.pause(retry_after or min(backoff, max_wait))
        raise failure


def _name_look(url: str, number: int) -> str:
    """Return the name under which the cache has a later look at an address; no address has a space."""
    return f"{url} {number}" if number else url


def _normalise_url(url: str) -> str:
    """Return an address as it is requested: in ASCII, without a fragment; `feed:` as http.

    Raises:
        FetchError: it is not an address that may be requested.
    """
    try:
        normal = httpx.URL(urls.replace_feed_scheme(url.strip())).copy_with(fragment=None)
        usable = normal.scheme in ("http", "https") and bool(normal.host) and normal.port != 0
    except (ValueError, httpx.InvalidURL) as error:
        raise FetchError(f"{url!r} is not an address: {error}") from error
    if not usable:
        raise FetchError(f"{url!r} is not an http or https address")
    if normal.userinfo:
        raise FetchError("the address holds a user name, which newsfold sends nowhere")
    return str(normal)


def _host_key(url: str) -> str:
    """Return the name and port of an address's host; on the default ports, http and https are the same host."""
    return httpx.URL(_normalise_url(url)).netloc.decode("ascii")
