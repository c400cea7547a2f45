from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold import scoring, settings
from newsfold.schemas import pair_features

SHIPPED = scoring.load_scorer(settings.Scoring())


def pairs(size: int, seed: int) -> dict[str, np.ndarray]:
    """Features anywhere on the shipped curves and beyond them, some missing; no company is heard."""
    rng = np.random.default_rng(seed)
    found = {}
    for name in pair_features.FEATURES:
        low, high = SHIPPED.curves[name].knots[0], SHIPPED.curves[name].knots[-1]
        values = rng.uniform(low - 0.2, high + 0.2, size).astype(np.float32)
        values[rng.random(size) < 0.1] = np.nan
        found[name] = values
    silent = {name: np.zeros(size, np.float32) for name in pair_features.GRAPH_FEATURES}
    return found | silent | {"headline_only": (rng.random(size) < 0.3).astype(np.float32)}


def some(features: dict[str, np.ndarray], rows: slice | np.ndarray) -> dict[str, np.ndarray]:
    return {name: values[rows] for name, values in features.items()}


@given(st.integers(1, 60), st.integers(0, 2**16), st.floats(-4, 4))
def test_no_curve_turns_whatever_people_said(size: int, seed: int, prior: float) -> None:
    told, rng = pairs(size, seed), np.random.default_rng(seed)
    moved = scoring.adapt_scorer(SHIPPED, told, SHIPPED.predict_log_odds(prior, told), rng.random(size) < 0.5, {})
    moved = scoring.adapt_scorer(moved, told, moved.predict_log_odds(prior, told), rng.random(size) < 0.5, {})
    for name in set(pair_features.FEATURES) - {"same_outlet"}:
        knots = SHIPPED.curves[name].knots
        places = np.linspace(knots[0] - 1, knots[-1] + 1, 200, dtype=np.float32)
        for headline_only in (0, 1):
            along = {other: np.zeros(200, np.float32) for other in told}
            along |= {name: places, "headline_only": np.full(200, headline_only, np.float32)}
            steps = np.diff(moved.contributions(along)[name])
            assert ((steps < 2e-4) if name in ("name_conflict", "days_apart_log") else (steps > -2e-4)).all(), name


def test_the_more_labels_say_so_the_further_a_scorer_goes() -> None:
    features = pairs(400, 3)
    log_odds = SHIPPED.predict_log_odds(-4, features)
    labels = log_odds > -2  # people fold more into one story than the scorer would
    doubtful = labels & (log_odds < 0)
    shifts = []
    for size in (10, 100, 400):
        moved = scoring.adapt_scorer(SHIPPED, some(features, slice(size)), log_odds[:size], labels[:size], {})
        shifts.append(float((moved.predict_log_odds(-4, features) - log_odds)[doubtful].mean()))
    assert 0 < shifts[0] < shifts[1] < shifts[2]


def test_labels_that_say_what_the_scorer_said_change_next_to_nothing() -> None:
    features = pairs(300, 5)
    log_odds = SHIPPED.predict_log_odds(0, features)
    sure = np.abs(log_odds) > 6
    moved = scoring.adapt_scorer(SHIPPED, some(features, sure), log_odds[sure], log_odds[sure] > 0, {"labels": "x"})
    assert np.abs(moved.predict_log_odds(0, features) - log_odds)[sure].max() < 0.2
    assert moved.provenance == {**SHIPPED.provenance, "adapted_to": [{"labels": "x"}]}


def test_what_people_said_changes_neither_the_prior_nor_what_company_says() -> None:
    features = pairs(50, 9)
    moved = scoring.adapt_scorer(SHIPPED, features, SHIPPED.predict_log_odds(-4, features), np.ones(50, bool), {})
    assert moved.evidence(features).tolist() == SHIPPED.evidence(features).tolist()
    assert (moved.recall_thresholds, moved.graph_curves) == (SHIPPED.recall_thresholds, SHIPPED.graph_curves)
    assert (moved.predict_log_odds(-4, features) > SHIPPED.predict_log_odds(-4, features)).mean() > 0.9


def test_an_adjusted_scorer_is_read_back_as_it_was_written(tmp_path_factory: pytest.TempPathFactory) -> None:
    features = pairs(20, 7)
    moved = scoring.adapt_scorer(
        SHIPPED, features, SHIPPED.predict_log_odds(0, features), np.arange(20) < 9, {"pairs": 20}
    )
    file = tmp_path_factory.mktemp("scorer") / "scorer.json"
    moved.save(file)
    assert scoring.PairScorer.load(file) == moved
