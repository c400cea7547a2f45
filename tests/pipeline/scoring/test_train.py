from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsfold import scoring
from newsfold.errors import ModelError

Features = dict[str, np.ndarray]


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


def slope(scorer: scoring.PairScorer, name: str = "noise") -> float:
    low, high = scorer.evidence({name: np.array([0.0, 1.0], dtype=np.float32)})
    return float(high - low)


def test_evidence_is_the_log_likelihood_ratio() -> None:
    rng = np.random.default_rng(1)
    same = np.arange(40_000) < 8_000
    likely = np.where(same, rng.random(40_000) < 0.8, rng.random(40_000) < 0.1).astype(np.float32)
    scorer = scoring.fit_scorer([({"same_outlet": likely}, same)], {})
    no, yes = scorer.evidence({"same_outlet": np.array([0, 1], np.float32)})
    assert yes == pytest.approx(np.log(0.8 / 0.1), abs=0.25)
    assert no == pytest.approx(np.log(0.2 / 0.9), abs=0.25)


def test_evidence_does_not_depend_on_the_base_rate_of_the_labels() -> None:
    features, _ = window(400, 0.5, seed=9)
    common, rare = (scoring.fit_scorer([window(40_000, share)], {}).evidence(features) for share in (0.5, 0.05))
    assert np.abs(common - rare).mean() < 0.4


def test_noise_contributes_little() -> None:
    features, same = window(20_000, 0.2)
    parts = scoring.fit_scorer([(features, same)], {}).contributions(features)
    assert np.ptp(parts["noise"]) < 0.15 * np.ptp(parts["body_cosine"])


@given(st.integers(0, 2**32 - 1), st.integers(40, 400))
@settings(max_examples=25)
def test_curves_are_monotonic_whatever_the_labels(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    same = np.arange(size) % 3 == 0
    names = ("body_cosine", "rarest_shared", "name_conflict", "days_apart_log")
    scorer = scoring.fit_scorer([({name: rng.random(size, dtype=np.float32) for name in names}, same)], {})
    for name, curve in scorer.curves.items():
        steps = np.diff(curve.heights)
        assert (steps >= 0).all() if name in names[:2] else (steps <= 0).all(), name
        assert (np.diff(curve.knots) > 0).all(), name


def test_labels_against_the_direction_leave_a_curve_flat() -> None:
    features, same = falling(400, "body_cosine")
    assert slope(scoring.fit_scorer([(features, same)], {}), "body_cosine") == 0


def test_a_small_set_weighs_as_much_as_a_large_one() -> None:
    assert abs(slope(scoring.fit_scorer([rising(4000), falling(40)], {}))) < 1


def test_a_set_with_a_higher_weight_dominates() -> None:
    assert slope(scoring.fit_scorer([rising(400), falling(400)], {}, set_weights=[6, 1])) > 1
    assert slope(scoring.fit_scorer([rising(400), falling(400)], {}, set_weights=[1, 6])) < -1


def test_a_feature_that_is_always_missing_is_accepted() -> None:
    features, same = rising(400)
    features["days_apart_log"] = np.full(400, np.nan, np.float32)
    scorer = scoring.fit_scorer([(features, same)], {})
    unknown, known = (
        scorer.contributions({"noise": features["noise"][:1], "days_apart_log": np.array([value], np.float32)})
        for value in (np.nan, 1)
    )
    assert np.isfinite(unknown["days_apart_log"]).all()
    assert np.isfinite(known["days_apart_log"]).all()


def test_recall_thresholds_are_exceeded_by_their_share_of_same_story_pairs() -> None:
    features, same = window(20_000, 0.2)
    scorer = scoring.fit_scorer([(features, same)], {})
    shares, levels = zip(*sorted(scorer.recall_thresholds.items()), strict=True)
    assert list(levels) == sorted(levels, reverse=True)
    evidence = scorer.evidence(features)[same]
    for share, level in scorer.recall_thresholds.items():
        assert (evidence > level).mean() == pytest.approx(share, abs=0.01)
    assert len(shares) > 3


def test_a_set_of_one_kind_of_pair_is_ignored() -> None:
    features, same = window(500, 0.3)
    assert scoring.fit_scorer([(features, same), (features, np.zeros(500, bool))], {}) == scoring.fit_scorer(
        [(features, same)], {}
    )


def test_labels_of_one_kind_are_refused() -> None:
    with pytest.raises(ModelError, match="only one kind"):
        scoring.fit_scorer([({"body_cosine": np.zeros(4, np.float32)}, np.zeros(4, bool))], {})
    with pytest.raises(ModelError, match="only one kind"):
        scoring.fit_scorer([], {})


def test_training_is_deterministic(tmp_path: Path) -> None:
    for name in ("one", "two"):
        scoring.fit_scorer([window(30_000, 0.4), window(300, 0.1, 1)], {"sets": ["a", "b"]}).save(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
