from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import evaluation, learning
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


def prepared_of(path: Path) -> learning.Prepared:
    (table,) = evaluation.gold.read(path)
    return learning.prepare(table, Settings())


def test_a_set_is_reported_beside_the_plain_methods(gold: Path) -> None:
    prepared = prepared_of(gold)
    assert prepared.articles.num_rows == 5
    report = learning.evaluate(prepared, Settings())
    newsfold, alone = report.methods["newsfold"], report.methods["every article alone"]
    assert next(iter(report.methods)) == "newsfold"
    assert alone["b3_recall"] == 0.5
    assert newsfold["b3_precision"] == 1
    assert newsfold["b3_f1"] > alone["b3_f1"]
    assert (report.articles, report.labelled, report.stories, report.blocking_recall) == (5, 4, 2, 1)
    assert (report.calibration.pairs, report.calibration.same_story_pairs) == (6, 2)
    assert report.by_size["2"]["b3_f1"] == newsfold["b3_f1"]


def test_the_plain_methods_can_be_left_out(gold: Path) -> None:
    report = learning.evaluate(prepared_of(gold), Settings(), baselines=False)
    assert list(report.methods) == ["newsfold"]
    assert report.absent == {}


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


def test_a_set_without_labels_says_so(tmp_path: Path) -> None:
    pq.write_table(pa.table({"title": TITLES, "story": pa.nulls(5, pa.string())}), tmp_path / "gold.parquet")
    with pytest.raises(SourceError, match="gold holds no labelled article"):
        prepared_of(tmp_path / "gold.parquet")
