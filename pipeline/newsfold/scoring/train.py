"""Training of a pair scorer on labelled pairs: a monotonic additive logistic regression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit

from newsfold.errors import ModelError
from newsfold.scoring.base_rate import is_close
from newsfold.scoring.model import FeatureCurve, Features, Floats, LogOdds, PairScorer

Labels = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]
Bound = tuple[float | None, float | None]

_INCREASING = {
    "dense_cosine",
    "dense_zscore",
    "shared_nearest_neighbours",
    "body_cosine",
    "title_in_text",
    "rarest_shared",
    "number_overlap",
}
_DECREASING = {"name_conflict", "days_apart_log", "unexplained_days_log"}
_SAME_STORY_QUANTILES = (0.02, 0.15, 0.35, 0.55, 0.75, 0.95)  # knots lie where same-story pairs are
_OTHER_QUANTILES = (0.1, 0.5, 0.9, 0.99)
# Most stories last one day, so quantiles would place no knot at a week, a month or a year.
_DAYS = np.log1p([0.0, 1, 3, 7, 30, 365])
_FIXED_KNOTS = {"days_apart_log": _DAYS, "unexplained_days_log": _DAYS}
_MAX_PAIRS = 20_000  # of each class and set: more pairs do not improve the fit
_PENALTY = 2e-5  # on squared steps of the curves, beside a mean loss per pair


@dataclass(frozen=True)
class TrainingPairs:
    """The labelled candidate pairs of a set."""

    features: Features
    """Arrays of shape (m,)."""
    labels: Labels
    """Whether each pair belongs to one story, shape (m,)."""
    counts: npt.NDArray[np.float64]
    """How many pairs of the set each stands for, shape (m,); so same-story pairs are as common as in the set."""
    weight: float = 1.0
    """Of the set, relative to others."""


def fit_scorer(sets: Sequence[TrainingPairs], provenance: Mapping[str, object]) -> PairScorer:
    """Fit a scorer to labelled pairs; the same-story pairs of every set weigh the same, whatever their number.

    Raises:
        ModelError: no set has pairs of both classes.
    """
    usable = [pairs for pairs in sets if pairs.labels.any() and not pairs.labels.all()]
    if not usable:
        raise ModelError(
            "Training needs pairs of the same story and pairs of different stories; the labels hold only one kind."
        )
    rng = np.random.default_rng(0)
    samples = [_sample(pairs, rng) for pairs in usable]
    features = {
        name: np.concatenate([pairs.features[name][rows] for pairs, (rows, _) in zip(usable, samples, strict=True)])
        for name in usable[0].features
    }
    labels = np.concatenate([pairs.labels[rows] for pairs, (rows, _) in zip(usable, samples, strict=True)])
    weights = np.concatenate([weights for _, weights in samples])
    curves, intercept = _fit_additive_model(features, labels, weights)
    return PairScorer(intercept, curves, _average_pairs_per_close_pair(usable), provenance)


def _average_pairs_per_close_pair(sets: Sequence[TrainingPairs]) -> float:
    """Return the geometric mean over the sets, weighted; of each set with a pseudo-count in both numbers."""
    ratios = [
        (pairs.counts[pairs.labels].sum() + 1) / (pairs.counts[is_close(pairs.features["dense_cosine"])].sum() + 1)
        for pairs in sets
    ]
    return round(float(np.exp(np.average(np.log(ratios), weights=[pairs.weight for pairs in sets]))), 4)


def _fit_additive_model(
    features: Features, labels: Labels, weights: npt.NDArray[np.float64]
) -> tuple[dict[str, FeatureCurve], float]:
    """Fit curves and an intercept."""
    knots = {name: _FIXED_KNOTS.get(name, _place_knots(values, labels)) for name, values in features.items()}
    design = np.concatenate([linear_spline_basis(values, knots[name]) for name, values in features.items()], axis=1)
    bounds: list[Bound] = []
    for name in features:
        bounds += [*[monotonic_bounds(name)] * (len(knots[name]) - 1), (None, None)]
    penalty = np.append(np.full(len(bounds), _PENALTY), 0)
    steps, intercept = fit_logistic_regression(
        design, labels, weights / weights.sum(), [*bounds, (None, None)], np.zeros(len(labels)), penalty
    )
    curves, start = {}, 0
    for name in features:
        own_steps = steps[start : start + len(knots[name])]
        start += len(own_steps)
        heights = np.concatenate([[0], np.cumsum(own_steps[:-1])]).round(4)
        missing = round(float(own_steps[-1]), 4)
        curves[name] = FeatureCurve(tuple(knots[name].tolist()), tuple(heights.tolist()), missing)
    return curves, round(intercept, 4)


def _sample(pairs: TrainingPairs, rng: np.random.Generator) -> tuple[Rows, npt.NDArray[np.float64]]:
    """Sample at most `_MAX_PAIRS` rows of each class; the weights of same-story pairs add up to the set's."""
    rows, weights = [], []
    for label in (True, False):
        members = np.flatnonzero(pairs.labels == label)
        sampled = np.sort(rng.choice(members, min(_MAX_PAIRS, len(members)), replace=False))
        rows.append(sampled)
        weights.append(pairs.counts[sampled] * (pairs.counts[members].sum() / pairs.counts[sampled].sum()))
    return np.concatenate(rows), np.concatenate(weights) * (pairs.weight / weights[0].sum())


