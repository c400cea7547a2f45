"""Adjusting a pair scorer to what people said of pairs: the same curves, moved as far as the labels insist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from newsfold.scoring.model import Curve, Features, LogOdds, PairScorer
from newsfold.scoring.train import Bound, Labels, direction, ramps, regression

_STIFFNESS = 0.5  # on the square of each change in log-odds, beside a loss of one per pair


def adjust(
    scorer: PairScorer, features: Features, log_odds: LogOdds, labels: Labels, provenance: Mapping[str, object]
) -> PairScorer:
    """Move a scorer towards labelled pairs, however few.

    The scorer as it is, is the expectation (maximum a posteriori with a Gaussian prior around the curves' rises, each
    with a standard deviation of one log-odd): ten pairs move it a little, hundreds have their way. What people said is
    added to the log-odds last, so it changes neither how common one-story pairs are taken to be nor what company says.
    No curve turns for it.

    Args:
        scorer: the scorer to start from; what it was told before is kept and added to.
        features: those of `pair_features.FIRST_PASS_FEATURES`, arrays of shape (m,).
        log_odds: what the scorer says of these pairs in their windows, company included, shape (m,).
        labels: whether each pair is one story's, shape (m,).
        provenance: what to keep about the labels.
    """
    knots = {name: _knots(scorer, name) for name in scorer.curves}
    design = np.concatenate([ramps(features[name], at) for name, at in knots.items()], axis=1)
    bounds = [bound for name, at in knots.items() for bound in _bounds(scorer, name, at)]
    penalty = np.full(design.shape[1] + 1, _STIFFNESS)
    changes, shift = regression(design, labels, np.ones(len(labels)), [*bounds, (None, None)], log_odds, penalty)
    said, start = {}, 0
    for name, at in knots.items():
        own = changes[start : start + len(at)]
        start += len(own)
        before = _at(scorer.said.get(name), at)
        heights = before + np.concatenate([[0], np.cumsum(own[:-1])])
        missing = (scorer.said[name].missing if name in scorer.said else 0.0) + float(own[-1])
        said[name] = Curve(tuple(at.tolist()), tuple(heights.round(4).tolist()), round(missing, 4))
    told = [*_earlier(scorer), dict(provenance)]
    return replace(
        scorer,
        said=said,
        said_intercept=round(scorer.said_intercept + shift, 4),
        provenance=dict(scorer.provenance) | {"adjusted_to": told},
    )


def _earlier(scorer: PairScorer) -> list[object]:
    earlier = scorer.provenance.get("adjusted_to", [])
    return list(earlier) if isinstance(earlier, list) else []


def _models(scorer: PairScorer) -> list[PairScorer]:
    return [scorer] if scorer.titles is None else [scorer, scorer.titles]


def _knots(scorer: PairScorer, name: str) -> npt.NDArray[np.float64]:
    """Where any curve of a feature bends: between these places every one is straight."""
    return np.unique(np.concatenate([model.curves[name].knots for model in _models(scorer)]))


def _at(curve: Curve | None, places: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.zeros(len(places)) if curve is None else np.interp(places, curve.knots, curve.heights)


def _bounds(scorer: PairScorer, name: str, knots: npt.NDArray[np.float64]) -> list[Bound]:
    """A change may take back a curve's rise, what was said before included, but not turn it."""
    least, most = direction(name)
    told = np.diff(_at(scorer.said.get(name), knots))
    rises = [np.diff(_at(model.curves[name], knots)) + told for model in _models(scorer)]
    lowest, highest = np.min(rises, axis=0), np.max(rises, axis=0)
    steps: list[Bound] = [
        (None if least is None else min(0.0, -low), None if most is None else max(0.0, -high))
        for low, high in zip(lowest.tolist(), highest.tolist(), strict=True)
    ]
    return [*steps, (None, None)]
