from __future__ import annotations

from pathlib import Path

import pytest

from newsfold import training
from newsfold.errors import ConfigError
from tests.events import reports, write_gold
from tests.pipeline.training.conftest import UNTUNED


@pytest.fixture(scope="module")
def sets(gold: Path, other: Path, tmp_path_factory: pytest.TempPathFactory) -> list[training.LabelledSet]:
    """Three sets, the third a part of the first."""
    part = write_gold(tmp_path_factory.mktemp("labelled") / "part.parquet", reports(range(2)))
    return training.load_labelled_sets([gold, other, part], UNTUNED)


def names(sets: tuple[training.LabelledSet, ...]) -> list[str]:
    return [labelled.name for labelled in sets]


def test_configured_models_are_measured_on_every_story_and_not_trained(sets: list[training.LabelledSet]) -> None:
    splits = training.as_configured(sets)
    assert [names(split.measured) for split in splits] == [["gold"], ["other"], ["part"]]
    for split in splits:
        assert not split.training
        assert split.stories == split.measured[0].stories


def test_leave_one_out_trains_on_the_other_sets(sets: list[training.LabelledSet]) -> None:
    splits = training.leave_one_out(sets, sets)
    assert [split.name for split in splits] == ["without gold", "without other", "without part"]
    # All stories of `part` are in `gold`, so nothing of it is left to train on.
    assert [names(split.training) for split in splits] == [["other"], ["gold", "part"], ["gold", "other"]]


def test_no_story_is_both_trained_on_and_measured(sets: list[training.LabelledSet]) -> None:
    gold, other, _ = sets
    assert len(gold.stories & other.stories) == 3
    for split in [*training.leave_one_out(sets, sets), *training.cross_validate(sets, sets, 4)]:
        assert split.stories
        for labelled in split.training:
            assert not labelled.stories & split.stories, split.name
    assert (len(gold.stories), len(other.stories)) == (15, 18)


def test_every_story_is_measured_in_one_fold_in_all_its_sets(sets: list[training.LabelledSet]) -> None:
    splits = training.cross_validate(sets, sets, 4)
    for labelled in sets:
        measured = [labelled.stories & split.stories for split in splits if labelled in split.measured]
        assert sorted(story for stories in measured for story in stories) == sorted(labelled.stories)
        assert all(measured)


def test_a_set_that_is_held_out_is_measured_and_never_trained_on(sets: list[training.LabelledSet]) -> None:
    gold, other, part = sets
    for splits in (training.leave_one_out(sets, [other, part]), training.cross_validate(sets, [other, part], 3)):
        assert all("gold" not in names(split.training) for split in splits)
        assert any("gold" in names(split.measured) for split in splits)
    (split,) = training.leave_one_out([gold, other], [gold])
    assert (split.name, names(split.training)) == ("without other", ["gold"])


def test_leave_one_out_needs_two_sets(sets: list[training.LabelledSet]) -> None:
    with pytest.raises(ConfigError, match="two labelled sets"):
        training.leave_one_out(sets[:1], sets[:1])


def test_folds_need_stories_to_train_on(sets: list[training.LabelledSet]) -> None:
    (story, *_) = sorted(sets[0].stories)
    single = sets[0].keep_stories(lambda name: name == story)
    with pytest.raises(ConfigError, match="more labelled stories"):
        training.cross_validate([single], [single], 2)
