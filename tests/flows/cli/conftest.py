"""Labelled articles, and what editors wrote about their stories."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.events import reports, write_gold

GOLD = {
    "id": ["n1", "n2", "n3", "n4"],
    "title": [
        "Ferry sinks off Lomo island",
        "Lomo island ferry sinks with 214 aboard",
        "Plum cake, the easy way",
        None,
    ],
    "text": ["The Lomo ferry sank before dawn.", "The ferry to Lomo sank before dawn with 214 aboard.", None, None],
    "story": ["ferry", "ferry", None, None],
}


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """A labelled set of four rows, the last of which has neither title nor text."""
    pq.write_table(pa.table(GOLD), tmp_path / "gold.parquet")
    return tmp_path / "gold.parquet"


@pytest.fixture
def events(tmp_path: Path) -> Path:
    """A labelled set that is large enough to learn from."""
    return write_gold(tmp_path / "events.parquet", reports(range(5)))


@pytest.fixture
def references(gold: Path, tmp_path: Path) -> Path:
    """References of the gold's stories: one of its articles, without the last two words of title and text."""
    rows = {row["story"]: row for row in pq.read_table(gold).to_pylist() if row["story"] and row["text"]}
    written = [
        {"story": story}
        | {name: " ".join(row[key].split()[:-2]) for name, key in (("headline", "title"), ("summary", "text"))}
        for story, row in rows.items()
    ]
    pq.write_table(pa.Table.from_pylist(written), tmp_path / "references.parquet")
    return tmp_path / "references.parquet"
