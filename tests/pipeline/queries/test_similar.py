from __future__ import annotations

from pathlib import Path

import pytest

import newsfold
from newsfold import digest
from newsfold.errors import ConfigError
from newsfold.queries.similar import SIMILAR


def test_the_nearest_article_is_mostly_in_the_same_story(sample_store: Path) -> None:
    large = [story for story in digest.load_digest(sample_store).stories if len(story.copy_groups) > 2]
    assert len(large) > 5
    hits = []
    for story in large:
        found = newsfold.similar_articles(sample_store, story.row["representative_article_id"], top=5)
        assert found.schema.equals(SIMILAR)
        rows = found.to_pylist()
        assert [row["cosine"] for row in rows] == sorted((row["cosine"] for row in rows), reverse=True)
        assert story.row["representative_article_id"] not in {row["article_id"] for row in rows}
        assert all(row["same_story"] == (row["story_id"] == story.row["story_id"]) for row in rows)
        hits.append(rows[0]["same_story"])
    assert sum(hits) > 0.8 * len(hits)


def test_a_copy_is_looked_up_by_its_original_and_copies_are_not_returned(sample_store: Path) -> None:
    members = newsfold.load(sample_store, "story_articles").to_pylist()
    copy = next(row for row in members if row["role"] == "copy")
    by_copy = newsfold.similar_articles(sample_store, copy["article_id"])
    assert by_copy.equals(newsfold.similar_articles(sample_store, copy["copy_group_id"]))
    role = {row["article_id"]: row["role"] for row in members}
    assert "copy" not in {role[id_] for id_ in by_copy["article_id"].to_pylist()}


def test_an_article_can_be_named_by_its_url_and_an_unknown_one_is_an_error(sample_store: Path) -> None:
    row = next(row for row in newsfold.load(sample_store, "story_articles").to_pylist() if row["url"])
    by_url = newsfold.similar_articles(sample_store, row["url"], top=3)
    assert by_url.equals(newsfold.similar_articles(sample_store, row["article_id"], top=3))
    with pytest.raises(ConfigError, match="'nothing' is not an article"):
        newsfold.similar_articles(sample_store, "nothing")
