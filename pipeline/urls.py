"""What two spellings of one web address have in common."""

from __future__ import annotations

from urllib.parse import urlsplit

_WEB = ("http", "https")


def clean(url: str | None) -> str | None:
    """A URL without tracking parameters and with its host in small letters (by courlan), or None.

    None for what is no web address, and for a site's front page, which is no article's address.
    """
    from courlan import clean_url

    try:
        if not url or urlsplit(url.strip()).scheme.lower() not in _WEB:
            return None
        cleaned = clean_url(url.strip())
        parts = urlsplit(cleaned or "")
    except ValueError:
        return None
    if not parts.hostname or (parts.path in {"", "/"} and not parts.query):
        return None
    return str(cleaned)
