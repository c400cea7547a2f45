"""Training of a pair scorer on labelled pairs: a monotonic additive logistic regression."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit, logit

from newsfold.errors import ModelError
from newsfold.scoring.model import DEFAULT_BASE_RATE, FeatureCurve, Features, Floats, LogOdds, PairScorer

Labels = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]
Bound = tuple[float | None, float | None]

_INCREASING = {
    *(
        "dense_zscore",
        "shared_nearest_neighbours",
        "body_cosine",
        "title_in_text",
        "rarest_shared",
        "rarest_shared_name",
    ),
    *("graph_common_neighbours", "graph_similarity", "graph_trusted_similarity"),
}
_DECREASING = {"name_conflict", "days_apart_log"}
_SAME_STORY_QUANTILES = (0.02, 0.15, 0.35, 0.55, 0.75, 0.95)  # knots lie where same-story pairs are
_OTHER_QUANTILES = (0.1, 0.5, 0.9, 0.99)
# Most stories last one day, so quantiles would place no knot at a week, a month or a year.
_FIXED_KNOTS = {"days_apart_log": np.log1p([0.0, 1, 3, 7, 30, 365])}
_MAX_PAIRS = 10_000  # of each class and set: more pairs do not improve the fit
_PENALTY = 2e-5  # on squared steps of the curves, beside a mean loss per pair
_RECALLS = (0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)


@dataclass(frozen=True)
class LabelledWindow:
    """All m candidate pairs of a window, some of them labelled, to fit graph curves to."""

    graph_features: Callable[[Rows], Features]
    """Returns the graph features of some of the pairs."""
    first_pass: LogOdds
    """Log-odds of each pair without graph features, shape (m,)."""
    labels: npt.NDArray[np.int8]
    """1 same story, 0 different stories, -1 unlabelled: shape (m,)."""
    articles: int
    """Number of articles in the window."""
    same_story_share: float
    """Share of all pairs that belong to one story. It cannot be counted from labels of some stories only: these hold
    few pairs of different stories."""


def fit_scorer(
    sets: Sequence[tuple[Features, Labels]],
    provenance: Mapping[str, object],
    *,
    set_weights: Sequence[float] | None = None,
) -> PairScorer:
    """Fit a scorer to labelled pairs; every set weighs the same, whatever its number of pairs.

    Same-story pairs get the same base rate in all sets, so that the curves learn likelihood ratios, independent of how
    each set was made.

    Args:
        sets: for each data set, the features (arrays of shape (m,)) and whether each pair belongs to one story.
        provenance: what to record about the training data.
        set_weights: relative weight of each set; None: equal weights.

    Raises:
        ModelError: no set has pairs of both classes.
    """
    set_weights = set_weights or [1.0] * len(sets)
    usable = [
        (features, labels, weight)
        for (features, labels), weight in zip(sets, set_weights, strict=True)
        if _has_both_classes(labels)
    ]
    if not usable:
        raise ModelError(
            "Training needs pairs of the same story and pairs of different stories; the labels hold only one kind."
        )
    rng = np.random.default_rng(0)
    samples = [_sample(labels, weight, DEFAULT_BASE_RATE, _MAX_PAIRS, rng) for _, labels, weight in usable]
    parts = [
        ({name: values[rows] for name, values in features.items()}, labels[rows], np.zeros(len(rows)))
        for (features, labels, _), (rows, _) in zip(usable, samples, strict=True)
    ]
    curves, intercept = _fit_additive_model(parts, np.concatenate([weights for _, weights in samples]))
    scorer = PairScorer(round(intercept - float(logit(DEFAULT_BASE_RATE)), 4), curves, {}, provenance)
    levels = [np.quantile(scorer.evidence(part)[label], 1 - np.array(_RECALLS)) for part, label, _ in usable]
    thresholds = dict(zip(_RECALLS, np.mean(levels, axis=0).round(4).tolist(), strict=True))
    return replace(scorer, recall_thresholds=thresholds)


def fit_graph_curves(
    scorer: PairScorer, windows: Sequence[LabelledWindow], *, set_weights: Sequence[float] | None = None
) -> PairScorer:
    """Fit the curves of the graph features on top of a scorer's first pass.

    Same-story pairs keep the base rate of each window here, because it decides what the graph features mean.

    Args:
        scorer: the scorer of the first pass.
        windows: those of the data sets.
        set_weights: relative weight of each set; None: equal weights.
    """
    set_weights = set_weights or [1.0] * len(windows)
    rng = np.random.default_rng(0)
    parts, weights = [], []
    for window, set_weight in zip(windows, set_weights, strict=True):
        known = np.flatnonzero(window.labels >= 0)
        labels = window.labels[known] == 1
        if _has_both_classes(labels):
            rows, weight = _sample(labels, set_weight, window.same_story_share, 2 * _MAX_PAIRS, rng)
            parts.append((window.graph_features(known[rows]), labels[rows], window.first_pass[known[rows]]))
            weights.append(weight)
    if not parts:
        return scorer
    curves, intercept = _fit_additive_model(parts, np.concatenate(weights))
    smallest = min(window.articles for window in windows if (window.labels >= 0).any())
    return replace(scorer, graph_curves=curves, graph_intercept=round(intercept, 4), smallest_window=smallest)


def _fit_additive_model(
    parts: Sequence[tuple[Features, Labels, LogOdds]], weights: npt.NDArray[np.float64]
) -> tuple[dict[str, FeatureCurve], float]:
    """Fit curves and intercept to the features, labels and offsets (log-odds) of each set."""
    names = list(parts[0][0])
    features = {name: np.concatenate([part[name] for part, _, _ in parts]) for name in names}
    labels = np.concatenate([label for _, label, _ in parts])
    offset = np.concatenate([part for _, _, part in parts])
    knots = {name: _FIXED_KNOTS.get(name, _place_knots(values, labels)) for name, values in features.items()}
    design = np.concatenate([linear_spline_basis(features[name], knots[name]) for name in names], axis=1)
    bounds = [bound for name in names for bound in [monotonic_bounds(name)] * (len(knots[name]) - 1) + [(None, None)]]
    penalty = np.append(np.full(len(bounds), _PENALTY), 0)
    steps, intercept = fit_logistic_regression(
        design, labels, weights / weights.sum(), [*bounds, (None, None)], offset, penalty
    )
    curves, start = {}, 0
    for name in names:
        own_steps = steps[start : start + len(knots[name])]
        start += len(own_steps)
        heights = np.concatenate([[0], np.cumsum(own_steps[:-1])]).round(4)
        missing = round(float(own_steps[-1]), 4)
        curves[name] = FeatureCurve(tuple(knots[name].tolist()), tuple(heights.tolist()), missing)
    return curves, intercept


def _has_both_classes(labels: Labels) -> bool:
    return bool(labels.any() and not labels.all())


def _sample(
    labels: Labels, set_weight: float, base_rate: float, max_pairs: int, rng: np.random.Generator
) -> tuple[Rows, npt.NDArray[np.float64]]:
    """Sample at most `max_pairs` rows of each class, with weights that give same-story pairs the base rate."""
    rows, weights = [], []
    for is_same_story, share in ((True, base_rate), (False, 1 - base_rate)):
        members = np.flatnonzero(labels == is_same_story)
        sampled = np.sort(rng.choice(members, min(max_pairs, len(members)), replace=False))
        rows.append(sampled)
        weights.append(np.full(len(sampled), set_weight * share / len(sampled)))
    return np.concatenate(rows), np.concatenate(weights)


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
