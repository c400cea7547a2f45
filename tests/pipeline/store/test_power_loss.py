"""If the power fails at any instant, what was published is on the disk, and the next run repairs the rest."""

from __future__ import annotations

import copy
import random
import shutil
from pathlib import Path

import pytest
from pyarrow import fs

from newsfold import store
from newsfold.errors import NewsfoldError
from newsfold.store import Store
from newsfold.store.flushing import flush_to_disk

from .losing_filesystem import ROOT, Chooses, LosingHandler, PowerLoss, open_losing_store
from .small_editions import FIRST, SECOND, edition_tables, publish_tables, run_facts, run_id, stage_tables

OLD, NEW = edition_tables(SECOND, "old"), edition_tables(SECOND, "new", 2)
SURVIVAL: dict[str, Chooses] = {"nothing": lambda: False, "everything": lambda: True}


@pytest.fixture(scope="module")
def two_nights() -> LosingHandler:
    """Two published editions."""
    handler = LosingHandler()
    publish_tables(open_losing_store(handler), FIRST)
    publish_tables(open_losing_store(handler), SECOND, "old", OLD)
    return handler


@pytest.fixture(scope="module")
def undisturbed(two_nights: LosingHandler) -> dict[str, bytes]:
    """The files after the second edition was replaced without a power failure."""
    handler = copy.deepcopy(two_nights)
    publish_tables(open_losing_store(handler), SECOND, "new", NEW)
    return read_files(handler)


def read_files(handler: LosingHandler) -> dict[str, bytes]:
    place = open_losing_store(handler)
    found = place.list_children(ROOT, recursive=True)
    return {
        info.path: place.filesystem.open_input_stream(info.path).read()
        for info in found
        if info.type == fs.FileType.File
    }


def fail_at(handler: LosingHandler, step: int) -> LosingHandler | None:
    """Publish the new version until operation `step`, and return the file system at that instant; None: it ended."""
    failing = copy.deepcopy(handler)
    failing.at = failing.operations + step
    try:
        publish_tables(open_losing_store(failing), SECOND, "new", NEW)
    except PowerLoss:
        return failing
    return None


def check_readers(place: Store) -> str:
    """Return the version of the second edition that readers see, after checking that all is whole."""
    assert store.list_editions(place) == [FIRST, SECOND]
    for name, table in edition_tables(FIRST).items():
        assert store.load(place, name, FIRST).equals(table), name
    version = str(store.load_manifest(place, SECOND)["run_id"].rpartition("-")[2])
    for name, table in (OLD if version == "old" else NEW).items():
        assert store.load(place, name, SECOND).equals(table), name
    return version


def publish_again(place: Store) -> None:
    """Do what the next run does: repair, keep the tables that can be read, write the others, publish."""
    store.repair_store(place)
    if check_readers(place) == "new":
        return
    staging = store.open_staging(place, run_id(SECOND, "new"))
    for name, table in NEW.items():
        try:
            assert staging.read(name).equals(table)
        except NewsfoldError:
            staging.write(name, table)
    store.publish_edition(place, staging, SECOND, list(NEW), run_facts(NEW, SECOND))


@pytest.mark.parametrize("what", SURVIVAL)
def test_whatever_survives_readers_see_a_whole_edition_and_the_next_run_the_same_bytes(
    two_nights: LosingHandler, undisturbed: dict[str, bytes], what: str
) -> None:
    versions = []
    for step in range(400):
        failed = fail_at(two_nights, step)
        if failed is None:
            break
        restored = failed.restore(SURVIVAL[what])
        versions.append(check_readers(open_losing_store(restored)))
        publish_again(open_losing_store(restored))
        assert read_files(restored) == undisturbed, step
    else:
        pytest.fail("the publication never ended")
    turn = versions.index("new")
    assert versions == ["old"] * turn + ["new"] * (len(versions) - turn)


