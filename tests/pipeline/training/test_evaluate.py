from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from newsfold import embedding, evaluation, scoring, training
from newsfold.errors import ConfigError
from newsfold.scoring.model import FeatureCurve
from newsfold.settings import Settings
from newsfold.training import fit as fitting
from newsfold.training.evaluate import FOLDS, IN_FOLDS
from tests.events import Report, reports, write_gold
from tests.pipeline.training.conftest import UNTUNED

NEWSFOLD, ALONE = "newsfold", "every article alone"


def load_dataset(path: Path, custom_settings: Settings) -> training.PairDataset:
    (labelled,) = training.load_labelled_sets([path], custom_settings)
    return training.build_pair_dataset(labelled, custom_settings)


@pytest.fixture(scope="module")
def report(gold: Path) -> evaluation.SetReport:
    return training.evaluate_set(load_dataset(gold, Settings()), Settings())


def test_a_set_is_reported_beside_the_baselines(report: evaluation.SetReport) -> None:
    newsfold, alone = report.methods[NEWSFOLD], report.methods[ALONE]
    assert next(iter(report.methods)) == NEWSFOLD
    assert alone["b3_recall"] == pytest.approx(1 / 3, abs=1e-3)
    assert newsfold["b3_f1"] > max(values["b3_f1"] for name, values in report.methods.items() if name != NEWSFOLD)
    assert (report.articles, report.labelled, report.stories, report.blocking_recall) == (45, 45, 15, 1)
    assert (report.calibration.pairs, report.calibration.same_story_pairs) == (990, 45)
    assert report.by_size["3-5"]["b3_f1"] == newsfold["b3_f1"]


def test_baselines_use_the_untuned_embedding(report: evaluation.SetReport, gold: Path) -> None:
    untuned = training.evaluate_set(load_dataset(gold, UNTUNED), UNTUNED)
    assert untuned.calibration != report.calibration
    for method in report.methods.keys() - {NEWSFOLD}:
        assert untuned.methods[method] == report.methods[method], method


def test_baselines_can_be_skipped(gold: Path) -> None:
    bare = training.evaluate_set(load_dataset(gold, UNTUNED), UNTUNED, baselines=False)
    assert list(bare.methods) == [NEWSFOLD]
    assert bare.absent == {}


def test_copies_are_scored_with_their_original(tmp_path: Path) -> None:
    others = reports(range(2), theme=0)
    body = "The ferry left Lomo at night with 38 people on board. " * 5
    copied = [Report("copied", "Ferry sinks", body), Report("copied", "Ferry sinks", body), *others]
    judged = training.evaluate_set(
        load_dataset(write_gold(tmp_path / "gold.parquet", copied), UNTUNED), UNTUNED, baselines=False
    )
    assert (judged.articles, judged.labelled) == (8, 8)


def test_another_scorer_can_be_evaluated(gold: Path) -> None:
    prepared = load_dataset(gold, UNTUNED)
    flat = FeatureCurve((0.0, 1.0), (0.0, 0.0), 0.0)
    never = scoring.PairScorer(-50.0, {"body_cosine": flat}, {}, {})
    judged = training.evaluate_set(prepared, UNTUNED, scorer=never, baselines=False)
    assert judged.methods[NEWSFOLD]["b3_recall"] == pytest.approx(1 / 3, abs=1e-3)


