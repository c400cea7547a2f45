"""A night that a benchmark makes without Prefect is the night that the flow makes."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsfold import stages
from tests.benchmarks import night_runs
from tests.flows.conftest import FIRST, ON_PREFECT, SECOND, extend_config, parquet_bytes

pytestmark = ON_PREFECT


@pytest.mark.parametrize("scale", [{}, {"chunk_articles": 1, "chunk_pairs": 1}])
def test_nights_without_prefect_publish_the_same_bytes(
    reference: Path, config: Path, tmp_path: Path, scale: dict[str, int]
) -> None:
    file, address = str(extend_config(config, scale=scale)), tmp_path / "store"
    for night in (FIRST, SECOND):
        figures = night_runs.run_bare(file, str(address), night)
    published = parquet_bytes(address)
    assert published == parquet_bytes(reference / "both")
    assert list(figures["stages"]) == ["read", "load", *(stage.name for stage in stages.STAGES), "publish"]
    assert (figures["articles"], figures["new_articles"]) == (5, 2)
