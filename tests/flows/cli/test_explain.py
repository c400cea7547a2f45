from __future__ import annotations

from pathlib import Path

import pytest

import newsfold as library
from newsfold_flows.cli import explain
from tests.flows.cli.command import newsfold


def test_two_articles_of_one_story_are_explained_feature_by_feature(sample_store: Path) -> None:
    rows = library.load(sample_store, "story_articles").to_pylist()
    story_id = next(row["story_id"] for row in rows if row["role"] == "member")
    ids = [row["article_id"] for row in rows if row["story_id"] == story_id and row["role"] != "copy"][:2]
    explained = newsfold("explain", *ids, "--store", sample_store)
    assert explained.exit_code == 0, explained.output
    for words in (*ids, "log-odds", "value", "feature"):
        assert words in explained.output


def test_features_that_count_for_nothing_are_left_out_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    parts = [
        {"feature": name, "meaning": "…", "value": 0.5, "log_odds": log_odds}
        for name, log_odds in (("dense_cosine", 1.5), ("title_cosine", 0.004), ("same_outlet", -0.004))
    ]
    article = {"title": "Ferry sinks", "outlet": "Courier", "article_id": "a"}
    texts: dict[str, list[str]] = {label: [] for label in explain._COMPARISONS}
    explanation = {"left": article, "right": article, "verdict": "In one story", "parts": parts, "languages": ""}
    explain._print_explanation(explanation | texts)
    shown = capsys.readouterr().out
    assert "+1.50" in shown and "title_cosine" not in shown and "same_outlet" not in shown
    assert "2 more features of ±0.00 left out" in shown


def test_an_unknown_article_is_an_error_that_names_it(sample_store: Path) -> None:
    failed = newsfold("explain", "https://nowhere.example/1", "https://nowhere.example/2", "--store", sample_store)
    assert failed.exit_code in (1, 2)
    assert "nowhere.example/1" in failed.output
