"""Fitting a pair scorer to labelled pairs: a monotone additive logistic regression."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit, logit

from newsfold.errors import ModelError
from newsfold.scoring.model import USUAL_SHARE, Curve, Features, Floats, LogOdds, PairScorer

Labels = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]
Bound = tuple[float | None, float | None]

_RISES = {
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
_FALLS = {"name_conflict", "days_apart_log"}
_SAME_QUANTILES = (0.02, 0.15, 0.35, 0.55, 0.75, 0.95)  # of one-story pairs: curves bend where the decision is made
_OTHER_QUANTILES = (0.1, 0.5, 0.9, 0.99)
# Most stories are told within a day, so quantiles would say nothing of a week, a month or a year.
_FIXED_KNOTS = {"days_apart_log": np.log1p([0.0, 1, 3, 7, 30, 365])}
_PAIRS = 10_000  # of each kind and set: more of them say nothing new
_PENALTY = 2e-5  # on squared rises, beside a mean loss per pair
_REACH = (0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)


@dataclass(frozen=True)
class Window:
    """All m candidate pairs of a window, some of them labelled, as company is learnt from them."""

    company: Callable[[Rows], Features]
    """Gives the company features of some of the pairs."""
    alone: LogOdds
    """What each pair says alone, shape (m,)."""
    labels: npt.NDArray[np.int8]
    """1 one story's, 0 different ones, -1 unknown: shape (m,)."""
    articles: int
    """In the window."""
    share: float
    """How many of all pairs are one story's. Labels for some stories only do not tell: they hold few different ones."""


def fit(
    sets: Sequence[tuple[Features, Labels]],
    provenance: Mapping[str, object],
    *,
    set_weights: Sequence[float] | None = None,
) -> PairScorer:
    """Fit a scorer on labelled pairs; every set weighs the same, however many pairs it has.

    One-story pairs are made equally common in all sets, so that the curves learn likelihood ratios and nothing of
    how each set was made.

    Args:
        sets: per data set the features (arrays of shape (m,)) and whether each pair is one story's.
        provenance: what to keep about the training data.
        set_weights: how much more (or less) than another each set counts; all alike where None.

    Raises:
        ModelError: no set has pairs of both kinds.
    """
    shares = set_weights or [1.0] * len(sets)
    usable = [(part, labels, share) for (part, labels), share in zip(sets, shares, strict=True) if _both_kinds(labels)]
    if not usable:
        raise ModelError(
            "Training needs pairs of the same story and pairs of different ones; the labels hold only one kind."
        )
    rng = np.random.default_rng(0)
    chosen = [_sampled(labels, share, USUAL_SHARE, _PAIRS, rng) for _, labels, share in usable]
    parts = [
        ({name: values[rows] for name, values in part.items()}, labels[rows], np.zeros(len(rows)))
        for (part, labels, _), (rows, _) in zip(usable, chosen, strict=True)
    ]
    curves, intercept = _additive(parts, np.concatenate([weight for _, weight in chosen]))
    scorer = PairScorer(round(intercept - float(logit(USUAL_SHARE)), 4), curves, {}, provenance)
    levels = [np.quantile(scorer.evidence(part)[label], 1 - np.array(_REACH)) for part, label, _ in usable]
    reach = dict(zip(_REACH, np.mean(levels, axis=0).round(4).tolist(), strict=True))
    return replace(scorer, reach=reach)


def fit_company(
    scorer: PairScorer, sets: Sequence[Window], *, set_weights: Sequence[float] | None = None
) -> PairScorer:
    """Add to a scorer what company says, on top of what each pair says alone.

    One-story pairs are as common here as they are in each window: how common they are decides what company means.

    Args:
        scorer: what judges pairs alone.
        sets: the windows of the data sets.
        set_weights: how much more (or less) than another each set counts; all alike where None.
    """
    shares = set_weights or [1.0] * len(sets)
    rng = np.random.default_rng(0)
    parts, weights = [], []
    for window, share in zip(sets, shares, strict=True):
        known = np.flatnonzero(window.labels >= 0)
        labels = window.labels[known] == 1
        if _both_kinds(labels):
            rows, weight = _sampled(labels, share, window.share, 2 * _PAIRS, rng)
            parts.append((window.company(known[rows]), labels[rows], window.alone[known[rows]]))
            weights.append(weight)
    if not parts:
        return scorer
    curves, intercept = _additive(parts, np.concatenate(weights))
    smallest = min(window.articles for window in sets if (window.labels >= 0).any())
    return replace(scorer, company=curves, company_intercept=round(intercept, 4), smallest_window=smallest)


