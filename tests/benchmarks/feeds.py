"""Real feeds through the real reader, over HTTP on the loopback: `python -m tests.benchmarks.feeds [FOLDER]`.

Serves every snapshot below FOLDER (`../shared/data/feeds` unless told; `NIGHT/OUTLET_TIME.xml.gz`) at an address of its
own, reads them all as one edition, and then once more as the next one from the unchanged server. Prints what was read,
what was rejected and why, and what the second pass asked for and added.
"""

from __future__ import annotations

import gzip
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from newsfold import extraction, sources, stages
from newsfold.dataflow import end_of_day
from newsfold.settings import Settings, parse_settings
from newsfold.sources import FetchHistory
from tests.server import Page, Site

FEEDS = Path(__file__).parents[3] / "shared" / "data" / "feeds"
FIRST = stages.UNDATED + timedelta(days=1)


def main(arguments: list[str]) -> None:
    """Measure and print."""
    folder = Path(arguments[0]) if arguments else FEEDS
    with Site() as site:
        settings = serve(site, folder)
        known = FetchHistory(FIRST)
        ids: set[str] = set()
        for number in (1, 2):
            began = time.perf_counter()
            crawl = sources.crawl_outlets(settings, known)
            documents, outcomes = sources.read_sources(settings, known.edition, crawl=crawl)
            articles, rejects = extraction.extract(documents, end_of_day(known.edition))
            found = set(articles["article_id"].to_pylist())
            sys.stdout.write(f"pass {number}: {told(site, documents, outcomes)}; {len(found):,} articles, ")
            sys.stdout.write(f"{len(found - ids):,} of them new; {time.perf_counter() - began:.1f} s\n")
            reasons = Counter(reason for row in outcomes.to_pylist() for reason in problems(row))
            reasons.update(rejects["reason"].to_pylist())
            sys.stdout.writelines(f"  {count:>5,} rejected: {reason}\n" for reason, count in reasons.most_common())
            ids |= found
            known = FetchHistory(FIRST + timedelta(days=number), crawl.fetches)
            site.requests.clear()


def serve(site: Site, folder: Path) -> Settings:
    """Put every snapshot on the site, and configure it as an outlet's feed."""
    outlets: dict[str, dict[str, list[str]]] = {}
    for file in sorted(folder.rglob("*.xml.gz")):
        path = "/" + file.relative_to(folder).as_posix().removesuffix(".gz")
        site.pages[path] = Page(gzip.decompress(file.read_bytes()), "text/xml")
        outlets.setdefault(file.name.split("_")[0], {"feeds": []})["feeds"].append(site.url + path)
    fetch = {"contact": "mailto:desk@newsfold.example", "delay_seconds": 0, "private_networks": ["127.0.0.1/32"]}
    return parse_settings({"outlets": outlets, "fetch": fetch}, folder=folder, origin="benchmark")


def told(site: Site, documents: Any, outcomes: Any) -> str:
    """What was asked for and what came of it, in words."""
    asked = [request for request in site.requests if request.path != "/robots.txt"]
    conditional = sum("If-None-Match" in request.headers for request in asked)
    unchanged = sum(outcomes["unchanged"].to_pylist())
    return (
        f"{len(asked):,} requests ({conditional:,} conditional) and {len(site.asked('/robots.txt'))} for robots.txt; "
        f"{outcomes.num_rows:,} feeds ({unchanged:,} unchanged), {documents.num_rows:,} entries"
    )


def problems(outcome: dict[str, Any]) -> list[str]:
    """The reasons why something of a source was rejected."""
    return [failure["reason"] for failure in outcome["failures"]]


if __name__ == "__main__":
    main(sys.argv[1:])
