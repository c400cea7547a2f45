from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from newsfold_flows.cli.app import load_command
from tests.flows.cli.command import newsfold

PANELS = {
    "Make": ["run", "backfill", "release", "verify", "prune", "serve", "cluster"],
    "Read": ["show", "explain", "digest", "notebook", "sql", "export", "copies"],
    "Correct": ["suggest-labels"],
    "Measure and train": ["evaluate", "train", "train-summaries", "train-kinds"],
    "Configure": ["init", "check", "schema", "sources"],
}


def test_help_lists_every_command_once_in_its_panel() -> None:
    shown = newsfold("--help")
    assert shown.exit_code == 0
    rows = re.findall(r"^(?:╭─ ([^─]+) ─|│ ([\w-]+))", shown.output, re.MULTILINE)
    listed = [panel or command for panel, command in rows]
    assert listed[listed.index("Make") :] == [name for panel, names in PANELS.items() for name in (panel, *names)]


@pytest.mark.parametrize("command", [name for names in PANELS.values() for name in names])
def test_every_command_and_option_is_described(command: str) -> None:
    assert newsfold(command, "--help").exit_code == 0
    command_or_group = load_command(command)
    for each in getattr(command_or_group, "commands", {"": command_or_group}).values():
        assert each.help
        assert [parameter.name for parameter in each.params if not parameter.help] == []


@pytest.mark.parametrize("command", [name for names in PANELS.values() for name in names])
def test_the_list_of_commands_has_the_beginning_of_each_ones_help(command: str) -> None:
    summary = load_command(command).help.split("\n\n")[0]
    listed = re.sub(r"[│\s]+", " ", newsfold("--help").output)
    assert f" {command} {' '.join(summary.split())} " in listed


@pytest.mark.parametrize("arguments", [["--help"], ["show", "--help"], ["sources", "add", "--help"], ["prune"]])
def test_a_command_does_not_import_the_libraries_of_others(arguments: list[str], tmp_path: Path) -> None:
    program = (
        "import sys; from newsfold_flows.cli.app import app\n"
        "others = {'torch', 'prefect', 'dask', 'sklearn', 'scipy', 'wordfreq', 'trafilatura', 'duckdb'}\n"
        "try: app(sys.argv[1:])\n"
        "finally: print(*others & {*sys.modules})"
    )
    run = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, cwd=tmp_path)
    assert run.stdout.splitlines()[-1] == "", run.stdout + run.stderr


@pytest.mark.parametrize(("old", "new"), [("publish", "release"), ("doubts", "suggest-labels")])
def test_an_old_name_is_refused_with_the_new_one_whatever_its_arguments(old: str, new: str) -> None:
    for arguments in ((), ("--force", "--edition", "2013-06-05"), ("--help",)):
        refused = newsfold(old, *arguments)
        assert refused.exit_code == 2
        assert f"`newsfold {old}` is now called `newsfold {new}`" in " ".join(refused.output.split())


def test_the_version_is_printed() -> None:
    assert newsfold("--version").output == f"newsfold {version('newsfold')}\n"


def test_the_package_can_be_run_as_a_module(tmp_path: Path) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "newsfold", "--version"], check=True, capture_output=True, text=True, cwd=tmp_path
    )
    assert shown.stdout == f"newsfold {version('newsfold')}\n"


def test_a_date_that_does_not_exist_is_refused() -> None:
    refused = newsfold("run", "--edition", "2013-02-30")
    assert refused.exit_code == 2
    assert "'2013-02-30' is not a date" in refused.output
