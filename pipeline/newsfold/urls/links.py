"""Links as documents hold them, resolved to web addresses."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

_WEB_SCHEMES = ("http", "https")
_PADDING = "".join(map(chr, range(0x21))) + "\x7f\xa0\u200b\ufeff"
_LINE_END = re.compile(r"[\r\n]+")
# Controls, halves of surrogate pairs, noncharacters, and the replacement character: of no address.
_IMPOSSIBLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffd-\uffff]")
_FEED_SCHEME = re.compile(r"feeds?:(?://)?(?=https?:)|feed(s?)://", re.IGNORECASE)


def resolve_link(link: str | None, base: str | None) -> str | None:
    """Return a link as an absolute web address, or None.

    Args:
        link: as found, perhaps relative, or broken over lines; spaces in it are escaped.
        base: the address of the document it stands in, if known.

    Returns:
        The address with its scheme in lower case (RFC 3986, 5.2). None for links that do not lead to the web, such as
        `mailto:` and `javascript:`, that lead to a place in the same document, or hold characters that no address has.
        Without a base: a relative link unchanged, and `https:` before one that begins with a host.
    """
    lines = (line.strip(_PADDING) for line in _LINE_END.split(link or ""))
    link = replace_feed_scheme("".join(lines).replace("\t", "").replace(" ", "%20"))
    if not link or link.startswith("#") or link.endswith(("<", ">")) or _IMPOSSIBLE.search(link):
        return None
    try:
        # An absolute link stays as it is; urljoin would drop an empty query.
        is_absolute = bool(urlsplit(link).scheme and urlsplit(link).netloc)
        if not is_absolute and ("<" in link or ">" in link):  # the rest of a broken tag
            return None
        absolute = link if is_absolute else urljoin(base or ("https:" if link.startswith("//") else ""), link)
        parts = urlsplit(absolute)
        scheme = parts.scheme.lower()
        if scheme not in ("", *_WEB_SCHEMES) or (scheme and not parts.hostname):
            return None
    except ValueError:
        return None
    return scheme + absolute[len(scheme) :]


def is_web_address(link: str | None) -> bool:
    """Whether a link is an absolute http or https address."""
    try:
        parts = urlsplit((link or "").strip())
        return parts.scheme.lower() in _WEB_SCHEMES and bool(parts.hostname)
    except ValueError:
        return False


def replace_feed_scheme(url: str) -> str:
    """Return a `feed:` address, which opens a feed reader, as the web address that it stands for; others unchanged."""
    match = _FEED_SCHEME.match(url)
    if not match:
        return url
    rest = url[match.end() :]
    return rest if match[1] is None else f"http{match[1].lower()}://{rest}"
