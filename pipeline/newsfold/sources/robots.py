"""The rules of a host's robots.txt (RFC 9309): what newsfold may request, how often, and where the sitemaps are."""

from __future__ import annotations

from urllib.parse import urlsplit

from newsfold.errors import FetchError

ROBOT_NAME = "newsfold"  # as robots.txt files and the User-Agent header name it


class RobotsRules:
    """The rules of one host for newsfold.

    Attributes:
        crawl_delay: seconds between requests that the host asks for, or 0.
        sitemaps: the addresses of its sitemaps.
        unreachable: the reason if robots.txt could not be fetched; nothing is allowed then (RFC 9309, 2.3.1.4).
    """

    def __init__(self, content: bytes = b"", *, unreachable: str | None = None) -> None:
        from protego import Protego

        self.unreachable = unreachable
        self._rules = Protego.parse(content.decode("utf-8-sig", "replace")) if content.strip() else None
        crawl_delay = self._rules.crawl_delay(ROBOT_NAME) if self._rules else None
        self.crawl_delay = max(0.0, float(crawl_delay or 0))
        self.sitemaps: list[str] = list(self._rules.sitemaps) if self._rules else []

    def require_allowed(self, url: str) -> None:
        """Check that newsfold may request an address.

        Raises:
            FetchError: the rules disallow it, or could not be fetched.
        """
        if self.unreachable:
            reason = f"{self.unreachable} (asked for robots.txt; without it nothing may be fetched)"
            raise FetchError(reason, transient=True)
        if self._rules is not None and not self._rules.can_fetch(url, ROBOT_NAME):
            raise FetchError(f"robots.txt of {urlsplit(url).netloc} does not allow it")
