"""The Markdown files: every shell and Python block, and complete commands in tables, are run on the sample."""

from __future__ import annotations

import csv
import os
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

import newsfold
from newsfold.settings.loading import shipped_file
from tests.events import reports, write_gold
from tests.flows.cli.command import newsfold as run_command
from tests.flows.conftest import ON_PREFECT
from tests.test_readme import PAGES, ROOT, blocks, prose

# Lines that are not run here, by what they match, and why; every other line has to run.
NOT_RUN = {
    r"^python3 -m venv|^pre-commit": "installs software",
    r"^pytest|^\.ci/": "runs these tests",
    r"^(export|prefect) ": "needs a server: tests/flows/test_schedule.py deploys prefect.yaml on one and runs it",
    r"^newsfold serve": "runs until it is stopped: tests/flows/test_schedule.py serves, too",
    r"^docker ": "needs containers: .ci/image builds one, tests/flows/cli/test_init.py reads the compose file",
    r"https?://": "needs the web: tests/flows/cli/test_sources.py adds outlets of a site on the loopback",
    r"train-kinds allsides": "reads labelled sets that are not in the repository",
    r"train-(kinds|summaries)|--embedding": "takes minutes: tests/flows/cli has tests of it",
}
# What a page leaves to the reader to fill in.
PLACEHOLDERS = {"STORE": "newsfold-store", "DATE": "2013-06-07"}
COMPLETE = ("README.md", "pipeline/README.md")  # pages in whose prose and tables commands are complete
ARGUMENTS = re.compile(r" (?:--\w|[0-9a-f]{8}|\d{8}-|STORY|THREAD|A B|GOLD)")

pytestmark = ON_PREFECT


def shell_lines() -> Iterator[tuple[str, str]]:
    """Yield each line of the pages' shell blocks, and each command in prose that has arguments, once, with its page."""
    page_of: dict[str, str] = {}
    for page in PAGES:
        name = str(page.relative_to(ROOT))
        found = [line.split("  #")[0].strip() for text in blocks(page, "sh", "bash") for line in text.splitlines()]
        if name in COMPLETE:
            inline = re.findall(r"`(newsfold\s[^`]+)`", prose(page))
            found += [" ".join(line.split()) for line in inline if ARGUMENTS.search(line)]
        for line in filter(None, found):
            page_of.setdefault(line, name)
    yield from ((name, line) for line, name in page_of.items())


def find_reason(line: str) -> str | None:
    return next((reason for pattern, reason in NOT_RUN.items() if re.search(pattern, line)), None)


def lines_to_run() -> Iterator[object]:
    for name, line in shell_lines():
        reason = find_reason(line)
        marks = [pytest.mark.skip(reason=f"not run: {reason}")] if reason else []
        yield pytest.param(line, marks=marks, id=f"{name}: {line}")


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory, sample_store: Path) -> Path:
    """A folder with what the pages speak of: a store, a configuration of one's own, articles, pairs, a labelled set."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(sample_store, folder / "newsfold-store")
    mine = yaml.safe_load(shipped_file("default.yaml").read_text(encoding="utf-8"))
    two = [source for source in mine["sources"] if source["name"] in ("harbour-courier", "meridian-wire")]
    mine |= {"sources": two, "edition": "2013-06-07", "store": "my-store"}
    (folder / "mine.yaml").write_text(yaml.safe_dump(mine), encoding="utf-8")
    (folder / "sample").symlink_to(shipped_file("sample"))
    pq.write_table(newsfold.load(sample_store, "articles"), folder / "articles.parquet")
    write_gold(folder / "GOLD.parquet", reports(range(2)))
    ids = newsfold.load(sample_store, "edges").sort_by([("probability", "descending")]).slice(0, 4).to_pylist()
    with (folder / "pairs.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [("left", "right", "label"), *((x["left_id"], x["right_id"], "together") for x in ids)]
        )
    return folder


@pytest.fixture
def own_desk(desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the folder, in which the test works; what a reader fills in is in `PLACEHOLDERS`."""
    folder = Path(shutil.copytree(desk, tmp_path / "desk", symlinks=True))
    monkeypatch.chdir(folder)
    return folder


def fill_in(line: str, folder: Path) -> list[str]:
    """Return the words of a command, with the sample's own ids where the page leaves them open."""
    stories = newsfold.load(folder / "newsfold-store", "stories")
    articles = newsfold.load(folder / "newsfold-store", "story_articles")["article_id"]
    values = PLACEHOLDERS | {
        "STORY": stories["story_id"][0].as_py(),
        "THREAD": stories["thread_id"].drop_null()[0].as_py(),
    }
    values |= {"A": articles[0].as_py(), "B": articles[1].as_py()}
    return [part for word in shlex.split(line)[1:] for part in values.get(word, word).split(" ")]


@pytest.mark.parametrize("line", list(lines_to_run()))
def test_commands_of_the_pages_succeed_on_the_sample(line: str, own_desk: Path) -> None:
    assert line.startswith("newsfold "), "give a reason in NOT_RUN why this line cannot be run"
    if line.endswith("--out pairs.csv"):
        (own_desk / "pairs.csv").unlink()  # it would not be overwritten
    done = run_command(*fill_in(line, own_desk))
    assert done.exit_code == 0, done.output


def python_blocks() -> Iterator[object]:
    for page in PAGES:
        name = page.relative_to(ROOT)
        yield from (pytest.param(text, id=f"{name} block {at}") for at, text in enumerate(blocks(page, "python")))
    for line in re.findall(r"`(newsfold\.\w+\([^`]*\)[^`]*)`", prose(ROOT / "README.md")):
        yield pytest.param(line, id=f"README.md: {line}")
    described = re.findall(r"^    (newsfold\..*?)  #", newsfold.__doc__ or "", re.MULTILINE)
    yield from (pytest.param(line, id=f"newsfold.__doc__: {line}") for line in described)


@pytest.mark.parametrize("block", list(python_blocks()))
def test_python_of_the_pages_runs_on_the_sample(block: str, own_desk: Path) -> None:
    store = os.fspath(own_desk / "newsfold-store")
    stories, table = newsfold.load(store, "stories"), pq.read_table("articles.parquet")
    names = {"newsfold": newsfold, "store": store, "table": table, "articles": table}
    names |= {name: pytest.importorskip(name) for name in ("pandas", "polars", "duckdb")}
    names |= {f"{kind}_id": stories[f"{kind}_id"].drop_null()[0].as_py() for kind in ("story", "thread")}
    names["article_id"] = newsfold.load(store, "story_articles")["article_id"][0].as_py()
    for line in block.splitlines():
        result = eval(line, names)
        assert len(result) if hasattr(result, "__len__") else result
