from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from newsfold import scoring
from newsfold.errors import ModelError
from newsfold.scoring import train

Features = dict[str, np.ndarray]


def training_pairs(features: Features, same: np.ndarray, weight: float = 1.0) -> scoring.TrainingPairs:
    """Return pairs of which each stands for itself; vectors whose cosine says nothing unless given."""
    cosine = np.full(len(same), 0.5, np.float32)
    return scoring.TrainingPairs({"dense_cosine": cosine} | features, same, np.ones(len(same)), weight)


def window(size: int, share: float, seed: int = 0) -> tuple[Features, np.ndarray]:
    """Return pairs with two informative features, one partly missing, and `noise`."""
    rng = np.random.default_rng(seed)
    same = rng.random(size) < share
    cosine = np.where(same, rng.normal(0.6, 0.15, size), rng.normal(0.2, 0.15, size)).astype(np.float32)
    cosine[rng.random(size) < 0.1] = np.nan
    conflict = np.where(same, rng.beta(2, 4, size), rng.beta(4, 2, size)).astype(np.float32)
    return {"body_cosine": cosine, "name_conflict": conflict, "noise": rng.random(size, dtype=np.float32)}, same


def rising(size: int, name: str = "noise") -> tuple[Features, np.ndarray]:
    return {name: np.linspace(0, 1, size, dtype=np.float32)}, np.arange(size) >= size // 2


def falling(size: int, name: str = "noise") -> tuple[Features, np.ndarray]:
    features, same = rising(size, name)
    return features, ~same


def predict(scorer: scoring.PairScorer, features: Features) -> np.ndarray:
    size = len(next(iter(features.values())))
    rest = {"dense_cosine": np.full(size, 0.5, np.float32)}
    return scorer.predict_log_odds(rest | features)


def slope(scorer: scoring.PairScorer, name: str = "noise") -> float:
    low, high = predict(scorer, {name: np.array([0.0, 1.0], dtype=np.float32)})
    return float(high - low)


def test_log_odds_are_those_of_the_counts() -> None:
    rng = np.random.default_rng(1)
    same = np.arange(40_000) < 8_000
    likely = np.where(same, rng.random(40_000) < 0.8, rng.random(40_000) < 0.1).astype(np.float32)
    scorer = scoring.fit_scorer([training_pairs({"same_outlet": likely}, same)], {})
    no, yes = predict(scorer, {"same_outlet": np.array([0, 1], np.float32)})
    assert yes == pytest.approx(np.log(0.8 * 8 / (0.1 * 32)), abs=0.1)
    assert no == pytest.approx(np.log(0.2 * 8 / (0.9 * 32)), abs=0.1)


@pytest.mark.parametrize("count", [0.1, 1.0, 10.0])
def test_pairs_that_stand_for_several_set_the_base_rate(count: float) -> None:
    features, same = window(20_000, 0.1)
    counts = np.where(same, 1, count)
    pairs = scoring.TrainingPairs({"dense_cosine": np.full(20_000, 0.5, np.float32)} | features, same, counts)
    expected = counts @ expit(predict(scoring.fit_scorer([pairs], {}), features))
    assert expected == pytest.approx(same.sum(), rel=0.02)


def test_pairs_left_out_of_a_large_set_do_not_change_its_base_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    features, same = window(20_000, 0.05)
    monkeypatch.setattr(train, "_MAX_PAIRS", 3000)  # all same-story pairs, a sixth of the others
    scorer = scoring.fit_scorer([training_pairs(features, same)], {})
    assert expit(predict(scorer, features)).sum() == pytest.approx(same.sum(), rel=0.1)


def test_same_story_pairs_to_a_close_pair_are_averaged_over_the_sets() -> None:
    def close(share: float, weight: float = 1.0) -> scoring.TrainingPairs:
        same = np.arange(10_000) < 1000
        cosine = np.where(np.arange(10_000) < 1000 * share, 0.9, 0.1).astype(np.float32)
        return training_pairs({"dense_cosine": cosine}, same, weight)

    def ratio(*sets: scoring.TrainingPairs) -> float:
        return scoring.fit_scorer(sets, {}).pairs_per_close_pair

    assert ratio(close(0.5)) == pytest.approx(2, rel=0.01)
    assert ratio(close(0.5), close(0.125)) == pytest.approx(4, rel=0.01)
    assert ratio(close(0.5, 3), close(0.125, 1)) == pytest.approx(2 * 2**0.5, rel=0.01)
    assert ratio(close(0)) == 1001  # no close pair: one more of either


def test_noise_contributes_little() -> None:
    features, same = window(20_000, 0.2)
    pairs = training_pairs(features, same)
    parts = scoring.fit_scorer([pairs], {}).contributions(pairs.features)
    assert np.ptp(parts["noise"]) < 0.15 * np.ptp(parts["body_cosine"])


@given(st.integers(0, 2**32 - 1), st.integers(40, 400))
@settings(max_examples=25)
def test_curves_are_monotonic_whatever_the_labels(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    same = np.arange(size) % 3 == 0
    names = ("body_cosine", "rarest_shared", "name_conflict", "days_apart_log")
    scorer = scoring.fit_scorer(
        [training_pairs({name: rng.random(size, dtype=np.float32) for name in names}, same)], {}
    )
    for name, curve in scorer.curves.items():
        steps = np.diff(curve.heights)
        assert (steps >= 0).all() if name in names[:2] else (steps <= 0).all(), name
        assert (np.diff(curve.knots) > 0).all(), name


def test_labels_against_the_direction_leave_a_curve_flat() -> None:
    features, same = falling(400, "body_cosine")
    assert slope(scoring.fit_scorer([training_pairs(features, same)], {}), "body_cosine") == 0


def test_a_small_set_weighs_as_much_as_a_large_one() -> None:
    assert abs(slope(scoring.fit_scorer([training_pairs(*rising(4000)), training_pairs(*falling(40))], {}))) < 1


def test_a_set_with_a_higher_weight_dominates() -> None:
    for weight, other, sign in ((6, 1, 1), (1, 6, -1)):
        sets = [training_pairs(*rising(400), weight), training_pairs(*falling(400), other)]
        assert sign * slope(scoring.fit_scorer(sets, {})) > 1


def test_a_feature_that_is_always_missing_is_accepted() -> None:
    features, same = rising(400)
    features["days_apart_log"] = np.full(400, np.nan, np.float32)
    scorer = scoring.fit_scorer([training_pairs(features, same)], {})
    unknown, known = (
        predict(scorer, {"noise": features["noise"][:1], "days_apart_log": np.array([value], np.float32)})
        for value in (np.nan, 1)
    )
    assert np.isfinite(unknown).all()
    assert np.isfinite(known).all()


def test_a_set_of_one_kind_of_pair_is_ignored() -> None:
    features, same = window(500, 0.3)
    both, only = training_pairs(features, same), training_pairs(features, np.zeros(500, bool))
    assert scoring.fit_scorer([both, only], {}) == scoring.fit_scorer([both], {})


def test_labels_of_one_kind_are_refused() -> None:
    with pytest.raises(ModelError, match="only one kind"):
        scoring.fit_scorer([training_pairs({}, np.zeros(4, bool))], {})
    with pytest.raises(ModelError, match="only one kind"):
        scoring.fit_scorer([], {})


def test_training_is_deterministic(tmp_path: Path) -> None:
    for name in ("one", "two"):
        sets = [training_pairs(*window(30_000, 0.4)), training_pairs(*window(300, 0.1, 1))]
        scoring.fit_scorer(sets, {"sets": ["a", "b"]}).save(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
