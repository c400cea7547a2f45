"""Inputs built after public bug reports of other tools (`../shared/data/cases`): archives, JSON Feeds, nested texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from newsfold import sources
from newsfold.extraction.stage import extract_articles
from newsfold.settings import parse_settings
from tests.pipeline.sources.conftest import EDITION

PARAGRAPHS = [
    "The town council approved a new bridge on Wednesday, ending nine years of argument.",
    "Work is to begin in October and to last until the spring of 2015, the mayor said.",
    "Opponents, led by boat owners, announced a complaint.",
]


def read(path: Path) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the articles that a file or folder becomes, and the reasons of failures."""
    settings = parse_settings({"sources": [{"name": "s", "path": str(path)}]}, folder=path.parent, origin="test")
    documents, outcomes = sources.read_sources(settings, EDITION)
    articles, rejections = extract_articles(documents)
    reasons = [failure["reason"] for failure in [*outcomes.to_pylist()[0]["failures"], *rejections.to_pylist()]]
    return articles.to_pylist(), reasons


@pytest.mark.parametrize(
    ("name", "pages"),
    [
        ("crawl.warc", {"plain", "gzip-lie", "none", "chunk-lie"}),
        ("chunk.warc", {"plain2", "chunk-lie"}),
        ("none.warc", {"plain", "none"}),
        ("good.warc", {"gzip", "br", "chunked"}),
    ],
)
def test_every_page_of_an_archive_is_read_whatever_its_codings(name: str, pages: set[str], shared: Path) -> None:
    articles, reasons = read(shared / "cases" / "15-warc-content-encoding" / name)
    found = {article["url"].rpartition("/")[2] for article in articles}
    unsupported = {"br"} if any("'br'" in reason for reason in reasons) else set()
    assert found == pages - unsupported
    assert len(reasons) == len(unsupported)


@pytest.mark.parametrize(("path", "n_articles"), [("feed.json", 1), ("folder", 2)])
def test_a_json_feed_on_disk_is_read(path: str, n_articles: int, shared: Path) -> None:
    articles, reasons = read(shared / "cases" / "20-json-feed-on-disk" / path)
    assert (len(articles), reasons) == (n_articles, [])
    (ferry,) = [article for article in articles if article["title"] == "Ferry sinks off Lomo Point"]
    assert ferry["published_at"].isoformat() == "2013-06-05T08:00:00+00:00"
    assert (ferry["outlet"], ferry["body"]) == (
        "Island Watch", "A ferry sank off Lomo Point on Wednesday. All aboard were rescued.",
    )  # fmt: skip


@pytest.mark.parametrize("name", ["articles.jsonl", "articles.parquet", "fundus.jsonl"])
def test_a_text_of_paragraphs_is_read_in_order(name: str, shared: Path) -> None:
    ((article,), reasons) = read(shared / "cases" / "21-text-as-paragraph-list" / name)
    assert reasons == []
    assert article["body"].split("\n") == PARAGRAPHS
