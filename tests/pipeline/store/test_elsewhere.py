"""A store need not be a folder: the same runs in fsspec's memory file system."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import fsspec
import pytest

from newsfold import store
from newsfold.errors import EditionNotFound
from newsfold.store import Store

from . import nights
from .nights import FIRST, SECOND, THIRD


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
        nights.publish(address, FIRST)
        nights.publish(address, SECOND)
        nights.publish(address, SECOND, "b")
    assert store.list_editions(address) == [FIRST, SECOND]
    assert store.load(address, "stories", FIRST).equals(nights.stories(FIRST, "a"))
    assert store.load(address, "stories").equals(nights.stories(SECOND, "b"))
    assert store.load(address, "runs", "all").num_rows == 2
    seen = store.load_window(address, THIRD, 7)
    assert (seen.articles.num_rows, seen.previous_edition) == (6, SECOND)
    assert len(store.load_known_ids(address, THIRD)) == 6
    assert store.repair_store(address) == []


def test_staging_resumes_and_is_discarded(address: str) -> None:
    area = nights.stage(address, FIRST, nights.night(FIRST), "a")
    area.mark_complete("tell", "input", ["stories"], 1.0)
    assert store.open_staging(address, "2013-06-05-a").is_complete("tell", "input")
    assert area.stage_seconds() == {"tell": 1.0}
    assert store.discard_abandoned_staging(address, "2013-06-05-b") == ["2013-06-05-a"]
    assert not area.is_complete("tell", "input")


def test_the_same_bytes_as_in_a_folder(address: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("folder")
    nights.publish(folder, FIRST)
    nights.publish(address, FIRST)
    place = store.open_store(address)
    memory = fsspec.filesystem("memory")
    found = {path.removeprefix(f"{place.root}/"): memory.cat_file(path) for path in memory.find(place.root)}
    assert found == nights.files(folder)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("s3://key:secret@bucket/news?region=eu-west-1&secret_key=x", "s3://bucket/news"),
        ("s3://bucket/news", "s3://bucket/news"),
        ("a folder? with @ in it", "a folder? with @ in it"),
    ],
)
def test_messages_never_hold_credentials(address: str, name: str) -> None:
    assert Store(address, store.open_store("x").filesystem, "news").name == name
