from __future__ import annotations

from pathlib import Path

import newsfold as library
from tests.flows.cli.command import newsfold


def test_two_articles_of_one_story_are_explained_feature_by_feature(sample_store: Path) -> None:
    rows = library.load(sample_store, "story_articles").to_pylist()
    story_id = next(row["story_id"] for row in rows if row["role"] == "member")
    ids = [row["article_id"] for row in rows if row["story_id"] == story_id and row["role"] != "copy"][:2]
    explained = newsfold("explain", *ids, "--store", sample_store)
    assert explained.exit_code == 0, explained.output
    for words in (*ids, "log-odds", "value", "feature"):
        assert words in explained.output


def test_an_unknown_article_is_an_error_that_names_it(sample_store: Path) -> None:
    failed = newsfold("explain", "https://nowhere.example/1", "https://nowhere.example/2", "--store", sample_store)
    assert failed.exit_code in (1, 2)
    assert "nowhere.example/1" in failed.output
