"""A store in fsspec's memory file system behaves as one in a folder."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import fsspec
import pytest

from newsfold import store
from newsfold.errors import EditionNotFound
from newsfold.store import Store

from .small_editions import (
    FIRST,
    SECOND,
    THIRD,
    edition_tables,
    publish_tables,
    read_files,
    stage_tables,
    stories_table,
)


@pytest.fixture
def address() -> Iterator[str]:
    name = uuid.uuid4().hex
    yield f"fsspec+memory:///{name}"
    memory = fsspec.filesystem("memory")
    if memory.exists(f"/{name}"):
        memory.rm(f"/{name}", recursive=True)


def test_runs_publish_and_are_read(address: str) -> None:
    with pytest.raises(EditionNotFound, match="newsfold run"):
        store.load(address, "stories")
    with store.lock_store(address):
        publish_tables(address, FIRST)
        publish_tables(address, SECOND)
        publish_tables(address, SECOND, "b")
    assert store.list_editions(address) == [FIRST, SECOND]
    assert store.load(address, "stories", FIRST).equals(stories_table(FIRST, "a"))
    assert store.load(address, "stories").equals(stories_table(SECOND, "b"))
    assert store.load(address, "runs", "all").num_rows == 2
    past = store.load_window(address, THIRD, 7)
    assert (past.articles.num_rows, past.previous_edition) == (6, SECOND)
    assert store.load_known_ids(address, THIRD, 90).num_rows == 6
    assert store.repair_store(address) == []


def test_staging_resumes_and_is_discarded(address: str) -> None:
    staging = stage_tables(address, FIRST, edition_tables(FIRST), "a")
    staging.mark_complete("describe", "input", ["stories"], 1.0)
    assert store.open_staging(address, "2013-06-05-a").is_complete("describe", "input")
    assert staging.stage_seconds() == {"describe": 1.0}
    assert store.discard_abandoned_staging(address, "2013-06-05-b") == ["2013-06-05-a"]
    assert not staging.is_complete("describe", "input")


def test_the_bytes_are_those_of_a_folder(address: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("folder")
    publish_tables(folder, FIRST)
    publish_tables(address, FIRST)
    place = store.open_store(address)
    memory = fsspec.filesystem("memory")
    found = {path.removeprefix(f"{place.root}/"): memory.cat_file(path) for path in memory.find(place.root)}
    assert found == read_files(folder)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("s3://key:secret@bucket/news?region=eu-west-1&secret_key=x", "s3://bucket/news"),
        ("s3://bucket/news", "s3://bucket/news"),
        ("a folder? with @ in it", "a folder? with @ in it"),
    ],
)
def test_messages_never_contain_credentials(address: str, name: str) -> None:
    assert Store(address, store.open_store("x").filesystem, "news").name == name
