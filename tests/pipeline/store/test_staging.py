"""Staging areas keep a run's tables and know which stages are complete."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsfold import store
from newsfold.errors import StoreError
from newsfold.store import Staging

from .small_editions import FIRST, SECOND, edition_tables, stage_tables, stories_table


@pytest.fixture
def staging(tmp_path: Path) -> Staging:
    staging = store.open_staging(tmp_path, "2013-06-05-a")
    staging.write("stories", stories_table(FIRST, "a"))
    staging.mark_complete("describe", "input-1", ["stories"], 1.5)
    return staging


def test_a_stage_is_complete_for_its_own_input_only(staging: Staging) -> None:
    assert staging.is_complete("describe", "input-1")
    assert not staging.is_complete("describe", "input-2")
    assert not staging.is_complete("cluster", "input-1")


def test_a_stage_stays_complete_for_a_later_process(staging: Staging, tmp_path: Path) -> None:
    again = store.open_staging(str(tmp_path), "2013-06-05-a")
    assert again.is_complete("describe", "input-1")
    assert again.read("stories").equals(stories_table(FIRST, "a"))
    assert again.digest("stories") == staging.digest("stories")


def test_a_changed_or_missing_table_makes_its_stage_incomplete(staging: Staging) -> None:
    staging.write("stories", stories_table(FIRST, "b"))
    assert not staging.is_complete("describe", "input-1")
    Path(staging.path("stories")).unlink()
    assert not staging.is_complete("describe", "input-1")


def test_a_half_written_table_is_not_read(staging: Staging) -> None:
    Path(staging.path("lineage") + ".tmp").write_bytes(b"half")
    with pytest.raises(StoreError, match="has not written the table 'lineage'"):
        staging.read("lineage")
    with pytest.raises(StoreError, match="lineage"):
        staging.mark_complete("match", "input-1", ["lineage"], 0.1)


def test_seconds_are_kept_by_stage(staging: Staging) -> None:
    staging.mark_complete("choose", "input-1", [], 0.25)
    assert staging.stage_seconds() == {"choose": 0.25, "describe": 1.5}


@pytest.mark.parametrize("run_id", ["", "tonight", "2013-13-05-a", "2013-06-05-a/../..", "../x"])
def test_a_run_id_begins_with_its_edition(tmp_path: Path, run_id: str) -> None:
    with pytest.raises(StoreError, match="is not a run id"):
        store.open_staging(tmp_path, run_id)


def test_abandoned_runs_of_the_same_edition_are_discarded(staging: Staging, tmp_path: Path) -> None:
    kept = stage_tables(tmp_path, FIRST, edition_tables(FIRST), "b")
    other_edition = stage_tables(tmp_path, SECOND, edition_tables(SECOND), "c")
    assert store.discard_abandoned_staging(tmp_path, kept.run_id) == ["2013-06-05-a"]
    assert not Path(staging.path("stories")).exists()
    assert kept.read("stories").num_rows == other_edition.read("stories").num_rows == 3
    assert store.discard_abandoned_staging(tmp_path, kept.run_id) == []


def test_parts_written_in_any_order_are_joined_in_theirs(staging: Staging) -> None:
    whole = staging.read("stories")
    for part in (2, 0, 1):
        staging.write_part("stories", part, whole.slice(part, 1))
    assert staging.join_parts("stories", 3) == 3
    assert staging.read("stories").equals(whole.slice(0, 3))
    assert not list(Path(staging.path("stories")).parent.glob("*.parts"))


def test_a_missing_part_is_an_error(staging: Staging) -> None:
    staging.write_part("stories", 0, staging.read("stories"))
    with pytest.raises(StoreError, match="parts of the table stories"):
        staging.join_parts("stories", 2)
