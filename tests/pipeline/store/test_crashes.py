"""Killed at any instant, an edition is the old or the new one, whole, and the next run finishes."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from newsfold import store
from newsfold.errors import StoreError

from . import nights
from .crashing import Killed, When, crashing_store
from .nights import FIRST, SECOND

MOMENTS: tuple[When, ...] = ("before", "halfway", "after")
OLD = {
    "stories": nights.stories(SECOND, "old"),
    "story_articles": nights.story_articles(SECOND, "old"),
    "lineage": nights.lineage(SECOND, "old"),  # a table that the new version lacks
}
NEW = {
    "stories": nights.stories(SECOND, "new", 2),
    "story_articles": nights.story_articles(SECOND, "new", 2),
    "articles": nights.articles(SECOND, "new", 2),  # and one that the old version lacks
}
EARLIER = {"stories": nights.stories(FIRST, "a"), "story_articles": nights.story_articles(FIRST, "a")}


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two editions, and a new version of the second one staged."""
    folder = tmp_path_factory.mktemp("ready") / "store"
    nights.publish(folder, FIRST, "a", EARLIER)
    nights.publish(folder, SECOND, "old", OLD)
    nights.stage(folder, SECOND, NEW, "new")
    return folder


@pytest.fixture(scope="module")
def undisturbed(ready: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of that store after a publication that nothing interrupts."""
    folder = tmp_path_factory.mktemp("undisturbed") / "store"
    shutil.copytree(ready, folder)
    publish_new(store.open_store(folder))
    files = nights.files(folder)
    assert not any(path.startswith(".") for path in files)
    return files


def publish_new(place: store.Store) -> None:
    area = store.open_staging(place, nights.run_id(SECOND, "new"))
    store.publish_edition(place, area, SECOND, list(NEW), nights.about(NEW, SECOND))


def version_of(folder: Path | str) -> str:
    """Which version readers see, after checking that it is one version in every table."""
    seen = store.load_manifest(folder, SECOND)["run_id"].rpartition("-")[2]
    expected, other = (OLD, NEW) if seen == "old" else (NEW, OLD)
    for name, table in expected.items():
        assert store.load(folder, name, SECOND).equals(table), name
    for name in set(other) - set(expected):
        with pytest.raises(StoreError, match=f"no table {name}"):
            store.load(folder, name, SECOND)
    return str(seen)


def check_readers(folder: Path | str) -> str:
    assert store.list_editions(folder) == [FIRST, SECOND]
    assert_rows(store.load(folder, "stories", FIRST), EARLIER["stories"])
    seen = version_of(folder)
    both = store.load(folder, "stories", "all")
    assert both.num_rows == EARLIER["stories"].num_rows + (OLD, NEW)[seen == "new"]["stories"].num_rows
    return seen


def assert_rows(found: pa.Table, expected: pa.Table) -> None:
    assert found.to_pylist() == expected.to_pylist()


@pytest.mark.parametrize("when", MOMENTS)
def test_a_publication_killed_at_any_step(
    ready: Path, undisturbed: dict[str, bytes], tmp_path: Path, when: When
) -> None:
    seen = []
    for step in range(200):
        folder = tmp_path / str(step)
        shutil.copytree(ready, folder)
        try:
            publish_new(crashing_store(folder, step, when))
        except Killed:
            seen.append(check_readers(folder))
        else:
            break
        store.repair_store(folder)
        assert check_readers(folder) == seen[-1], "repairing neither commits nor takes back"
        if seen[-1] == "old":
            publish_new(store.open_store(folder))
        assert nights.files(folder) == undisturbed
        assert store.repair_store(folder) == []
        shutil.rmtree(folder)
    else:
        pytest.fail("the publication never came to its end")
    # Old until one instant, new ever after; and that instant comes before the copying.
    turn = seen.index("new")
    assert seen == ["old"] * turn + ["new"] * (len(seen) - turn)
    assert 0 < turn < len(seen) / 2


@pytest.mark.parametrize("when", MOMENTS)
def test_a_repair_killed_at_any_step_is_repeated(
    ready: Path, undisturbed: dict[str, bytes], tmp_path: Path, when: When
) -> None:
    committed = tmp_path / "committed"
    shutil.copytree(ready, committed)
    killed_after_commit(committed)
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
        assert nights.files(folder) == undisturbed
        shutil.rmtree(folder)
    else:
        pytest.fail("the repair never came to its end")
    assert step > len(NEW)


def killed_after_commit(folder: Path) -> None:
    """Publish the new version and die as soon as readers see it."""
    for step in range(200):
        with pytest.raises(Killed):
            publish_new(crashing_store(folder, step, "before"))
        if version_of(folder) == "new":
            return


def test_a_first_edition_is_read_before_it_is_copied(tmp_path: Path) -> None:
    nights.stage(tmp_path, SECOND, NEW, "new")
    assert store.list_editions(tmp_path) == []
    for step in range(200):
        with pytest.raises(Killed):
            publish_new(crashing_store(tmp_path, step, "before"))
        if store.list_editions(tmp_path):
            break
    assert not (tmp_path / "stories").exists()
    assert version_of(tmp_path) == "new"
    assert store.load(tmp_path, "runs").column("n_stories").to_pylist() == [2]


def test_a_committed_run_is_not_discarded(ready: Path, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    shutil.copytree(ready, folder)
    killed_after_commit(folder)
    assert store.discard_abandoned_staging(folder, nights.run_id(SECOND, "newer")) == []
    assert version_of(folder) == "new"


def test_publishing_another_edition_finishes_the_one_before(
    ready: Path, undisturbed: dict[str, bytes], tmp_path: Path
) -> None:
    folder = tmp_path / "store"
    shutil.copytree(ready, folder)
    killed_after_commit(folder)
    third = date(2013, 6, 7)
    nights.publish(folder, third, "a", {"stories": nights.stories(third, "a")})
    files = nights.files(folder)
    assert {path: files[path] for path in undisturbed} == undisturbed
    assert version_of(folder) == "new"


def test_a_retried_publication_ends_well(ready: Path, undisturbed: dict[str, bytes], tmp_path: Path) -> None:
    folder = tmp_path / "store"
    shutil.copytree(ready, folder)
    killed_after_commit(folder)
    publish_new(store.open_store(folder))
    assert nights.files(folder) == undisturbed


def test_repair_says_what_it_did_and_leaves_unfinished_runs_alone(ready: Path, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    shutil.copytree(ready, folder)
    killed_after_commit(folder)
    unfinished = nights.stage(folder, nights.THIRD, OLD, "later")
    half = Path(unfinished.path("copies") + ".tmp")
    half.write_bytes(b"half")
    said = store.repair_store(folder)
    assert any("2013-06-06" in line and "2013-06-06-new" in line for line in said)
    assert any("copies.parquet.tmp" in line for line in said)
    assert not half.exists()
    assert unfinished.read("stories").equals(OLD["stories"])
