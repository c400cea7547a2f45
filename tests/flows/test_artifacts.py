"""Artifacts on a run's page in Prefect."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client

import newsfold
from newsfold import schemas
from newsfold_flows import artifacts, progress
from newsfold_flows.nightly import backfill, nightly
from tests.factories import story, story_article
from tests.flows.conftest import FIRST, ON_PREFECT, SECOND, write_config

pytestmark = ON_PREFECT


@pytest.fixture
def created(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Any]]:
    """The content of all artifacts that runs create, by key, in order."""
    contents: dict[str, list[Any]] = {}

    def record(name: str, key_at: int) -> None:
        create = getattr(artifacts, name)

        def create_and_record(*arguments: Any) -> Any:
            contents.setdefault(arguments[key_at], []).append(arguments[0])
            return create(*arguments)

        monkeypatch.setattr(artifacts, name, create_and_record)

    record("create_table_artifact", 1)
    record("create_markdown_artifact", 1)
    record("create_link_artifact", 2)
    return contents


def count_kinds(store: Path, edition: date) -> str:
    counts = Counter(newsfold.load(store, "stories", edition)["kind"].to_pylist())
    return ", ".join(f"{kind}: {counts[kind]}" for kind in sorted(counts))


def test_the_report_compares_an_edition_with_the_one_before(
    config: Path, tmp_path: Path, created: dict[str, list[Any]]
) -> None:
    backfill(FIRST, SECOND, str(config))
    first, second = created["run-report"]
    assert "no edition before" in first and "2013-06-06" not in first
    assert "|  | 2013-06-06 | 2013-06-05 |" in second
    assert f"| kinds | {count_kinds(tmp_path / 'store', SECOND)} | {count_kinds(tmp_path / 'store', FIRST)} |" in second
    assert "| new articles | 2 | 3 |" in second and "| wire | ok | 2 | 2 |\n" in second
    row = created["top-stories"][-1][0]
    assert row["articles"] == 3 and "ferry" in row["story"].lower()
    assert any(f"`{story_id}`" in row["story"] for story_id in newsfold.load(tmp_path / "store", "stories")["story_id"])
    assert re.match(r"\[.+\]\(https://(gazette|courier)\.example/", row["story"])


def test_news_comes_before_more_important_stories_of_other_kinds() -> None:
    rows = []
    for number, kind in enumerate(["opinion", "news", None, "analysis"]):
        members = [story_article(f"s{number}")]
        rows.append(story(f"s{number}", members, kind=kind, importance=10.0 - number))
    tables = {"stories": schemas.build_table("stories", rows), "story_articles": schemas.empty_table("story_articles")}
    shown = artifacts.list_top_stories(tables, limit=3)
    assert [row["story"].split("\n\n")[1] for row in shown] == ["`s1`", "`s2`", "`s3` analysis"]


def test_failed_sources_come_first_with_their_errors(
    config: Path, tmp_path: Path, created: dict[str, list[Any]]
) -> None:
    sources = [{"name": "wire", "path": "in/{edition_date}/*.jsonl"}, {"name": "zed", "path": "no|where/*.jsonl"}]
    nightly(str(write_config(tmp_path, {"sources": sources})), FIRST)
    (report,) = created["run-report"]
    assert report.index("| zed | failed |") < report.index("| wire | ok |")
    assert "no\\|where" in report and "# Edition 2013-06-05: incomplete" in report


def test_the_digest_is_linked_if_its_address_is_configured(
    config: Path, tmp_path: Path, created: dict[str, list[Any]]
) -> None:
    nightly(str(config), FIRST)
    assert "digest" not in created
    text = config.read_text() + "digest_url: https://desk.example/digest/{edition_date}.html\n"
    config.write_text(text)
    nightly(str(config), FIRST)
    assert created["digest"] == ["https://desk.example/digest/2013-06-05.html"]
    assert "](https://desk.example/digest/2013-06-05.html#20130605-" in created["top-stories"][-1][0]["story"]


def test_a_run_writes_the_configured_digest_and_is_published_even_if_it_cannot(config: Path, tmp_path: Path) -> None:
    config.write_text(config.read_text() + "digest_file: pages/{edition_date}.html\n")
    backfill(FIRST, SECOND, str(config))
    page = tmp_path / "pages" / "2013-06-06.html"
    assert "ferry" in page.read_text(encoding="utf-8").lower() and "2013-06-05.html" in page.read_text(encoding="utf-8")
    config.write_text(config.read_text().replace("pages/", "newsfold.yaml/"))
    assert nightly(str(config), SECOND, str(tmp_path / "other"))["status"] == "published"


def test_a_long_stage_has_a_progress_bar_that_ends_full(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_BAR_SECONDS", -1.0)
    nightly(str(config), FIRST)
    with get_client(sync_client=True) as client:
        latest = client.read_latest_artifacts(limit=200)
    percents = {bar.key: bar.data for bar in latest if bar.type == "progress"}
    assert percents["progress-embed"] == 100


def test_markup_in_a_text_from_the_web_is_escaped(config: Path) -> None:
    manifest = nightly(str(config), FIRST)
    hostile = "<script>alert(1)</script> | [click](http://bad.example) **x**\n# heading"
    line = manifest["sources"][0] | {"status": "failed", "error": hostile}
    report = artifacts.format_run_report(manifest | {"sources": [line]}, None)
    assert "<script>" not in report and "[click]" not in report and "\n# heading" not in report


def test_a_hostile_headline_or_address_is_no_markup_on_the_page() -> None:
    members = [story_article("s1", url="https://bad.example/x)[click](javascript:alert(1))")]
    row = story("s1", members, headline="<b>Sale</b> [click](http://bad.example) | " + "x" * 80)
    tables = {"stories": [row], "story_articles": members}
    (shown,) = artifacts.list_top_stories({name: schemas.build_table(name, rows) for name, rows in tables.items()})
    headline = shown["story"].split("\n\n")[0]
    assert headline.startswith(r"[&lt;b&gt;Sale") and r"\[click\]" in headline
    assert "…](https://bad.example/x%29" in headline and len(re.findall(r"(?<!\\)\]\(", headline)) == 1
    assert "http://bad" not in headline  # Prefect's pages make a link of it
