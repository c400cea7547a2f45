from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.special import expit, logit

from newsfold import evaluation, scoring
from newsfold.errors import ModelError
from newsfold.scoring.model import DEFAULT_BASE_RATE, FeatureCurve

SAME, OTHER = (0.6, 0.15), (0.1, 0.08)  # body cosine's mean and spread


def pairs(size: int, share: float, other: tuple[float, float] = OTHER) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return pairs of a window, of which a share belongs to one story."""
    rng = np.random.default_rng([size, round(1000 * share), *(round(1000 * value) for value in other)])
    same = np.arange(size) < round(size * share)
    cosine = np.where(same, rng.normal(*SAME, size), rng.normal(*other, size)).astype(np.float32)
    return {"body_cosine": cosine}, same


@pytest.fixture(scope="module")
def fitted() -> scoring.PairScorer:
    return scoring.fit_scorer([pairs(20_000, 0.2)], {"sets": ["invented"]})


@pytest.mark.parametrize("share", [0.003, 0.02, 0.1, 0.4, 0.8])
def test_the_base_rate_is_estimated_from_the_window(fitted: scoring.PairScorer, share: float) -> None:
    features, _ = pairs(50_000, share)
    estimate = expit(fitted.estimate_prior(fitted.evidence(features)))
    assert share * 0.8 < estimate < share * 1.25


@pytest.mark.parametrize("other", [(0.0, 0.02), (0.05, 0.05), (0.15, 0.1), (0.2, 0.05)])
@pytest.mark.parametrize("share", [0.01, 0.2])
def test_the_estimate_hardly_depends_on_the_other_pairs(
    fitted: scoring.PairScorer, share: float, other: tuple[float, float]
) -> None:
    features, _ = pairs(50_000, share, other)
    estimate = expit(fitted.estimate_prior(fitted.evidence(features)))
    assert share * 0.7 < estimate < share * 1.4


@pytest.mark.parametrize("share", [0.01, 0.1, 0.8])
@pytest.mark.parametrize("other", [OTHER, (0.25, 0.12)])
def test_probabilities_are_calibrated_in_windows_unlike_training(share: float, other: tuple[float, float]) -> None:
    scorer = scoring.fit_scorer([pairs(20_000, 0.2, other)], {})
    features, same = pairs(50_000, share, other)
    evidence = scorer.evidence(features)
    probability = expit(evidence + scorer.estimate_prior(evidence)).astype(np.float32)
    calibration = evaluation.measure_calibration(same.astype(np.int8), probability)
    assert calibration.expected_error is not None
    assert calibration.brier is not None
    assert calibration.base_rate_brier is not None
    assert calibration.expected_error < 0.25 * share
    assert calibration.brier < 0.8 * calibration.base_rate_brier


def test_a_window_of_few_pairs_has_the_default_base_rate(fitted: scoring.PairScorer) -> None:
    default = float(logit(DEFAULT_BASE_RATE))
    assert fitted.estimate_prior(np.zeros(0)) == pytest.approx(default)
    assert fitted.estimate_prior(np.array([-5.0])) == pytest.approx(default, abs=0.02)
    # One pair of overwhelming evidence moves the expectation a little, and no further.
    assert 0 < fitted.estimate_prior(np.array([50.0])) - default < 1


def test_chance_does_not_lower_the_base_rate_of_a_small_window() -> None:
    scorer = scoring.PairScorer(0.0, {}, {0.7: 1.0, 0.5: 2.0, 0.1: 4.0}, {})
    evidence = np.repeat([-5.0, 1.5, 3.0, 5.0], [4940, 12, 39, 2])  # of 60 such pairs, 6 should exceed 4
    assert 0.6 * 0.012 < expit(scorer.estimate_prior(evidence)) < 1.3 * 0.012
    large = np.repeat([-5.0, 1.5, 3.0, 5.0], [494_000, 1200, 4000, 100])
    assert expit(scorer.estimate_prior(large)) < 0.3 * 0.012


def test_a_scorer_without_recall_thresholds_expects_the_default_base_rate() -> None:
    scorer = scoring.PairScorer(0.0, {}, {}, {})
    assert scorer.estimate_prior(np.full(5000, 9.0)) == pytest.approx(float(logit(DEFAULT_BASE_RATE)))


@given(arrays.arrays(np.float64, st.integers(0, 50), elements=st.floats(-50, 50)))
def test_the_prior_is_never_certain(evidence: np.ndarray) -> None:
    scorer = scoring.PairScorer(0.0, {}, {0.5: 2.0, 0.1: 4.0}, {})
    assert 1e-4 - 1e-9 <= expit(scorer.estimate_prior(evidence)) <= 0.9 + 1e-9


def test_headline_only_pairs_have_a_model_of_their_own() -> None:
    texts, titles = (scoring.fit_scorer([pairs(20_000, 0.2, other)], {}) for other in (OTHER, (0.3, 0.1)))
    scorer = replace(texts, headline_model=titles)
    features, _ = pairs(1000, 0.3)
    features["headline_only"] = (np.arange(1000) % 2).astype(np.float32)
    is_headline = features["headline_only"] > 0
    evidence = scorer.evidence(features)
    assert evidence[is_headline].tolist() == titles.evidence(features)[is_headline].tolist()
    assert evidence[~is_headline].tolist() == texts.evidence(features)[~is_headline].tolist()
    no_graph = features | {"graph_weight": np.zeros(1000, np.float32)}
    added = scorer.intercepts(no_graph) + np.sum(list(scorer.contributions(no_graph).values()), axis=0)
    assert np.allclose(added, evidence)


def test_the_base_rate_is_estimated_from_both_models() -> None:
    scorer = scoring.PairScorer(0.0, {}, {0.5: 4.0}, {}, headline_model=scoring.PairScorer(0.0, {}, {0.5: 1.0}, {}))
    evidence = np.concatenate([np.full(50_000, -5.0), np.full(500, 5.0), np.full(500, 2.0)])
    headline_only = np.concatenate([np.zeros(50_500), np.ones(500)]).astype(np.float32)
    assert expit(scorer.estimate_prior(evidence, headline_only)) == pytest.approx(2000 / 51_000, rel=0.1)
    assert expit(scorer.estimate_prior(evidence)) == pytest.approx(1000 / 51_000, rel=0.15)


def test_contributions_add_up_to_the_evidence(fitted: scoring.PairScorer) -> None:
    features, _ = pairs(500, 0.3)
    evidence = fitted.intercept + np.sum(list(fitted.contributions(features).values()), axis=0)
    assert np.allclose(evidence, fitted.evidence(features))


def test_saving_and_loading_changes_nothing(fitted: scoring.PairScorer, tmp_path: Path) -> None:
    fitted.save(tmp_path / "one.json")
    loaded = scoring.PairScorer.load(tmp_path / "one.json")
    assert loaded == fitted
    loaded.save(tmp_path / "two.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()


def test_a_scorer_of_an_older_version_is_refused_with_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "old.json"
    file.write_text(json.dumps({"format": "newsfold pair scorer 4", "intercept": 0, "curves": {}, "provenance": {}}))
    with pytest.raises(ModelError, match=r"old\.json.*'newsfold pair scorer 4'.*Train it again"):
        scoring.PairScorer.load(file)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": "newsfold pair scorer 5"}', "\xff"])
def test_a_file_that_is_not_a_scorer_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "scorer.json"
    file.write_text(content, encoding="latin-1")
    with pytest.raises(ModelError, match=r"scorer\.json"):
        scoring.PairScorer.load(file)


def test_a_missing_scorer_file_is_reported_with_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no pair scorer .*none\.json.*`default`"):
        scoring.PairScorer.load(tmp_path / "none.json")


def test_a_scorer_with_unknown_features_is_refused_by_name() -> None:
    scorer = scoring.PairScorer(0.0, {"moon_phase": FeatureCurve((0.0, 1.0), (0.0, 1.0), 0.0)}, {}, {})
    with pytest.raises(ModelError, match="moon_phase"):
        scorer.evidence({"body_cosine": np.zeros(1, np.float32)})


@given(arrays.arrays(np.float32, st.integers(1, 20), elements=st.floats(-5, 5, width=32) | st.just(float("nan"))))
def test_a_curve_stays_between_its_heights(values: np.ndarray) -> None:
    heights = FeatureCurve((0.0, 1.0, 2.0), (-1.0, 3.0, 0.5), 0.25)(values)
    assert heights.min() >= -1
    assert heights.max() <= 3
    assert (heights[np.isnan(values)] == 0.25).all()
