"""The Markdown files: links lead somewhere, and commands, options, modules, paths and configurations exist."""

from __future__ import annotations

import importlib.util
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from newsfold import settings, stages
from newsfold_flows.cli.app import app

ROOT = Path(__file__).parents[1]
FOLDERS = (".github", "config", "flows", "pipeline", "tests")
PAGES = sorted([*ROOT.glob("*.md"), *(page for folder in FOLDERS for page in (ROOT / folder).rglob("*.md"))])
CODE = "".join(file.read_text(encoding="utf-8") for folder in FOLDERS[2:] for file in (ROOT / folder).rglob("*.py"))
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
REPOSITORY_PATH = re.compile(r"(?<![\w/.-])((?:pipeline|flows|tests|config|\.ci|\.github)/[\w./-]*\w)")


def each(pages: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("page", pages, ids=[str(page.relative_to(ROOT)) for page in pages])


def blocks(page: Path, *languages: str) -> list[str]:
    return [text for language, text in BLOCK.findall(page.read_text(encoding="utf-8")) if language in languages]


def prose(page: Path) -> str:
    return BLOCK.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def commands(page: Path) -> list[str]:
    """Return the newsfold commands of a page: lines of shell blocks, and inline code."""
    lines = [line for text in blocks(page, "sh", "") for line in text.splitlines()]
    shown = [*lines, *re.findall(r"`(newsfold [^`]+)`", prose(page))]
    found = [re.search(r"(?:^|&& )(newsfold [^#>|&]*)", line) for line in shown]
    return [match[1].strip() for match in found if match]


@each(PAGES)
def test_links_lead_to_files_and_headings(page: Path) -> None:
    for link in LINK.findall(prose(page)):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{link}: there is no such file"
        if anchor:
            assert anchor in anchors(target), f"{link}: there is no such heading"


@each(PAGES)
def test_paths_of_the_repository_exist(page: Path) -> None:
    for path in REPOSITORY_PATH.findall(prose(page)):
        assert (ROOT / path).exists(), f"{path}: there is no such file"


@each([page for page in PAGES if page.name != "CHANGELOG.md"])  # which names commands that were renamed
def test_commands_and_their_options_exist(page: Path) -> None:
    for line in commands(page):
        command: Any = typer.main.get_command(app)
        words = shlex.split(line)[1:]
        while hasattr(command, "commands") and words and not words[0].startswith("-"):
            assert words[0] in command.commands, f"{line}: there is no such command"
            _, command, words = command.resolve_command(typer.Context(command), words)
        options = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        for word in words:
            if re.match(r"--?[a-z]", word):
                assert word.partition("=")[0] in options, f"{line}: there is no option {word}"


@each(PAGES)
def test_functions_exist(page: Path) -> None:
    for name in re.findall(r"`(\w+)\(\)`", prose(page)):
        assert f"def {name}(" in CODE, f"{name}(): there is no such function"


def test_the_walkthrough_names_functions_where_they_are_and_tables_that_exist() -> None:
    page = ROOT / "pipeline" / "README.md"
    walkthrough = page.read_text(encoding="utf-8").split("## One article")[1].split("\n## ")[0]
    places = re.findall(r"((?:`\w+\(\)`(?:, )?)+) in `([\w/]+\.py)`", walkthrough)
    assert len(places) > 15
    for names, file in places:
        code = (page.parent / "newsfold" / file).read_text(encoding="utf-8")
        for name in re.findall(r"\w+", names):
            assert f"def {name}(" in code, f"{name}() is not in {file}"
    tables = {name for stage in stages.STAGES for step in stage.steps for name in step.writes} | set(stages.INPUTS)
    for cell in re.findall(r"^\| ([`*].*?) \|", walkthrough, re.MULTILINE):
        for name in re.findall(r"\w+", cell):
            assert name in tables, f"{name}: there is no such table"


@each(PAGES)
def test_modules_that_python_runs_exist(page: Path) -> None:
    for module in re.findall(r"python -m ((?:tests|newsfold)[\w.]*\w)", page.read_text(encoding="utf-8")):
        if not module.isupper() and not module.endswith("NAME"):
            assert importlib.util.find_spec(module), f"python -m {module}: there is no such module"


@each(PAGES)
def test_configurations_are_valid(page: Path, tmp_path: Path) -> None:
    for text in blocks(page, "yaml"):
        keys = yaml.safe_load(text)
        keys.pop("labels", None)  # files that only the reader has
        keys.pop("retractions", None)
        if any("url" in source or "kind" in source for source in keys.get("sources", [])) or "outlets" in keys:
            keys.setdefault("fetch", {}).setdefault("contact", "https://desk.example/newsfold")
        file = tmp_path / "newsfold.yaml"
        file.write_text(yaml.safe_dump(keys), encoding="utf-8")
        settings.load_settings(file)


def test_the_readme_is_short_and_starts_with_the_two_commands() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 200
    install = 'python3 -m venv .venv && . .venv/bin/activate && pip install -c config/constraints.txt -e ".[dev]"'
    assert f"{install} && newsfold run" in lines
    assert f"{install} && pytest" in lines
