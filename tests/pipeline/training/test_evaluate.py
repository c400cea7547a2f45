from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from newsfold import embedding, evaluation, scoring, training
from newsfold.errors import ConfigError
from newsfold.scoring.model import FeatureCurve
from newsfold.settings import Settings
from newsfold.training.evaluate import predict_set
from tests.events import Report, reports, write_gold
from tests.pipeline.training.conftest import UNTUNED

NEWSFOLD, OWN_VECTORS, ALONE = evaluation.NEWSFOLD, evaluation.OWN_VECTORS, "every article alone"


def load_dataset(path: Path, settings: Settings) -> training.PairDataset:
    (labelled,) = training.load_labelled_sets([path], settings)
    return training.build_pair_dataset(labelled, settings)


def evaluate(
    splits: Sequence[training.Split], settings: Settings = UNTUNED, *, baselines: bool = False, **options: Any
) -> list[evaluation.SetReport]:
    """Return the complete reports of all sets, as the command line does."""
    parts = training.evaluate_splits(splits, settings, baselines=baselines, **options)
    results = [part.result for part in parts if part.is_complete]
    return evaluation.add_own_vectors(results, [evaluation.build_report(result) for result in results])[1]


def evaluate_file(path: Path, settings: Settings = UNTUNED, *, baselines: bool = False) -> evaluation.SetReport:
    sets = training.load_labelled_sets([path], settings)
    return evaluate(training.as_configured(sets), settings, baselines=baselines)[0]


def best_plain(report: evaluation.SetReport, metric: str = "b3_f1") -> float:
    return max(values[metric] for name, values in report.methods.items() if name not in (NEWSFOLD, OWN_VECTORS))


@pytest.fixture(scope="module")
def report(gold: Path) -> evaluation.SetReport:
    return evaluate_file(gold, Settings(), baselines=True)


def test_a_set_is_reported_beside_the_baselines(report: evaluation.SetReport) -> None:
    newsfold, alone = report.methods[NEWSFOLD], report.methods[ALONE]
    assert list(report.methods)[:2] == [NEWSFOLD, OWN_VECTORS]
    assert alone["b3_recall"] == pytest.approx(1 / 3, abs=1e-3)
    assert newsfold["b3_f1"] > best_plain(report)
    assert newsfold["b3_f1"] >= report.methods[OWN_VECTORS]["b3_f1"] > alone["b3_f1"]
    assert (report.articles, report.labelled, report.stories, report.blocking_recall) == (45, 45, 15, 1)
    assert (report.calibration.pairs, report.calibration.same_story_pairs) == (990, 45)
    assert report.by_size["3-5"]["b3_f1"] == newsfold["b3_f1"]


def test_pairs_are_reported_by_days_apart_and_by_languages_if_there_are_several(report: evaluation.SetReport) -> None:
    (unknown,) = report.pairs_by_days.values()
    assert (unknown.true_pairs, unknown.recall) == (45, report.methods[NEWSFOLD]["pairwise_recall"])
    assert report.pairs_by_languages == {}  # all are in English


def test_baselines_use_the_untuned_embedding(report: evaluation.SetReport, gold: Path) -> None:
    untuned = evaluate_file(gold, baselines=True)
    assert untuned.calibration != report.calibration
    for method in report.methods.keys() - {NEWSFOLD, OWN_VECTORS}:
        assert untuned.methods[method] == report.methods[method], method


def test_baselines_can_be_skipped_but_not_the_own_vectors(gold: Path) -> None:
    bare = evaluate_file(gold)
    assert list(bare.methods) == [NEWSFOLD, OWN_VECTORS]
    assert bare.absent == {}
    assert bare.methods[OWN_VECTORS]["b3_f1"] == max(bare.own_vectors.values())


def test_copies_are_scored_with_their_original(tmp_path: Path) -> None:
    others = reports(range(2), theme=0)
    body = "The ferry left Lomo at night with 38 people on board. " * 5
    copied = [Report("copied", "Ferry sinks", body), Report("copied", "Ferry sinks", body), *others]
    judged = evaluate_file(write_gold(tmp_path / "gold.parquet", copied))
    assert (judged.articles, judged.labelled) == (8, 8)
    assert judged.methods[OWN_VECTORS]["b3_recall"] == 1


def test_a_scorer_in_a_file_is_evaluated(gold: Path, tmp_path: Path) -> None:
    flat = FeatureCurve((0.0, 1.0), (0.0, 0.0), 0.0)
    scoring.PairScorer(-50.0, {"body_cosine": flat}, 0.0, {}).save(tmp_path / "never.json")
    never = UNTUNED.model_copy(
        update={"scoring": UNTUNED.scoring.model_copy(update={"model": str(tmp_path / "never.json")})}
    )
    assert evaluate_file(gold, never).methods[NEWSFOLD]["b3_recall"] == pytest.approx(1 / 3, abs=1e-3)


@pytest.fixture
def trained_on(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, float]]:
    """Replace the training by the configured models, and return the weight of each set of each call."""
    calls: list[dict[str, float]] = []

    def fake_training(
        sets: Sequence[training.LabelledSet], settings: Settings, folder: Path, progress: Any, weights: dict[str, float]
    ) -> training.TrainedModels:
        assert weights.keys() == {labelled.name for labelled in sets}
        calls.append(weights)
        progress("tune", 1, 1)
        return training.TrainedModels(settings, [training.build_pair_dataset(labelled, settings) for labelled in sets])

    monkeypatch.setattr(sys.modules[training.evaluate_splits.__module__], "train_models", fake_training)
    return calls


