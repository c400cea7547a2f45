from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

import newsfold as library
from newsfold import digest, store
from newsfold_flows.nightly import backfill, nightly
from tests.flows.cli.command import newsfold
from tests.flows.conftest import (
    FIRST,
    ON_PREFECT,
    SECOND,
    SINKS,
    THIRD,
    deliver,
    extend_config,
    fail_after_stage,
    input_row,
    load_ferry_story,
    parquet_bytes,
)

pytestmark = ON_PREFECT


@pytest.fixture
def gap(three_nights: Path, tmp_path: Path) -> Path:
    """The configuration over three nights, of which the second has no files; they are in the folder `later`."""
    shutil.move(tmp_path / "in" / str(SECOND), tmp_path / "later")
    return three_nights


def test_stale_editions_are_named_and_can_be_rebuilt(three_nights: Path, tmp_path: Path) -> None:
    address = tmp_path / "store"
    backfill(FIRST, THIRD, str(three_nights))
    assert newsfold("backfill", "--stale", "--config", three_nights).output.strip().endswith("from those before it.")
    deliver(tmp_path, FIRST, input_row(FIRST, "Herald", "Ferry off Lomo sinks with captain Arrieta", SINKS, 9))
    ran = newsfold("run", "--edition", FIRST, "--config", three_nights)
    assert ran.exit_code == 0, ran.output
    assert "2 later editions are stale" in ran.output
    assert f"{THIRD}: {FIRST} was made again" in ran.output
    assert newsfold("backfill", "--stale", "--config", three_nights).exit_code == 0
    assert store.find_stale_editions(address) == {}
    backfill(FIRST, THIRD, str(three_nights), str(tmp_path / "anew"))
    assert parquet_bytes(address) == parquet_bytes(tmp_path / "anew")


def test_dates_in_the_wrong_order_are_refused() -> None:
    refused = newsfold("backfill", "--from", "2013-06-06", "--to", "2013-06-05")
    assert refused.exit_code == 2
    assert "--from 2013-06-06 is after --to 2013-06-05" in refused.output


def test_a_range_needs_both_ends() -> None:
    refused = newsfold("backfill", "--from", "2013-06-06")
    assert refused.exit_code == 2
    assert "Give --from and --to, or --stale" in refused.output


def test_a_missing_night_is_an_edition_without_new_articles_until_its_files_come(gap: Path, tmp_path: Path) -> None:
    address = tmp_path / "store"
    command = ("backfill", "--from", FIRST, "--to", THIRD, "--config", gap)
    ran = newsfold(*command)
    assert ran.exit_code == 3, ran.output
    assert "no file is there for this night" in ran.output and "incomplete" in ran.output
    assert store.list_editions(address) == [FIRST, SECOND, THIRD]
    manifest = store.load_manifest(address, SECOND)
    assert (manifest["status"], manifest["quality"]["new_articles"], manifest["quality"]["articles"]) == (
        "incomplete", 0, 3,
    )  # fmt: skip
    (row,) = library.load(address, "sources", SECOND).to_pylist()
    assert (row["status"], row["n_read"], row["error"]) == ("empty", 0, "no file is there for this night")
    ferry = load_ferry_story(address, SECOND)
    assert ferry["status"] == "unchanged"
    assert load_ferry_story(address, FIRST)["story_id"] == ferry["story_id"] == load_ferry_story(address)["story_id"]
    assert list(store.load_manifest(address, THIRD)["built_on"]["before"]) == [str(SECOND)]
    assert "no file is there for this night" in digest.render_page(digest.load_digest(address, SECOND))

    before = parquet_bytes(address)
    deliver(tmp_path, THIRD + timedelta(days=1), input_row(THIRD, "Herald", "A bridge opens", "It spans the river.", 4))
    assert newsfold(*command).exit_code == 3
    assert newsfold("run", "--edition", SECOND, "--config", gap).exit_code == 3, "it is there already"
    assert parquet_bytes(address) == before

    shutil.move(tmp_path / "later", tmp_path / "in" / str(SECOND))
    filled = newsfold("run", "--edition", SECOND, "--config", gap)
    assert filled.exit_code == 0 and f"{THIRD}: {SECOND} was made again" in filled.output
    assert newsfold("backfill", "--stale", "--config", gap).exit_code == 0
    backfill(FIRST, THIRD, str(gap), str(tmp_path / "anew"))
    assert parquet_bytes(address) == parquet_bytes(tmp_path / "anew")


