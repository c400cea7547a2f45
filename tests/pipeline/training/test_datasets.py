from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from newsfold import training
from newsfold.errors import ConfigError, SourceError
from newsfold.schemas import pair_features
from newsfold.training.datasets import held_back
from tests.events import Report, reports, write_gold
from tests.pipeline.training.conftest import UNTUNED

TITLES = [
    "Ferry sinks off Lomo island with 214 aboard",
    "Lomo island ferry sinks, 214 were aboard",
    "Council of Pellara approves the yearly budget",
    "Pellara council passes its budget after a night of talks",
    "A recipe for plum cake",
]


def labelled_of(path: Path, stories: list[str | None]) -> training.Labelled:
    """The five titles with these labels, read as a labelled set."""
    (labelled,) = training.read([write_gold(path, [Report("", title, "") for title in TITLES], stories)], UNTUNED)
    return labelled


def test_a_set_knows_its_file_and_its_stories(gold: Path) -> None:
    (labelled,) = training.read([gold], UNTUNED)
    assert (labelled.name, len(labelled.sha256), labelled.n_rejected) == ("gold", 64, 0)
    assert labelled.articles.num_rows == labelled.copies.num_rows == 45
    assert labelled.stories == {report.event for report in reports(range(5))}
    assert training.read([gold], UNTUNED)[0].sha256 == labelled.sha256


def test_numbered_stories_of_two_sets_are_different_stories(tmp_path: Path) -> None:
    numbers: list[str | None] = ["1", "1", "2", "2", None]
    one, two = (labelled_of(tmp_path / f"{name}.parquet", numbers) for name in ("one", "two"))
    assert len(one.stories) == len(two.stories) == 2
    assert not one.stories & two.stories


def test_named_stories_of_two_sets_are_the_same_stories(tmp_path: Path) -> None:
    names: list[str | None] = ["ferry", "ferry", "budget", "budget", None]
    one, two = (labelled_of(tmp_path / f"{name}.parquet", names) for name in ("one", "two"))
    assert one.stories == two.stories == {"ferry", "budget"}


def test_stories_left_out_stay_in_the_set_unlabelled(tmp_path: Path) -> None:
    labelled = labelled_of(tmp_path / "gold.parquet", ["ferry", "ferry", "budget", "budget", None])
    rest = labelled.without({"ferry", "elsewhere"})
    assert rest.stories == {"budget"}
    assert rest.articles is labelled.articles
    assert sorted(map(str, rest.story_of.values())) == ["None"] * 3 + ["budget"] * 2
    assert labelled.stories == {"ferry", "budget"}


def test_rows_without_a_story_take_part_and_are_neither_right_nor_wrong(tmp_path: Path) -> None:
    prepared = training.prepare(
        labelled_of(tmp_path / "gold.parquet", ["ferry", "ferry", "budget", "budget", None]), UNTUNED
    )
    labels = training.pair_labels(prepared).tolist()
    # Of the ten pairs of five articles, four have the unlabelled one.
    assert (labels.count(1), labels.count(0), labels.count(-1)) == (2, 4, 4)
    assert training.blocking_recall(prepared) == 1


def test_pairs_carry_every_feature(gold: Path) -> None:
    (labelled,) = training.read([gold], UNTUNED)
    prepared = training.prepare(labelled, UNTUNED)
    assert {*pair_features.FEATURES, *pair_features.EVIDENCE} < set(prepared.pairs.column_names)


def test_stories_that_are_not_wanted_stay_in_the_window_unlabelled(gold: Path) -> None:
    (labelled,) = training.read([gold], UNTUNED)
    some = labelled.only(held_back)
    assert some.stories == {story for story in labelled.stories if held_back(story)}
    assert some.articles.equals(labelled.articles)
    assert some.story_of.keys() == labelled.story_of.keys()


def test_blocking_recall_counts_what_blocking_lost(gold: Path) -> None:
    (labelled,) = training.read([gold], UNTUNED)
    narrow = UNTUNED.candidates.model_copy(update={"dense_neighbours": 1, "sparse_neighbours": 1, "close_cosine": 2})
    prepared = training.prepare(labelled, UNTUNED.model_copy(update={"candidates": narrow}))
    found = int((training.pair_labels(prepared) == 1).sum())
    assert training.blocking_recall(prepared) == pytest.approx(found / 45)
    assert 0 < found < 45


def test_about_a_quarter_of_the_stories_is_held_back_from_the_embedding() -> None:
    held = [held_back(f"story {number}") for number in range(4000)]
    assert 0.22 < sum(held) / len(held) < 0.28


def test_progress_names_the_set(gold: Path) -> None:
    told: list[str] = []
    (labelled,) = training.read([gold], UNTUNED)
    training.prepare(labelled, UNTUNED, lambda stage, _done, _total: told.append(stage))
    assert set(told) == {"embed gold"}


def test_two_sets_of_one_name_are_refused(gold: Path) -> None:
    with pytest.raises(ConfigError, match="called 'gold'"):
        training.read([gold, gold], UNTUNED)


def test_a_set_without_labels_says_so(tmp_path: Path) -> None:
    pq.write_table(pa.table({"title": TITLES, "story": pa.nulls(5, pa.string())}), tmp_path / "gold.parquet")
    with pytest.raises(SourceError, match="gold holds no labelled article"):
        training.read([tmp_path / "gold.parquet"], UNTUNED)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere\.parquet"):
        training.read([tmp_path / "nowhere.parquet"], UNTUNED)
