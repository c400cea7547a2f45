from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from newsfold import training
from newsfold.errors import ConfigError, SourceError
from newsfold.schemas import pair_features
from newsfold.training.datasets import count_true_pairs, is_held_out
from tests.events import Report, reports, write_gold
from tests.pipeline.training.conftest import UNTUNED

TITLES = [
    "Ferry sinks off Lomo island with 214 aboard",
    "Lomo island ferry sinks, 214 were aboard",
    "Council of Pellara approves the yearly budget",
    "Pellara council passes its budget after a night of talks",
    "A recipe for plum cake",
]


def write_and_load(path: Path, stories: list[str | None]) -> training.LabelledSet:
    """Write the five titles with these labels, and load them as a labelled set."""
    (labelled,) = training.load_labelled_sets(
        [write_gold(path, [Report("", title, "") for title in TITLES], stories)], UNTUNED
    )
    return labelled


def test_a_set_records_its_file_and_its_stories(gold: Path) -> None:
    (labelled,) = training.load_labelled_sets([gold], UNTUNED)
    assert (labelled.name, len(labelled.sha256), labelled.n_rejected) == ("gold", 64, 0)
    assert labelled.articles.num_rows == labelled.copies.num_rows == 45
    assert labelled.stories == {report.event for report in reports(range(5))}
    assert training.load_labelled_sets([gold], UNTUNED)[0].sha256 == labelled.sha256


def test_numbered_stories_of_two_sets_are_different_stories(tmp_path: Path) -> None:
    numbers: list[str | None] = ["1", "1", "2", "2", None]
    one, two = (write_and_load(tmp_path / f"{name}.parquet", numbers) for name in ("one", "two"))
    assert len(one.stories) == len(two.stories) == 2
    assert not one.stories & two.stories


def test_named_stories_of_two_sets_are_the_same_stories(tmp_path: Path) -> None:
    names: list[str | None] = ["ferry", "ferry", "budget", "budget", None]
    one, two = (write_and_load(tmp_path / f"{name}.parquet", names) for name in ("one", "two"))
    assert one.stories == two.stories == {"ferry", "budget"}


def test_dropped_stories_stay_in_the_set_unlabelled(tmp_path: Path) -> None:
    labelled = write_and_load(tmp_path / "gold.parquet", ["ferry", "ferry", "budget", "budget", None])
    rest = labelled.drop_stories({"ferry", "elsewhere"})
    assert rest.stories == {"budget"}
    assert rest.articles is labelled.articles
    assert sorted(map(str, rest.story_of.values())) == ["None"] * 3 + ["budget"] * 2
    assert labelled.stories == {"ferry", "budget"}


def test_pairs_with_an_unlabelled_row_are_unlabelled(tmp_path: Path) -> None:
    dataset = training.build_pair_dataset(
        write_and_load(tmp_path / "gold.parquet", ["ferry", "ferry", "budget", "budget", None]), UNTUNED
    )
    labels = training.label_pairs(dataset).tolist()
    # Of the ten pairs of five articles, four have the unlabelled one.
    assert (labels.count(1), labels.count(0), labels.count(-1)) == (2, 4, 4)
    assert count_true_pairs(dataset, {"ferry", "budget"}) == 2
    assert count_true_pairs(dataset, {"ferry"}) == 1


def test_pairs_carry_every_feature(gold: Path) -> None:
    (labelled,) = training.load_labelled_sets([gold], UNTUNED)
    dataset = training.build_pair_dataset(labelled, UNTUNED)
    assert {*pair_features.FEATURES, *pair_features.EXTRA_COLUMNS} < set(dataset.pairs.column_names)


def test_stories_that_are_not_kept_stay_in_the_set_unlabelled(gold: Path) -> None:
    (labelled,) = training.load_labelled_sets([gold], UNTUNED)
    kept = labelled.keep_stories(is_held_out)
    assert kept.stories == {story for story in labelled.stories if is_held_out(story)}
    assert kept.articles.equals(labelled.articles)
    assert kept.story_of.keys() == labelled.story_of.keys()


