"""What a run's page shows."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from prefect.client.orchestration import get_client

import newsfold
from newsfold_flows import artifacts, progress
from newsfold_flows.nightly import backfill, nightly
from tests.flows.conftest import ON_PREFECT, written

FIRST, SECOND = date(2013, 6, 5), date(2013, 6, 6)

pytestmark = ON_PREFECT


@pytest.fixture
def created(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Any]]:
    """What is attached to runs, by key, beside what Prefect does with it."""
    found: dict[str, list[Any]] = {}

    def keeping(name: str, key_at: int) -> None:
        create = getattr(artifacts, name)

        def kept(*arguments: Any) -> Any:
            found.setdefault(arguments[key_at], []).append(arguments[0])
            return create(*arguments)

        monkeypatch.setattr(artifacts, name, kept)

    keeping("create_table_artifact", 1)
    keeping("create_markdown_artifact", 1)
    keeping("create_link_artifact", 2)
    return found


def test_the_report_sets_a_night_beside_the_one_before(
    config: Path, tmp_path: Path, created: dict[str, list[Any]]
) -> None:
    backfill(FIRST, SECOND, str(config))
    first, second = created["run-report"]
    assert "no edition before" in first and "2013-06-06" not in first
    assert "|  | 2013-06-06 | 2013-06-05 |" in second
    assert "| new articles | 2 | 3 |" in second and "| wire | ok | 2 | 2 | 0 | – |" in second
    rows = created["top-stories"][-1]
    assert rows[0]["articles"] == 3 and "ferry" in rows[0]["headline"].lower()
    assert rows[0]["story"] in newsfold.load(tmp_path / "store", "stories")["story_id"].to_pylist()


def test_what_went_wrong_stands_first_and_whole(config: Path, tmp_path: Path, created: dict[str, list[Any]]) -> None:
    sources = [{"name": "wire", "path": "in/{edition_date}/*.jsonl"}, {"name": "zed", "path": "no|where/*.jsonl"}]
    nightly(str(written(tmp_path, {"sources": sources})), FIRST)
    (report,) = created["run-report"]
    assert report.index("| zed | failed |") < report.index("| wire | ok |")
    assert "no\\|where" in report and "# Edition 2013-06-05: incomplete" in report


def test_the_digest_is_linked_where_it_can_be_read(config: Path, tmp_path: Path, created: dict[str, list[Any]]) -> None:
    nightly(str(config), FIRST)
    assert "digest" not in created
    text = config.read_text() + "digest_url: https://desk.example/digest/{edition_date}.html\n"
    config.write_text(text)
    nightly(str(config), FIRST)
    assert created["digest"] == ["https://desk.example/digest/2013-06-05.html"]


def test_a_run_writes_the_digest_where_it_is_told_to_and_a_folder_that_cannot_be_takes_nothing_back(
    config: Path, tmp_path: Path
) -> None:
    config.write_text(config.read_text() + "digest_file: pages/{edition_date}.html\n")
    backfill(FIRST, SECOND, str(config))
    page = tmp_path / "pages" / "2013-06-06.html"
    assert "ferry" in page.read_text(encoding="utf-8").lower() and "2013-06-05.html" in page.read_text(encoding="utf-8")
    config.write_text(config.read_text().replace("pages/", "newsfold.yaml/"))
    assert nightly(str(config), SECOND, str(tmp_path / "other"))["status"] == "published"


def test_a_long_stage_has_a_bar_that_ends_full(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_LONG", -1.0)
    nightly(str(config), FIRST)
    with get_client(sync_client=True) as client:
        found = client.read_latest_artifacts(limit=200)
    shares = {bar.key: bar.data for bar in found if bar.type == "progress"}
    assert shares["progress-embed"] == 100


def test_a_text_from_the_web_is_only_text_in_a_report(config: Path) -> None:
    manifest = nightly(str(config), FIRST)
    hostile = "<script>alert(1)</script> | [click](http://bad.example) **x**\n# heading"
    line = manifest["sources"][0] | {"status": "failed", "error": hostile}
    report = artifacts.run_report(manifest | {"sources": [line]}, None)
    assert "<script>" not in report and "[click]" not in report and "\n# heading" not in report
