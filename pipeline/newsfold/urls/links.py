"""Links as documents hold them, resolved to web addresses."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

_WEB_SCHEMES = ("http", "https")


def resolve_link(link: str | None, base: str | None) -> str | None:
    """Return a link as an absolute web address, or None.

    Args:
        link: as found, perhaps relative.
        base: the address of the page it stands on, if known.

    Returns:
        None for links that do not lead to the web, such as `file:` and `javascript:`; a relative link without a base
        unchanged.
    """
    link = (link or "").strip()
    try:
        absolute = urljoin(base, link) if base and link else link
        scheme = urlsplit(absolute).scheme.lower()
    except ValueError:
        return None
    return absolute or None if scheme in ("", *_WEB_SCHEMES) else None
