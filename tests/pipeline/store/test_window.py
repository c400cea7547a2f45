"""What the next run learns of earlier nights, and that it learns nothing of later ones."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from newsfold import schemas, store
from newsfold.store import PastWindow

from . import nights
from .nights import FIRST, SECOND, THIRD


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shelf")
    for edition in (FIRST, SECOND, THIRD):
        nights.publish(folder, edition)
    return folder


def dates(seen: PastWindow) -> list[str]:
    return [body.removeprefix("It happened at dawn on ").rstrip(".") for body in bodies(seen)]


def bodies(seen: PastWindow) -> list[str]:
    return sorted(set(seen.articles.column("body").to_pylist()))


def test_a_store_that_is_not_there_has_an_empty_past(tmp_path: Path) -> None:
    seen = store.load_window(tmp_path / "nowhere", FIRST, 7)
    assert seen.articles.equals(schemas.empty_table("articles"))
    assert seen.previous_story_articles.equals(schemas.empty_table("story_articles"))
    assert (seen.article_embeddings, seen.previous_edition) == ([], None)
    assert store.load_known_ids(tmp_path / "nowhere", FIRST).to_pylist() == []


@pytest.mark.parametrize(("days", "expected"), [(1, []), (2, ["2013-06-06"]), (3, 2), (30, 2)])
def test_the_window_ends_with_the_edition(shelf: Path, days: int, expected: list[str] | int) -> None:
    seen = dates(store.load_window(shelf, THIRD, days))
    assert seen == (["2013-06-05", "2013-06-06"] if expected == 2 else expected)


def test_the_edition_before_counts_however_long_ago(shelf: Path) -> None:
    seen = store.load_window(shelf, date(2014, 1, 1), 7)
    assert seen.articles.num_rows == 0
    assert seen.previous_edition == THIRD
    assert seen.previous_story_articles.equals(nights.story_articles(THIRD, "a"))


def test_an_edition_in_the_middle_sees_what_it_saw(shelf: Path, tmp_path: Path) -> None:
    nights.publish(tmp_path, FIRST)
    then, now = store.load_window(tmp_path, SECOND, 7), store.load_window(shelf, SECOND, 7)
    assert now.articles.equals(then.articles)
    assert now.previous_story_articles.equals(then.previous_story_articles)
    assert now.previous_edition == then.previous_edition == FIRST
    assert store.load_known_ids(shelf, SECOND).equals(store.load_known_ids(tmp_path, SECOND))
    # Only its own vectors are seen again: they are what it would compute.
    vectors = [nights.embeddings(each, "a") for each in (FIRST, SECOND)]
    assert now.article_embeddings == vectors[:1]
    assert now.cached_embeddings == vectors[1:]
    assert then.article_embeddings == vectors[:1]


def test_vectors_keep_their_models_apart(tmp_path: Path) -> None:
    other = nights.embeddings(SECOND, "a", dimension=8, model="other")
    nights.publish(tmp_path, FIRST)
    nights.publish(tmp_path, SECOND, "a", nights.night(SECOND) | {"article_embeddings": other})
    past = store.load_window(tmp_path, THIRD, 7)
    assert [table.schema.metadata[b"model"] for table in past.article_embeddings] == [b"tiny", b"other"]
    (comparable,) = past.iter_embeddings()
    assert comparable.equals(other)


def test_an_article_in_two_editions_comes_once_and_early(tmp_path: Path) -> None:
    again = nights.articles(FIRST, "a").set_column(6, schemas.PUBLISHED["articles"].field("body"), [["Told anew."] * 3])
    nights.publish(tmp_path, FIRST)
    nights.publish(tmp_path, SECOND, "a", nights.night(SECOND) | {"articles": again})
    seen = store.load_window(tmp_path, THIRD, 7).articles
    assert seen.equals(nights.articles(FIRST, "a"))


def test_an_article_that_was_revised_comes_with_its_last_text_up_to_the_edition_before(tmp_path: Path) -> None:
    def revised(word: str) -> pa.Table:
        row = nights.articles(FIRST, "a", 1).to_pylist()[0] | {"body": word}
        return schemas.build_table("revisions", [row])

    nights.publish(tmp_path, FIRST)
    for edition, word in ((SECOND, "once"), (THIRD, "twice")):
        nights.publish(tmp_path, edition, "a", nights.night(edition) | {"revisions": revised(word)})
    texts = [store.load_window(tmp_path, edition, 7).articles["body"].to_pylist()[0] for edition in (SECOND, THIRD)]
    assert texts == ["It happened at dawn on 2013-06-05.", "once"]
    assert store.load_window(tmp_path, THIRD + timedelta(days=1), 7).articles["body"].to_pylist()[0] == "twice"


def test_known_ids_are_those_of_all_earlier_editions(shelf: Path) -> None:
    expected = [nights.article_id(FIRST + timedelta(days), "a", i) for days in range(2) for i in range(3)]
    assert store.load_known_ids(shelf, THIRD).to_pylist() == expected


def test_an_edition_of_an_older_version_is_still_part_of_the_past(tmp_path: Path) -> None:
    nights.publish(tmp_path, FIRST)
    nights.publish(tmp_path, SECOND)
    old = nights.articles(FIRST, "a").drop_columns(["lead"])
    pq.write_table(old, tmp_path / "articles/edition=2013-06-05/part-0.parquet")
    seen = store.load_window(tmp_path, THIRD, 7).articles
    assert seen.column("lead").to_pylist() == [None] * 3 + ["It happened at dawn."] * 3
