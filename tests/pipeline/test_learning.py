from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import learning
from pipeline.errors import ConfigError, SourceError
from pipeline.settings import Settings

TITLES = [
    "Ferry sinks off Lomo island with 214 aboard",
    "Lomo island ferry sinks, 214 were aboard",
    "Council of Pellara approves the yearly budget",
    "Pellara council passes its budget after a night of talks",
    "A recipe for plum cake",
]


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    table = pa.table({"title": TITLES, "story": ["ferry", "ferry", "budget", "budget", None]})
    pq.write_table(table, tmp_path / "gold.parquet")
    return tmp_path / "gold.parquet"


def test_a_gold_table_without_ids_is_scored_by_its_rows(gold: Path) -> None:
    prepared = learning.prepare(gold, Settings())
    assert prepared.articles.num_rows == 5
    assert learning.blocking_recall(prepared) == 1
    newsfold, *plain = learning.evaluate(prepared, Settings())
    alone = next(score for score in plain if score.method == "every article alone")
    assert alone.measures["b3_recall"] == 0.5
    assert newsfold.measures["b3_precision"] == 1
    assert newsfold.measures["b3_f1"] > alone.measures["b3_f1"]


def test_rows_without_a_story_take_part_and_are_neither_right_nor_wrong(gold: Path) -> None:
    scorer = learning.train([gold], Settings())
    trained_on = scorer.provenance["sets"]
    assert isinstance(trained_on, list)
    # Of the ten pairs of five articles, four have the unlabelled one.
    assert (trained_on[0]["pairs"], trained_on[0]["same_story_pairs"]) == (6, 2)


def test_a_weight_for_a_set_that_is_not_there_is_refused(gold: Path) -> None:
    with pytest.raises(ConfigError, match="goald"):
        learning.train([gold], Settings(), weights={"goald": 2})


def test_training_twice_gives_the_same_scorer(gold: Path) -> None:
    assert learning.train([gold], Settings()) == learning.train([gold], Settings())


@pytest.mark.parametrize(
    ("columns", "message"),
    [({"title": TITLES}, "no `story` column"), ({"title": TITLES, "story": [None] * 5}, "no labelled article")],
)
def test_a_table_without_labels_says_so(tmp_path: Path, columns: dict[str, list[str]], message: str) -> None:
    pq.write_table(pa.table(columns), tmp_path / "gold.parquet")
    with pytest.raises(SourceError, match=message):
        learning.prepare(tmp_path / "gold.parquet", Settings())


def test_a_file_that_is_no_parquet_says_so(tmp_path: Path) -> None:
    (tmp_path / "gold.parquet").write_text("no")
    with pytest.raises(SourceError, match=r"gold\.parquet cannot be read"):
        learning.prepare(tmp_path / "gold.parquet", Settings())
