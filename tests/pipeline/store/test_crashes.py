"""If a run is killed at any instant, readers see the whole old or the whole new edition, and the next run repairs."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from newsfold import store
from newsfold.errors import StoreError

from .crashing_filesystem import Killed, When, crashing_store
from .small_editions import (
    FIRST,
    SECOND,
    THIRD,
    articles_table,
    lineage_table,
    publish_tables,
    read_files,
    run_facts,
    run_id,
    stage_tables,
    stories_table,
    story_articles_table,
)

MOMENTS: tuple[When, ...] = ("before", "halfway", "after")
OLD = {
    "stories": stories_table(SECOND, "old"),
    "story_articles": story_articles_table(SECOND, "old"),
    "lineage": lineage_table(SECOND, "old"),  # a table that the new version lacks
}
NEW = {
    "stories": stories_table(SECOND, "new", 2),
    "story_articles": story_articles_table(SECOND, "new", 2),
    "articles": articles_table(SECOND, "new", 2),  # and one that the old version lacks
}
EARLIER = {"stories": stories_table(FIRST, "a"), "story_articles": story_articles_table(FIRST, "a")}


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two editions, and a new version of the second one staged."""
    folder = tmp_path_factory.mktemp("ready") / "store"
    publish_tables(folder, FIRST, "a", EARLIER)
    publish_tables(folder, SECOND, "old", OLD)
    stage_tables(folder, SECOND, NEW, "new")
    return folder


@pytest.fixture(scope="module")
def undisturbed(ready: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of that store after a publication without a crash."""
    folder = tmp_path_factory.mktemp("undisturbed") / "store"
    shutil.copytree(ready, folder)
    publish_new(store.open_store(folder))
    files = read_files(folder)
    assert not any(path.startswith((".staging", ".journal")) for path in files)
    return files


def publish_new(place: store.Store) -> None:
    staging = store.open_staging(place, run_id(SECOND, "new"))
    store.publish_edition(place, staging, SECOND, list(NEW), run_facts(NEW, SECOND))


def read_version(folder: Path | str) -> str:
    """Return the version that readers see, after checking that all tables are of that version."""
    version = store.load_manifest(folder, SECOND)["run_id"].rpartition("-")[2]
    expected, other = (OLD, NEW) if version == "old" else (NEW, OLD)
    for name, table in expected.items():
        assert store.load(folder, name, SECOND).equals(table), name
    for name in set(other) - set(expected):
        with pytest.raises(StoreError, match=f"no table {name}"):
            store.load(folder, name, SECOND)
    return str(version)


def check_readers(folder: Path | str) -> str:
    assert store.list_editions(folder) == [FIRST, SECOND]
    assert_same_rows(store.load(folder, "stories", FIRST), EARLIER["stories"])
    version = read_version(folder)
    both = store.load(folder, "stories", "all")
    assert both.num_rows == EARLIER["stories"].num_rows + (OLD, NEW)[version == "new"]["stories"].num_rows
    return version


def assert_same_rows(found: pa.Table, expected: pa.Table) -> None:
    assert found.to_pylist() == expected.to_pylist()


@pytest.mark.parametrize("when", MOMENTS)
def test_a_publication_killed_at_any_step_is_whole_and_repaired(
    ready: Path, undisturbed: dict[str, bytes], tmp_path: Path, when: When
) -> None:
    versions = []
    for step in range(200):
        folder = tmp_path / str(step)
        shutil.copytree(ready, folder)
        try:
            publish_new(crashing_store(folder, step, when))
        except Killed:
            versions.append(check_readers(folder))
        else:
            break
        store.repair_store(folder)
        assert check_readers(folder) == versions[-1], "a repair neither commits nor reverts"
        if versions[-1] == "old":
            publish_new(store.open_store(folder))
        assert read_files(folder) == undisturbed
        assert store.repair_store(folder) == []
        shutil.rmtree(folder)
    else:
        pytest.fail("the publication never ended")
    # Readers see the old version until one instant, before the copying, and the new one from then on.
    turn = versions.index("new")
    assert versions == ["old"] * turn + ["new"] * (len(versions) - turn)
    assert 0 < turn < len(versions) / 2


@pytest.mark.parametrize("when", MOMENTS)
def test_a_repair_killed_at_any_step_is_repeated(
    ready: Path, undisturbed: dict[str, bytes], tmp_path: Path, when: When
) -> None:
    committed = tmp_path / "committed"
    shutil.copytree(ready, committed)
    crash_after_commit(committed)
    for step in range(200):
        folder = tmp_path / str(step)
        shutil.copytree(committed, folder)
        try:
            store.repair_store(crashing_store(folder, step, when))
        except Killed:
            assert check_readers(folder) == "new"
        else:
            break
        store.repair_store(folder)
        assert read_files(folder) == undisturbed
        shutil.rmtree(folder)
    else:
        pytest.fail("the repair never ended")
    assert step > len(NEW)


def crash_after_commit(folder: Path) -> None:
    """Publish the new version and crash as soon as readers see it."""
    for step in range(200):
        with pytest.raises(Killed):
            publish_new(crashing_store(folder, step, "before"))
        if read_version(folder) == "new":
            return


def test_a_first_edition_is_read_before_it_is_copied(tmp_path: Path) -> None:
    stage_tables(tmp_path, SECOND, NEW, "new")
    assert store.list_editions(tmp_path) == []
    for step in range(200):
        with pytest.raises(Killed):
            publish_new(crashing_store(tmp_path, step, "before"))
        if store.list_editions(tmp_path):
            break
    assert not (tmp_path / "stories").exists()
    assert read_version(tmp_path) == "new"
    assert store.load(tmp_path, "runs").column("n_stories").to_pylist() == [2]


def test_a_committed_run_is_not_discarded(ready: Path, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    shutil.copytree(ready, folder)
    crash_after_commit(folder)
    assert store.discard_abandoned_staging(folder, run_id(SECOND, "newer")) == []
    assert read_version(folder) == "new"


def test_publishing_another_edition_finishes_the_one_before(
    ready: Path, undisturbed: dict[str, bytes], tmp_path: Path
) -> None:
    folder = tmp_path / "store"
    shutil.copytree(ready, folder)
    crash_after_commit(folder)
    third = date(2013, 6, 7)
    publish_tables(folder, third, "a", {"stories": stories_table(third, "a")})
    files = read_files(folder)
    assert {path: files[path] for path in undisturbed} == undisturbed
    assert read_version(folder) == "new"


def test_a_retried_publication_completes(ready: Path, undisturbed: dict[str, bytes], tmp_path: Path) -> None:
    folder = tmp_path / "store"
    shutil.copytree(ready, folder)
    crash_after_commit(folder)
    publish_new(store.open_store(folder))
    assert read_files(folder) == undisturbed


def test_a_repair_reports_what_it_did_and_keeps_unfinished_runs(ready: Path, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    shutil.copytree(ready, folder)
    crash_after_commit(folder)
    unfinished = stage_tables(folder, THIRD, OLD, "later")
    half = Path(unfinished.path("copies") + ".tmp")
    half.write_bytes(b"half")
    done = store.repair_store(folder)
    assert any("2013-06-06" in line and "2013-06-06-new" in line for line in done)
    assert any("copies.parquet.tmp" in line for line in done)
    assert not half.exists()
    assert unfinished.read("stories").equals(OLD["stories"])
