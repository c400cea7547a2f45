from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import expit

from newsfold import embedding, scoring, settings, training
from newsfold.embedding import tuning
from newsfold.errors import ConfigError, ModelError
from newsfold.schemas import pair_features
from newsfold.training.datasets import is_held_out
from newsfold.training.fit import _count_held_out_ends
from tests.events import reports, write_gold
from tests.pipeline.training.conftest import UNTUNED

ZERO_UPDATE = {"encoder.layer.0.output.dense": (np.zeros((1, 1536), np.float16), np.zeros((384, 1), np.float16))}


def provenance_of_sets(trained: Any) -> list[dict[str, Any]]:
    return list(trained.provenance["sets"])


def tuned_on(sets: Sequence[training.LabelledSet], file: Path) -> settings.Settings:
    """Return settings whose adapter claims to be tuned on these sets, and changes nothing."""
    about = {"sets": [{"set": labelled.name, "sha256": labelled.sha256} for labelled in sets]}
    embedding.Adapter(ZERO_UPDATE, embedding.PACKAGED_MODEL, about).save(file)
    return settings.Settings(embedding=settings.Embedding(adapter=str(file)))


@pytest.fixture
def tuned_sets(monkeypatch: pytest.MonkeyPatch) -> list[embedding.TuningSet]:
    """Record what the embedding is tuned on, instead of tuning it."""
    used: list[embedding.TuningSet] = []

    def recording_tune(
        _settings: Any, sets: Sequence[embedding.TuningSet], provenance: dict[str, Any], _progress: Any
    ) -> embedding.Adapter:
        used.extend(sets)
        return embedding.Adapter(ZERO_UPDATE, embedding.PACKAGED_MODEL, provenance)

    monkeypatch.setattr(embedding, "tune_adapter", recording_tune)
    return used


def test_held_out_stories_are_not_used_to_tune_the_embedding(
    gold: Path, other: Path, tuned_sets: list[embedding.TuningSet]
) -> None:
    training.train_embedding(training.load_labelled_sets([gold, other], UNTUNED), UNTUNED)
    for used, everything in zip(tuned_sets, (reports(range(5)), reports(range(4, 10))), strict=True):
        visible = [report for report in everything if not is_held_out(report.event)]
        assert sorted(used.stories) == sorted(report.event for report in visible)
        assert sorted(used.texts) == sorted(f"{report.title}\n{report.body}" for report in visible)
        assert 0.5 * len(everything) < len(visible) < len(everything)


def test_set_weights_reach_the_embedding(gold: Path, other: Path, tuned_sets: list[embedding.TuningSet]) -> None:
    sets = training.load_labelled_sets([gold, other], UNTUNED)
    adapter = training.train_embedding(sets, UNTUNED, weights={"other": 5})
    assert [used.weight for used in tuned_sets] == [1, 5]
    assert [about["weight"] for about in provenance_of_sets(adapter)] == [1, 5]


def test_an_adapter_records_what_it_was_tuned_on(gold: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "_MIN_BATCHES", 3)
    (labelled,) = training.load_labelled_sets([gold], UNTUNED)
    progress: list[str] = []
    adapter = training.train_embedding([labelled], UNTUNED, lambda stage, _done, _total: progress.append(stage))
    (about,) = provenance_of_sets(adapter)
    assert (about["set"], about["sha256"], about["articles"], about["stories"]) == ("gold", labelled.sha256, 45, 15)
    seen = {story for story in labelled.stories if not is_held_out(story)}
    assert (adapter.provenance["stories"], adapter.provenance["articles"]) == (len(seen), 3 * len(seen))
    assert set(progress) == {"tune"}


def test_tuning_without_labels_is_refused() -> None:
    with pytest.raises(ModelError, match="at least two stories"):
        training.train_embedding([], UNTUNED)


def test_a_scorer_learns_from_every_story_that_the_embedding_was_not_tuned_on(
    gold: Path, other: Path, tmp_path: Path
) -> None:
    sets = training.load_labelled_sets([gold, other], UNTUNED)
    settings = tuned_on(sets[:1], tmp_path / "a.safetensors")
    of_gold, of_other = provenance_of_sets(training.train_scorer(sets, settings))
    held = sum(is_held_out(story) for story in sets[0].stories)
    assert of_gold["same_story_pairs"] == 3 * held
    assert of_gold["pairs"] == 45 * 44 / 2 - (45 - 3 * held) * (45 - 3 * held - 1) / 2  # one of both is held out
    assert (of_other["same_story_pairs"], of_other["pairs"]) == (54, 54 * 53 / 2)