def test_true_pairs_count_even_if_blocking_misses_them(gold: Path) -> None:
    (labelled,) = training.load_labelled_sets([gold], UNTUNED)
    narrow = UNTUNED.candidates.model_copy(update={"dense_neighbours": 1, "sparse_neighbours": 1, "close_cosine": 2})
    dataset = training.build_pair_dataset(labelled, UNTUNED.model_copy(update={"candidates": narrow}))
    assert 0 < int((training.label_pairs(dataset) == 1).sum()) < count_true_pairs(dataset, labelled.stories) == 45


RICH = {
    "id": ["n1", "n2", "n3"],
    "url": ["https://post.example/ferry", "https://post.example/ferry-2", "https://post.example/cake"],
    "outlet": ["Post", None, "Post"],
    "title": ["Ferry sinks off Lomo island", None, "Plum cake, the easy way"],
    "text": ["The Lomo ferry sank before dawn.", "Before dawn the ferry to Lomo sank with 214 aboard.", None],
    "published_at": [datetime(2020, 4, 23, tzinfo=UTC), None, datetime(2020, 4, 24, 12, tzinfo=UTC)],
    "story": ["ferry", "ferry", "cake"],
}


def load_without(tmp_path: Path, *without: str) -> training.LabelledSet:
    pq.write_table(pa.table(RICH), tmp_path / "rich.parquet")
    (labelled,) = training.load_labelled_sets([tmp_path / "rich.parquet"], UNTUNED, without=without)
    return labelled


def test_without_dates_no_article_has_a_time_but_the_set_knows_it_for_measuring(tmp_path: Path) -> None:
    poor = load_without(tmp_path, "dates")
    assert poor.articles["published_at"].null_count == 3
    assert poor.published_at_of == load_without(tmp_path).published_at_of
    assert sorted(filter(None, poor.published_at_of.values())) == [
        datetime(2020, 4, 23, tzinfo=UTC),
        datetime(2020, 4, 24, 12, tzinfo=UTC),
    ]
    assert (poor.without, poor.digest()) != ((), load_without(tmp_path).digest())


def test_without_texts_an_article_without_a_title_keeps_its_first_words(tmp_path: Path) -> None:
    poor = load_without(tmp_path, "text")
    assert not any(poor.articles["body"].to_pylist())
    assert set(poor.articles["title"].to_pylist()) == {
        "Ferry sinks off Lomo island", "Before dawn the ferry to Lomo sank with 214 aboard.", "Plum cake, the easy way"
    }  # fmt: skip
    assert (poor.n_rejected, poor.story_of) == (0, load_without(tmp_path).story_of)


def test_without_outlets_the_address_does_not_name_one(tmp_path: Path) -> None:
    poor = load_without(tmp_path, "outlet", "dates")
    assert set(poor.articles["outlet"].to_pylist()) == {"unknown"}
    assert poor.articles["url"].null_count == 3


def test_about_a_fifth_of_the_stories_is_held_out_from_the_embedding() -> None:
    held_out = [is_held_out(f"story {number}") for number in range(4000)]
    assert 0.17 < sum(held_out) / len(held_out) < 0.23


def test_progress_names_the_set(gold: Path) -> None:
    progress: list[str] = []
    (labelled,) = training.load_labelled_sets([gold], UNTUNED)
    training.build_pair_dataset(labelled, UNTUNED, lambda stage, _done, _total: progress.append(stage))
    assert set(progress) == {"embed gold"}


def test_two_sets_with_one_name_are_refused(gold: Path) -> None:
    with pytest.raises(ConfigError, match="called 'gold'"):
        training.load_labelled_sets([gold, gold], UNTUNED)


def test_a_set_without_labels_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"title": TITLES, "story": pa.nulls(5, pa.string())}), tmp_path / "gold.parquet")
    with pytest.raises(SourceError, match="gold holds no labelled article"):
        training.load_labelled_sets([tmp_path / "gold.parquet"], UNTUNED)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere\.parquet"):
        training.load_labelled_sets([tmp_path / "nowhere.parquet"], UNTUNED)
