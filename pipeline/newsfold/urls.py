"""What two spellings of one web address have in common."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

_WEB = ("http", "https")


def clean_url(url: str | None) -> str | None:
    """A URL without tracking parameters and with its host in small letters (by courlan), or None.

    None for what is no web address, and for a site's front page, which is no article's address.
    """
    import courlan

    try:
        if not url or urlsplit(url.strip()).scheme.lower() not in _WEB:
            return None
        cleaned = courlan.clean_url(url.strip())
        parts = urlsplit(cleaned or "")
    except ValueError:
        return None
    if not parts.hostname or (parts.path in {"", "/"} and not parts.query):
        return None
    return str(cleaned)


def resolve_link(link: str | None, base: str | None) -> str | None:
    """A link as a whole web address, or None.

    Args:
        link: as found, perhaps relative.
        base: the address it starts from, where known.

    Returns:
        None for links that lead to no web address, such as `file:` and `javascript:`; a relative link without a base
        as it is.
    """
    link = (link or "").strip()
    try:
        whole = urljoin(base, link) if base and link else link
        scheme = urlsplit(whole).scheme.lower()
    except ValueError:
        return None
    return whole or None if scheme in ("", *_WEB) else None


def extract_domain(url: str | None) -> str | None:
    """The registrable domain of a URL (`bbc.co.uk`), or None."""
    import courlan

    if not url:
        return None
    try:
        domain = courlan.extract_domain(url, fast=True)
    except ValueError:
        return None
    return domain or None
