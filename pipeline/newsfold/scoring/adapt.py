"""Adaptation of a pair scorer to people's labels: the same curves, shifted as far as the labels justify."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from newsfold.scoring.model import FeatureCurve, Features, LogOdds, PairScorer
from newsfold.scoring.train import Bound, Labels, fit_logistic_regression, linear_spline_basis, monotonic_bounds

_PENALTY = 0.5  # on the square of each change in log-odds, beside a loss of one per pair


def adapt_scorer(
    scorer: PairScorer, features: Features, log_odds: LogOdds, labels: Labels, provenance: Mapping[str, object]
) -> PairScorer:
    """Adapt a scorer to labelled pairs, however few.

    The scorer is the prior mean (maximum a posteriori estimation with a Gaussian prior on the changes of the curves'
    steps, standard deviation one unit of log-odds): ten pairs change it a little, hundreds dominate. The corrections
    are added to the log-odds last, so they do not change the estimated base rate. Every curve stays monotonic.

    Args:
        scorer: the scorer to start from; earlier corrections are kept and added to.
        features: those of `pair_features.FEATURES`, arrays of shape (m,).
        log_odds: the scorer's log-odds of these pairs in their windows, shape (m,).
        labels: whether each pair belongs to one story, shape (m,).
        provenance: what to record about the labels.
    """
    knots = {name: np.array(curve.knots) for name, curve in scorer.curves.items()}
    design = np.concatenate([linear_spline_basis(features[name], places) for name, places in knots.items()], axis=1)
    bounds = [bound for name, places in knots.items() for bound in _change_bounds(scorer, name, places)]
    penalty = np.full(design.shape[1] + 1, _PENALTY)
    changes, shift = fit_logistic_regression(
        design, labels, np.ones(len(labels)), [*bounds, (None, None)], log_odds, penalty
    )
    label_curves, start = {}, 0
    for name, places in knots.items():
        steps = changes[start : start + len(places)]
        start += len(steps)
        earlier = scorer.label_curves.get(name)
        heights = _interpolate(earlier, places) + np.concatenate([[0], np.cumsum(steps[:-1])])
        missing = (0.0 if earlier is None else earlier.missing) + float(steps[-1])
        label_curves[name] = FeatureCurve(tuple(places.tolist()), tuple(heights.round(4).tolist()), round(missing, 4))
    return replace(
        scorer,
        label_curves=label_curves,
        label_intercept=round(scorer.label_intercept + shift, 4),
        provenance=dict(scorer.provenance) | {"adapted_to": [*_earlier_labels(scorer), dict(provenance)]},
    )


def _earlier_labels(scorer: PairScorer) -> list[object]:
    earlier = scorer.provenance.get("adapted_to", [])
    return list(earlier) if isinstance(earlier, list) else []


def _interpolate(curve: FeatureCurve | None, places: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.zeros(len(places)) if curve is None else np.interp(places, curve.knots, curve.heights)


def _change_bounds(scorer: PairScorer, name: str, knots: npt.NDArray[np.float64]) -> list[Bound]:
    """Return the bounds of a change: it may undo a step of the curve, corrections included, but not reverse it."""
    lower, upper = monotonic_bounds(name)
    corrections = np.diff(_interpolate(scorer.label_curves.get(name), knots))
    steps = np.diff(_interpolate(scorer.curves[name], knots)) + corrections
    bounds: list[Bound] = [
        (None if lower is None else min(0.0, -step), None if upper is None else max(0.0, -step))
        for step in steps.tolist()
    ]
    return [*bounds, (None, None)]
