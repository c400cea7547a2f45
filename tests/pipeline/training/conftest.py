"""Small labelled sets for the tests of training, with the untuned embedding."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsfold import settings
from tests.events import reports, write_gold

UNTUNED = settings.Settings(embedding=settings.Embedding(adapter="none"))


@pytest.fixture(scope="session")
def gold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """45 reports on 15 events."""
    return write_gold(tmp_path_factory.mktemp("labelled") / "gold.parquet", reports(range(5)))


@pytest.fixture(scope="session")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """54 reports on 18 events, of which three are also in `gold`."""
    return write_gold(tmp_path_factory.mktemp("labelled") / "other.parquet", reports(range(4, 10)))
