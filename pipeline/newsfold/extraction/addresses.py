"""Addresses of articles: the canonical one, and the parts of one."""

from __future__ import annotations

from urllib.parse import urlsplit

from newsfold import urls


def choose_canonical_url(url: str | None, page_link: str | None = None) -> str | None:
    """Return the address that identifies an article, or None.

    Args:
        url: the address as found.
        page_link: the page's own canonical link, perhaps relative; it wins if it is on the same site.

    Returns:
        The URL cleaned, without tracking parameters. None if it is not a web address, or is a site's front page, which
        is not an article's address.
    """
    if page_link and page_link.count("://") > 1:  # some templates write several addresses into one link
        page_link = None
    cleaned, linked = urls.clean_url(url), urls.clean_url(urls.resolve_link(page_link, url))
    if linked and (cleaned is None or urls.extract_domain(linked) == urls.extract_domain(cleaned)):
        return linked
    return cleaned


def split_address(url: str | None) -> tuple[list[str], str]:
    """Split an address into its folders and the name of its page without its ending, case-folded."""
    try:
        path = urlsplit(url or "").path.casefold()
    except ValueError:
        return [], ""
    *folders, page = [segment for segment in path.split("/") if segment] or [""]
    return folders, page.rsplit(".", 1)[0]
