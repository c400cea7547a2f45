"""The cost of a night whose articles are mostly known: `python -m tests.benchmarks.reuse FEEDS OUT`.

FEEDS holds one folder of saved feeds per night; the articles of seven nights are one window. One store computes the
window from nothing; another knows nine tenths of its articles and receives the last tenth, together with as many known
ones. Prints the seconds of each stage (of the median of three runs) and their ratio.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from newsfold import settings, sources, store

NIGHTS, KNOWN, REPEATS = 7, 0.9, 3
FIRST = date(2020, 1, 1)
SECOND = FIRST + timedelta(days=1)


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
    feeds, out = Path(arguments[0]).resolve(), Path(arguments[1])
    articles = read_articles(feeds)
    cut = round(KNOWN * len(articles))
    new = articles[cut:]
    cold, warm = [], []
    for n in range(REPEATS):  # alternately, so that other load on the machine affects both
        cold.append(measure(out / f"nothing-{n}", {FIRST: articles}))
        warm.append(measure(out / f"known-{n}", {FIRST: articles[:cut], SECOND: articles[cut - len(new) :]}))
    median = [sorted(runs, key=lambda run: sum(run.values()))[REPEATS // 2] for runs in (cold, warm)]
    totals = [sum(run.values()) for run in median]
    for name, run, total in zip(("from nothing", f"{KNOWN:.0%} known"), median, totals, strict=True):
        stages = {stage: round(seconds, 2) for stage, seconds in run.items()}
        sys.stdout.write(f"{name}: {total:.1f} s {json.dumps(stages)}\n")
    sys.stdout.write(f"{len(articles):,} articles, {len(new):,} of them new: ratio {totals[1] / totals[0]:.1%}\n")


def read_articles(feeds: Path) -> list[dict[str, Any]]:
    """Return the articles of the nights, each once, in the order of delivery."""
    raw = {"sources": [{"name": "feeds", "path": f"{feeds}/{{edition_date}}/{{outlet}}_*.xml.gz"}]}
    config = settings.parse_settings(raw, folder=Path(), origin="benchmark")
    articles: dict[str, dict[str, Any]] = {}
    for night in sources.list_editions(config)[:NIGHTS]:
        for row in sources.read_sources(config, night)[0].to_pylist():
            columns = {name: row[name] for name in ("url", "outlet", "title", "text", "published_at")}
            articles.setdefault(row["url"], columns)
    return list(articles.values())


def measure(folder: Path, nights: dict[date, list[dict[str, Any]]]) -> dict[str, float]:
    """Return the seconds of each stage of the last night."""
    from newsfold.embedding import devices
    from newsfold_flows.nightly import nightly

    for night, articles in nights.items():
        (folder / str(night)).mkdir(parents=True)
        (folder / str(night) / "articles.jsonl").write_text("\n".join(map(json.dumps, articles)))
    config = folder / "newsfold.yaml"
    config.write_text("sources: [{name: articles, path: '{edition_date}/articles.jsonl'}]\n")
    for night in nights:
        devices._load_cached.cache_clear()  # every run loads the model, as every night does
        nightly(str(config), night, str(folder / "store"))
    return dict(store.load_manifest(folder / "store", max(nights))["stage_seconds"])


if __name__ == "__main__":
    main(sys.argv[1:])
