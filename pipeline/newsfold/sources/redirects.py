"""Where a reply leads: its Location, or the refresh that its header or its page asks for."""

from __future__ import annotations

import html
import re
from urllib.parse import quote_from_bytes, urljoin

import httpx

REDIRECTS = frozenset({300, 301, 302, 303, 307, 308})  # 300 with a Location names the choice of the host
_MAX_REFRESH_SECONDS = 5  # later ones reload a page, or leave it when it was read
_HEAD_BYTES = 1 << 14
_HTML_TYPES = ("", "text/html", "application/xhtml+xml")
_PRINTABLE = bytes(range(33, 127)).decode()

_COMMENTS = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_SCRIPTS = re.compile(rb"<(script|style|template|textarea|title)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_NOSCRIPT = re.compile(rb"<noscript\b.*?(?:</noscript\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_TAGS = re.compile(rb"<[^<>]*>")
_META = re.compile(rb"<meta\b((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""([a-z-]{1,20})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
# HTML, "shared declarative refresh steps": seconds, a separator, and an address that may be quoted.
_REFRESH = re.compile(
    rb"""\s*(\d+)(?:\.\d*)?\s*[;,\s]\s*(?:url\s*=\s*)?(?:"([^"]*)|'([^']*)|(\S.*))""", re.DOTALL | re.I
)


def find_location(url: str, reply: httpx.Response) -> str:
    """Return the address that a redirect leads to, valid or not; empty if it names none.

    Args:
        url: the address that was requested.
        reply: the redirect; of several Location headers the first counts.
    """
    location = next((value for name, value in reply.headers.raw if name.lower() == b"location"), b"")
    try:
        return _resolve(url, location)
    except ValueError:
        return location.decode("utf-8", "replace")


def find_refresh(url: str, reply: httpx.Response, body: bytes) -> str:
    """Return the address that a Refresh header or `<meta http-equiv=refresh>` leads to at once; empty if none does.

    What stands in `<noscript>` is for browsers that are to see something else; it counts only if nothing else is there.
    """
    refresh = reply.headers.get("refresh", "").encode("utf-8", "replace")
    media_type = reply.headers.get("content-type", "").split(";")[0].strip().lower()
    if not refresh and media_type in _HTML_TYPES:
        head = _SCRIPTS.sub(b"", _COMMENTS.sub(b"", body[:_HEAD_BYTES]))
        without_noscript = _NOSCRIPT.sub(b"", head)
        refresh = _find_meta_refresh(without_noscript if _TAGS.sub(b"", without_noscript).strip() else head)
    match = _REFRESH.match(b" ".join(refresh.split()))
    if not match or int(match[1][:9]) > _MAX_REFRESH_SECONDS:
        return ""
    try:
        return _resolve(url, match[2] or match[3] or match[4] or b"")
    except ValueError:
        return ""


def _find_meta_refresh(head: bytes) -> bytes:
    for tag in _META.findall(head):
        attributes = {name.lower(): b"".join(values) for name, *values in _ATTRIBUTE.findall(tag)}
        if attributes.get(b"http-equiv", b"").strip().lower() == b"refresh":
            content = attributes.get(b"content", b"").decode("utf-8", "surrogateescape")
            return html.unescape(content).encode("utf-8", "surrogateescape")
    return b""


def _resolve(url: str, target: bytes) -> str:
    """Resolve a target as browsers do: octets that are not UTF-8 are kept, a backslash is a slash."""
    target = target.strip().translate(None, b"\t\r\n")
    if not target:
        return ""
    try:
        text = target.decode("utf-8")
    except UnicodeDecodeError:
        text = quote_from_bytes(target, safe=_PRINTABLE)
    path, mark, rest = text.partition("?")
    return urljoin(url, path.replace("\\", "/") + mark + rest)
