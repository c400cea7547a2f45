"""Which editions no longer follow from those before them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from newsfold import store, text

from . import nights
from .nights import FIRST, SECOND, THIRD

DAYS = 7


def made(shelf: Path, edition: date, version: str = "a", days: int = DAYS) -> None:
    """Publish an edition as a run does: with what it was built on."""
    tables = nights.night(edition, version)
    area = nights.stage(shelf, edition, tables, version)
    about = nights.about(tables, edition) | {
        "window": {"from": str(edition - timedelta(days=days - 1)), "to": str(edition)},
        "built_on": store.upstream_digests(shelf, edition, days),
        "article_ids": text.compute_digest(*tables["articles"]["article_id"].to_pylist()),
    }
    store.publish_edition(shelf, area, edition, list(tables), about)


def shelf_of(folder: Path, *editions: date, days: int = DAYS) -> Path:
    for edition in editions:
        made(folder, edition, days=days)
    return folder


def test_editions_made_in_order_are_not_stale(tmp_path: Path) -> None:
    assert store.find_stale_editions(shelf_of(tmp_path, FIRST, SECOND, THIRD)) == {}


def test_an_edition_made_again_with_another_result_leaves_all_later_ones_stale(tmp_path: Path) -> None:
    shelf_of(tmp_path, FIRST, SECOND, THIRD)
    made(tmp_path, FIRST, "b")
    reason = f"{FIRST} was made again"
    assert store.find_stale_editions(tmp_path) == {SECOND: reason, THIRD: reason}
    made(tmp_path, SECOND, "b")
    assert list(store.find_stale_editions(tmp_path)) == [THIRD]
    made(tmp_path, THIRD)
    assert store.find_stale_editions(tmp_path) == {}


def test_an_edition_made_again_with_the_same_result_leaves_none(tmp_path: Path) -> None:
    shelf_of(tmp_path, FIRST, SECOND, THIRD)
    made(tmp_path, FIRST)
    assert store.find_stale_editions(tmp_path) == {}


def test_an_edition_published_late_between_others_is_told_of(tmp_path: Path) -> None:
    shelf_of(tmp_path, FIRST, THIRD)
    made(tmp_path, SECOND)
    assert store.find_stale_editions(tmp_path) == {THIRD: f"{SECOND} was published after it"}


def test_beyond_the_window_only_what_was_known_matters(tmp_path: Path) -> None:
    shelf_of(tmp_path, FIRST, SECOND, THIRD, days=1)
    made(tmp_path, FIRST, "b", days=1)
    assert store.find_stale_editions(tmp_path) == {
        SECOND: f"{FIRST} was made again",
        THIRD: "articles before its window have changed",
    }


def test_editions_that_say_nothing_of_their_foundation_are_not_judged(tmp_path: Path) -> None:
    nights.publish(tmp_path, FIRST)
    nights.publish(tmp_path, SECOND)
    nights.publish(tmp_path, FIRST, "b")
    assert store.find_stale_editions(tmp_path) == {}
