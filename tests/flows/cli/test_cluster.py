from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq

from tests.flows.cli.command import newsfold


def test_both_tables_have_the_ids_of_the_input(gold: Path, tmp_path: Path) -> None:
    done = newsfold("cluster", gold, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    members = pq.read_table(tmp_path / "out" / "story_articles.parquet").to_pylist()
    stories = pq.read_table(tmp_path / "out" / "stories.parquet").to_pylist()
    story_of = {row["article_id"]: row["story_id"] for row in members}
    assert story_of["n1"] == story_of["n2"] != story_of["n3"]
    assert {row["story_id"] for row in stories} == set(story_of.values())
    assert "n4" not in story_of
    assert "neither" in done.output  # the empty row is named, not lost


def test_neither_prefect_nor_a_store_is_needed(gold: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from newsfold_flows.cli.app import app\n"
        f"try: app(['cluster', {str(gold)!r}, '--out', {str(tmp_path / 'out')!r}])\n"
        "except SystemExit as done: assert not done.code\n"
        "assert not [name for name in sys.modules if name.split('.')[0] == 'prefect']"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, timeout=200)
    assert not (tmp_path / "newsfold-store").exists()


def test_a_second_run_writes_the_same_bytes(gold: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert newsfold("cluster", gold, "--out", tmp_path / name).exit_code == 0
    for table in ("stories.parquet", "story_articles.parquet", "threads.parquet"):
        assert (tmp_path / "one" / table).read_bytes() == (tmp_path / "two" / table).read_bytes()


def test_labels_are_honoured_and_counted(gold: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("labels: [labels.csv]", encoding="utf-8")
    command = ("cluster", gold, "--out", tmp_path / "out", "--config", tmp_path / "mine.yaml")
    (tmp_path / "labels.csv").write_text("left,right,label\nn1,n2,apart\nn1,n3,together\nn1,n9,apart\n")
    done = newsfold(*command)
    assert done.exit_code == 0, done.output
    members = pq.read_table(tmp_path / "out" / "story_articles.parquet").to_pylist()
    story_of = {row["article_id"]: row["story_id"] for row in members}
    assert story_of["n1"] == story_of["n3"] != story_of["n2"]
    assert "Labels: 2 honoured, 1 of articles not in the window." in done.output
    (tmp_path / "labels.csv").write_text("left,right,label\nn1,n2,apart\nn2,n1,together\n")
    refused = newsfold(*command)
    assert refused.exit_code == 2
    assert "labels.csv row 2 keeps n1 and n2 apart" in refused.output


def test_a_missing_file_makes_the_result_incomplete(gold: Path, tmp_path: Path) -> None:
    done = newsfold("cluster", gold, tmp_path / "nowhere.csv", "--out", tmp_path / "out")
    assert done.exit_code == 3
    assert "nowhere.csv" in done.output.replace("\n", "")  # a long path is broken over lines
    assert pq.read_table(tmp_path / "out" / "story_articles.parquet").num_rows == 3


def test_only_missing_files_are_an_error_that_names_them(tmp_path: Path) -> None:
    failed = newsfold("cluster", tmp_path / "nowhere.csv", "--out", tmp_path / "out")
    assert failed.exit_code == 1
    assert "nowhere.csv" in failed.output


def test_a_missing_adapter_is_named(gold: Path, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("embedding: {adapter: lost.safetensors}\n")
    failed = newsfold("cluster", gold, "--out", tmp_path / "out", "--config", tmp_path / "c.yaml")
    assert failed.exit_code == 1
    assert "lost.safetensors" in failed.output


def test_columns_that_nothing_reads_are_named_with_what_they_look_like(tmp_path: Path) -> None:
    (tmp_path / "articles.csv").write_text("title,paper,mood\nFerry sinks off Lomo,Courier,sad\nPlum cake,Post,glad\n")
    first = newsfold("cluster", tmp_path / "articles.csv", "--out", tmp_path / "out")
    assert first.exit_code == 0, first.output
    assert "Ignored: the columns `paper`, `mood`. `paper` looks like `outlet`." in first.output
    assert first.output.index("--columns outlet=paper") < first.output.index("Ferry sinks"), (
        "before the stories are made"
    )
    done = newsfold("cluster", tmp_path / "articles.csv", "--out", tmp_path / "out", "--columns", "outlet=paper")
    assert "Ignored: the column `mood`." in done.output and "looks like" not in done.output
    assert pq.read_table(tmp_path / "out" / "rows.parquet")["outlet"].to_pylist() == ["Courier", "Post"]
    refused = newsfold("cluster", tmp_path / "articles.csv", "--out", tmp_path / "out", "--columns", "paper=outlet")
    assert refused.exit_code == 2 and "NAME=COLUMN" in refused.output