def _additive(
    parts: Sequence[tuple[Features, Labels, LogOdds]], weights: npt.NDArray[np.float64]
) -> tuple[dict[str, Curve], float]:
    """Curves and intercept of an additive regression: per set features, labels, and log-odds to add to."""
    names = list(parts[0][0])
    features = {name: np.concatenate([part[name] for part, _, _ in parts]) for name in names}
    labels = np.concatenate([label for _, label, _ in parts])
    offset = np.concatenate([given for _, _, given in parts])
    knots = {name: _FIXED_KNOTS.get(name, _knots(values, labels)) for name, values in features.items()}
    design = np.concatenate([ramps(features[name], knots[name]) for name in names], axis=1)
    bounds = [bound for name in names for bound in [direction(name)] * (len(knots[name]) - 1) + [(None, None)]]
    penalty = np.append(np.full(len(bounds), _PENALTY), 0)
    rises, intercept = regression(design, labels, weights / weights.sum(), [*bounds, (None, None)], offset, penalty)
    curves, start = {}, 0
    for name in names:
        own = rises[start : start + len(knots[name])]
        start += len(own)
        heights = np.concatenate([[0], np.cumsum(own[:-1])]).round(4)
        curves[name] = Curve(tuple(knots[name].tolist()), tuple(heights.tolist()), round(float(own[-1]), 4))
    return curves, intercept


def _both_kinds(labels: Labels) -> bool:
    return bool(labels.any() and not labels.all())


def _sampled(
    labels: Labels, share: float, same: float, most: int, rng: np.random.Generator
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """At most so many rows of both kinds, and weights with which one-story pairs are a given share of them."""
    rows, weights = [], []
    for kind, part in ((True, same), (False, 1 - same)):
        there = np.flatnonzero(labels == kind)
        taken = np.sort(rng.choice(there, min(most, len(there)), replace=False))
        rows.append(taken)
        weights.append(np.full(len(taken), share * part / len(taken)))
    return np.concatenate(rows), np.concatenate(weights)


def _knots(values: Floats, labels: Labels) -> npt.NDArray[np.float64]:
    known = ~np.isnan(values)
    parts = ((values[known & labels], _SAME_QUANTILES), (values[known & ~labels], _OTHER_QUANTILES))
    places = [np.quantile(part, at) for part, at in parts if len(part)]
    knots = np.unique(np.concatenate([*places, *([] if places else [[0.0]])]).astype(np.float64).round(3))
    return knots if len(knots) > 1 else np.array([knots[0], knots[0] + 1])


def ramps(values: Floats, knots: npt.NDArray[np.float64]) -> Floats:
    """How much of each step between knots a value has climbed, and a last column for missing values.

    Args:
        values: a feature of m pairs, float32 of shape (m,); NaN is missing.
        knots: where its curve bends, shape (k,).

    Returns:
        float32 of shape (m, k).
    """
    missing = np.isnan(values)
    placed = np.where(missing, knots[0], values)[:, None]
    climbed = np.clip((placed - knots[:-1]) / np.diff(knots), 0, 1)
    return np.concatenate([climbed, missing[:, None]], axis=1).astype(np.float32)


def direction(name: str) -> Bound:
    """The least and the most that a feature's curve may rise from one knot to the next."""
    return (0, None) if name in _RISES else (None, 0) if name in _FALLS else (None, None)


def regression(
    design: Floats,
    labels: Labels,
    weights: npt.NDArray[np.float64],
    bounds: Sequence[Bound],
    offset: LogOdds,
    penalty: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.float64], float]:
    """A ridge-penalised logistic regression with an offset, its coefficients within bounds.

    Args:
        design: float32 of shape (m, k).
        labels: shape (m,).
        weights: of the rows, shape (m,).
        bounds: the least and the most of each coefficient, and at the end of the intercept: k + 1 pairs.
        offset: log-odds to start from, shape (m,).
        penalty: on the square of each coefficient, and at the end of the intercept: shape (k + 1,).

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
    found = minimize(objective, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 300})
    return found.x[:-1], float(found.x[-1])
