"""`newsfold export` on a published sample."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl

from newsfold import digest
from tests import factories
from tests.factories import story_article
from tests.flows.cli.command import newsfold
from tests.pipeline.digest.invented_editions import publish_stories


def test_stories_are_written_in_their_rank_in_every_format(sample_store: Path, tmp_path: Path) -> None:
    files = {form: tmp_path / f"stories.{form}" for form in ("csv", "xlsx", "jsonl")}
    options = [part for form, file in files.items() for part in (f"--{form}", file)]
    done = newsfold("export", "--store", sample_store, *options)
    assert done.exit_code == 0, done.output
    ranked = [story.row["story_id"] for story in digest.load_digest(sample_store).stories]
    assert [row["story_id"] for row in csv.DictReader(io.StringIO(files["csv"].read_text("utf-8")))] == ranked
    assert [json.loads(line)["story_id"] for line in files["jsonl"].read_text("utf-8").splitlines()] == ranked
    header, *rows = openpyxl.load_workbook(files["xlsx"]).active.iter_rows(values_only=True)
    assert [row[header.index("story_id")] for row in rows] == ranked
    assert {file.name for file in tmp_path.iterdir()} == {file.name for file in files.values()}


def test_another_table_and_edition_go_to_standard_output(sample_store: Path) -> None:
    done = newsfold("export", "--store", sample_store, "--csv", "-", "--table", "sources", "--edition", "2013-06-06")
    assert {row["edition_date"] for row in csv.DictReader(io.StringIO(done.stdout))} == {"2013-06-06"}


def test_a_headline_is_no_formula_and_a_body_that_is_too_long_is_reported(tmp_path: Path) -> None:
    members = [story_article("s", title='=HYPERLINK("https://bad.example","Ferry")')]
    store = publish_stories(tmp_path / "store", [(factories.story("s", members, summary="x" * 40_000), members)])
    written = newsfold("export", "--store", store, "--csv", "-").stdout
    (row,) = csv.DictReader(io.StringIO(written))
    assert row["headline"] == "'" + members[0]["title"]
    done = newsfold("export", "--store", store, "--xlsx", tmp_path / "stories.xlsx")
    assert done.exit_code == 0 and "1 cell cut at Excel's 32,767 characters" in done.stderr


def test_a_table_that_there_is_not_and_no_file_are_errors_that_say_what_there_is(sample_store: Path) -> None:
    refused = newsfold("export", "--store", sample_store)
    assert refused.exit_code == 2 and "--csv FILE, --xlsx FILE or --jsonl FILE" in refused.stderr
    unknown = newsfold("export", "--store", sample_store, "--csv", "-", "--table", "storys")
    assert unknown.exit_code == 1 and "there are articles, copies" in unknown.stderr
