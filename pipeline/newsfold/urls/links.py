"""Links as documents hold them, resolved to web addresses."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

_WEB_SCHEMES = ("http", "https")
_FEED_SCHEME = re.compile(r"feeds?:(?://)?(?=https?:)|feed(s?)://", re.IGNORECASE)


def resolve_link(link: str | None, base: str | None) -> str | None:
    """Return a link as an absolute web address, or None.

    Args:
        link: as found, perhaps relative.
        base: the address of the page it stands on, if known.

    Returns:
        None for links that do not lead to the web, such as `file:` and `javascript:`; a relative link without a base
        unchanged.
    """
    link = replace_feed_scheme((link or "").strip())
    try:
        absolute = urljoin(base, link) if base and link else link
        scheme = urlsplit(absolute).scheme.lower()
    except ValueError:
        return None
    return absolute or None if scheme in ("", *_WEB_SCHEMES) else None


def replace_feed_scheme(url: str) -> str:
    """Return a `feed:` address, which opens a feed reader, as the web address that it stands for; others unchanged."""
    match = _FEED_SCHEME.match(url)
    if not match:
        return url
    rest = url[match.end() :]
    return rest if match[1] is None else f"http{match[1].lower()}://{rest}"
