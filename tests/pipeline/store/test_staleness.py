"""Stale editions: those that were built on an edition that has been made again since."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from newsfold import store, text

from .small_editions import FIRST, SECOND, THIRD, edition_tables, publish_tables, run_facts, stage_tables

DAYS = 7


def publish_run(folder: Path, edition: date, version: str = "a", days: int = DAYS, known_days: int = 90) -> None:
    """Publish an edition as a run does: with digests of what it was built on."""
    tables = edition_tables(edition, version)
    staging = stage_tables(folder, edition, tables, version)
    manifest = run_facts(tables, edition) | {
        "window": {"from": str(edition - timedelta(days=days - 1)), "to": str(edition)},
        "known_days": known_days,
        "built_on": store.upstream_digests(folder, edition, days, known_days),
        "article_ids": text.compute_digest(*tables["articles"]["article_id"].to_pylist()),
    }
    store.publish_edition(folder, staging, edition, list(tables), manifest)


def publish_runs(folder: Path, *editions: date, days: int = DAYS, known_days: int = 90) -> Path:
    for edition in editions:
        publish_run(folder, edition, days=days, known_days=known_days)
    return folder


def test_editions_made_in_order_are_not_stale(tmp_path: Path) -> None:
    assert store.find_stale_editions(publish_runs(tmp_path, FIRST, SECOND, THIRD)) == {}


def test_an_edition_made_again_with_another_result_leaves_all_later_ones_stale(tmp_path: Path) -> None:
    publish_runs(tmp_path, FIRST, SECOND, THIRD)
    publish_run(tmp_path, FIRST, "b")
    reason = f"{FIRST} was made again"
    assert store.find_stale_editions(tmp_path) == {SECOND: reason, THIRD: reason}
    publish_run(tmp_path, SECOND, "b")
    assert list(store.find_stale_editions(tmp_path)) == [THIRD]
    publish_run(tmp_path, THIRD)
    assert store.find_stale_editions(tmp_path) == {}


def test_an_edition_made_again_with_the_same_result_leaves_none(tmp_path: Path) -> None:
    publish_runs(tmp_path, FIRST, SECOND, THIRD)
    publish_run(tmp_path, FIRST)
    assert store.find_stale_editions(tmp_path) == {}


def test_an_edition_published_late_makes_the_next_one_stale(tmp_path: Path) -> None:
    publish_runs(tmp_path, FIRST, THIRD)
    publish_run(tmp_path, SECOND)
    assert store.find_stale_editions(tmp_path) == {THIRD: f"{SECOND} was published after it"}


def test_of_editions_before_the_window_only_the_article_ids_matter(tmp_path: Path) -> None:
    publish_runs(tmp_path, FIRST, SECOND, THIRD, days=1)
    publish_run(tmp_path, FIRST, "b", days=1)
    assert store.find_stale_editions(tmp_path) == {
        SECOND: f"{FIRST} was made again",
        THIRD: "articles before its window have changed",
    }


def test_editions_before_those_whose_articles_are_known_do_not_matter(tmp_path: Path) -> None:
    publish_runs(tmp_path, FIRST, SECOND, THIRD, days=1, known_days=1)
    publish_run(tmp_path, FIRST, "b", days=1, known_days=1)
    assert store.find_stale_editions(tmp_path) == {SECOND: f"{FIRST} was made again"}


def test_only_editions_after_a_date_are_looked_at(tmp_path: Path) -> None:
    publish_runs(tmp_path, FIRST, SECOND, THIRD)
    publish_run(tmp_path, FIRST, "b")
    assert list(store.find_stale_editions(tmp_path, after=SECOND)) == [THIRD]


def test_editions_without_a_record_of_their_inputs_are_never_stale(tmp_path: Path) -> None:
    publish_tables(tmp_path, FIRST)
    publish_tables(tmp_path, SECOND)
    publish_tables(tmp_path, FIRST, "b")
    assert store.find_stale_editions(tmp_path) == {}
