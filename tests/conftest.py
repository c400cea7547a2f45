"""What all tests share: the real material, small invented articles, and a quiet Prefect."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import hypothesis
import pyarrow as pa
import pytest

from newsfold import schemas, settings

os.environ.setdefault("DO_NOT_TRACK", "1")
# A busy machine is no defect: how long things take is measured in tests/benchmarks. New examples are looked for by
# whoever works on the code; CI judges a change by the same ones every time.
hypothesis.settings.register_profile("newsfold", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("newsfold")

SHARED = Path(__file__).parents[2] / "shared" / "data"
NOON = datetime(2013, 6, 5, 12, tzinfo=UTC)


@pytest.fixture
def shared() -> Path:
    """The folder of real material, which lies beside the checkout and never in it."""
    if not SHARED.is_dir():
        pytest.skip("the real material (../shared/data) is not beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the shipped sample's three nights; tests only read it."""
    from tests import editions

    return editions.make(tmp_path_factory.mktemp("sample"), settings.load_settings(), editions.SAMPLE_NIGHTS)


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the sample's first night; tests only read it."""
    from tests import editions

    return editions.make(tmp_path_factory.mktemp("store"), settings.load_settings(), editions.SAMPLE_NIGHTS[:1])


def articles_of(rows: Sequence[dict[str, Any]]) -> pa.Table:
    """An articles table from a few columns; the others get plain values."""
    filled = []
    for number, row in enumerate(rows):
        body = row.get("body", "")
        filled.append(
            {
                "article_id": f"a{number:03d}",
                "outlet": f"Outlet {number}",
                "title": "",
                "body": body,
                "lead": body[:200],
                "authors": [],
                "language": "en",
                "published_at": NOON + timedelta(hours=number),
                "first_seen_at": NOON,
                "content_hash": f"{row.get('title', '')}|{body}",
                "source": "test",
                "roundup": False,
                "extras": [],
            }
            | row
        )
    return schemas.build_table("articles", filled).sort_by("article_id")


def singles(articles: pa.Table) -> pa.Table:
    """A copies table in which every article is its own original."""
    ids = articles["article_id"].to_pylist()
    return schemas.build_table(
        "copies",
        [
            {"article_id": id_, "copy_group_id": id_, "is_original": True, "similarity": 1.0, "kind": "exact"}
            for id_ in ids
        ],
    )
