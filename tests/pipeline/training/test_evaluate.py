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


def prepared_of(path: Path, chosen: Settings) -> training.Prepared:
    (labelled,) = training.read([path], chosen)
    return training.prepare(labelled, chosen)


@pytest.fixture(scope="module")
def report(gold: Path) -> evaluation.SetReport:
    return training.evaluate(prepared_of(gold, Settings()), Settings())


def test_a_set_is_reported_beside_the_plain_methods(report: evaluation.SetReport) -> None:
    newsfold, alone = report.methods[NEWSFOLD], report.methods[ALONE]
    assert next(iter(report.methods)) == NEWSFOLD
    assert alone["b3_recall"] == pytest.approx(1 / 3, abs=1e-3)
    assert newsfold["b3_f1"] > max(values["b3_f1"] for name, values in report.methods.items() if name != NEWSFOLD)
    assert (report.articles, report.labelled, report.stories, report.blocking_recall) == (45, 45, 15, 1)
    assert (report.calibration.pairs, report.calibration.same_story_pairs) == (990, 45)
    assert report.by_size["3-5"]["b3_f1"] == newsfold["b3_f1"]


def test_the_plain_methods_get_the_model_as_it_comes(report: evaluation.SetReport, gold: Path) -> None:
    untuned = training.evaluate(prepared_of(gold, UNTUNED), UNTUNED)
    assert untuned.calibration != report.calibration
    for method in report.methods.keys() - {NEWSFOLD}:
        assert untuned.methods[method] == report.methods[method], method


def test_the_plain_methods_can_be_left_out(gold: Path) -> None:
    bare = training.evaluate(prepared_of(gold, UNTUNED), UNTUNED, baselines=False)
    assert list(bare.methods) == [NEWSFOLD]
    assert bare.absent == {}


def test_copies_are_judged_with_their_original(tmp_path: Path) -> None:
    told = reports(range(2), theme=0)
    body = "The ferry left Lomo at night with 38 people on board. " * 5
    copied = [Report("copied", "Ferry sinks", body), Report("copied", "Ferry sinks", body), *told]
    judged = training.evaluate(
        prepared_of(write_gold(tmp_path / "gold.parquet", copied), UNTUNED), UNTUNED, baselines=False
    )
    assert (judged.articles, judged.labelled) == (8, 8)


def test_another_scorer_can_be_measured(gold: Path) -> None:
    prepared = prepared_of(gold, UNTUNED)
    flat = FeatureCurve((0.0, 1.0), (0.0, 0.0), 0.0)
    nothing = scoring.PairScorer(-50.0, {"body_cosine": flat}, {}, {})
    judged = training.evaluate(prepared, UNTUNED, scorer=nothing, baselines=False)
    assert judged.methods[NEWSFOLD]["b3_recall"] == pytest.approx(1 / 3, abs=1e-3)


@dataclass
class Watched:
    """What happened while sets were left out one by one."""

    sets: Sequence[training.Labelled]
    reports: list[evaluation.SetReport] = field(default_factory=list)
    tuned_on: list[Sequence[training.Labelled]] = field(default_factory=list)
    fitted_to: list[Sequence[training.Prepared]] = field(default_factory=list)
    titles: list[Sequence[training.Prepared]] = field(default_factory=list)
    progress: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def watched(gold: Path, other: Path, tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """Three sets left out one by one, the third a part of the first; the embedding stays as it is, to save time."""
    part = write_gold(tmp_path_factory.mktemp("labelled") / "part.parquet", reports(range(2)))
    seen = Watched(training.read([gold, other, part], UNTUNED))
    fit = fitting.fit

    def tuned(sets: Sequence[training.Labelled], settings: Settings, progress: Any) -> embedding.Adapter:
        seen.tuned_on.append(sets)
        progress("tune", 1, 1)
        layer = {"encoder.layer.0.output.dense": (np.zeros((1, 1536), np.float16), np.zeros((384, 1), np.float16))}
        return embedding.Adapter(layer, embedding.PACKAGED_MODEL, {})

    def fitted(
        prepared: Sequence[training.Prepared], titles: Sequence[training.Prepared], settings: Settings, weights: Any
    ) -> scoring.PairScorer:
        seen.fitted_to.append(prepared)
        seen.titles.append(titles)
        return fit(prepared, titles, settings, weights)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["newsfold.training.evaluate"], "train_embedding", tuned)
        patch.setattr(sys.modules["newsfold.training.evaluate"], "fit", fitted)
        seen.reports += training.leave_one_out(
            seen.sets, UNTUNED, lambda stage, _done, _total: seen.progress.append(stage), baselines=False
        )
    return seen


def test_every_set_is_judged_by_what_the_others_taught(watched: Watched) -> None:
    assert [report.name for report in watched.reports] == ["gold", "other", "part"]
    taught = [[labelled.name for labelled in sets] for sets in watched.tuned_on]
    # All stories of `part` are in `gold`, so it teaches nothing about that.
    assert taught == [["other"], ["gold", "part"], ["gold", "other"]]
    for report in watched.reports:
        assert list(report.methods) == [NEWSFOLD, IN_FOLDS]
        assert report.methods[IN_FOLDS].keys() == set(evaluation.METRICS)


def test_stories_that_the_judged_set_shares_are_dropped_from_the_others(watched: Watched) -> None:
    gold, other, _ = watched.sets
    assert len(gold.stories & other.stories) == 3
    for sets, judged in zip(watched.tuned_on, watched.sets, strict=True):
        for labelled in sets:
            assert not labelled.stories & judged.stories
    assert watched.tuned_on[0][0].stories == other.stories - gold.stories
    assert (len(gold.stories), len(other.stories)) == (15, 18)


def test_folds_judge_every_story_once_by_a_scorer_that_never_saw_it(watched: Watched) -> None:
    gold = watched.sets[0]
    folds = [sets[-1].labelled for sets in watched.fitted_to if sets[-1].labelled.name == "gold" and len(sets) == 2]
    hidden = [gold.stories - labelled.stories for labelled in folds]
    assert sorted(story for fold in hidden for story in fold) == sorted(gold.stories)
    assert 2 <= len(hidden) <= FOLDS


def test_progress_says_which_set_is_left_out(watched: Watched) -> None:
    assert {stage.split(":")[0] for stage in watched.progress} == {"without gold", "without other", "without part"}
    assert "without gold: tune" in watched.progress


def test_one_set_cannot_be_left_out(gold: Path) -> None:
    with pytest.raises(ConfigError, match="two labelled sets"):
        next(training.leave_one_out(training.read([gold], UNTUNED), UNTUNED))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_what_two_small_sets_teach_beats_every_plain_method_on_the_other(gold: Path, other: Path) -> None:
    found = list(training.leave_one_out(training.read([gold, other], UNTUNED), UNTUNED))
    for report in found:
        ours = report.methods[NEWSFOLD]["b3_f1"]
        plain = report.methods.keys() - {NEWSFOLD, IN_FOLDS}
        assert ours > max(report.methods[method]["b3_f1"] for method in plain), report


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_real_night_is_grouped_better_than_by_any_plain_method(shared: Path) -> None:
    """The shipped files were made with these labels among others; what unseen sets get, leave-one-out tells."""
    judged = training.evaluate(prepared_of(shared / "labelled" / "feeds.parquet", Settings()), Settings())
    assert judged.blocking_recall > 0.98
    for name in ("b3_f1", "pairwise_f1"):
        ours, *plain = (values[name] for values in judged.methods.values())
        assert ours > max(plain), name
