from __future__ import annotations

from pathlib import Path

from newsfold import store
from newsfold_flows.nightly import backfill
from tests.flows.cli.command import newsfold
from tests.flows.conftest import FIRST, ON_PREFECT, SINKS, THIRD, deliver, input_row, parquet_bytes

pytestmark = ON_PREFECT


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
