"""The past of an edition: all that it needs of earlier editions, and nothing of later ones."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from newsfold import schemas, store
from newsfold.store import PastWindow

from .losing_filesystem import LosingHandler, open_losing_store
from .small_editions import (
    FIRST,
    SECOND,
    THIRD,
    article_id,
    articles_table,
    edition_tables,
    embeddings_table,
    make_older,
    publish_tables,
    story_articles_table,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("folder")
    for edition in (FIRST, SECOND, THIRD):
        publish_tables(folder, edition)
    return folder


def read_dates(past: PastWindow) -> list[str]:
    return [body.removeprefix("It happened at dawn on ").rstrip(".") for body in read_bodies(past)]


def read_bodies(past: PastWindow) -> list[str]:
    return sorted(set(past.articles.column("body").to_pylist()))


def test_a_store_that_does_not_exist_has_an_empty_past(tmp_path: Path) -> None:
    past = store.load_window(tmp_path / "nowhere", FIRST, 7)
    assert past.articles.equals(schemas.empty_table("articles"))
    assert past.previous_story_articles.equals(schemas.empty_table("story_articles"))
    assert (past.article_embeddings, past.previous_edition) == ([], None)
    assert store.load_known_ids(tmp_path / "nowhere", FIRST, 90).equals(schemas.empty_table("known_ids"))


@pytest.mark.parametrize(("days", "expected"), [(1, []), (2, ["2013-06-06"]), (3, 2), (30, 2)])
def test_the_window_ends_with_the_edition(folder: Path, days: int, expected: list[str] | int) -> None:
    found = read_dates(store.load_window(folder, THIRD, days))
    assert found == (["2013-06-05", "2013-06-06"] if expected == 2 else expected)


def test_the_previous_edition_is_loaded_however_long_ago(folder: Path) -> None:
    past = store.load_window(folder, date(2014, 1, 1), 7)
    assert past.articles.num_rows == 0
    assert past.previous_edition == THIRD
    assert past.previous_story_articles.equals(story_articles_table(THIRD, "a"))


def test_an_edition_made_again_has_the_same_past(folder: Path, tmp_path: Path) -> None:
    publish_tables(tmp_path, FIRST)
    then, now = store.load_window(tmp_path, SECOND, 7), store.load_window(folder, SECOND, 7)
    assert now.articles.equals(then.articles)
    assert now.previous_story_articles.equals(then.previous_story_articles)
    assert now.previous_edition == then.previous_edition == FIRST
    assert store.load_known_ids(folder, SECOND, 90).equals(store.load_known_ids(tmp_path, SECOND, 90))
    # Of the edition itself only the vectors are read: they are what it would compute.
    vectors = [embeddings_table(each, "a") for each in (FIRST, SECOND)]
    assert now.article_embeddings == vectors[:1]
    assert now.cached_embeddings == vectors[1:]
    assert then.article_embeddings == vectors[:1]


def test_vectors_keep_their_models_apart(tmp_path: Path) -> None:
    other = embeddings_table(SECOND, "a", dimension=8, model="other")
    publish_tables(tmp_path, FIRST)
    publish_tables(tmp_path, SECOND, "a", edition_tables(SECOND) | {"article_embeddings": other})
    past = store.load_window(tmp_path, THIRD, 7)
    assert [table.schema.metadata[b"model"] for table in past.article_embeddings] == [b"tiny", b"other"]
    (comparable,) = past.iter_embeddings()
    assert comparable.equals(other)


def test_an_article_in_two_editions_is_loaded_once_with_its_first_text(tmp_path: Path) -> None:
    again = articles_table(FIRST, "a").set_column(6, schemas.PUBLISHED["articles"].field("body"), [["Told anew."] * 3])
    publish_tables(tmp_path, FIRST)
    publish_tables(tmp_path, SECOND, "a", edition_tables(SECOND) | {"articles": again})
    past = store.load_window(tmp_path, THIRD, 7).articles
    assert past.equals(articles_table(FIRST, "a"))


def test_a_revised_article_is_loaded_with_its_latest_text_before_the_edition(tmp_path: Path) -> None:
    def revised(word: str) -> pa.Table:
        row = articles_table(FIRST, "a", 1).to_pylist()[0] | {"body": word}
        return schemas.build_table("revisions", [row])

    publish_tables(tmp_path, FIRST)
    for edition, word in ((SECOND, "once"), (THIRD, "twice")):
        publish_tables(tmp_path, edition, "a", edition_tables(edition) | {"revisions": revised(word)})
    texts = [store.load_window(tmp_path, edition, 7).articles["body"].to_pylist()[0] for edition in (SECOND, THIRD)]
    assert texts == ["It happened at dawn on 2013-06-05.", "once"]
    assert store.load_window(tmp_path, THIRD + timedelta(days=1), 7).articles["body"].to_pylist()[0] == "twice"


@pytest.mark.parametrize(("days", "editions"), [(90, [FIRST, SECOND]), (2, [FIRST, SECOND]), (1, [SECOND])])
def test_known_ids_are_those_of_the_last_days(folder: Path, days: int, editions: list[date]) -> None:
    expected = [(article_id(edition, "a", i), edition) for edition in editions for i in range(3)]
    assert [tuple(row.values()) for row in store.load_known_ids(folder, THIRD, days).to_pylist()] == expected


def test_an_article_that_is_still_delivered_is_known_since_then(tmp_path: Path) -> None:
    publish_tables(tmp_path, FIRST)
    row = {"edition_date": SECOND, "article_id": article_id(FIRST, "a", 1)}
    sightings = schemas.build_table("sightings", [row])
    publish_tables(tmp_path, SECOND, "a", edition_tables(SECOND) | {"sightings": sightings})
    assert store.load_known_ids(tmp_path, THIRD, 90)["recorded_on"].to_pylist() == [FIRST, SECOND, FIRST, *[SECOND] * 3]
    assert article_id(FIRST, "a", 1) in store.load_known_ids(tmp_path, THIRD, 1)["article_id"].to_pylist()


def test_an_edition_of_an_older_version_is_part_of_the_past(tmp_path: Path) -> None:
    publish_tables(tmp_path, FIRST)
    publish_tables(tmp_path, SECOND)
    make_older(tmp_path, FIRST, "articles", articles_table(FIRST, "a").drop_columns(["lead"]))
    past = store.load_window(tmp_path, THIRD, 7).articles
    assert past.column("lead").to_pylist() == [None] * 3 + ["It happened at dawn."] * 3


class CountingHandler(LosingHandler):
    """A file system in memory that counts the files that are opened."""

    opened = 0

    def open_input_file(self, path: str) -> pa.NativeFile:
        self.opened += 1
        return super().open_input_file(path)

    def open_input_stream(self, path: str) -> pa.NativeFile:
        self.opened += 1
        return super().open_input_stream(path)


def test_a_run_reads_the_same_number_of_files_however_many_editions_there_are() -> None:
    place = open_losing_store(handler := CountingHandler())
    counts = []
    for night in range(16):
        edition = FIRST + timedelta(days=night)
        before = handler.opened
        past = store.load_window(place, edition, 3)
        assert past.articles.num_rows == 3 * min(night, 2)
        list(past.iter_embeddings())
        store.load_known_ids(place, edition, 5)
        store.upstream_digests(place, edition, 3, 5)
        store.find_stale_editions(place, after=edition)
        counts.append(handler.opened - before)
        publish_tables(place, edition)
    assert counts[0] < counts[3] < counts[5] and set(counts[6:]) == {counts[5]}
