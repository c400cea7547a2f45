"""A damaged store: the run that meets the damage says which edition to run again, and that run heals it."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsfold.errors import StoreError
from newsfold_flows.nightly import backfill, nightly
from tests.flows.conftest import FIRST, ON_PREFECT, SECOND, THIRD, parquet_bytes

pytestmark = [*ON_PREFECT, pytest.mark.slow]


def test_an_edition_heals_itself_when_it_is_run_again(three_nights: Path, tmp_path: Path) -> None:
    backfill(FIRST, THIRD, str(three_nights))
    address = tmp_path / "store"
    before = parquet_bytes(address)
    for name, file in (
        ("stories", "part-0.parquet"),
        ("article_embeddings", "part-0.parquet"),
        ("runs", "manifest.json"),
    ):
        damaged = address / name / f"edition={SECOND}" / file
        damaged.write_bytes(bytes(damaged.stat().st_size))
        nightly(str(three_nights), SECOND)
        assert parquet_bytes(address) == before, name


def test_a_damaged_earlier_edition_is_named_and_healed(three_nights: Path, tmp_path: Path) -> None:
    backfill(FIRST, SECOND, str(three_nights))
    damaged = tmp_path / "store" / "article_embeddings" / f"edition={FIRST}" / "part-0.parquet"
    content = damaged.read_bytes()
    middle = len(content) // 3
    damaged.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    with pytest.raises(StoreError, match=f"{FIRST}.*damaged.*run that edition again"):
        nightly(str(three_nights), THIRD)
    nightly(str(three_nights), FIRST)
    assert damaged.read_bytes() == content
    nightly(str(three_nights), THIRD)
    backfill(FIRST, THIRD, str(three_nights), str(tmp_path / "anew"))
    assert parquet_bytes(tmp_path / "store") == parquet_bytes(tmp_path / "anew")
