from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.special import expit

from newsfold import evaluation, scoring
from newsfold.errors import ModelError
from newsfold.scoring.base_rate import count_log_odds, estimate_shift, is_close
from newsfold.scoring.model import FeatureCurve


def pairs(size: int, share: float, seed: int = 0) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return features of a window's pairs, of which a share belongs to one story, and which do."""
    rng = np.random.default_rng([size, round(1000 * share), seed])
    same = np.arange(size) < round(size * share)
    features = {
        "dense_cosine": np.where(same, rng.normal(0.7, 0.15, size), rng.normal(0.35, 0.13, size)),
        "body_cosine": np.where(same, rng.normal(0.4, 0.2, size), rng.normal(0.2, 0.2, size)),
    }
    return {name: values.astype(np.float32) for name, values in features.items()}, same


def fit(size: int, share: float, seed: int = 0) -> scoring.PairScorer:
    features, same = pairs(size, share, seed)
    return scoring.fit_scorer([scoring.TrainingPairs(features, same, np.ones(size))], {"sets": ["invented"]})


@pytest.fixture(scope="module")
def fitted() -> scoring.PairScorer:
    return fit(20_000, 0.02)


def test_a_window_like_the_training_expects_its_number_of_same_story_pairs(fitted: scoring.PairScorer) -> None:
    features, same = pairs(50_000, 0.02)
    assert expit(fitted.predict_log_odds(features)).sum() == pytest.approx(same.sum(), rel=0.1)


@pytest.mark.parametrize("share", [0.01, 0.05, 0.1, 0.2])
def test_the_base_rate_calibrates_windows_unlike_the_training(fitted: scoring.PairScorer, share: float) -> None:
    features, same = pairs(50_000, share)
    log_odds = fitted.predict_log_odds(features)
    shift = estimate_shift(count_log_odds(log_odds, is_close(features["dense_cosine"])), fitted.pairs_per_close_pair)
    ratios, errors = [], []
    for shifted in (log_odds, log_odds + shift):
        probability = expit(shifted).astype(np.float32)
        calibration = evaluation.measure_calibration(same.astype(np.int8), probability)
        assert calibration.expected_error is not None
        errors.append(calibration.expected_error)
        ratios.append(float(probability.sum()) / same.sum())
    assert 0.7 < ratios[1] < 1.4
    assert abs(np.log(ratios[1])) < 0.6 * abs(np.log(ratios[0]))
    assert errors[1] < 0.6 * errors[0]


def test_labels_are_added_to_the_model_and_can_be_taken_away(fitted: scoring.PairScorer) -> None:
    features, _ = pairs(500, 0.3)
    curve = FeatureCurve((0.0, 1.0), (0.5, 0.5), 0.5)
    labelled = replace(fitted, label_curves={"body_cosine": curve}, label_intercept=0.25)
    assert np.allclose(labelled.predict_log_odds(features) - fitted.predict_log_odds(features), 0.75)
    assert labelled.without_labels() == fitted


def test_saving_and_loading_changes_nothing(fitted: scoring.PairScorer, tmp_path: Path) -> None:
    fitted.save(tmp_path / "one.json")
    loaded = scoring.PairScorer.load(tmp_path / "one.json")
    assert loaded == fitted
    loaded.save(tmp_path / "two.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()


def test_a_scorer_of_an_older_version_is_refused_with_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "old.json"
    file.write_text(json.dumps({"format": "newsfold pair scorer 5", "intercept": 0, "curves": {}, "provenance": {}}))
    with pytest.raises(ModelError, match=r"old\.json.*'newsfold pair scorer 5'.*Train it again"):
        scoring.PairScorer.load(file)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": "newsfold pair scorer 6"}', "\xff"])
def test_a_file_that_is_not_a_scorer_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "scorer.json"
    file.write_text(content, encoding="latin-1")
    with pytest.raises(ModelError, match=r"scorer\.json"):
        scoring.PairScorer.load(file)


def test_a_missing_scorer_file_is_reported_with_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no pair scorer .*none\.json.*`default`"):
        scoring.PairScorer.load(tmp_path / "none.json")


def test_a_scorer_with_unknown_features_is_refused_by_name() -> None:
    scorer = scoring.PairScorer(0.0, {"moon_phase": FeatureCurve((0.0, 1.0), (0.0, 1.0), 0.0)}, 1.0, {})
    with pytest.raises(ModelError, match="moon_phase"):
        scorer.contributions({"body_cosine": np.zeros(1, np.float32)})


@given(arrays.arrays(np.float32, st.integers(1, 20), elements=st.floats(-5, 5, width=32) | st.just(float("nan"))))
def test_a_curve_stays_between_its_heights(values: np.ndarray) -> None:
    heights = FeatureCurve((0.0, 1.0, 2.0), (-1.0, 3.0, 0.5), 0.25)(values)
    assert heights.min() >= -1
    assert heights.max() <= 3
    assert (heights[np.isnan(values)] == 0.25).all()


def test_a_flipped_bit_is_noticed(fitted: scoring.PairScorer, tmp_path: Path) -> None:
    file = tmp_path / "scorer.json"
    fitted.save(file)
    written = file.read_bytes()
    for place in range(0, len(written), max(1, len(written) // 150)):
        file.write_bytes(written[:place] + bytes([written[place] ^ 4]) + written[place + 1 :])
        try:
            assert scoring.PairScorer.load(file) == fitted, "only the space between values may change"
        except ModelError:
            continue


def test_a_scorer_without_a_checksum_is_of_an_earlier_version(fitted: scoring.PairScorer, tmp_path: Path) -> None:
    file = tmp_path / "scorer.json"
    fitted.save(file)
    content = json.loads(file.read_text())
    del content["checksum"]
    file.write_text(json.dumps(content))
    assert scoring.PairScorer.load(file) == fitted
    file.write_text(json.dumps(content | {"checksum": "0" * 32}))
    with pytest.raises(ModelError, match=r"is damaged.*install newsfold again"):
        scoring.PairScorer.load(file)
