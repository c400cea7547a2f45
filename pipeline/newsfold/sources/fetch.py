"""The one way newsfold asks for anything on the web: politely, within bounds, and each host at its own pace."""

from __future__ import annotations

import asyncio
import random
import re
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import Protocol
from urllib.parse import urljoin, urlsplit

import httpx

from newsfold.errors import FetchError
from newsfold.settings import Fetch
from newsfold.sources.responses import Response, Unpacker
from newsfold.sources.safe_transport import GuardedTransport

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TRANSIENT = frozenset({429, 500, 502, 503, 504})
_ROBOTS_BYTES = 500 * 1024  # RFC 9309, 2.5: at least so much is parsed
_ROBOTS_REDIRECTS = 5  # RFC 9309, 2.3.1.2
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0  # seconds before a retry, doubled each time
_ACCEPT = "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/xml;q=0.9,*/*;q=0.5"
NAME = "newsfold"  # what robots.txt files call it


class Kept(Protocol):
    """Where the answers of this edition are kept, by address."""

    def get(self, address: str) -> bytes | None:
        """What was kept, or None."""

    def put(self, address: str, answer: bytes) -> None:
        """Keep an answer."""


@dataclass(frozen=True, slots=True)
class Validators:
    """What a host said of the version it sent last: handed back to it, so that it need not send it again."""

    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        """The conditions of a request (RFC 9110, 13.1)."""
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in named.items() if value}


@dataclass
class _Host:
    """One host's lane: one request at a time, at its pace."""

    client: httpx.AsyncClient
    transport: GuardedTransport
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    began: float = field(default_factory=time.monotonic)
    free_at: float = 0.0  # monotonic time before which nothing is asked
    closed: str | None = None  # why nothing more is asked tonight
    robots: Robots | None = None
    waiting: int = 0


