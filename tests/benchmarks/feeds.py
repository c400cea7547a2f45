"""Read real feeds over HTTP on the loopback: `python -m tests.benchmarks.feeds [FOLDER]`.

Serves every snapshot below FOLDER (default: `../shared/data/feeds`; `NIGHT/OUTLET_TIME.xml.gz`) at an address of its
own, reads them all as one edition, and then again as the next edition from the unchanged server. Prints how many
documents and failures each pass has, with the reasons, and what the second pass requests and adds.
"""

from __future__ import annotations

import gzip
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pyarrow as pa

from newsfold import sources
from newsfold.dataflow import UNDATED
from newsfold.extraction.stage import extract_articles
from newsfold.settings import Settings, parse_settings
from newsfold.sources import FetchHistory
from tests.benchmarks.command_line import create_parser
from tests.server import Page, Site

FEEDS = Path(__file__).parents[3] / "shared" / "data" / "feeds"
FIRST_EDITION = UNDATED + timedelta(days=1)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = create_parser(__file__, __doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=FEEDS, help="nights of saved feeds")
    folder = parser.parse_args(arguments).folder
    with Site() as site:
        settings = serve_feeds(site, folder)
        history = FetchHistory(FIRST_EDITION)
        known_ids: set[str] = set()
        for number in (1, 2):
            started = time.perf_counter()
            crawl = sources.crawl_outlets(settings, history)
            documents, outcomes = sources.read_sources(settings, history.edition, crawl=crawl)
            articles, rejects = extract_articles(documents)
            ids = set(articles["article_id"].to_pylist())
            sys.stdout.write(f"pass {number}: {describe_requests(site)}; {describe_documents(documents, outcomes)}; ")
            sys.stdout.write(f"{len(ids):,} articles, {len(ids - known_ids):,} of them new; ")
            sys.stdout.write(f"{time.perf_counter() - started:.1f} s\n")
            reasons = Counter(failure["reason"] for row in outcomes.to_pylist() for failure in row["failures"])
            reasons.update(rejects["reason"].to_pylist())
            sys.stdout.writelines(f"  {count:>5,} rejected: {reason}\n" for reason, count in reasons.most_common())
            known_ids |= ids
            history = FetchHistory(FIRST_EDITION + timedelta(days=number), crawl.fetches)
            site.requests.clear()


def serve_feeds(site: Site, folder: Path) -> Settings:
    """Put every snapshot on the site, and configure it as an outlet's feed."""
    outlets: dict[str, dict[str, list[str]]] = {}
    for file in sorted(folder.rglob("*.xml.gz")):
        path = "/" + file.relative_to(folder).as_posix().removesuffix(".gz")
        site.pages[path] = Page(gzip.decompress(file.read_bytes()), "text/xml")
        outlets.setdefault(file.name.split("_")[0], {"feeds": []})["feeds"].append(site.url + path)
    fetch = {"contact": "mailto:desk@newsfold.example", "delay_seconds": 0, "private_networks": ["127.0.0.1/32"]}
    return parse_settings({"outlets": outlets, "fetch": fetch}, folder=folder, origin="benchmark")


def describe_requests(site: Site) -> str:
    """Count the site's requests, in words."""
    n_robots = len(site.requests_for("/robots.txt"))
    n_conditional = sum("If-None-Match" in request.headers for request in site.requests)
    return f"{len(site.requests) - n_robots:,} requests ({n_conditional:,} conditional) and {n_robots} for robots.txt"


def describe_documents(documents: pa.Table, outcomes: pa.Table) -> str:
    """Count feeds and their entries, in words."""
    n_unchanged = sum(outcomes["unchanged"].to_pylist())
    return f"{outcomes.num_rows:,} feeds ({n_unchanged:,} unchanged), {documents.num_rows:,} entries"


if __name__ == "__main__":
    main()
