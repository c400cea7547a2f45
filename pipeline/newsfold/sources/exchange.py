"""One HTTP request and its response, within the limits of time and size."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

import httpx

from newsfold.errors import FetchError
from newsfold.settings import Fetch
from newsfold.sources.decompression import Decompressor
from newsfold.sources.hosts import Host
from newsfold.sources.responses import Response

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK_BYTES = 1 << 16


async def send_request(
    host: Host, url: str, headers: Mapping[str, str], settings: Fetch, truncate_at: int | None = None
) -> tuple[Response, float]:
    """Send one request to a host.

    Args:
        host: the host; the caller holds its lock.
        url: the address.
        headers: besides the client's own.
        settings: the limits.
        truncate_at: cut a longer body off here instead of refusing it; in bytes.

    Returns:
        The response, with a redirect's target as `final_url`; the pause that the host asks for, in seconds.

    Raises:
        FetchError: it is too slow, too large, damaged, or not an address that can be requested.
        httpx.TransportError: the connection failed.
    """
    started = host.clock.now()
    try:
        async with asyncio.timeout(settings.timeout_seconds):
            async with host.client.stream("GET", url, headers=dict(headers)) as reply:
                location = reply.headers.get("location")
                body = b"" if reply.status_code in REDIRECTS else await _read_body(reply, settings, truncate_at)
    except TimeoutError as error:
        raise FetchError(
            f"it was not complete after {settings.timeout_seconds:g} seconds; raise `fetch.timeout_seconds` "
            "for a slow host",
            transient=True,
        ) from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.DecodingError) as error:
        raise FetchError(f"it is not an address that can be fetched: {error}") from error
    response = Response(
        url=url,
        final_url=urljoin(url, location) if location and reply.status_code in REDIRECTS else "",
        status=reply.status_code,
        content_type=reply.headers.get("content-type"),
        etag=reply.headers.get("etag"),
        last_modified=reply.headers.get("last-modified"),
        seconds=host.clock.now() - started,
        body=body,
    )
    return response, _parse_retry_after(reply.headers.get("retry-after"))


def describe_status(status: int) -> str:
    """Describe an HTTP status for messages, such as `404 (not found)`."""
    return f"{status} ({httpx.codes.get_reason_phrase(status).lower() or 'unknown'})"


async def _read_body(reply: httpx.Response, settings: Fetch, truncate_at: int | None) -> bytes:
    """Read and decompress a body; refuse more than the limit unless it is truncated."""
    max_bytes = int(settings.max_mb * 1_000_000)
    declared = reply.headers.get("content-length", "")
    if truncate_at is None and declared.isdecimal() and int(declared) > max_bytes:
        raise FetchError(f"it is {int(declared) / 1e6:.1f} MB, more than `fetch.max_mb` ({settings.max_mb:g})")
    coding = reply.headers.get("content-encoding", "").strip().lower()
    decompressor = Decompressor(coding, max_bytes if truncate_at is None else 4 * max_bytes)
    body = bytearray()
    async for chunk in reply.aiter_raw(_CHUNK_BYTES):
        body += decompressor.decompress(chunk)
        if truncate_at is not None and len(body) > truncate_at:
            return bytes(body[:truncate_at])
    decompressor.finish()
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
