"""Canonical addresses of articles."""

from __future__ import annotations

from newsfold import urls


def choose_canonical_url(url: str | None, page_link: str | None = None) -> str | None:
    """Return the address that identifies an article, or None.

    Args:
        url: the address as found.
        page_link: the page's own canonical link; it wins if it is on the same site (registrable domain).

    Returns:
        The URL cleaned by courlan (without tracking parameters, host in small letters). None if it is not a web
        address, or is a site's front page, which is not an article's address.
    """
    cleaned, linked = urls.clean_url(url), urls.clean_url(page_link)
    if linked and (cleaned is None or urls.extract_domain(linked) == urls.extract_domain(cleaned)):
        return linked
    return cleaned
