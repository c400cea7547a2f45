from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from pipeline import embedding, evaluation, learning, scoring
from pipeline.errors import ConfigError
from pipeline.learning import measuring
from pipeline.settings import Settings
from tests.events import Report, reports, write_gold
from tests.pipeline.learning.conftest import UNTUNED

NEWSFOLD, ALONE = "newsfold", "every article alone"


def prepared_of(path: Path, chosen: Settings) -> learning.Prepared:
    (labelled,) = learning.read([path], chosen)
    return learning.prepare(labelled, chosen)


@pytest.fixture
def report(gold: Path) -> evaluation.SetReport:
    return learning.evaluate(prepared_of(gold, Settings()), Settings())


def test_a_set_is_reported_beside_the_plain_methods(report: evaluation.SetReport) -> None:
    newsfold, alone = report.methods[NEWSFOLD], report.methods[ALONE]
    assert next(iter(report.methods)) == NEWSFOLD
    assert alone["b3_recall"] == pytest.approx(1 / 3, abs=1e-3)
    assert newsfold["b3_f1"] > max(values["b3_f1"] for name, values in report.methods.items() if name != NEWSFOLD)
    assert (report.articles, report.labelled, report.stories, report.blocking_recall) == (45, 45, 15, 1)
    assert (report.calibration.pairs, report.calibration.same_story_pairs) == (990, 45)
    assert report.by_size["3-5"]["b3_f1"] == newsfold["b3_f1"]


def test_the_plain_methods_get_the_model_as_it_comes(
    report: evaluation.SetReport, gold: Path
) -> None:
    untuned = learning.evaluate(prepared_of(gold, UNTUNED), UNTUNED)
    assert untuned.methods[NEWSFOLD] != report.methods[NEWSFOLD]
    for method in report.methods.keys() - {NEWSFOLD}:
        assert untuned.methods[method] == report.methods[method], method


def test_the_plain_methods_can_be_left_out(gold: Path) -> None:
    bare = learning.evaluate(prepared_of(gold, UNTUNED), UNTUNED, baselines=False)
    assert list(bare.methods) == [NEWSFOLD]
    assert bare.absent == {}


def test_copies_are_judged_with_their_original(tmp_path: Path) -> None:
    told = reports(range(2), theme=0)
    body = "The ferry left Lomo at night with 38 people on board. " * 5
    copied = [Report("copied", "Ferry sinks", body), Report("copied", "Ferry sinks", body), *told]
    judged = learning.evaluate(
        prepared_of(write_gold(tmp_path / "gold.parquet", copied), UNTUNED), UNTUNED, baselines=False
    )
    assert (judged.articles, judged.labelled) == (8, 8)


def test_another_scorer_can_be_measured(gold: Path) -> None:
    prepared = prepared_of(gold, UNTUNED)
    nothing = scoring.PairScorer(-50.0, {}, {}, {})
    judged = learning.evaluate(prepared, UNTUNED, scorer=nothing, baselines=False)
    assert judged.methods[NEWSFOLD]["b3_recall"] == pytest.approx(1 / 3, abs=1e-3)


Trained = list[Sequence[learning.Labelled]]


@pytest.fixture
def cheaply(monkeypatch: pytest.MonkeyPatch) -> Trained:
    """Tuning that takes no time and corrects nothing; what it was given is kept."""
    given: Trained = []

    def tuned(sets: Sequence[learning.Labelled], settings: Settings, progress: Any) -> embedding.Adapter:
        given.append(sets)
        progress("tune", 1, 1)
        layer = {"encoder.layer.0.output.dense": (np.zeros((1, 1536), np.float16), np.zeros((384, 1), np.float16))}
        return embedding.Adapter(layer, embedding.PACKAGED_MODEL, {})

    monkeypatch.setattr(measuring, "train_embedding", tuned)
    return given