class Fetcher:
    """Fetches addresses for one run; an async context manager.

    Each host is asked over one connection, one request at a time, with a delay between them: the configured one or the
    Crawl-delay of its robots.txt, if longer. What robots.txt (RFC 9309) disallows is not asked for. Hosts are asked
    concurrently, up to a number. Answers are kept, so that a rerun of the edition asks nobody.
    """

    def __init__(self, settings: Fetch, kept: Kept | None = None) -> None:
        self._settings, self._kept = settings, kept
        self._agent = f"{NAME}/{version('newsfold')} (+{settings.contact})" if settings.contact else NAME
        self._limit = int(settings.max_mb * 1_000_000)
        self._hosts: dict[str, _Host] = {}
        self._talking = asyncio.Semaphore(settings.concurrency)
        self._context = ssl.create_default_context()

    async def __aenter__(self) -> Fetcher:
        return self

    async def __aexit__(self, *_: object) -> None:
        for host in self._hosts.values():
            await host.client.aclose()

    async def get(self, url: str, known: Validators | None = None) -> Response:
        """The answer of an address: 200, or 304 where `known` still holds.

        Args:
            url: an http or https address.
            known: what was said of the version that is known.

        Raises:
            FetchError: it is refused, unreachable, too slow, too large, not allowed or not there; with the reason.
        """
        conditions = (known or Validators()).headers()
        replayed = self._replayed(url)
        # A 304 may have been kept when an earlier edition was known that is gone now: it confirms nothing.
        if replayed and (conditions or replayed.status != 304):
            return replayed
        try:
            answer = await self._followed(url, conditions)
        except FetchError:
            raise
        except Exception as error:  # whatever a library dies of concerns this address alone
            raise FetchError(f"it could not be fetched ({type(error).__name__}: {error})") from error
        if answer.status == 304 and not conditions:
            raise FetchError("the host answers 304 (not modified) to a request that set no condition")
        if self._kept:
            self._kept.put(url, answer.to_bytes())
        return answer

    def _replayed(self, url: str) -> Response | None:
        kept = self._kept.get(url) if self._kept else None
        try:
            return Response.from_bytes(kept) if kept else None
        except ValueError:
            return None  # damaged, so asked for again

    def look_again(self, url: str) -> None:
        """Ask the host of an address for its rules once more, where they could not be had."""
        host = self._hosts.get(urlsplit(_address(url)).netloc.lower())
        if host and host.robots and host.robots.unreachable:
            host.robots = None

    def sitemaps(self, url: str) -> list[str]:
        """The sitemaps that the robots.txt of an address's host names, where that was read."""
        host = self._hosts.get(urlsplit(_address(url)).netloc.lower())
        return host.robots.sitemaps if host and host.robots else []

    async def _followed(self, url: str, headers: Mapping[str, str]) -> Response:
        """The answer at the end of a chain of redirects; each step is judged as if it were asked for."""
        at, seen, seconds = url, {url}, 0.0
        while True:
            async with self._lane(at) as host:
                robots = await self._robots(host, at)
                robots.require(at)
                answer = await self._patiently(host, at, headers, robots)
            seconds += answer.seconds
            if answer.status not in _REDIRECTS or not answer.final_url:
                break
            at = _address(answer.final_url)
            if at in seen:
                raise FetchError(f"its redirects go round in a circle, by {at}")
            if len(seen) > self._settings.max_redirects:
                raise FetchError(f"it is redirected more than {self._settings.max_redirects} times, last to {at}")
            seen.add(at)
        if answer.status not in (200, 203, 304):
            raise FetchError(f"the host answers {answer.status} ({_meaning(answer.status)})")
        return replace(answer, url=url, final_url=at, seconds=round(seconds, 3))

    @asynccontextmanager
    async def _lane(self, url: str) -> AsyncIterator[_Host]:
        """The lane of an address's host, alone in it; its connection is closed when nobody waits for it any more."""
        key = urlsplit(_address(url)).netloc.lower()
        host = self._hosts.get(key)
        if host is None:
            transport = GuardedTransport(self._context, self._settings.private_networks)
            agent = {"User-Agent": self._agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate"}
            client = httpx.AsyncClient(transport=transport, headers=agent, timeout=None, trust_env=False)  # noqa: S113 - `_once` bounds the whole
            host = self._hosts[key] = _Host(client, transport)
        host.waiting += 1
        try:
            async with host.lock:
                yield host
                if host.waiting == 1 and len(self._hosts) > self._settings.concurrency:
                    await host.transport.aclose()  # the client opens it again
        finally:
            host.waiting -= 1

    async def _robots(self, host: _Host, url: str) -> Robots:
        """The rules of a host, read once a run (RFC 9309, 2.4: at most 24 hours)."""
        if host.robots is None:
            host.robots = await self._read_robots(host, urljoin(url, "/robots.txt"))
            host.free_at = max(host.free_at, time.monotonic() + host.robots.delay)
        return host.robots

    async def _read_robots(self, host: _Host, url: str) -> Robots:
        nothing = Robots()
        at = url
        for _ in range(_ROBOTS_REDIRECTS + 1):
            try:
                answer = await self._patiently(host, at, {}, nothing, _ROBOTS_BYTES)
            except FetchError as error:
                if urlsplit(at).netloc != urlsplit(url).netloc:
                    return nothing
                # RFC 9309, 2.3.1.4: unreachable rules allow nothing.
                return Robots(unreachable=str(error))
            if answer.status not in _REDIRECTS:
                break
            at = _address(answer.final_url)
        if answer.status == 200:
            return Robots(answer.body)
        if answer.status >= 500 or answer.status == 429:
            return Robots(unreachable=f"the host answers {answer.status} ({_meaning(answer.status)})")
        return nothing  # RFC 9309, 2.3.1.3: no rules, all allowed

    async def _patiently(
        self, host: _Host, url: str, headers: Mapping[str, str], robots: Robots, cut: int | None = None
    ) -> Response:
        """One answer, perhaps a redirect, in the host's own time; asked for again where a failure may pass."""
        delay = max(self._settings.delay_seconds, robots.delay)
        problem = FetchError("it was never asked for")
        for attempt in range(self._settings.retries + 1):
            await self._turn(host)
            pause = 0.0
            try:
                async with self._talking:
                    answer, asked = await self._once(host, url, headers, cut)
                if answer.status not in _TRANSIENT:
                    return answer
                reason = f"the host answers {answer.status} ({_meaning(answer.status)})"
                pause, problem = asked, FetchError(reason, transient=True)
                if cut is not None and attempt == self._settings.retries:
                    return answer
            except httpx.TransportError as error:
                problem = FetchError(f"the connection failed: {str(error) or type(error).__name__}", transient=True)
            finally:
                host.free_at = max(host.free_at, time.monotonic() + delay)
            if pause > self._settings.max_wait_seconds:
                host.closed = f"left out: its host asks to be left alone for {pause:.0f} seconds"
                raise FetchError(f"{problem}, and asks to be left alone for {pause:.0f} seconds")
            backoff = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**attempt) * random.uniform(0.5, 1.5)  # noqa: S311 - no secret
            host.free_at = max(
                host.free_at, time.monotonic() + (pause or min(backoff, self._settings.max_wait_seconds))
            )
        raise problem

    async def _turn(self, host: _Host) -> None:
        """Wait until the host may be asked again.

        Raises:
            FetchError: that would be too late.
        """
        if host.closed:
            raise FetchError(host.closed)
        wait = host.free_at - time.monotonic()
        if time.monotonic() + wait - host.began > self._settings.host_seconds:
            raise FetchError(f"left out: the {self._settings.host_seconds:g} seconds for its host are used up")
        if wait > 0:
            await asyncio.sleep(wait)

    async def _once(self, host: _Host, url: str, headers: Mapping[str, str], cut: int | None) -> tuple[Response, float]:
        """One request and its answer; and the pause that the host asks for, in seconds.

        A redirect's target stands in `final_url`. With `cut`, what is longer is cut off there rather than refused.
        """
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._settings.timeout_seconds):
                async with host.client.stream("GET", url, headers=dict(headers)) as got:
                    location = got.headers.get("location")
                    body = b"" if got.status_code in _REDIRECTS else await self._body(got, cut)
        except TimeoutError as error:
            raise FetchError(
                f"it was not complete after {self._settings.timeout_seconds:g} seconds; raise `fetch.timeout_seconds` "
                "for a slow host",
                transient=True,
            ) from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.DecodingError) as error:
            raise FetchError(f"it is no address that can be fetched: {error}") from error
        answer = Response(
            url=url,
            final_url=urljoin(url, location) if location and got.status_code in _REDIRECTS else "",
            status=got.status_code,
            content_type=got.headers.get("content-type"),
            etag=got.headers.get("etag"),
            last_modified=got.headers.get("last-modified"),
            seconds=time.monotonic() - began,
            body=body,
        )
        return answer, _retry_after(got.headers.get("retry-after"))

    async def _body(self, got: httpx.Response, cut: int | None) -> bytes:
        limit = self._limit if cut is None else cut
        declared = got.headers.get("content-length", "")
        if cut is None and declared.isdecimal() and int(declared) > limit:
            raise FetchError(
                f"it is {int(declared) / 1e6:.1f} MB, more than `fetch.max_mb` ({self._settings.max_mb:g})"
            )
        coding = got.headers.get("content-encoding", "").strip().lower()
        unpacker = Unpacker(coding, 4 * self._limit if cut is not None else limit)
        body = bytearray()
        async for chunk in got.aiter_raw(65536):
            body += unpacker.feed(chunk)
            if cut is not None and len(body) > cut:
                return bytes(body[:cut])
        unpacker.finish()
        return bytes(body)


