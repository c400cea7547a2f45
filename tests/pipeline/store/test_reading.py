"""What `load` returns, and its errors if there is nothing to load."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsfold import schemas, store
from newsfold.errors import EditionNotFound, SchemaError, StoreError
from newsfold.store import reading

from .small_editions import (
    FIRST,
    SECOND,
    THIRD,
    articles_table,
    edition_tables,
    embeddings_table,
    make_older,
    publish_tables,
    stories_table,
)

DAYS = st.integers(0, 11).map(lambda days: FIRST + timedelta(days))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the first and the third edition."""
    folder = tmp_path_factory.mktemp("folder")
    for edition in (THIRD, FIRST):
        publish_tables(folder, edition)
    return folder


def test_editions_ascend(folder: Path) -> None:
    assert store.list_editions(folder) == store.list_editions(str(folder)) == [FIRST, THIRD]


@pytest.mark.parametrize(
    ("edition", "expected"),
    [
        ("latest", [THIRD]),
        ("all", [FIRST, THIRD]),
        (FIRST, [FIRST]),
        ("2013-06-05", [FIRST]),
        (datetime(2013, 6, 5, 12), [FIRST]),  # noqa: DTZ001 - what a notebook may well pass
        ((FIRST, SECOND), [FIRST]),
        (("2013-06-06", THIRD), [THIRD]),
        ((date.min, date.max), [FIRST, THIRD]),
    ],
)
def test_an_edition_can_be_given_in_several_ways(
    folder: Path, edition: str | date | tuple[date, date], expected: list[date]
) -> None:
    whole = pa.concat_tables([stories_table(each, "a") for each in expected])
    assert store.load(folder, "stories", edition).equals(whole)


@pytest.mark.parametrize("name", list(edition_tables(FIRST)))
def test_a_table_comes_back_as_it_went_in(folder: Path, name: str) -> None:
    expected = schemas.conform_table(edition_tables(THIRD)[name], name)
    assert store.load(folder, name).equals(expected)
    assert store.load(folder, name).schema.equals(expected.schema, check_metadata=True)


@settings(max_examples=20)
@given(
    sizes=st.dictionaries(DAYS, st.integers(0, 4), min_size=1, max_size=5),
    bounds=st.tuples(DAYS, DAYS).map(lambda pair: tuple(sorted(pair))),
)
def test_a_range_holds_its_editions_in_order(
    tmp_path_factory: pytest.TempPathFactory, sizes: dict[date, int], bounds: tuple[date, date]
) -> None:
    folder = tmp_path_factory.mktemp("range")
    for edition, size in sizes.items():
        publish_tables(folder, edition, "a", {"stories": stories_table(edition, "a", size)})
    inside = sorted(edition for edition in sizes if bounds[0] <= edition <= bounds[1])
    if not inside:
        with pytest.raises(EditionNotFound):
            store.load(folder, "stories", bounds)
        return
    expected = pa.concat_tables([stories_table(each, "a", sizes[each]) for each in inside])
    assert store.load(folder, "stories", bounds).equals(expected)


def test_runs_has_a_row_per_edition(folder: Path) -> None:
    assert store.load(folder, "runs", "all").to_pylist() == [
        {
            "edition_date": edition,
            "run_id": f"{edition}-a",
            "status": "published",
            "window_start": edition,
            "n_articles": 3,
            "n_stories": 3,
            "config_digest": "c0ffee",
            "code_version": "0.1.0",
            "n_new_articles": None,
            "churn": None,
        }
        for edition in (FIRST, THIRD)
    ]


def test_the_error_on_an_unknown_table_lists_the_known_ones(folder: Path) -> None:
    with pytest.raises(SchemaError, match=r"'storys'.*stories, story_articles.*runs"):
        store.load(folder, "storys")
    with pytest.raises(SchemaError):  # staged, never published
        store.load(folder, "clusters")


def test_the_error_on_a_missing_edition_lists_the_present_ones(folder: Path) -> None:
    with pytest.raises(EditionNotFound, match=r"2013-06-06.*2013-06-05, 2013-06-07"):
        store.load(folder, "stories", SECOND)
    with pytest.raises(EditionNotFound, match="2013-06-06"):
        store.load_manifest(folder, SECOND)
    with pytest.raises(EditionNotFound, match="from 2014-01-01 to 2014-01-02"):
        store.load(folder, "stories", ("2014-01-01", "2014-01-02"))


@pytest.mark.parametrize("edition", ["yesterday", "2013-6-5", "", "05.06.2013", ("2013-06-05", "x")])
def test_a_value_that_is_not_an_edition_is_an_error(folder: Path, edition: str | tuple[str, str]) -> None:
    with pytest.raises(StoreError, match="is not an edition"):
        store.load(folder, "stories", edition)


def test_a_reversed_range_is_an_error(folder: Path) -> None:
    with pytest.raises(StoreError, match="the earlier date first"):
        store.load(folder, "stories", (THIRD, FIRST))


def test_the_error_on_a_table_that_the_edition_lacks_lists_its_tables(folder: Path) -> None:
    with pytest.raises(StoreError, match=r"no table lineage; it has .*stories"):
        store.load(folder, "lineage")


