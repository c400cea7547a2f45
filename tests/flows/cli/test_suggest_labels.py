from __future__ import annotations

import csv
from pathlib import Path

from newsfold import constraints, schemas, scoring
from tests.editions import publish_tables
from tests.factories import story, story_article
from tests.flows.cli.command import newsfold
from tests.pipeline.store.small_editions import FIRST


def test_labels_filled_into_the_suggested_pairs_adjust_the_scorer(address: Path, tmp_path: Path) -> None:
    table, model = tmp_path / "pairs.csv", tmp_path / "scorer.json"
    suggested = newsfold("suggest-labels", "--store", address, "--out", table, "--count", 6)
    assert suggested.exit_code == 0, suggested.output
    assert f"newsfold train --labels {table}" in suggested.output
    with table.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 6
    assert all(row["left_title"] and row["right_title"] for row in rows)
    filled = [row | {"label": "together" if number < 4 else ""} for number, row in enumerate(rows)]
    with table.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(filled)
    trained = newsfold("train", "--labels", table, "--store", address, "--out", model)
    assert trained.exit_code == 0, trained.output
    adapted_to = scoring.PairScorer.load(model).provenance["adapted_to"]
    assert [(one["pairs"], one["same_story_pairs"]) for one in adapted_to] == [(4, 4)]  # type: ignore[attr-defined]


def test_no_title_becomes_a_formula(tmp_path: Path) -> None:
    titles = ["=HYPERLINK(1)", "+1 for the ferry", "@lomo sinks"]
    members = [
        story_article("s", article_id=f"={number}", title=title, outlet="-", edition_date=FIRST)
        for number, title in enumerate(titles)
    ]
    pairs = [
        {"left_id": "=0", "right_id": "=1", "probability": 0.4},
        {"left_id": "=1", "right_id": "=2", "probability": 0.6},
    ]
    tables = {
        "stories": schemas.build_table("stories", [story("s", members)]),
        "story_articles": schemas.build_table("story_articles", members),
        "edges": schemas.build_table("edges", pairs),
    }
    publish_tables(tmp_path / "store", FIRST, tables)
    assert newsfold("suggest-labels", "--store", tmp_path / "store", "--out", tmp_path / "p.csv").exit_code == 0
    with (tmp_path / "p.csv").open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    assert rows and not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    filled = [dict(zip(header, row, strict=True)) | {"label": "together"} for row in rows]
    with (tmp_path / "p.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header)
        writer.writeheader()
        writer.writerows(filled)
    labels = constraints.read_labels([str(tmp_path / "p.csv")])
    assert set(labels["left"].to_pylist()) <= {"=0", "=1", "=2"}


def test_a_file_with_labels_is_never_overwritten(address: Path, tmp_path: Path) -> None:
    table = tmp_path / "pairs.csv"
    table.write_text("left,right,label\n", encoding="utf-8")
    refused = newsfold("suggest-labels", "--store", address, "--out", table)
    assert refused.exit_code == 2
    assert "perhaps with labels" in refused.output
    assert table.read_text(encoding="utf-8") == "left,right,label\n"