class Robots:
    """A host's rules for newsfold."""

    def __init__(self, rules: bytes = b"", *, unreachable: str | None = None) -> None:
        from protego import Protego

        self.unreachable = unreachable
        self._rules = Protego.parse(rules.decode("utf-8-sig", "replace")) if rules.strip() else None
        asked = self._rules.crawl_delay(NAME) if self._rules else None
        self.delay = max(0.0, float(asked or 0))
        self.sitemaps: list[str] = list(self._rules.sitemaps) if self._rules else []

    def require(self, url: str) -> None:
        """Stop where newsfold may not ask for an address.

        Raises:
            FetchError: the rules disallow it, or cannot be had.
        """
        if self.unreachable:
            reason = f"{self.unreachable} (asked for robots.txt; without it nothing may be fetched)"
            raise FetchError(reason, transient=True)
        if self._rules is not None and not self._rules.can_fetch(url, NAME):
            raise FetchError(f"robots.txt of {urlsplit(url).netloc} does not allow it")


def _address(url: str) -> str:
    """An address that may be asked for.

    Raises:
        FetchError: it is no web address.
    """
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise FetchError(f"{url!r} is no address: {error}") from error
    if not usable:
        raise FetchError(f"{url!r} is no http or https address")
    if parts.username is not None:
        raise FetchError("the address holds a user name, which newsfold sends nowhere")
    return re.sub(r"#.*$", "", url.strip())


def _retry_after(raw: str | None) -> float:
    """Seconds of a Retry-After header (RFC 9110, 10.2.3): a number of them, or a date."""
    if not raw:
        return 0.0
    if raw.strip().isdecimal():
        return float(raw)
    try:
        return max(0.0, (parsedate_to_datetime(raw) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return 0.0


def _meaning(status: int) -> str:
    return httpx.codes.get_reason_phrase(status).lower() or "unknown"
