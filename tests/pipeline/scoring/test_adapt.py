from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold import scoring, settings
from newsfold.schemas import pair_features
from newsfold.scoring.train import monotonic_bounds

SHIPPED = scoring.load_scorer(settings.Scoring())


def pairs(size: int, seed: int) -> dict[str, np.ndarray]:
    """Return features anywhere on the shipped curves and beyond, some missing."""
    rng = np.random.default_rng(seed)
    features = {}
    for name in pair_features.FEATURES:
        low, high = SHIPPED.curves[name].knots[0], SHIPPED.curves[name].knots[-1]
        values = rng.uniform(low - 0.2, high + 0.2, size).astype(np.float32)
        values[rng.random(size) < 0.1] = np.nan
        features[name] = values
    return features


def select_rows(features: dict[str, np.ndarray], rows: slice | np.ndarray) -> dict[str, np.ndarray]:
    return {name: values[rows] for name, values in features.items()}


@given(st.integers(1, 60), st.integers(0, 2**16), st.floats(-4, 4))
def test_curves_stay_monotonic_whatever_the_labels(size: int, seed: int, shift: float) -> None:
    features, rng, adapted = pairs(size, seed), np.random.default_rng(seed), SHIPPED
    for _ in range(2):
        labels = rng.random(size) < 0.5
        adapted = scoring.adapt_scorer(adapted, features, adapted.predict_log_odds(features) + shift, labels, {})
    for name in pair_features.FEATURES:
        lower, upper = monotonic_bounds(name)
        if lower is upper is None:
            continue
        knots = SHIPPED.curves[name].knots
        places = np.linspace(knots[0] - 1, knots[-1] + 1, 200, dtype=np.float32)
        along = {other: np.zeros(200, np.float32) for other in features} | {name: places}
        steps = np.diff(adapted.contributions(along)[name])
        assert ((steps > -2e-4) if upper is None else (steps < 2e-4)).all(), name


def test_more_labels_move_a_scorer_further() -> None:
    features = pairs(400, 3)
    log_odds = SHIPPED.predict_log_odds(features)
    labels = log_odds > -2  # people put more pairs into one story than the scorer does
    uncertain = labels & (log_odds < 0)
    shifts = []
    for size in (5, 20, 400):
        adapted = scoring.adapt_scorer(SHIPPED, select_rows(features, slice(size)), log_odds[:size], labels[:size], {})
        shifts.append(float((adapted.predict_log_odds(features) - log_odds)[uncertain].mean()))
    assert 0 < shifts[0] < shifts[1] < shifts[2]


def test_labels_that_agree_with_the_scorer_hardly_change_it() -> None:
    features = pairs(600, 5)
    log_odds = SHIPPED.predict_log_odds(features)
    certain = np.abs(log_odds) > 8
    assert 30 < certain.sum() < 600
    adapted = scoring.adapt_scorer(
        SHIPPED, select_rows(features, certain), log_odds[certain], log_odds[certain] > 0, {"labels": "x"}
    )
    assert np.abs(adapted.predict_log_odds(features) - log_odds)[certain].max() < 0.5
    assert adapted.provenance == {**SHIPPED.provenance, "adapted_to": [{"labels": "x"}]}


def test_labels_do_not_change_the_base_rate() -> None:
    features = pairs(50, 9)
    log_odds = SHIPPED.predict_log_odds(features)
    adapted = scoring.adapt_scorer(SHIPPED, features, log_odds, np.ones(50, bool), {})
    assert (adapted.predict_log_odds(features) > log_odds).mean() > 0.9
    ends = {name: pa.array(["a"] * 50) for name in ("left_id", "right_id")}
    window = pa.table(ends | {name: pa.array(values) for name, values in features.items()})
    assert scoring.estimate_window_shift(adapted, window) == scoring.estimate_window_shift(SHIPPED, window)


@given(st.integers(1, 40), st.integers(0, 2**16), st.floats(-4, 4))
def test_no_pair_is_raised_by_labels_more_than_the_most_that_they_add(size: int, seed: int, shift: float) -> None:
    features = pairs(size, seed)
    log_odds = SHIPPED.predict_log_odds(features)
    labels = np.random.default_rng(seed).random(size) < 0.5
    adapted = scoring.adapt_scorer(SHIPPED, features, log_odds + shift, labels, {})
    others = pairs(200, seed + 1)
    raised = adapted.predict_log_odds(others) - SHIPPED.predict_log_odds(others)
    assert raised.max() <= adapted.max_label_correction + 1e-9


def test_an_adapted_scorer_is_loaded_as_it_was_saved(tmp_path_factory: pytest.TempPathFactory) -> None:
    features = pairs(20, 7)
    adapted = scoring.adapt_scorer(
        SHIPPED, features, SHIPPED.predict_log_odds(features), np.arange(20) < 9, {"pairs": 20}
    )
    file = tmp_path_factory.mktemp("scorer") / "scorer.json"
    adapted.save(file)
    assert scoring.PairScorer.load(file) == adapted
