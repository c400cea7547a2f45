"""The rules of a host's robots.txt (RFC 9309): what newsfold may request, how often, and where the sitemaps are.

Written here because the libraries differ from the RFC where it decides what may be requested: protego 0.7 takes the
rules for `news`, misses those for `newsfold/1.0`, and ends a group at a line that it does not know; robotspy 0.13 takes
`%2A` for a wildcard; both take all octets that are not UTF-8 for the same one. Tests compare this module with protego.
"""

from __future__ import annotations

import math
import re
import string
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx

from newsfold import encodings
from newsfold.errors import FetchError
from newsfold.sources.decompression import GZIP_MAGIC, decompress

ROBOT_NAME = "newsfold"  # as robots.txt files and the User-Agent header name it
MAX_BYTES = 500 * 1024  # RFC 9309, 2.5: at least so much is parsed

_MAX_UNPACKED_BYTES = 20 * MAX_BYTES

_LINE_ENDS = re.compile(r"\r\n|\r|\n")
_HTML_START = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body|\?xml)\b", re.IGNORECASE)
_PRODUCT_TOKEN = re.compile(r"[a-z_-]*", re.IGNORECASE)  # RFC 9309, 2.2.1
# Usual misspellings of the lines' names, as other robots read them.
_NAMES = {
    "user-agent": ("user-agent", "useragent", "user agent"),
    "disallow": ("disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"),
    "allow": ("allow",),
    "crawl-delay": ("crawl-delay", "crawldelay", "crawl delay"),
    "sitemap": ("sitemap", "site-map"),
}
_LINE = re.compile(
    r"\s*(?:" + "|".join(f"(?P<{key.replace('-', '_')}>{'|'.join(names)})" for key, names in _NAMES.items()) + r")"
    r"(?:\s*:|\s)\s*(?P<value>.*)",
    re.IGNORECASE,
)
_OCTET = re.compile(r"%([0-9A-Fa-f]{2})|(.)", re.DOTALL)
# Octets that stand for the same whether they are percent-encoded or not: unreserved ones (RFC 9309, 2.2.2), and
# reserved ones (RFC 3986, 2.2) but `/` and `?`, which end a part of a path. In a query those are plain, too.
_PLAIN = frozenset(string.ascii_letters + string.digits + "-._~:@!'()+,;=&[]")
_PLAIN_IN_QUERY = _PLAIN | frozenset("/?")


@dataclass(frozen=True, slots=True)
class _Rule:
    """An Allow or Disallow line; `parts` are the texts between its wildcards."""

    allows: bool
    parts: tuple[str, ...]
    anchored: bool
    n_octets: int

    @classmethod
    def parse(cls, path: str, *, allows: bool) -> _Rule:
        anchored = path.endswith("$")
        normal = _normalise_path(path.removesuffix("$"), "/?*")
        return cls(allows, tuple(normal.split("*")), anchored, len(normal) + anchored)

    def matches(self, path: str) -> bool:
        first, *middle = self.parts
        if not path.startswith(first):
            return False
        position = len(first)
        last = middle.pop() if middle else None
        for part in middle:
            found = path.find(part, position)
            if found < 0:
                return False
            position = found + len(part)
        if last is None:
            return not self.anchored or len(path) == position
        return path.endswith(last, position) if self.anchored else path.find(last, position) >= 0


@dataclass
class _Group:
    """The rules for one product token, from all its groups."""

    rules: list[_Rule] = field(default_factory=list)
    crawl_delay: float = 0.0


