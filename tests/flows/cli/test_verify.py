from __future__ import annotations

from pathlib import Path

from tests.flows.cli.command import newsfold
from tests.pipeline.store.small_editions import FIRST, SECOND, publish_tables


def test_a_whole_store_is_said_to_be_whole(tmp_path: Path) -> None:
    publish_tables(tmp_path, FIRST)
    done = newsfold("verify", "--store", tmp_path)
    assert done.exit_code == 0, done.output
    assert "1 edition, 4 files" in done.output and "all as they were published" in done.output


def test_the_editions_to_run_again_are_named(tmp_path: Path) -> None:
    for edition in (FIRST, SECOND):
        publish_tables(tmp_path, edition)
        (tmp_path / "stories" / f"edition={edition}" / "part-0.parquet").write_bytes(b"")
    done = newsfold("verify", "--store", tmp_path)
    assert done.exit_code == 1
    assert "2 problems" in done.output and f"{FIRST}, {SECOND}." in done.output


def test_repair_finishes_what_can_be_finished(tmp_path: Path) -> None:
    publish_tables(tmp_path, FIRST)
    entry = tmp_path / ".journal" / f"{SECOND}.json"
    entry.write_bytes(b"")
    done = newsfold("verify", "--repair", "--store", tmp_path)
    assert done.exit_code == 0, done.output
    assert f"whether {SECOND} is whole is not known" in done.output
    assert not entry.exists()


def test_repair_restores_a_manifest(tmp_path: Path) -> None:
    publish_tables(tmp_path, FIRST)
    (tmp_path / "runs" / f"edition={FIRST}" / "manifest.json").unlink()
    assert newsfold("verify", "--store", tmp_path).exit_code == 1
    done = newsfold("verify", "--repair", "--store", tmp_path)
    assert done.exit_code == 0, done.output
    assert f"Restored the manifest of the edition {FIRST}" in done.output
