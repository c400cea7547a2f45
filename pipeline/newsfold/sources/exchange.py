"""One HTTP request and its response, within the limits of time and size."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from newsfold.errors import FetchError
from newsfold.settings import Fetch
from newsfold.sources.cookies import ChainCookies
from newsfold.sources.decompression import Decompressor
from newsfold.sources.hosts import Host
from newsfold.sources.redirects import REDIRECTS, find_location, find_refresh
from newsfold.sources.responses import Response

_DOCUMENT_END = re.compile(rb"</(?:rss|feed|rdf:rdf|urlset|sitemapindex|html)\s*>\s*\Z", re.IGNORECASE)
_TAIL_BYTES = 256


async def send_request(
    host: Host,
    url: str,
    headers: Mapping[str, str],
    cookies: ChainCookies,
    settings: Fetch,
    truncate_at: int | None = None,
) -> tuple[Response, float]:
    """Send one request to a host.

    Args:
        host: the host; the caller holds its lock.
        url: the address.
        headers: besides those that each request to the host has.
        cookies: those of this chain of redirects; the reply may add some.
        settings: the limits.
        truncate_at: cut a longer body off here instead of refusing it; in bytes.

    Returns:
        The response, with the target of a redirect or an immediate refresh as `final_url`; the pause that the host asks
        for, in seconds.

    Raises:
        FetchError: it is too slow, too large, damaged, or not an address that can be requested.
        httpx.TransportError: the connection failed.
    """
    started = host.clock.now()
    try:
        async with asyncio.timeout(settings.timeout_seconds):
            cookie = cookies.build_header(url)
            fields = {**host.headers, **headers, **({"Cookie": cookie} if cookie else {})}
            encoded = [(name.encode(), value.encode()) for name, value in fields.items()]
            request = httpx.Request("GET", url, headers=encoded)
            reply = await _send(host, request)
            try:
                cookies.keep(reply)
                redirects = reply.status_code in REDIRECTS
                body = b"" if redirects else await _read_body(reply, settings, truncate_at)
                target = find_location(url, reply) if redirects else ""
                if reply.is_success and truncate_at is None:
                    target = find_refresh(url, reply, body)
            finally:
                await reply.aclose()
    except TimeoutError as error:
        await host.disconnect()
        raise FetchError(
            f"it was not complete after {settings.timeout_seconds:g} seconds; raise `fetch.timeout_seconds` "
            "for a slow host",
            transient=True,
        ) from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.DecodingError) as error:
        raise FetchError(f"it is not an address that can be fetched: {error}") from error
    except (FetchError, httpx.TransportError):
        await host.disconnect()  # the rest of the body may still be on its way
        raise
    if truncate_at is not None and len(body) >= truncate_at:
        await host.disconnect()
    response = Response(
        url=url,
        final_url=target,
        status=reply.status_code,
        content_type=reply.headers.get("content-type"),
        etag=reply.headers.get("etag"),
        last_modified=reply.headers.get("last-modified"),
        seconds=host.clock.now() - started,
        body=body,
    )
    return response, _parse_retry_after(reply.headers.get("retry-after"))


async def _send(host: Host, request: httpx.Request) -> httpx.Response:
    """Send a request; once more at once if the host closed the idle connection just then (RFC 9112, 9.3.1)."""
    try:
        reply = await host.transport.handle_async_request(request)
    except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
        if not host.is_connected:
            raise
        await host.disconnect()
        reply = await host.transport.handle_async_request(request)
    reply.request = request
    host.is_connected = True
    return reply


def describe_status(status: int) -> str:
    """Describe an HTTP status for messages, such as `404 (not found)`."""
    return f"{status} ({httpx.codes.get_reason_phrase(status).lower() or 'unknown'})"


async def _read_body(reply: httpx.Response, settings: Fetch, truncate_at: int | None) -> bytes:
    """Read and decompress a body; refuse more than the limit unless it is truncated."""
    max_bytes = int(settings.max_mb * 1_000_000)
    declared = reply.headers.get("content-length", "")
    if truncate_at is None and declared.isdecimal() and int(declared[:18]) > max_bytes:
        raise FetchError(f"it is {int(declared) / 1e6:.1f} MB, more than `fetch.max_mb` ({settings.max_mb:g})")
    coding = reply.headers.get("content-encoding", "")
    decompressor = Decompressor(coding, max_bytes if truncate_at is None else 4 * max_bytes)
    body = bytearray()
    try:
        async for chunk in reply.aiter_raw():
            if reply.num_bytes_downloaded > max_bytes:
                raise FetchError(f"it is more than the {settings.max_mb:g} MB that are allowed")
            body += decompressor.decompress(chunk)
            if truncate_at is not None and len(body) > truncate_at:
                return bytes(body[:truncate_at])
    except httpx.TransportError:
        # What has come to its own end is whole, though its declared length was another.
        if not decompressor.is_complete and not _DOCUMENT_END.search(body[-_TAIL_BYTES:]):
            raise
    body += decompressor.finish()
    return bytes(body)


def _parse_retry_after(header: str | None) -> float:
    """Return the seconds of a Retry-After header (RFC 9110, 10.2.3): a number of seconds, or a date."""
    if not header:
        return 0.0
    if header.strip().isdecimal():
        return float(header)
    try:
        return max(0.0, (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return 0.0
