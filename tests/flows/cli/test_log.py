"""What runs report on standard error, and to Prefect's page."""

from __future__ import annotations

import json
import logging
import os
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client

from newsfold.settings import load_settings
from newsfold_flows import missing_nights
from newsfold_flows.cli import console, log, story_tables
from newsfold_flows.prefect_home import ensure_prefect_home
from tests.factories import story, story_article
from tests.flows.cli.command import newsfold
from tests.flows.conftest import FIRST, ON_PREFECT, deliver, extend_config

LINE = re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z (INFO|WARNING|ERROR) +\S")


pytestmark = ON_PREFECT


def wait_for_log(began: datetime, message: str) -> bool:
    """Return whether Prefect's page gets a line that begins with a message: they are sent every few seconds."""
    wanted = {"logs": {"timestamp": {"after_": began.isoformat()}}, "sort": "TIMESTAMP_DESC"}
    with get_client(sync_client=True) as client:
        for _ in range(60):
            if any(
                row["message"].startswith(message) for row in client.request("POST", "/logs/filter", json=wanted).json()
            ):
                return True
            time.sleep(0.5)
    return False


def test_lines_of_a_run_have_times_or_are_json_and_prefects_page_has_them_too(config: Path) -> None:
    began = datetime.now(UTC)
    plain = newsfold("run", "--edition", FIRST, "--config", config)
    assert plain.exit_code == 0, plain.output
    lines = plain.stderr.splitlines()
    assert [line for line in lines if not LINE.match(line)] == []
    assert any("wire: 3 documents; 0 problems" in line for line in lines), plain.stderr
    assert wait_for_log(began, "publish: 2 stories")

    again = newsfold("run", "--edition", FIRST, "--config", config, "--log-format", "json", "--log-level", "debug")
    rows = [json.loads(line) for line in again.stderr.splitlines()]
    assert {"time", "level", "message"} <= set.intersection(*map(set, rows))
    assert {"read: 3 documents", "publish: already published"} <= {row["message"].split(" (")[0][:26] for row in rows}


def test_a_quiet_run_says_nothing_but_problems(config: Path, tmp_path: Path) -> None:
    quiet = ("run", "--quiet", "--edition", FIRST, "--config")
    assert newsfold(*quiet, config).output == ""
    lost = extend_config(config, sources=[{"name": "wire", "path": "in/*/*.jsonl"}, {"name": "lost", "path": "no"}])
    incomplete = newsfold(*quiet, lost, "--store", tmp_path / "other")
    assert incomplete.exit_code == 3 and incomplete.stdout == ""
    assert "WARNING Published, but incomplete" in incomplete.stderr


def test_an_error_is_json_too(tmp_path: Path) -> None:
    failed = newsfold("run", "--log-format", "json", "--config", tmp_path / "nowhere.yaml")
    (line,) = failed.stderr.splitlines()
    assert json.loads(line)["error"] == "ConfigError" and "nowhere.yaml" in json.loads(line)["message"]
    assert newsfold("run", "--config", tmp_path / "nowhere.yaml").stderr.startswith("20")  # with its time


@pytest.mark.parametrize("command", [("run", "--edition"), ("backfill", "--from", FIRST, "--to")])
def test_an_edition_of_the_future_is_refused_unless_it_has_files(command: tuple[str, ...], config: Path) -> None:
    later = (datetime.now(UTC) + timedelta(days=3)).date()
    refused = newsfold(*command, later, "--config", config)
    assert refused.exit_code == 2 and re.search(r"The edition [\d-]+ is in the future", refused.output)
    deliver(config.parent, later)
    missing_nights.refuse_future(load_settings(config), [later])


def test_nothing_is_wrapped_or_cut_without_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    headline = "Ferry sinks off Lomo " * 12
    story_tables.print_story_rows([story("s", [story_article("s", title=headline)]) | {"kind": "news"}])
    row = next(line for line in capsys.readouterr().out.splitlines() if "Ferry" in line)
    assert headline.strip() in row and row.rstrip().endswith(" s")
    monkeypatch.setenv("COLUMNS", "80")
    assert console.out.width == 80


def test_libraries_are_heard_only_at_level_debug(capsys: pytest.CaptureFixture[str]) -> None:
    record = logging.LogRecord("distributed.nanny", logging.WARNING, "/lib/nanny.py", 1, "Restarting worker", (), None)
    for level, said in ((log.LogLevel.INFO, ""), (log.LogLevel.DEBUG, "Restarting worker")):
        log.configure(level=level)
        log.ReportingHandler().emit(record)
        assert said in capsys.readouterr().err.strip()[-20:]
    log.reset()


def test_prefect_keeps_its_files_in_the_store_of_a_user_without_a_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PREFECT_HOME", "")  # so that it is restored
    monkeypatch.delenv("PREFECT_HOME")
    for home, folder in (("there", "there/.prefect"), ("file/home", "store/.prefect")):
        monkeypatch.setenv("HOME", str(tmp_path / home))
        ensure_prefect_home(str(tmp_path / "store"))
        assert (tmp_path / folder).is_dir()
    assert (tmp_path / "store" / ".prefect").samefile(os.environ["PREFECT_HOME"])
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "file" / "prefect"))
    refused = newsfold("run", "--edition", FIRST, "--store", tmp_path / "store")
    assert refused.exit_code == 2 and "PREFECT_HOME" in refused.output