def _place_knots(values: Floats, labels: Labels) -> npt.NDArray[np.float64]:
    known = ~np.isnan(values)
    parts = ((values[known & labels], _SAME_STORY_QUANTILES), (values[known & ~labels], _OTHER_QUANTILES))
    places = [np.quantile(part, quantiles) for part, quantiles in parts if len(part)]
    knots = np.unique(np.concatenate([*places, *([] if places else [[0.0]])]).astype(np.float64).round(3))
    return knots if len(knots) > 1 else np.array([knots[0], knots[0] + 1])


def linear_spline_basis(values: Floats, knots: npt.NDArray[np.float64]) -> Floats:
    """Return how much of each interval between knots lies below a value, and a last column for missing values.

    Args:
        values: a feature of m pairs, float32 of shape (m,); NaN is missing.
        knots: of its curve, shape (k,).

    Returns:
        float32 of shape (m, k).
    """
    missing = np.isnan(values)
    filled = np.where(missing, knots[0], values)[:, None]
    shares = np.clip((filled - knots[:-1]) / np.diff(knots), 0, 1)
    return np.concatenate([shares, missing[:, None]], axis=1).astype(np.float32)


def monotonic_bounds(name: str) -> Bound:
    """Return the lower and upper bound of the steps of a feature's curve from one knot to the next."""
    return (0, None) if name in _INCREASING else (None, 0) if name in _DECREASING else (None, None)


def fit_logistic_regression(
    design: Floats,
    labels: Labels,
    weights: npt.NDArray[np.float64],
    bounds: Sequence[Bound],
    offset: LogOdds,
    penalty: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.float64], float]:
    """Fit a ridge-penalised logistic regression with an offset and bounded coefficients.

    Args:
        design: float32 of shape (m, k).
        labels: shape (m,).
        weights: of the rows, shape (m,).
        bounds: of each coefficient and, last, of the intercept: k + 1 pairs.
        offset: log-odds to start from, shape (m,).
        penalty: on the square of each coefficient and, last, of the intercept: shape (k + 1,).

    Returns:
        The coefficients, shape (k,), and the intercept.
    """
    truth = labels.astype(np.float64)

    def objective(coefficients: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        slopes = coefficients[:-1]
        log_odds = (design @ slopes.astype(np.float32)).astype(np.float64) + coefficients[-1] + offset
        loss = (weights * (np.logaddexp(0, log_odds) - truth * log_odds)).sum() + (penalty * coefficients**2).sum()
        residual = weights * (expit(log_odds) - truth)
        gradient = np.append((residual.astype(np.float32) @ design).astype(np.float64), residual.sum())
        return float(loss), gradient + 2 * penalty * coefficients

    start = np.zeros(design.shape[1] + 1)
    result = minimize(objective, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 300})
    return result.x[:-1], float(result.x[-1])
