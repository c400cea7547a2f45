"""Show newsfold's requests as a host sees them: `python -m tests.benchmarks.politeness`.

Two sites on the loopback list pages in feeds; one asks for a Crawl-delay and disallows a page, the other answers 429
with a Retry-After once. Prints each site's log: the time of each request, and the seconds since the previous reply.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from newsfold import sources
from newsfold.settings import parse_settings
from newsfold.sources import FetchHistory
from tests import server
from tests.benchmarks.command_line import create_parser
from tests.server import Page, Site

TEXT = "The ferry Lomo sank before dawn with 214 aboard, and the harbour master said that divers were on their way."
RULES = b"User-agent: *\nDisallow: /\n\nUser-agent: newsfold\nCrawl-delay: 2\nDisallow: /3\nAllow: /\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Crawl both sites and print their logs."""
    create_parser(__file__, __doc__).parse_args(arguments)
    with Site() as strict, Site() as busy:
        for site in (strict, busy):
            entries = [(f"/{n}", f"Ferry {n}", TEXT) for n in range(5)]
            site.pages |= {path: server.article_page(title, text) for path, title, text in entries}
            site.pages["/rss"] = server.rss_page("Courier", *entries, home=site.url)
        strict.pages["/robots.txt"] = Page(RULES, "text/plain")
        _reply_busy_once(busy, "/2")
        raw = {
            "outlets": {
                name: {"feeds": [f"{site.url}/rss"], "full_pages": True}
                for name, site in (("crawl-delay 2, /3 disallowed", strict), ("delay 1, /2 busy for 4 s", busy))
            },
            "fetch": {"contact": "mailto:desk@newsfold.example", "private_networks": ["127.0.0.1/32"]},
        }
        settings = parse_settings(raw, folder=Path(), origin="benchmark")
        crawl = sources.crawl_outlets(settings, FetchHistory(date(2013, 6, 5)))
        start = min(site.requests[0].received_at for site in (strict, busy))
        for name, site in zip(crawl.results, (strict, busy), strict=True):
            sys.stdout.write(f"{name.rpartition(' ')[0]}\n")
            replied_at = [None, *(request.answered_at for request in site.requests)]
            for request, last_reply_at in zip(site.requests, replied_at, strict=False):
                gap = f"{request.received_at - last_reply_at:5.2f} s after the last reply" if last_reply_at else ""
                sys.stdout.write(f"  {request.received_at - start:6.2f} s  {request.path:<12} {gap}\n")


def _reply_busy_once(site: Site, path: str) -> None:
    page = site.pages[path]

    def reply(handler: server.Handler) -> None:
        site.pages[path] = page
        handler.send(Page(b"", status=429, headers={"Retry-After": "4"}))

    site.pages[path] = reply


if __name__ == "__main__":
    main()
