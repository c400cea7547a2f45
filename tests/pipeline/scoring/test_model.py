from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from pipeline import schemas, scoring
from pipeline.errors import ModelError
from pipeline.scoring.model import Curve
from pipeline.settings import Scoring

RANDOM = np.random.default_rng(0)


def labelled(count: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Pairs whose odds rise with `closeness`, which is unknown for some; `noise` tells nothing."""
    closeness = RANDOM.random(count).astype(np.float32)
    same = RANDOM.random(count) < 1 / (1 + np.exp(-(10 * closeness - 6)))
    closeness[RANDOM.random(count) < 0.1] = np.nan
    return {"closeness": closeness, "noise": RANDOM.random(count).astype(np.float32)}, same


def test_a_fitted_scorer_is_calibrated() -> None:
    features, same = labelled(20_000)
    probability = scoring.fit([(features, same)], {}).probability(features)
    for low in np.arange(0, 1, 0.2):
        inside = (probability >= low) & (probability < low + 0.2)
        assert same[inside].mean() == pytest.approx(probability[inside].mean(), abs=0.05)


def test_what_tells_nothing_counts_for_little() -> None:
    features, same = labelled(20_000)
    parts = scoring.fit([(features, same)], {}).contributions(features)
    assert np.ptp(parts["noise"]) < 0.15 * np.ptp(parts["closeness"])


def test_contributions_add_up_to_the_log_odds() -> None:
    features, same = labelled(500)
    model = scoring.fit([(features, same)], {})
    total = model.intercept + sum(model.contributions(features).values())
    assert np.allclose(total, model.log_odds(features))


def test_a_small_set_weighs_as_much_as_a_large_one() -> None:
    rising = ({"x": np.linspace(0, 1, 4000, dtype=np.float32)}, np.arange(4000) >= 2000)
    falling = ({"x": np.linspace(0, 1, 40, dtype=np.float32)}, np.arange(40) < 20)
    odds = scoring.fit([rising, falling], {}).log_odds({"x": np.array([0.0, 1.0], dtype=np.float32)})
    assert abs(odds[1] - odds[0]) < 1


def test_a_set_that_weighs_more_decides() -> None:
    rising = ({"x": np.linspace(0, 1, 400, dtype=np.float32)}, np.arange(400) >= 200)
    falling = ({"x": np.linspace(0, 1, 400, dtype=np.float32)}, np.arange(400) < 200)
    ends = {"x": np.array([0.0, 1.0], dtype=np.float32)}
    low, high = scoring.fit([rising, falling], {}, set_weights=[6, 1]).log_odds(ends)
    assert high > low + 1


def test_a_saved_scorer_is_the_same_scorer(tmp_path: Path) -> None:
    features, same = labelled(500)
    model = scoring.fit([(features, same)], {"sets": ["mine"]})
    model.save(tmp_path / "scorer.json")
    assert scoring.load(tmp_path / "scorer.json") == model


def test_labels_of_one_kind_cannot_train() -> None:
    with pytest.raises(ModelError, match="only one kind"):
        scoring.fit([({"x": np.zeros(4, np.float32)}, np.zeros(4, bool))], {})


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": "something else"}'])
def test_what_is_no_scorer_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "scorer.json"
    file.write_text(content)
    with pytest.raises(ModelError, match=r"scorer\.json"):
        scoring.load(file)


def test_a_scorer_that_needs_unknown_features_says_which() -> None:
    model = scoring.PairScorer(0.0, {"moon_phase": Curve((0.0, 1.0), (0.0, 1.0), 0.0)}, {})
    with pytest.raises(ModelError, match="moon_phase"):
        model.log_odds({"dense_cosine": np.zeros(1, np.float32)})


def test_the_shipped_scorer_knows_every_feature_and_where_it_comes_from() -> None:
    shipped = scoring.scorer(Scoring())
    assert set(shipped.curves) == set(schemas.FEATURES)
    assert {"sets", "embedding", "versions"} <= shipped.provenance.keys()


@given(arrays.arrays(np.float32, st.integers(1, 20), elements=st.floats(-5, 5, width=32) | st.just(float("nan"))))
def test_a_curve_stays_between_its_heights(values: np.ndarray) -> None:
    heights = Curve((0.0, 1.0, 2.0), (-1.0, 3.0, 0.5), 0.25)(values)
    assert heights.min() >= -1
    assert heights.max() <= 3
    assert (heights[np.isnan(values)] == 0.25).all()