def test_every_set_is_judged_by_what_the_others_taught(gold: Path, other: Path, cheaply: Trained) -> None:
    sets = learning.read([gold, other], UNTUNED)
    found = list(learning.leave_one_out(sets, UNTUNED, baselines=False))
    assert [report.name for report in found] == ["gold", "other"]
    assert [[labelled.name for labelled in given] for given in cheaply] == [["other"], ["gold"]]
    for report in found:
        assert list(report.methods) == [NEWSFOLD, measuring.IN_FOLDS]
        assert report.methods[measuring.IN_FOLDS].keys() == set(evaluation.MEASURES)
        assert report.methods[NEWSFOLD]["b3_f1"] > 0.5


def test_stories_that_the_judged_set_shares_are_dropped_from_the_others(
    gold: Path, other: Path, cheaply: Trained
) -> None:
    sets = learning.read([gold, other], UNTUNED)
    shared = sets[0].stories & sets[1].stories
    assert len(shared) == 3
    list(learning.leave_one_out(sets, UNTUNED, baselines=False))
    for (taught,), judged in zip(cheaply, sets, strict=True):
        assert not taught.stories & judged.stories
        assert len(taught.stories) == 12
    assert all(len(labelled.stories) == 15 for labelled in sets)


def test_a_set_all_of_whose_stories_are_shared_teaches_nothing(
    gold: Path, other: Path, tmp_path: Path, cheaply: Trained
) -> None:
    part = write_gold(tmp_path / "part.parquet", reports(range(2)))
    first = next(learning.leave_one_out(learning.read([gold, part, other], UNTUNED), UNTUNED, baselines=False))
    assert first.name == "gold"
    assert [labelled.name for labelled in cheaply[0]] == ["other"]


def test_folds_judge_every_story_once_by_a_scorer_that_never_saw_it(
    gold: Path, other: Path, cheaply: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    fitted: list[list[learning.Prepared]] = []
    fit = measuring.fit

    def spied(prepared: Sequence[learning.Prepared], settings: Settings, weights: Any) -> scoring.PairScorer:
        fitted.append(list(prepared))
        return fit(prepared, settings, weights)

    monkeypatch.setattr(measuring, "fit", spied)
    sets = learning.read([gold, other], UNTUNED)
    next(learning.leave_one_out(sets, UNTUNED, baselines=False))
    hidden = [sets[0].stories - prepared[-1].labelled.stories for prepared in fitted if len(prepared) == 2]
    assert sorted(story for fold in hidden for story in fold) == sorted(sets[0].stories)
    assert 2 <= len(hidden) <= measuring.FOLDS


def test_progress_says_which_set_is_left_out(gold: Path, other: Path, cheaply: Trained) -> None:
    told: list[str] = []
    sets = learning.read([gold, other], UNTUNED)
    list(learning.leave_one_out(sets, UNTUNED, lambda stage, done, total: told.append(stage), baselines=False))
    assert {stage.split(":")[0] for stage in told} == {"without gold", "without other"}
    assert "without gold: tune" in told


def test_one_set_cannot_be_left_out(gold: Path) -> None:
    with pytest.raises(ConfigError, match="two labelled sets"):
        next(learning.leave_one_out(learning.read([gold], UNTUNED), UNTUNED))


@pytest.mark.slow
def test_what_two_small_sets_teach_beats_every_plain_method_on_the_other(gold: Path, other: Path) -> None:
    found = list(learning.leave_one_out(learning.read([gold, other], UNTUNED), UNTUNED))
    for report in found:
        ours = report.methods[NEWSFOLD]["b3_f1"]
        plain = report.methods.keys() - {NEWSFOLD, measuring.IN_FOLDS}
        assert ours > max(report.methods[method]["b3_f1"] for method in plain), report


@pytest.fixture
def night(shared: Path, tmp_path: Path) -> Iterator[learning.Prepared]:
    """A third of a labelled night of feeds, titles and excerpts as they come."""
    table = pq.read_table(shared / "labelled" / "feeds.parquet").sort_by("published_at")
    pq.write_table(table.slice(0, 500), tmp_path / "feeds.parquet")
    return prepared_of(tmp_path / "feeds.parquet", Settings())