@dataclass
class RecordedTraining:
    """Calls during leave-one-out."""

    sets: Sequence[training.LabelledSet]
    reports: list[evaluation.SetReport] = field(default_factory=list)
    tuned_on: list[Sequence[training.LabelledSet]] = field(default_factory=list)
    fitted_to: list[Sequence[training.PairDataset]] = field(default_factory=list)
    headlines: list[Sequence[training.PairDataset]] = field(default_factory=list)
    progress: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def recorded(gold: Path, other: Path, tmp_path_factory: pytest.TempPathFactory) -> RecordedTraining:
    """Leave out three sets in turn, the third a part of the first; the embedding is not tuned, to save time."""
    part = write_gold(tmp_path_factory.mktemp("labelled") / "part.parquet", reports(range(2)))
    seen = RecordedTraining(training.load_labelled_sets([gold, other, part], UNTUNED))
    fit_pair_scorer = fitting.fit_pair_scorer

    def fake_tuning(sets: Sequence[training.LabelledSet], settings: Settings, progress: Any) -> embedding.Adapter:
        seen.tuned_on.append(sets)
        progress("tune", 1, 1)
        layer = {"encoder.layer.0.output.dense": (np.zeros((1, 1536), np.float16), np.zeros((384, 1), np.float16))}
        return embedding.Adapter(layer, embedding.PACKAGED_MODEL, {})

    def recording_fit(
        datasets: Sequence[training.PairDataset],
        headlines: Sequence[training.PairDataset],
        settings: Settings,
        weights: Any,
    ) -> scoring.PairScorer:
        seen.fitted_to.append(datasets)
        seen.headlines.append(headlines)
        return fit_pair_scorer(datasets, headlines, settings, weights)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["newsfold.training.evaluate"], "train_embedding", fake_tuning)
        patch.setattr(sys.modules["newsfold.training.evaluate"], "fit_pair_scorer", recording_fit)
        seen.reports += training.evaluate_leave_one_out(
            seen.sets, UNTUNED, lambda stage, _done, _total: seen.progress.append(stage), baselines=False
        )
    return seen


def test_every_set_is_evaluated_by_models_trained_on_the_others(recorded: RecordedTraining) -> None:
    assert [report.name for report in recorded.reports] == ["gold", "other", "part"]
    trained_on = [[labelled.name for labelled in sets] for sets in recorded.tuned_on]
    # All stories of `part` are in `gold`, so nothing of it is left to train on.
    assert trained_on == [["other"], ["gold", "part"], ["gold", "other"]]
    for report in recorded.reports:
        assert list(report.methods) == [NEWSFOLD, IN_FOLDS]
        assert report.methods[IN_FOLDS].keys() == set(evaluation.METRICS)


def test_stories_of_the_held_out_set_are_dropped_from_the_others(recorded: RecordedTraining) -> None:
    gold, other, _ = recorded.sets
    assert len(gold.stories & other.stories) == 3
    for sets, judged in zip(recorded.tuned_on, recorded.sets, strict=True):
        for labelled in sets:
            assert not labelled.stories & judged.stories
    assert recorded.tuned_on[0][0].stories == other.stories - gold.stories
    assert (len(gold.stories), len(other.stories)) == (15, 18)


def test_every_story_is_in_one_fold_that_its_scorer_never_saw(recorded: RecordedTraining) -> None:
    gold = recorded.sets[0]
    folds = [sets[-1].labelled for sets in recorded.fitted_to if sets[-1].labelled.name == "gold" and len(sets) == 2]
    hidden = [gold.stories - labelled.stories for labelled in folds]
    assert sorted(story for fold in hidden for story in fold) == sorted(gold.stories)
    assert 2 <= len(hidden) <= FOLDS


def test_progress_names_the_held_out_set(recorded: RecordedTraining) -> None:
    assert {stage.split(":")[0] for stage in recorded.progress} == {"without gold", "without other", "without part"}
    assert "without gold: tune" in recorded.progress


def test_leave_one_out_needs_two_sets(gold: Path) -> None:
    with pytest.raises(ConfigError, match="two labelled sets"):
        next(training.evaluate_leave_one_out(training.load_labelled_sets([gold], UNTUNED), UNTUNED))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_leave_one_out_beats_every_baseline_on_small_sets(gold: Path, other: Path) -> None:
    found = list(training.evaluate_leave_one_out(training.load_labelled_sets([gold, other], UNTUNED), UNTUNED))
    for report in found:
        ours = report.methods[NEWSFOLD]["b3_f1"]
        plain = report.methods.keys() - {NEWSFOLD, IN_FOLDS}
        assert ours > max(report.methods[method]["b3_f1"] for method in plain), report


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_real_feeds_are_clustered_better_than_by_any_baseline(shared: Path) -> None:
    """The shipped models were trained on these labels too; leave-one-out measures unseen sets."""
    judged = training.evaluate_set(load_dataset(shared / "labelled" / "feeds.parquet", Settings()), Settings())
    assert judged.blocking_recall > 0.98
    for name in ("b3_f1", "pairwise_f1"):
        ours, *plain = (values[name] for values in judged.methods.values())
        assert ours > max(plain), name
