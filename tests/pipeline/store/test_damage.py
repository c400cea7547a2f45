"""Files that rotted on the disk or were lost: every damage is noticed, and what depends on it says what to do."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from newsfold import store
from newsfold.errors import NewsfoldError, StoreError

from .crashing_filesystem import Killed, crashing_store
from .small_editions import FIRST, SECOND, THIRD, edition_tables, publish_tables, read_files, run_facts, stage_tables

Damage = Callable[[bytes], bytes]
DAMAGES: dict[str, Damage] = {
    "a bit": lambda content: flip_bit(content, len(content) // 3),
    "empty": lambda content: content[:0],
    "cut off": lambda content: content[: len(content) // 2],
    "zeros": lambda content: bytes(len(content)),
}


def flip_bit(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 4]) + content[at + 1 :]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two editions, to be read only."""
    folder = tmp_path_factory.mktemp("whole") / "store"
    publish_tables(folder, FIRST)
    publish_tables(folder, SECOND)
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A store with two editions."""
    shutil.copytree(whole, tmp_path / "store")
    return tmp_path / "store"


def load_past(folder: Path) -> None:
    """Read all that a run of the third edition reads."""
    past = store.load_window(folder, THIRD, 7)
    assert past.articles.num_rows and list(past.iter_embeddings())


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", ["articles", "article_embeddings", "story_articles", "runs"])
def test_a_damaged_file_of_an_earlier_edition_is_named(folder: Path, name: str, damage: str) -> None:
    (file,) = (folder / name / f"edition={SECOND}").iterdir()
    file.write_bytes(DAMAGES[damage](file.read_bytes()))
    with pytest.raises(StoreError, match=r"2013-06-06.*run that edition again"):
        load_past(folder)


def test_a_flipped_bit_anywhere_in_what_a_run_reads_is_noticed(folder: Path) -> None:
    file = folder / "article_embeddings" / f"edition={SECOND}" / "part-0.parquet"
    content = file.read_bytes()
    for at in range(0, len(content), 97):
        file.write_bytes(flip_bit(content, at))
        with pytest.raises(StoreError, match="2013-06-06"):
            load_past(folder)


def test_a_flipped_bit_in_a_page_is_noticed_by_every_reader(folder: Path) -> None:
    file = folder / "stories" / f"edition={SECOND}" / "part-0.parquet"
    content = file.read_bytes()
    before = store.load(folder, "stories", SECOND)
    footer = int.from_bytes(content[-8:-4], "little") + 8
    for at in range(4, len(content) - footer, 11):
        file.write_bytes(flip_bit(content, at))
        try:
            found = store.load(folder, "stories", SECOND)
        except NewsfoldError:
            continue
        assert found.equals(before), "a bit that is not read, such as one of statistics"


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", [*edition_tables(FIRST), "runs"])
def test_a_damaged_edition_can_be_published_again(whole: Path, folder: Path, name: str, damage: str) -> None:
    (file,) = (folder / name / f"edition={SECOND}").iterdir()
    file.write_bytes(DAMAGES[damage](file.read_bytes()))
    past = store.load_window(folder, SECOND, 7)
    assert (past.ignored is not None) == (name in ("article_embeddings", "runs"))
    assert (past.cached_embeddings == []) == (past.ignored is not None)
    publish_tables(folder, SECOND)
    assert read_files(folder) == read_files(whole)


@pytest.mark.parametrize(
    "change", ['{"tables": {}}', '{"run_id": "x"}', "[]", '{"tables": []}', '{"tables": {"a": 1}}']
)
def test_a_manifest_that_says_too_little_is_an_error(folder: Path, change: str) -> None:
    (folder / "runs" / f"edition={SECOND}" / "manifest.json").write_text(change)
    with pytest.raises(StoreError, match=r"manifest of 2013-06-06 .*run that edition again"):
        store.load_manifest(folder, SECOND)


def test_an_edition_that_has_lost_its_manifest_is_missed(whole: Path, folder: Path) -> None:
    (folder / "runs" / f"edition={SECOND}" / "manifest.json").unlink()
    with pytest.raises(StoreError, match=r"2013-06-06 in .* has tables and no manifest.*verify --repair.*run that "):
        load_past(folder)
    store.load_window(folder, SECOND, 7)
    publish_tables(folder, SECOND)
    assert read_files(folder) == read_files(whole)


def commit_without_copying(folder: Path) -> Path:
    """Publish a third edition, killed right after it was committed; return the entry of the journal."""
    tables = edition_tables(THIRD)
    stage_tables(folder, THIRD, tables, "a")
    for step in range(100):
        place = crashing_store(folder, step, "before")
        with pytest.raises(Killed):
            store.publish_edition(
                place, store.open_staging(place, f"{THIRD}-a"), THIRD, list(tables), run_facts(tables, THIRD)
            )
        if THIRD in store.list_editions(folder):
            return folder / ".journal" / f"{THIRD}.json"
    raise AssertionError("never committed")


@pytest.mark.parametrize("content", [b"", bytes(60), b"{}", b"[]", json.dumps({"run_id": "2013-06-07-b"}).encode()])
def test_a_damaged_entry_of_the_journal_is_understood_from_staging(folder: Path, content: bytes) -> None:
    commit_without_copying(folder).write_bytes(content)
    assert store.list_editions(folder) == [FIRST, SECOND, THIRD]
    assert any("Finished publishing" in line for line in store.repair_store(folder))
    assert store.load(folder, "stories", THIRD).equals(edition_tables(THIRD)["stories"])
    assert not list((folder / ".journal").iterdir())


@pytest.mark.parametrize("content", [b"", None])
def test_an_entry_whose_staging_is_gone_is_removed_aloud(folder: Path, content: bytes | None) -> None:
    entry = commit_without_copying(folder)
    shutil.rmtree(folder / ".staging")
    if content is not None:
        entry.write_bytes(content)
    assert store.list_editions(folder) == [FIRST, SECOND]
    (done,) = store.repair_store(folder)
    assert "2013-06-07" in done and "Run that edition again" in done
    assert store.repair_store(folder) == []
    publish_tables(folder, THIRD)
    assert store.list_editions(folder) == [FIRST, SECOND, THIRD]


def test_a_damaged_manifest_in_staging_is_not_held(folder: Path) -> None:
    tables = edition_tables(THIRD)
    staging = stage_tables(folder, THIRD, tables, "a")
    store.hold_edition(folder, staging, THIRD, list(tables), run_facts(tables, THIRD))
    assert list(store.list_held_editions(folder)) == [THIRD]
    (folder / ".staging" / staging.run_id / "manifest.json").write_bytes(bytes(50))
    assert store.list_held_editions(folder) == {}