def test_a_missing_night_can_be_skipped(gap: Path, tmp_path: Path) -> None:
    ran = newsfold("backfill", "--from", FIRST, "--to", THIRD, "--missing", "skip", "--config", gap)
    assert ran.exit_code == 0, ran.output
    assert f"{SECOND}: skipped, for no source has a file for this night." in ran.output
    assert store.list_editions(tmp_path / "store") == [FIRST, THIRD]
    assert list(store.load_manifest(tmp_path / "store", THIRD)["built_on"]["before"]) == [str(FIRST)]


def test_a_missing_night_can_end_the_backfill(gap: Path, tmp_path: Path) -> None:
    ran = newsfold("backfill", "--from", FIRST, "--to", THIRD, "--missing", "stop", "--config", gap)
    assert ran.exit_code == 1
    assert f"No source has a file for {SECOND}, so no edition is published" in ran.output
    assert all(words in ran.output for words in ("--missing publish", "--missing skip", str(THIRD)))
    assert store.list_editions(tmp_path / "store") == [FIRST]


def test_a_range_without_any_files_is_an_error(gap: Path, tmp_path: Path) -> None:
    ran = newsfold("backfill", "--from", "2013-07-01", "--to", "2013-07-09", "--config", gap)
    assert ran.exit_code == 1
    assert "No source has a file for any night from 2013-07-01 to 2013-07-09, so nothing is made" in ran.output
    assert f"nearest nights with files: {FIRST}, {THIRD}" in ran.output
    assert not (tmp_path / "store").exists()


def test_missing_nights_at_either_end_and_in_a_row_are_published(gap: Path, tmp_path: Path) -> None:
    days = [FIRST + timedelta(days=day) for day in range(-2, 2)]
    gated = extend_config(gap, gate={"action": "hold", "min_articles": 1})
    assert newsfold("backfill", "--from", days[0], "--to", days[-1], "--config", gated).exit_code == 3
    stories = {day: library.load(tmp_path / "store", "stories", day).num_rows for day in days}
    assert list(stories.values()) == [0, 0, 2, 2]
    assert store.verify_store(tmp_path / "store").problems == ()


def test_an_edition_that_was_made_from_files_is_not_replaced_when_they_are_gone(
    config: Path, reference: Path, tmp_path: Path
) -> None:
    address = shutil.copytree(reference / "both", tmp_path / "store")
    shutil.rmtree(tmp_path / "in" / str(SECOND))
    before = parquet_bytes(address)
    for missing, code in (("publish", 3), ("skip", 0)):
        ran = newsfold("backfill", "--from", FIRST, "--to", SECOND, "--missing", missing, "--config", config)
        assert ran.exit_code == code, ran.output
        assert f"{SECOND}: no source has a file for this night any more." in ran.output
        assert parquet_bytes(address) == before
    ran = newsfold("run", "--edition", SECOND, "--config", config)
    assert ran.exit_code == 1 and "any more. The edition that was made from them stays as it is." in ran.output


def test_a_missing_night_that_is_published_is_resumed_and_made_again_like_any_other(
    gap: Path, own_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ("backfill", "--from", FIRST, "--to", SECOND, "--config", gap)
    with monkeypatch.context() as patched:
        fail_after_stage(patched, "describe")
        with pytest.raises(RuntimeError, match="no describe today"):
            nightly(str(gap), SECOND, missing="publish")
    assert newsfold(*command).exit_code == 3
    deliver(tmp_path, FIRST, input_row(FIRST, "Herald", "Ferry off Lomo sinks with captain Arrieta", SINKS, 9))
    nightly(str(gap), FIRST)
    assert newsfold("backfill", "--stale", "--missing", "skip", "--config", gap).exit_code == 3
    assert store.find_stale_editions(own_store) == {}
    assert load_ferry_story(own_store, SECOND)["n_articles"] == 3
