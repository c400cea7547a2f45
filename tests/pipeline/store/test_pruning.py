"""Old editions can be removed: what is kept is as before, and a removal that is cut off is finished by the next run."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from pathlib import Path

import pytest

from newsfold import store
from newsfold.errors import EditionNotFound, StoreError

from .losing_filesystem import LosingHandler, PowerLoss, open_losing_store
from .small_editions import FIRST, SECOND, THIRD, article_id, edition_tables, publish_tables, read_files, stage_tables
from .test_power_loss import SURVIVAL
from .test_power_loss import read_files as read_losing_files
from .test_staleness import publish_run, publish_runs

FOURTH = THIRD + timedelta(days=1)
NIGHTS = (FIRST, SECOND, THIRD, FOURTH)


def prune(place: Path | store.Store, keep_days: int) -> store.PruningPlan:
    plan = store.plan_pruning(place, keep_days)
    assert plan
    store.prune_store(place, plan)
    return plan


def files_of(folder: Path, *editions: date) -> dict[str, bytes]:
    return {path: content for path, content in read_files(folder).items() if any(str(day) in path for day in editions)}


def test_what_is_kept_stays_as_it_is_and_nothing_is_left_of_the_rest(tmp_path: Path) -> None:
    publish_runs(tmp_path, *NIGHTS)
    stage_tables(tmp_path, FIRST, edition_tables(FIRST), "held")
    kept, removed = files_of(tmp_path, THIRD, FOURTH), files_of(tmp_path / "stories", FIRST, SECOND)
    assert removed
    plan = prune(tmp_path, 1)
    assert plan.editions == (FIRST, SECOND) and plan.before == THIRD
    assert (plan.n_files, plan.size > 2000) == (12, True)
    assert files_of(tmp_path, *NIGHTS) == kept
    assert store.list_editions(tmp_path) == [THIRD, FOURTH]
    assert store.load(tmp_path, "stories", "all").num_rows == 6
    with pytest.raises(EditionNotFound, match=f"no edition of {FIRST}"):
        store.load(tmp_path, "stories", FIRST)
    assert store.verify_store(tmp_path).problems == ()


def test_the_latest_edition_is_kept_however_old_it_is(tmp_path: Path) -> None:
    publish_runs(tmp_path, FIRST)
    assert prune(tmp_path, 1).editions == ()
    assert store.list_editions(tmp_path) == [FIRST]
    assert store.plan_pruning(tmp_path / "nowhere", 1) is None


def test_an_edition_of_the_far_future_removes_nothing(tmp_path: Path) -> None:
    publish_runs(tmp_path, FIRST, SECOND, date(2999, 1, 1))
    assert prune(tmp_path, 90).editions == ()
    assert prune(tmp_path, 1).before == FIRST
    assert len(store.list_editions(tmp_path)) == 3
    publish_runs(tmp_path / "future", date(2999, 1, 1))
    assert store.plan_pruning(tmp_path / "future", 1) is None


def test_no_edition_becomes_stale(tmp_path: Path) -> None:
    publish_runs(tmp_path, *NIGHTS)
    prune(tmp_path, 1)
    assert store.find_stale_editions(tmp_path) == {}
    upstream = store.upstream_digests(tmp_path, FOURTH, 7, 90)
    assert store.is_built_on(tmp_path, store.load_manifest(tmp_path, FOURTH), upstream)
    publish_run(tmp_path, THIRD, "b")
    assert store.find_stale_editions(tmp_path) == {FOURTH: f"{THIRD} was made again"}


def test_later_editions_have_the_same_past_as_if_nothing_had_been_removed(tmp_path: Path) -> None:
    publish_runs(tmp_path, *NIGHTS)
    tonight = FOURTH + timedelta(days=1)

    def read_past() -> list[object]:
        past = store.load_window(tmp_path, tonight, 2)
        return [past.articles, past.previous_story_articles, store.load_known_ids(tmp_path, tonight, 2)]

    before = read_past()
    prune(tmp_path, 1)
    assert read_past() == before


@pytest.mark.parametrize(
    ("edition", "window_days", "allowed"), [(FIRST, 1, False), (FOURTH, 3, False), (FOURTH, 2, True)]
)
def test_an_edition_whose_past_is_gone_is_not_made_again(
    tmp_path: Path, edition: date, window_days: int, allowed: bool
) -> None:
    publish_runs(tmp_path, *NIGHTS)
    store.require_past(tmp_path, edition, 7)
    prune(tmp_path, 1)
    if allowed:
        store.require_past(tmp_path, edition, window_days)
        return
    with pytest.raises(StoreError, match=f"before {THIRD}.*were removed.*first one that can be made"):
        store.require_past(tmp_path, edition, window_days)


@pytest.fixture(scope="module")
def four_nights() -> LosingHandler:
    handler = LosingHandler()
    for edition in NIGHTS:
        publish_tables(open_losing_store(handler), edition)
    return handler


@pytest.mark.parametrize("what", SURVIVAL)
def test_a_removal_that_is_cut_off_at_any_instant_is_finished_by_the_next_run(
    four_nights: LosingHandler, what: str
) -> None:
    undisturbed = copy.deepcopy(four_nights)
    prune(open_losing_store(undisturbed), 1)
    listed = []
    for step in range(400):
        failing = copy.deepcopy(four_nights)
        failing.at = failing.operations + step
        try:
            prune(open_losing_store(failing), 1)
        except PowerLoss:
            place = open_losing_store(restored := failing.restore(SURVIVAL[what]))
        else:
            break
        listed.append(store.list_editions(place))
        for edition in listed[-1]:
            assert store.load(place, "stories", edition).num_rows == 3
        assert store.load_window(place, FOURTH + timedelta(days=1), 2).articles.num_rows == 3
        if listed[-1] == [THIRD, FOURTH]:
            assert store.verify_store(place).problems == ()
        store.repair_store(place)
        if listed[-1] == [THIRD, FOURTH]:
            assert read_losing_files(restored) == read_losing_files(undisturbed), step
    turn = listed.index([THIRD, FOURTH])
    assert turn > 1 and listed == [[*NIGHTS]] * turn + [[THIRD, FOURTH]] * (len(listed) - turn)


def test_a_boundary_that_cannot_be_read_hides_nothing(tmp_path: Path) -> None:
    publish_runs(tmp_path, *NIGHTS)
    prune(tmp_path, 2)
    (tmp_path / ".boundary.json").write_bytes(bytes(40))
    assert store.list_editions(tmp_path) == [SECOND, THIRD, FOURTH]
    assert prune(tmp_path, 1).editions == (SECOND,)
    assert store.list_editions(tmp_path) == [THIRD, FOURTH]
    assert article_id(THIRD, "a", 0) in store.load_known_ids(tmp_path, FOURTH, 90)["article_id"].to_pylist()
