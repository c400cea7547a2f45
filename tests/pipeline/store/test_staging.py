"""Stages that are complete are known as such, and only those."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsfold import store
from newsfold.errors import StoreError
from newsfold.store import Staging

from . import nights
from .nights import FIRST, SECOND


@pytest.fixture
def area(tmp_path: Path) -> Staging:
    area = store.open_staging(tmp_path, "2013-06-05-a")
    area.write("stories", nights.stories(FIRST, "a"))
    area.mark_complete("tell", "input-1", ["stories"], 1.5)
    return area


def test_a_stage_is_complete_for_its_own_input_only(area: Staging) -> None:
    assert area.is_complete("tell", "input-1")
    assert not area.is_complete("tell", "input-2")
    assert not area.is_complete("cluster", "input-1")


def test_it_stays_complete_for_who_comes_later(area: Staging, tmp_path: Path) -> None:
    again = store.open_staging(str(tmp_path), "2013-06-05-a")
    assert again.is_complete("tell", "input-1")
    assert again.read("stories").equals(nights.stories(FIRST, "a"))
    assert again.digest("stories") == area.digest("stories")


def test_a_changed_or_missing_table_makes_it_incomplete(area: Staging) -> None:
    area.write("stories", nights.stories(FIRST, "b"))
    assert not area.is_complete("tell", "input-1")
    Path(area.path("stories")).unlink()
    assert not area.is_complete("tell", "input-1")


def test_a_half_written_table_does_not_count(area: Staging) -> None:
    Path(area.path("lineage") + ".tmp").write_bytes(b"half")
    with pytest.raises(StoreError, match="has not written the table 'lineage'"):
        area.read("lineage")
    with pytest.raises(StoreError, match="lineage"):
        area.mark_complete("match", "input-1", ["lineage"], 0.1)


def test_timings_by_stage(area: Staging) -> None:
    area.mark_complete("choose", "input-1", [], 0.25)
    assert area.stage_seconds() == {"choose": 0.25, "tell": 1.5}


@pytest.mark.parametrize("run_id", ["", "tonight", "2013-13-05-a", "2013-06-05-a/../..", "../x"])
def test_a_run_id_begins_with_its_edition(tmp_path: Path, run_id: str) -> None:
    with pytest.raises(StoreError, match="is not a run id"):
        store.open_staging(tmp_path, run_id)


def test_abandoned_runs_of_the_same_edition_are_discarded(area: Staging, tmp_path: Path) -> None:
    kept = nights.stage(tmp_path, FIRST, nights.night(FIRST), "b")
    elsewhere = nights.stage(tmp_path, SECOND, nights.night(SECOND), "c")
    assert store.discard_abandoned_staging(tmp_path, kept.run_id) == ["2013-06-05-a"]
    assert not Path(area.path("stories")).exists()
    assert kept.read("stories").num_rows == elsewhere.read("stories").num_rows == 3
    assert store.discard_abandoned_staging(tmp_path, kept.run_id) == []


def test_parts_written_in_any_order_are_one_table_in_theirs(area: Staging) -> None:
    whole = area.read("stories")
    for part in (2, 0, 1):
        area.write_part("stories", part, whole.slice(part, 1))
    assert area.join_parts("stories", 3) == 3
    assert area.read("stories").equals(whole.slice(0, 3))
    assert not list(Path(area.path("stories")).parent.glob("*.parts"))


def test_a_part_that_is_missing_is_no_empty_part(area: Staging) -> None:
    area.write_part("stories", 0, area.read("stories"))
    with pytest.raises(StoreError, match="parts of the table stories"):
        area.join_parts("stories", 2)