@pytest.mark.parametrize("seed", range(5))
def test_any_part_may_survive(two_nights: LosingHandler, undisturbed: dict[str, bytes], seed: int) -> None:
    for step in range(400):
        failed = fail_at(two_nights, step)
        if failed is None:
            return
        draw = random.Random(1000 * seed + step)
        restored = failed.restore(lambda: draw.random() < 0.5)  # noqa: B023 - called at once
        check_readers(open_losing_store(restored))
        publish_again(open_losing_store(restored))
        assert read_files(restored) == undisturbed, step


def test_a_staging_area_that_the_journal_has_forgotten_is_removed(tmp_path: Path) -> None:
    """A renamed entry may lose its old name and not get its new one: some file systems rename in two steps."""
    publish_tables(tmp_path, FIRST)
    held = stage_tables(tmp_path, SECOND, OLD, "old")
    store.hold_edition(tmp_path, held, SECOND, list(OLD), run_facts(OLD, SECOND))
    staging = stage_tables(tmp_path, SECOND, NEW, "new")
    store.hold_edition(tmp_path, staging, SECOND, list(NEW), run_facts(NEW, SECOND))
    area = tmp_path / ".staging" / staging.run_id
    shutil.copytree(area, tmp_path / "copy")
    store.publish_edition(tmp_path, staging, SECOND, list(NEW), run_facts(NEW, SECOND))
    (tmp_path / "copy").rename(area)
    shutil.copyfile(tmp_path / "runs" / f"edition={SECOND}" / "manifest.json", area / "manifest.json")
    assert store.repair_store(tmp_path) == [f"Removed the staging area of the run {SECOND}-new, which is published."]
    assert [left.name for left in (tmp_path / ".staging").iterdir()] == [held.run_id], "which is another one"


def test_what_is_published_is_on_the_disk(two_nights: LosingHandler, undisturbed: dict[str, bytes]) -> None:
    handler = copy.deepcopy(two_nights)
    publish_tables(open_losing_store(handler), SECOND, "new", NEW)
    kept = read_files(handler.restore(lambda: False))
    assert kept.items() >= undisturbed.items()
    assert kept.keys() - undisturbed.keys() <= {f"{ROOT}/.journal/{SECOND}.done"}, "removed by the next run"


def test_a_repair_that_loses_power_is_repeated(two_nights: LosingHandler, undisturbed: dict[str, bytes]) -> None:
    committed = next(
        failed.restore(lambda: False)
        for step in range(400)
        if (failed := fail_at(two_nights, step))
        and store.load_manifest(open_losing_store(failed.restore(lambda: False)), SECOND)["run_id"].endswith("new")
    )
    for step in range(400):
        repairing = copy.deepcopy(committed)
        repairing.at = step
        try:
            store.repair_store(open_losing_store(repairing))
        except PowerLoss:
            restored = repairing.restore(lambda: False)
            assert check_readers(open_losing_store(restored)) == "new"
            store.repair_store(open_losing_store(restored))
            assert read_files(restored) == undisturbed
        else:
            break
    assert step > len(NEW)


def test_a_damaged_marker_makes_its_stage_run_again(tmp_path: Path) -> None:
    staging = stage_tables(tmp_path, FIRST, edition_tables(FIRST), "a")
    staging.mark_complete("describe", "digest", ["stories"], 1.0)
    assert staging.is_complete("describe", "digest")
    (tmp_path / ".staging" / staging.run_id / "completed" / "describe.json").write_bytes(bytes(80))
    assert not staging.is_complete("describe", "digest")


def test_files_and_folders_of_this_machine_are_flushed(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    flush_to_disk(str(tmp_path / "file"))
    flush_to_disk(str(tmp_path))
    with pytest.raises(FileNotFoundError):
        flush_to_disk(str(tmp_path / "nowhere"))


@pytest.mark.parametrize("address", ["{}", "file://{}"])
def test_a_store_in_a_folder_is_flushed(tmp_path: Path, address: str) -> None:
    assert store.open_store(address.format(tmp_path)).flush is flush_to_disk