def test_folds_of_one_model_add_up_to_what_it_measures_at_once(
    gold: Path, other: Path, trained_on: list[dict[str, float]]
) -> None:
    sets = training.load_labelled_sets([gold, other], UNTUNED)
    at_once, in_folds = evaluate(training.as_configured(sets)), evaluate(training.cross_validate(sets, sets, 3))
    assert len(trained_on) == 3
    for whole, folded in zip(at_once, in_folds, strict=True):
        assert folded.calibration == whole.calibration
        assert folded.pairs_by_days == whole.pairs_by_days
        assert folded.blocking_recall == whole.blocking_recall
        for metric in ("b3_precision", "b3_recall"):
            assert folded.methods[NEWSFOLD][metric] == pytest.approx(whole.methods[NEWSFOLD][metric], abs=2e-4)


def test_progress_names_the_split(gold: Path, other: Path, trained_on: list[dict[str, float]]) -> None:
    sets = training.load_labelled_sets([gold, other], UNTUNED)
    seen: set[str] = set()
    splits = training.leave_one_out(sets, sets)
    names = [
        part.split
        for part in training.evaluate_splits(
            splits, UNTUNED, lambda stage, _done, _total: seen.add(stage), baselines=False
        )
    ]
    assert names == ["without gold", "without other"]
    assert {"without gold: tune", "without other: tune"} <= seen


def test_finished_parts_are_read_and_not_trained_again(
    gold: Path, other: Path, tmp_path: Path, trained_on: list[dict[str, float]]
) -> None:
    sets = training.load_labelled_sets([gold, other], UNTUNED)
    splits, kept = training.cross_validate(sets, sets, 2), training.ResumeFolder(tmp_path, "this code")
    next(training.evaluate_splits(splits, UNTUNED, baselines=False, resume=kept))  # interrupted after its first part
    assert len(trained_on) == 1
    first = evaluate(splits, resume=kept)
    assert len(trained_on) == 3
    assert evaluate(splits, resume=kept) == first
    assert len(trained_on) == 3
    assert not list(tmp_path.glob("*.part"))
    evaluate(splits, resume=training.ResumeFolder(tmp_path, "other code"))
    assert len(trained_on) == 5
    evaluate(splits, resume=kept, weights={"gold": 1.0})
    assert len(trained_on) == 5
    evaluate(splits, resume=kept, weights={"gold": 2.0})
    assert len(trained_on) == 7


def test_weights_reach_the_training_of_each_split_as_far_as_it_has_the_sets(
    gold: Path, other: Path, trained_on: list[dict[str, float]]
) -> None:
    sets = training.load_labelled_sets([gold, other], UNTUNED)
    evaluate(training.leave_one_out(sets, sets), weights={"gold": 3})
    assert trained_on == [{"other": 1}, {"gold": 3}]


def test_a_weight_of_a_set_that_is_not_trained_on_is_refused(gold: Path, other: Path) -> None:
    sets = training.load_labelled_sets([gold, other], UNTUNED)
    splits = training.leave_one_out(sets, sets[:1])
    with pytest.raises(ConfigError, match="given for other, which is not a labelled set to train on"):
        evaluate(splits, weights={"other": 3})


def test_training_gives_settings_with_the_new_models(
    gold: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fake_tuning(*_: object) -> embedding.Adapter:
        layer = {"encoder.layer.0.output.dense": (np.zeros((1, 1536), np.float16), np.zeros((384, 1), np.float16))}
        return embedding.Adapter(layer, embedding.PACKAGED_MODEL, {})

    monkeypatch.setattr(sys.modules[training.train_models.__module__], "train_embedding", fake_tuning)
    sets = training.load_labelled_sets([gold], UNTUNED)
    models = training.train_models(sets, UNTUNED, tmp_path, weights={"gold": 2})
    scorer = scoring.load_scorer(models.settings.scoring)
    assert [about["weight"] for about in scorer.provenance["sets"]] == [2]  # type: ignore[attr-defined]
    assert {Path(models.settings.embedding.adapter).parent, Path(models.settings.scoring.model).parent} == {tmp_path}
    (dataset,) = models.datasets
    predicted = predict_set(dataset, models.settings, sets[0].stories)
    assert evaluation.clustering_metrics(list(sets[0].story_of.values()), predicted.clusters.tolist())["b3_f1"] > 0.9


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_leave_one_out_beats_every_baseline_on_small_sets(gold: Path, other: Path) -> None:
    sets = training.load_labelled_sets([gold, other], UNTUNED)
    for report in evaluate(training.leave_one_out(sets, sets), baselines=True):
        ours = report.methods[NEWSFOLD]["b3_f1"]
        assert ours > best_plain(report), report
        assert ours >= report.methods[OWN_VECTORS]["b3_f1"], report


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_real_feeds_are_clustered_better_than_by_any_baseline(shared: Path) -> None:
    """The shipped models were trained on these labels too; leave-one-out measures unseen sets."""
    judged = evaluate_file(shared / "labelled" / "feeds.parquet", Settings(), baselines=True)
    assert judged.blocking_recall > 0.98
    for metric in ("b3_f1", "pairwise_f1"):
        assert judged.methods[NEWSFOLD][metric] > best_plain(judged, metric)
