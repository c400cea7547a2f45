"""Cleaning addresses: what only measures or identifies a visit is removed, what may name a page stays."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

import idna

from newsfold.word_lists import load_word_lists

_PORTS = {"http": 80, "https": 443}
_SLASHES = re.compile(r"(?<!:)/{2,}")
# Ids of a visit in the path, of Java's servlets and of ASP.NET: /ferry;jsessionid=0A1B, /(S(0a1b))/ferry
_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/;]*|/\([ASF]\([^()/]*\)\)(?=/)", re.IGNORECASE)
_SESSION_VALUE = re.compile(r"(?=\D*\d)[0-9a-z]{24,}")
_UNSAFE = re.compile(r"[\s<>\"\\^`{|}\x00-\x1f\x7f]|[^\x00-\x7f]+")
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_CHANNEL_CODE = re.compile(r"-+(?:[0-9a-f]{6,}-+)?\d*$")  # of a channel: source=rss-0a1b2c3d------2
_ESCAPED_DELIMITER = re.compile(r"%(?:2[35F]|3[AF]|40|5[BD])", re.IGNORECASE)
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_ROUTES = ("!", "/")  # what a fragment begins with that names a page and not a place on it


@functools.lru_cache(maxsize=4096)
def clean_url(url: str | None) -> str | None:
    """Return a URL without tracking parameters and session ids, in one spelling (RFC 3986, 6.2), or None.

    A host with other letters is written in ASCII (RFC 5891); the parameters that stay are sorted. A fragment stays only
    if it is a route of its own (`#!/story/7`).

    Args:
        url: as found.

    Returns:
        None for anything but a web address, and for a site's front page, which is not an article's address.
    """
    try:
        parts = urlsplit((url or "").strip())
        scheme = parts.scheme.lower()
        if scheme not in _PORTS or not parts.hostname:
            return None
        authority = _clean_authority(parts)
    except ValueError:
        return None
    path, query = _clean_path(parts.path), _clean_query(parts.query)
    fragment = parts.fragment if parts.fragment.startswith(_ROUTES) and len(parts.fragment) > 1 else ""
    if path == "/" and not query and not fragment:
        return None
    query, fragment = f"?{query}" if query else "", f"#{_escape(fragment)}" if fragment else ""
    return f"{scheme}://{authority}{path}{query}{fragment}"


def _clean_authority(parts: SplitResult) -> str:
    """Return host and port, without the port that the scheme implies.

    Raises:
        ValueError: the port is not a number, or the host is empty.
    """
    user, at, _ = parts.netloc.rpartition("@")
    host = parts.hostname or ""
    host = host if _ESCAPED_DELIMITER.search(host) else unquote(host)
    host = ".".join(_encode_label(label) for label in host.rstrip(".").split("."))
    if not host:
        raise ValueError("the host is empty")
    host = f"[{host}]" if ":" in host else _escape(host)
    port = "" if parts.port in (None, _PORTS[parts.scheme.lower()]) else f":{parts.port}"
    return f"{_escape(user)}{at}{host}{port}"


def _encode_label(label: str) -> str:
    """Return a label of a host in ASCII (RFC 5891), in small letters alone if that is impossible."""
    try:
        return label.lower() if label.isascii() else idna.encode(label, uts46=True).decode()
    except UnicodeError:
        return label.lower()


def _clean_path(path: str) -> str:
    """Return a path without session ids, empty segments, `.` and `..` (RFC 3986, 5.2.4), its escapes in one spelling.

    An address that stands in it (`/2013/http://courier.example/ferry`) keeps its slashes.
    """
    escaped = _escape(_SESSION.sub("", path.replace("&amp;", "&"))).replace("[", "%5B").replace("]", "%5D")
    kept: list[str] = []
    segments = _SLASHES.sub("/", escaped).split("/")[1:]
    for segment in segments:
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _clean_query(query: str) -> str:
    """Return a query without what only measures a visit, sorted by name, in one spelling of its escapes."""
    # A link that was escaped once too often has `&amp;` between its fields.
    fields = [field.removeprefix("amp;") for field in query.replace("&amp;", "&").split("&")]
    fields = [field for field in fields if field and not _is_tracking(field)]
    return "&".join(sorted(map(_escape, fields), key=lambda field: field.partition("=")[0]))


def _is_tracking(field: str) -> bool:
    name, _, value = (unquote(part).casefold() for part in field.partition("="))
    lists = _load_tracking()
    if name in lists["channel_names"] and _CHANNEL_CODE.sub("", value) in lists["channels"]:
        return True
    if name in lists["session_names"] and _SESSION_VALUE.fullmatch(value):
        return True
    return name in lists["names"] or name.startswith(tuple(lists["prefixes"]))


def _escape(text: str) -> str:
    """Escape what RFC 3986 wants escaped, and unescape what needs it not (6.2.2.2)."""
    escaped = _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace")), text)
    return _ESCAPE.sub(_normalise_escape, escaped)


def _normalise_escape(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return character if _UNRESERVED.fullmatch(character) else found[0].upper()


@functools.cache
def _load_tracking() -> dict[str, frozenset[str]]:
    lists = load_word_lists(Path(__file__).with_name("tracking.yaml"))
    return {name: frozenset(words) for name, words in lists.items()}
