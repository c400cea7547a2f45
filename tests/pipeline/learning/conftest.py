"""Small labelled sets for the tests of learning, on the model as it comes."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import settings
from tests.events import reports, write_gold

UNTUNED = settings.Settings(embedding=settings.Embedding(adapter="none"))


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """45 reports on 15 events."""
    return write_gold(tmp_path / "gold.parquet", reports(range(5)))


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """45 reports on 15 events, of which three are also in `gold`."""
    return write_gold(tmp_path / "other.parquet", reports(range(4, 9)))