def test_held_out_pairs_are_as_often_of_one_story_as_all_pairs(gold: Path) -> None:
    (labelled,) = training.load_labelled_sets([gold], UNTUNED)
    dataset = training.build_pair_dataset(labelled, UNTUNED)
    counts, same = _count_held_out_ends(dataset), training.label_pairs(dataset) == 1
    held = {article for article, story in labelled.story_of.items() if story is not None and is_held_out(story)}
    ends = zip(dataset.pairs["left_id"].to_pylist(), dataset.pairs["right_id"].to_pylist(), strict=True)
    assert counts.tolist() == [(left in held) + (right in held) for left, right in ends]
    assert set(counts[same]) == {0, 2} and set(counts[~same]) == {0, 1, 2}
    assert counts[same].sum() / counts.sum() == pytest.approx(same.mean())


def test_a_scorer_expects_as_many_same_story_pairs_as_a_set_has_whichever_stories_it_learns_from(
    gold: Path, tmp_path: Path
) -> None:
    sets = training.load_labelled_sets([gold], UNTUNED)
    dataset = training.build_pair_dataset(sets[0], UNTUNED)
    features = scoring.feature_arrays(dataset.pairs, pair_features.FEATURES)
    for custom_settings in (UNTUNED, tuned_on(sets, tmp_path / "a.safetensors")):
        scorer = training.train_scorer(sets, custom_settings)
        assert expit(scorer.predict_log_odds(features)).sum() == pytest.approx(45, rel=0.25)


def test_a_scorer_records_its_provenance(gold: Path) -> None:
    scorer = training.train_scorer(training.load_labelled_sets([gold], UNTUNED), UNTUNED)
    (about,) = provenance_of_sets(scorer)
    assert (about["set"], about["pairs"], about["same_story_pairs"], about["weight"]) == ("gold", 990, 45, 1)
    assert scorer.provenance["embedding"] == embedding.load_embedder(UNTUNED.embedding).identity
    assert scorer.provenance["candidates"] == UNTUNED.candidates.model_dump()


def test_training_is_deterministic(gold: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        training.train_scorer(training.load_labelled_sets([gold], UNTUNED), UNTUNED).save(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_trained_scorer_ranks_same_story_pairs_above_others(gold: Path, other: Path) -> None:
    labelled, unseen = training.load_labelled_sets([gold, other], UNTUNED)
    scorer = training.train_scorer([labelled], UNTUNED)
    dataset = training.build_pair_dataset(unseen, UNTUNED)
    probability = scoring.score_window(scorer, dataset.pairs)["probability"].to_numpy()
    same = training.label_pairs(dataset) == 1
    assert np.median(probability[same]) > 10 * np.median(probability[~same])


def test_set_weights_change_the_scorer(gold: Path, other: Path) -> None:
    sets = training.load_labelled_sets([gold, other], UNTUNED)
    even, uneven = (training.train_scorer(sets, UNTUNED, weights=weights) for weights in (None, {"gold": 5}))
    assert even.curves != uneven.curves
    assert [about["weight"] for about in provenance_of_sets(uneven)] == [5, 1]


def test_a_weight_for_an_unknown_set_is_refused(gold: Path) -> None:
    sets = training.load_labelled_sets([gold], UNTUNED)
    with pytest.raises(ConfigError, match="goald"):
        training.train_scorer(sets, UNTUNED, weights={"goald": 2})
    with pytest.raises(ConfigError, match="goald"):
        training.train_embedding(sets, UNTUNED, weights={"goald": 2})


def test_a_set_of_one_story_cannot_train_a_scorer(tmp_path: Path) -> None:
    path = write_gold(tmp_path / "one.parquet", reports(range(1), theme=0))
    with pytest.raises(ModelError, match="only one kind"):
        training.train_scorer(training.load_labelled_sets([path], UNTUNED), UNTUNED)
