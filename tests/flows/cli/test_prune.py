from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from newsfold import store
from tests.flows.cli.command import newsfold
from tests.pipeline.store.small_editions import FIRST, publish_tables

LATEST = FIRST + timedelta(days=120)


def make_store(folder: Path) -> Path:
    for edition in (FIRST, FIRST + timedelta(days=20), LATEST):
        publish_tables(folder / "store", edition)
    return folder / "store"


def test_old_editions_are_shown_first_and_removed_on_request(tmp_path: Path) -> None:
    address = make_store(tmp_path)
    shown = newsfold("prune", "--keep-days", 90, "--store", address)
    assert shown.exit_code == 0, shown.output
    assert "Would remove 2 editions, 2013-06-05 to 2013-06-25: 12 files" in shown.output and "--yes" in shown.output
    assert len(store.list_editions(address)) == 3
    done = newsfold("prune", "--keep-days", 90, "--yes", "--store", address)
    assert done.exit_code == 0 and "Removed 2 editions" in done.output
    assert store.list_editions(address) == [LATEST]
    again = newsfold("prune", "--keep-days", 90, "--yes", "--store", address)
    assert again.exit_code == 0 and "Nothing to remove" in again.output


def test_days_come_from_the_configuration_and_are_never_fewer_than_later_editions_read(tmp_path: Path) -> None:
    address = make_store(tmp_path)
    config = tmp_path / "mine.yaml"
    config.write_text("keep_days: 110\nsources: [{name: a, path: a.csv}]\n")
    assert (
        "Would remove 1 edition, 2013-06-05: 6 files"
        in newsfold("prune", "--config", config, "--store", address).output
    )
    too_few = newsfold("prune", "--keep-days", 30, "--store", address)
    assert too_few.exit_code == 2 and "must be at least 90" in too_few.output
    config.write_text("keep_days: 30\nsources: [{name: a, path: a.csv}]\n")
    refused = newsfold("prune", "--config", config, "--store", address)
    assert refused.exit_code == 2 and "keep_days: must be at least 90" in refused.output
    nothing_said = newsfold("prune", "--store", address)
    assert nothing_said.exit_code == 2 and "--keep-days" in nothing_said.output


def test_an_empty_store_is_an_error(tmp_path: Path) -> None:
    done = newsfold("prune", "--keep-days", 90, "--store", tmp_path / "nowhere")
    assert done.exit_code == 1 and "has no edition" in done.output
