"""`newsfold sql` on a published sample."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

import newsfold as library
from newsfold.schemas import PUBLISHED
from newsfold_flows.cli import console
from tests.flows.cli.command import newsfold

QUERY = "select story_id, headline, importance from stories order by importance desc, story_id limit 3"


def top_stories(store: Path) -> list[str]:
    order = [("importance", "descending"), ("story_id", "ascending")]
    return list(library.load(store, "stories").sort_by(order)["story_id"].to_pylist()[:3])


def test_without_a_query_the_views_are_listed(sample_store: Path) -> None:
    listed = newsfold("sql", "--store", sample_store)
    assert listed.exit_code == 0, listed.output
    names = re.findall(r"^(\S+) ", listed.output, re.MULTILINE)
    assert {*PUBLISHED, "runs", "…_all", "…_by_edition", "new_since(day)", "lineage_of(story_id)"} <= {*names}


def test_without_a_terminal_a_result_is_csv(sample_store: Path) -> None:
    done = newsfold("sql", QUERY, "--store", sample_store)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["story_id"] for row in rows] == top_stories(sample_store)


def test_at_a_terminal_a_result_is_a_table_that_fits_it(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console.out, "_force_terminal", True)
    monkeypatch.setattr("pydoc.pager", print)
    monkeypatch.setenv("COLUMNS", "80")
    plain = re.sub(r"\x1b\[[\d;]*m", "", newsfold("sql", QUERY, "--store", sample_store).stdout)
    header, first, *_ = plain.splitlines()
    assert header.split() == ["story_id", "headline", "importance"] and first.startswith(top_stories(sample_store)[0])
    assert "3 rows" in plain
    whole = re.sub(r"\x1b\[[\d;]*m", "", newsfold("sql", "from stories limit 2", "--store", sample_store).stdout)
    assert len(re.findall(r"^headline  ", whole, re.MULTILINE)) == 2  # 37 columns are lines instead
    assert max(map(len, [*plain.splitlines(), *whole.splitlines()])) <= 80


@pytest.mark.parametrize("form", ["csv", "json", "jsonl", "parquet", "xlsx"])
def test_the_name_of_the_file_gives_the_format(sample_store: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / f"new/top.{form}"
    done = newsfold("sql", QUERY, "--store", sample_store, "--out", out)
    assert done.exit_code == 0, done.output
    assert [file.name for file in out.parent.iterdir()] == [out.name]
    read: dict[str, Callable[[], list[str]]] = {
        "csv": lambda: [row["story_id"] for row in csv.DictReader(io.StringIO(out.read_text("utf-8")))],
        "json": lambda: [row["story_id"] for row in json.loads(out.read_text("utf-8"))],
        "jsonl": lambda: [json.loads(line)["story_id"] for line in out.read_text("utf-8").splitlines()],
        "parquet": lambda: pq.read_table(out)["story_id"].to_pylist(),
        "xlsx": lambda: [row[0] for row in openpyxl.load_workbook(out).active.iter_rows(min_row=2, values_only=True)],
    }
    assert read[form]() == top_stories(sample_store)


def test_views_show_the_edition_that_is_asked_for(sample_store: Path) -> None:
    done = newsfold(
        "sql", "select distinct edition_date from stories", "--store", sample_store, "--edition", "2013-06-06"
    )
    assert done.stdout.split() == ["edition_date", "2013-06-06"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["selec 1"], 'Parser Error: syntax error at or near "selec"'),
        (["from storys"], 'Did you mean "stories"?'),
        (["from read_csv('/etc/passwd')"], "Permission Error"),
        ([QUERY, "--out", "top.txt"], "The format of top.txt is unclear: name it .csv, .json, .jsonl, .parquet, .xlsx"),
        ([QUERY, "--format", "parquet"], "--format parquet needs a file: give --out result.parquet"),
    ],
)
def test_a_wrong_query_or_option_is_one_line(
    sample_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = newsfold("sql", *arguments, "--store", sample_store)
    assert done.exit_code == 2
    assert message in done.stderr and len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == "" and not list(tmp_path.iterdir())


def test_a_failed_query_leaves_the_file_as_it_was(sample_store: Path, tmp_path: Path) -> None:
    out = tmp_path / "top.csv"
    out.write_text("kept")
    assert newsfold("sql", "select headline::int from stories", "--store", sample_store, "--out", out).exit_code == 2
    assert [file.name for file in tmp_path.iterdir()] == ["top.csv"] and out.read_text() == "kept"


def test_the_worked_questions_are_printed() -> None:
    assert newsfold("sql", "--questions").stdout.count("\n-- ") >= 10
