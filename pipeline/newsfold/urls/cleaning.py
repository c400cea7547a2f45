"""Cleaning addresses: what only measures a visit is removed, what may name a page stays."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from newsfold.word_lists import load_word_lists

_WEB_SCHEMES = ("http", "https")
_UNSAFE = re.compile(r"[\s<>\"\\^`{|}\x00-\x1f\x7f]|[^\x00-\x7f]+")
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_ROUTES = ("!", "/")  # what a fragment begins with that names a page and not a place on it


@functools.lru_cache(maxsize=4096)
def clean_url(url: str | None) -> str | None:
    """Return a URL without tracking parameters and with a lower-case host, or None.

    Scheme, host and path are normalised by courlan; the parameters that stay are sorted. A fragment stays only if it
    is a route of its own (`#!/story/7`).

    Args:
        url: as found.

    Returns:
        None for anything but a web address, and for a site's front page, which is not an article's address.
    """
    import courlan

    try:
        parts = urlsplit((url or "").strip())
        if parts.scheme.lower() not in _WEB_SCHEMES or not parts.hostname:
            return None
        # Not more than that: courlan takes for trackers what names the article on some sites (`?cid=7`, `?12345`).
        path = parts.path.replace(" ", "%20")  # courlan would remove it, and lead to another page
        cleaned = courlan.clean_url(f"{parts.scheme}://{parts.netloc}{path}")
        front_page = not cleaned or urlsplit(cleaned).path in ("", "/")
    except ValueError:
        return None
    query = _clean_query(parts.query)
    fragment = parts.fragment if parts.fragment.startswith(_ROUTES) and len(parts.fragment) > 1 else ""
    if not cleaned or (front_page and not query and not fragment):
        return None
    if front_page and not cleaned.endswith("/"):
        cleaned += "/"
    return _escape(cleaned) + (f"?{query}" if query else "") + (f"#{_escape(fragment)}" if fragment else "")


def _clean_query(query: str) -> str:
    """Return a query without what only measures a visit, sorted by name, in one spelling of its escapes."""
    # A link that was escaped once too often has `&amp;` between its fields.
    fields = [field.removeprefix("amp;") for field in query.replace("&amp;", "&").split("&")]
    fields = [field for field in fields if field and not _is_tracking(field)]
    return "&".join(sorted(map(_escape, fields), key=lambda field: field.partition("=")[0]))


def _is_tracking(field: str) -> bool:
    name, _, value = (unquote(part).casefold() for part in field.partition("="))
    exact, prefixes, channels, channel_values = _load_tracking()
    return name in exact or name.startswith(prefixes) or (name in channels and value in channel_values)


def _escape(text: str) -> str:
    """Escape what RFC 3986 wants escaped, and unescape what needs it not (6.2.2.2)."""
    escaped = _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace")), text)
    return _ESCAPE.sub(_normalise_escape, escaped)


def _normalise_escape(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return character if _UNRESERVED.fullmatch(character) else found[0].upper()


@functools.cache
def _load_tracking() -> tuple[frozenset[str], tuple[str, ...], frozenset[str], frozenset[str]]:
    lists = load_word_lists(Path(__file__).with_name("tracking.yaml"))
    return (
        frozenset(lists["names"]),
        tuple(lists["prefixes"]),
        frozenset(lists["channel_names"]),
        frozenset(lists["channels"]),
    )
