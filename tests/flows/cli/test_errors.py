from __future__ import annotations

from pathlib import Path

import pytest
import typer

from newsfold_flows.cli.errors import ExitCode, report_errors
from tests.flows.cli.command import newsfold


def test_a_typo_in_the_configuration_exits_2_and_names_the_key(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("windw_days: 3\n")
    failed = newsfold("run", "--config", tmp_path / "c.yaml")
    assert failed.exit_code == 2
    assert "window_days" in failed.output


def test_brackets_in_a_message_are_not_markup(tmp_path: Path) -> None:
    failed = newsfold("run", "--config", tmp_path / "[red]a[/b].yaml")
    assert failed.exit_code == 2
    assert "[red]a[/b].yaml" in failed.output


def test_a_missing_configuration_exits_2(tmp_path: Path) -> None:
    failed = newsfold("run", "--config", tmp_path / "none.yaml")
    assert failed.exit_code == 2
    assert "none.yaml" in failed.output


def test_a_lack_of_memory_exits_1_and_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended, report_errors():
        raise MemoryError("cannot allocate 8 bytes")
    assert ended.value.exit_code == ExitCode.FAILED
    assert "MachineError" in (shown := capsys.readouterr().err) and "run the same command again" in shown
