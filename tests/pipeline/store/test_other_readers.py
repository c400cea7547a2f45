"""pandas, polars and DuckDB read a store directly, even if a run was killed while it published."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest

from .crashing_filesystem import Killed, crashing_store
from .small_editions import FIRST, SECOND, THIRD, edition_tables, publish_tables, stage_tables


@pytest.fixture(scope="module", params=["at rest", "killed while publishing"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("other_readers") / "store"
    publish_tables(folder, FIRST)
    publish_tables(folder, SECOND)
    if request.param == "at rest":
        return folder
    stage_tables(folder, THIRD, edition_tables(THIRD), "a")
    for step in range(200):
        killed = folder.with_name(f"killed-{step}")
        shutil.copytree(folder, killed)
        try:
            publish_tables(crashing_store(killed, step, "halfway"), THIRD)
        except Killed:
            copying = [*(killed / ".staging").rglob("stories.parquet.tmp")]
            if [*(killed / ".journal").glob("*.json")] and copying:
                return killed
        shutil.rmtree(killed)
    pytest.fail("no step left a table half copied")


def test_pandas_reads_stories_and_articles(folder: Path) -> None:
    stories = pd.read_parquet(folder / "stories")
    members = pd.read_parquet(folder / "story_articles")
    assert sorted(stories["edition"].astype(str).unique()) == ["2013-06-05", "2013-06-06"]
    joined = stories.merge(members, on=["edition_date", "story_id"])
    assert len(joined) == len(stories) == 6
    assert (joined["representative_article_id"] == joined["article_id"]).all()


def test_polars_reads_stories_and_articles(folder: Path) -> None:
    stories = pl.scan_parquet(f"{folder}/stories/**/*.parquet")
    members = pl.scan_parquet(f"{folder}/story_articles/**/*.parquet")
    joined = stories.join(members, on=["edition_date", "story_id"]).collect()
    assert joined.height == 6
    assert (joined["representative_article_id"] == joined["article_id"]).all()
    partitioned = pl.scan_parquet(f"{folder}/stories/**/*.parquet", hive_partitioning=True)
    assert set(partitioned.collect()["edition"].cast(pl.String)) == {"2013-06-05", "2013-06-06"}


def test_duckdb_joins_stories_and_articles(folder: Path) -> None:
    query = """
        select count(*), count(distinct edition), bool_and(edition_date = edition),
               bool_and(representative_article_id = article_id)
        from read_parquet($stories, hive_partitioning=true) as stories
        join read_parquet($members, hive_partitioning=true) as members
        using (edition, edition_date, story_id)
    """
    parameters = {"stories": f"{folder}/stories/**/*.parquet", "members": f"{folder}/story_articles/**/*.parquet"}
    with duckdb.connect() as database:
        assert database.execute(query, parameters).fetchone() == (6, 2, True, True)
