from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from newsfold import constraints
from newsfold.errors import ConfigError
from tests.factories import articles_table

PAGE = "https://example.org/news/ferry-sinks"


def test_a_retraction_names_an_article_by_id_or_by_any_spelling_of_its_url(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(f"article,by,note\n{PAGE}?utm_source=feed,Ida,invented\na001,,\n")
    articles = articles_table([{"title": "Ferry sinks", "url": PAGE}, {"title": "Budget"}, {"title": "Cake"}])
    found = constraints.find_retractions(constraints.read_retractions([tmp_path / "r.csv"]), articles)
    assert found == ["r.csv row 2 (Ida: invented)", "r.csv row 3", None]


def test_parquet_is_read_too(tmp_path: Path) -> None:
    pq.write_table(pa.table({"article": ["a000"], "note": ["invented"]}), tmp_path / "r.parquet")
    found = constraints.read_retractions([tmp_path / "r.parquet"]).to_pylist()
    assert found == [{"article": "a000", "origin": "r.parquet row 1 (invented)"}]


def test_without_retractions_nothing_is_retracted() -> None:
    assert constraints.find_retractions(constraints.read_retractions([]), articles_table([{"title": "Ferry"}])) == [
        None
    ]


def test_all_unusable_rows_and_files_are_listed_at_once(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("article,note\n,invented\n")
    (tmp_path / "other.csv").write_text("left,right\na,b\n")
    paths = [tmp_path / name for name in ("r.csv", "other.csv", "lost.csv")]
    with pytest.raises(ConfigError) as raised:
        constraints.read_retractions(paths)
    for words in ("r.csv row 2: the article is missing", "no column article; it has left, right", "lost.csv"):
        assert words in str(raised.value)
