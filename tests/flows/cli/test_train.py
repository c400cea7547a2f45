from __future__ import annotations

import csv
from pathlib import Path

from typer.testing import CliRunner, Result

from newsfold import scoring
from newsfold_flows.cli.app import app


def newsfold(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_what_is_labelled_in_the_table_of_doubts_moves_the_scorer(address: Path, tmp_path: Path) -> None:
    table, model = tmp_path / "pairs.csv", tmp_path / "scorer.json"
    asked = newsfold("doubts", "--store", address, "--out", table, "--count", 6)
    assert asked.exit_code == 0, asked.output
    assert f"newsfold train --labels {table}" in asked.output
    with table.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 6
    assert all(row["left_title"] and row["right_title"] for row in rows)
    filled = [row | {"label": "together" if number < 4 else ""} for number, row in enumerate(rows)]
    with table.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(filled)
    taught = newsfold("train", "--labels", table, "--store", address, "--out", model)
    assert taught.exit_code == 0, taught.output
    told = scoring.PairScorer.load(model).provenance["adapted_to"]
    assert [(one["pairs"], one["same_story_pairs"]) for one in told] == [(4, 4)]  # type: ignore[attr-defined]


def test_labels_are_never_written_over(address: Path, tmp_path: Path) -> None:
    table = tmp_path / "pairs.csv"
    table.write_text("left,right,label\n", encoding="utf-8")
    refused = newsfold("doubts", "--store", address, "--out", table)
    assert refused.exit_code == 2
    assert "perhaps with labels" in refused.output
    assert table.read_text(encoding="utf-8") == "left,right,label\n"


def test_training_on_nothing_says_what_to_give(tmp_path: Path) -> None:
    refused = newsfold("train", "--out", tmp_path / "scorer.json")
    assert refused.exit_code == 2
    assert "give gold tables, or --labels" in refused.output
