from __future__ import annotations

from pathlib import Path

import pytest

import newsfold
from newsfold import digest
from newsfold.errors import ConfigError
from newsfold.queries.similar import SIMILAR


def test_the_nearest_article_is_mostly_of_the_same_event(sample_store: Path) -> None:
    several = [one for one in digest.load_digest(sample_store).stories if len(one.copy_groups) > 2]
    assert len(several) > 5
    hits = []
    for told in several:
        found = newsfold.similar_articles(sample_store, told.row["representative_article_id"], top=5)
        assert found.schema.equals(SIMILAR)
        rows = found.to_pylist()
        assert [row["cosine"] for row in rows] == sorted((row["cosine"] for row in rows), reverse=True)
        assert told.row["representative_article_id"] not in {row["article_id"] for row in rows}
        assert all(row["same_story"] == (row["story_id"] == told.row["story_id"]) for row in rows)
        hits.append(rows[0]["same_story"])
    assert sum(hits) > 0.8 * len(hits)


def test_a_copy_is_asked_for_as_its_text_and_copies_are_no_answers(sample_store: Path) -> None:
    members = newsfold.load(sample_store, "story_articles").to_pylist()
    copy = next(row for row in members if row["role"] == "copy")
    by_copy = newsfold.similar_articles(sample_store, copy["article_id"])
    assert by_copy.equals(newsfold.similar_articles(sample_store, copy["copy_group_id"]))
    role = {row["article_id"]: row["role"] for row in members}
    assert "copy" not in {role[id_] for id_ in by_copy["article_id"].to_pylist()}


def test_an_article_can_be_named_by_its_url_and_an_unknown_one_is_refused(sample_store: Path) -> None:
    row = next(row for row in newsfold.load(sample_store, "story_articles").to_pylist() if row["url"])
    by_url = newsfold.similar_articles(sample_store, row["url"], top=3)
    assert by_url.equals(newsfold.similar_articles(sample_store, row["article_id"], top=3))
    with pytest.raises(ConfigError, match="'nothing' is not an article"):
        newsfold.similar_articles(sample_store, "nothing")