class RobotsRules:
    """The rules of one host for newsfold.

    Attributes:
        crawl_delay: seconds between requests that the host asks for, or 0.
        sitemaps: the addresses of its sitemaps.
        unreachable: the reason if robots.txt could not be fetched; nothing is allowed then (RFC 9309, 2.3.1.4).
    """

    def __init__(self, content: bytes = b"", *, unreachable: str | None = None) -> None:
        """Parse a robots.txt, up to its last whole line before `MAX_BYTES`; a web page in its place has no rules."""
        self.unreachable = unreachable
        self.sitemaps: list[str] = []
        content = _unpack(content)
        if len(content) >= MAX_BYTES:
            content = content[: max(content.rfind(b"\n", 0, MAX_BYTES), content.rfind(b"\r", 0, MAX_BYTES)) + 1]
        groups = {} if _HTML_START.match(content) else self._parse_groups(content)
        group = groups.get(ROBOT_NAME) or groups.get("*") or _Group()
        self._rules, self.crawl_delay = group.rules, group.crawl_delay

    def require_allowed(self, url: str) -> None:
        """Check that newsfold may request an address.

        Raises:
            FetchError: the rules disallow it, or could not be fetched.
        """
        if self.unreachable:
            reason = f"{self.unreachable} (asked for robots.txt; without it nothing may be fetched)"
            raise FetchError(reason, transient=True)
        path = _normalise_path(httpx.URL(url).raw_path.decode("ascii"), "/?")
        if path == "/robots.txt":
            return
        matching = [(rule.n_octets, rule.allows) for rule in self._rules if rule.matches(path)]
        if matching and not max(matching)[1]:  # the longest; of equals, the one that allows (RFC 9309, 2.2.2)
            raise FetchError(f"robots.txt of {urlsplit(url).netloc} does not allow it")

    def _parse_groups(self, content: bytes) -> dict[str, _Group]:
        """Parse the groups by product token in lower case (RFC 9309, 2.2.1); unknown lines change nothing (2.2.4)."""
        groups: dict[str, _Group] = {}
        current: list[_Group] = []
        names_group = False  # the last line that counts was a User-agent
        text = content.decode("utf-8", "surrogateescape").lstrip("\ufeff")
        for line in _LINE_ENDS.split(text):
            match = _LINE.match(line.partition("#")[0].strip())
            if not match:
                continue
            value = match["value"]
            name = next(key for key in _NAMES if match[key.replace("-", "_")])
            if name == "sitemap":
                self.sitemaps += [value] if value else []
                continue
            if name == "user-agent":
                current = current if names_group else []
                token = "*" if value == "*" else _PRODUCT_TOKEN.match(value)[0].lower()  # type: ignore[index]
                current.append(groups.setdefault(token, _Group()))
            elif name == "crawl-delay":
                for group in current:
                    group.crawl_delay = max(group.crawl_delay, _parse_delay(value))
            elif value:  # an empty Disallow disallows nothing
                rule = _Rule.parse(value, allows=name == "allow")
                for group in current:
                    group.rules.append(rule)
            names_group = name == "user-agent"
        return groups


def _unpack(content: bytes) -> bytes:
    """Return a robots.txt in UTF-8 that is stored as a gzip file or in UTF-16; octets that are not UTF-8 stay."""
    if content.startswith(GZIP_MAGIC):
        try:
            content = decompress(content, "gzip", _MAX_UNPACKED_BYTES)
        except FetchError:
            return content
    wide = encodings.detect_wide_encoding(content[:MAX_BYTES])
    return content.decode(wide, "replace").encode() if wide else content


def _parse_delay(value: str) -> float:
    try:
        delay = float(value)
    except ValueError:
        return 0.0
    return delay if math.isfinite(delay) and delay > 0 else 0.0


def _normalise_path(path: str, delimiters: str) -> str:
    """Return a path and query, or a pattern of some, with one spelling for each octet (RFC 9309, 2.2.2).

    Args:
        path: a path; octets that are not UTF-8 as surrogates.
        delimiters: characters besides the plain ones that differ from their percent-encoding.
    """
    spelled = []
    plain = _PLAIN
    for escape, character in _OCTET.findall(path.encode("utf-8", "surrogateescape").decode("latin-1")):
        octet = chr(int(escape, 16)) if escape else character
        if octet in plain or (character and character in delimiters):
            spelled.append(octet)
            if character == "?":
                plain = _PLAIN_IN_QUERY
        else:
            spelled.append(f"%{ord(octet):02X}")
    return "".join(spelled)
