from __future__ import annotations

from pathlib import Path

import pytest

from newsfold import sources, store
from tests.flows.cli.command import newsfold
from tests.flows.conftest import FIRST, ON_PREFECT, extend_config

pytestmark = ON_PREFECT


def test_an_edition_that_the_gate_only_warns_of_is_published(config: Path, tmp_path: Path) -> None:
    limited = extend_config(config, gate={"min_articles": 4, "action": "warn"})
    done = newsfold("run", "--edition", FIRST, "--config", limited)
    assert done.exit_code == 0, done.output
    assert "Gate (warning)" in done.output
    assert f"newsfold show --store {tmp_path / 'store'}" in done.output  # without it, another store would be shown
    assert store.list_editions(tmp_path / "store") == [FIRST]


def test_contradictory_labels_stop_the_run_before_any_source_is_read(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    read_source = sources.read_source

    def record_and_read(settings: object, name: str, *arguments: object) -> object:
        read.append(name)
        return read_source(settings, name, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(sources, "read_source", record_and_read)
    labelled = extend_config(config, labels=["labels.csv"])
    pair = "https://gazette.example/2013-06-05/0,https://courier.example/2013-06-05/1"
    (tmp_path / "labels.csv").write_text(f"left,right,label\n{pair},cannot-link\n{pair},must-link\n")
    refused = newsfold("run", "--edition", FIRST, "--config", labelled)
    assert refused.exit_code == 2
    assert "labels.csv row 2 keeps" in refused.output
    assert read == store.list_editions(tmp_path / "store") == []
    (tmp_path / "labels.csv").write_text(f"left,right,label\n{pair},cannot-link\n")
    assert newsfold("run", "--edition", FIRST, "--config", labelled).exit_code == 0
    assert read == ["wire"]


def test_an_interrupted_run_says_how_to_resume_and_does(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> object:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sources, "read_source", interrupt)
        interrupted = newsfold("run", "--edition", FIRST, "--config", config)
    assert interrupted.exit_code == 130
    assert "Run the same command again: it resumes" in interrupted.output
    assert store.list_editions(tmp_path / "store") == []
    assert newsfold("run", "--edition", FIRST, "--config", config).exit_code == 0
    assert store.list_editions(tmp_path / "store") == [FIRST]