@pytest.mark.parametrize("absent", [True, False])
def test_the_error_on_an_empty_store_names_the_command_to_run(tmp_path: Path, absent: bool) -> None:
    folder = tmp_path / "nowhere" if absent else tmp_path
    assert store.list_editions(folder) == []
    with pytest.raises(EditionNotFound, match="newsfold run --store"):
        store.load(folder, "stories")
    assert not (tmp_path / "nowhere").exists(), "reading creates nothing"


def test_an_unknown_address_is_refused_without_showing_its_password() -> None:
    with pytest.raises(StoreError, match="AWS_ACCESS_KEY_ID") as caught:
        store.load("gopher://me:hunter2@example.org/store?secret_key=hunter3", "stories")
    assert "hunter" not in str(caught.value)
    assert "gopher://example.org/store" in str(caught.value)


def test_vectors_of_two_models_do_not_mix(tmp_path: Path) -> None:
    others = [embeddings_table(SECOND, "a", dimension=8), embeddings_table(SECOND, "a", model="b")]
    publish_tables(tmp_path, FIRST)
    for other in others:
        publish_tables(tmp_path, SECOND, "a", edition_tables(SECOND) | {"article_embeddings": other})
        assert store.load(tmp_path, "article_embeddings", SECOND).equals(other)
        with pytest.raises(StoreError, match=r"2013-06-05 \(4 values, model tiny\) and 2013-06-06"):
            store.load(tmp_path, "article_embeddings", "all")


def test_an_edition_without_articles_does_not_prevent_loading_vectors(tmp_path: Path) -> None:
    publish_tables(tmp_path, FIRST)
    empty = schemas.empty_table("article_embeddings")
    publish_tables(tmp_path, SECOND, "a", edition_tables(SECOND, n=0) | {"article_embeddings": empty})
    assert store.load(tmp_path, "article_embeddings", "all").equals(embeddings_table(FIRST, "a"))


def test_a_column_newer_than_the_file_is_null(tmp_path: Path) -> None:
    publish_tables(tmp_path, FIRST)
    publish_tables(tmp_path, SECOND)
    file = tmp_path / "stories/edition=2013-06-05/part-0.parquet"
    old = stories_table(FIRST, "a").drop_columns(["cohesion"])
    pq.write_table(old, file)
    found = store.load(tmp_path, "stories", "all")
    assert found.column_names == schemas.PUBLISHED["stories"].names
    assert found.column("cohesion").to_pylist() == [None] * 3 + [1.0] * 3


def test_articles_older_than_the_column_roundup_are_not_roundups(tmp_path: Path) -> None:
    publish_tables(tmp_path, FIRST)
    publish_tables(tmp_path, SECOND)
    make_older(tmp_path, FIRST, "articles", articles_table(FIRST, "a").drop_columns(["roundup"]))
    found = store.load(tmp_path, "articles", "all")
    assert found.column("roundup").to_pylist() == [False] * 6
    past = store.load_window(tmp_path, THIRD, 7)
    assert past.articles.schema.equals(schemas.PUBLISHED["articles"])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    publish_tables(tmp_path, FIRST)
    (tmp_path / "stories/edition=2013-06-05/part-0.parquet").unlink()
    with pytest.raises(StoreError, match=r"Stories of 2013-06-05.*run that edition again"):
        store.load(tmp_path, "stories")


def test_tables_loaded_together_are_of_one_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_tables(tmp_path, FIRST, "old")
    read = reading.load_by_edition
    published: list[str] = []

    def load_and_replace(place: store.Store, table: str, *more: Any) -> dict[date, pa.Table]:
        found = read(place, table, *more)
        if not published:
            published.append("new")
            publish_tables(tmp_path, FIRST, "new", edition_tables(FIRST, "new", 2))
        return found

    monkeypatch.setattr(reading, "load_by_edition", load_and_replace)
    manifest, tables = store.load_tables(tmp_path, {"stories": None, "story_articles": ("article_id",), "edges": None})
    assert published
    assert manifest["run_id"] == f"{FIRST}-new"
    assert tables["stories"].equals(stories_table(FIRST, "new", 2))
    assert tables["story_articles"].column_names == ["article_id"]
    assert tables["story_articles"].num_rows == 2
    assert tables["edges"].equals(schemas.empty_table("edges"))  # the edition is too old to have any


def test_a_loaded_table_is_one_step_from_pandas_and_polars(folder: Path) -> None:
    polars = pytest.importorskip("polars", reason="the extra `notebook` is not installed")
    table = store.load(folder, "stories")
    assert table.to_pandas().headline.tolist() == polars.from_arrow(table)["headline"].to_list()


def test_readers_see_one_version_while_runs_publish(tmp_path: Path) -> None:
    versions = {name: stories_table(FIRST, name, 40) for name in ("even", "odd")}
    publish_tables(tmp_path, FIRST, "even", {"stories": versions["even"]})
    published = threading.Event()

    def publish() -> None:
        try:
            for turn in range(40):
                name = ("odd", "even")[turn % 2]
                publish_tables(tmp_path, FIRST, name, {"stories": versions[name]})
        finally:
            published.set()

    writer = threading.Thread(target=publish)
    writer.start()
    loaded = []
    while not published.is_set():
        found = store.load(tmp_path, "stories")
        loaded.append(found)
        assert store.list_editions(tmp_path) == [FIRST]
    writer.join()
    assert all(any(found.equals(each) for each in versions.values()) for found in loaded)
    assert len(loaded) > 1
    assert store.load(tmp_path, "stories").equals(versions["even"])
