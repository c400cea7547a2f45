"""pandas, polars and DuckDB read a store with no code of ours, whatever a run is doing to it."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest

from . import nights
from .crashing import Killed, crashing_store
from .nights import FIRST, SECOND, THIRD


@pytest.fixture(scope="module", params=["at rest", "killed while publishing"])
def shelf(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shelf") / "store"
    nights.publish(folder, FIRST)
    nights.publish(folder, SECOND)
    if request.param == "at rest":
        return folder
    nights.stage(folder, THIRD, nights.night(THIRD), "a")
    for step in range(200):
        killed = folder.with_name(f"killed-{step}")
        shutil.copytree(folder, killed)
        try:
            nights.publish(crashing_store(killed, step, "halfway"), THIRD)
        except Killed:
            copying = [*(killed / ".staging").rglob("stories.parquet.tmp")]
            if [*(killed / ".journal").glob("*.json")] and copying:
                return killed
        shutil.rmtree(killed)
    pytest.fail("no step left a table half copied")


def test_pandas(shelf: Path) -> None:
    stories = pd.read_parquet(shelf / "stories")
    members = pd.read_parquet(shelf / "story_articles")
    assert sorted(stories["edition"].astype(str).unique()) == ["2013-06-05", "2013-06-06"]
    joined = stories.merge(members, on=["edition_date", "story_id"])
    assert len(joined) == len(stories) == 6
    assert (joined["representative_article_id"] == joined["article_id"]).all()


def test_polars(shelf: Path) -> None:
    stories = pl.scan_parquet(f"{shelf}/stories/**/*.parquet")
    members = pl.scan_parquet(f"{shelf}/story_articles/**/*.parquet")
    joined = stories.join(members, on=["edition_date", "story_id"]).collect()
    assert joined.height == 6
    assert (joined["representative_article_id"] == joined["article_id"]).all()
    partitioned = pl.scan_parquet(f"{shelf}/stories/**/*.parquet", hive_partitioning=True)
    assert set(partitioned.collect()["edition"].cast(pl.String)) == {"2013-06-05", "2013-06-06"}


def test_duckdb(shelf: Path) -> None:
    query = """
        select count(*), count(distinct edition), bool_and(edition_date = edition),
               bool_and(representative_article_id = article_id)
        from read_parquet($stories, hive_partitioning=true) as stories
        join read_parquet($members, hive_partitioning=true) as members
        using (edition, edition_date, story_id)
    """
    parameters = {"stories": f"{shelf}/stories/**/*.parquet", "members": f"{shelf}/story_articles/**/*.parquet"}
    with duckdb.connect() as database:
        assert database.execute(query, parameters).fetchone() == (6, 2, True, True)
