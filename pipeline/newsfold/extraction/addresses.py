"""Addresses: the canonical form of a URL, and which site it belongs to."""

from __future__ import annotations

from newsfold import urls


def canonical(url: str | None, page_link: str | None = None) -> str | None:
    """The address that identifies an article, or None.

    Args:
        url: as found.
        page_link: the page's own canonical link; it wins where it is on the same site (registrable domain).

    Returns:
        The URL cleaned by courlan (tracking parameters gone, host in small letters). None for what is no web
        address, and for a site's front page, which is no article's address.
    """
    own, linked = urls.clean_url(url), urls.clean_url(page_link)
    if linked and (own is None or urls.extract_domain(linked) == urls.extract_domain(own)):
        return linked
    return own
