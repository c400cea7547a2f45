"""The pair scorer: an additive model whose every part is a curve that a person can read.

A generalised additive model (Hastie and Tibshirani 1986): the log-odds that two articles belong to one story
are an intercept plus, for each feature, the height of a piecewise linear curve at the feature's value (or a
value of its own where the feature is missing). It is fitted as a scikit-learn logistic regression over hat
functions, so its probabilities are calibrated on the training pairs, and it is stored as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from pipeline.errors import ModelError

Floats = npt.NDArray[np.float32]
Features = Mapping[str, Floats]

_FORMAT = "newsfold pair scorer 1"
_QUANTILES = np.linspace(0, 1, 8)  # of the same-story pairs: the curve bends where the decision is made
_BACKGROUND_QUANTILES = (0, 0.5, 0.9, 1)  # of the others
_TOTAL_WEIGHT = 200_000  # of all training pairs together: what the penalty is weighed against


@dataclass(frozen=True)
class Curve:
    """A feature's part of the log-odds: linear between knots, constant outside them."""

    knots: tuple[float, ...]
    heights: tuple[float, ...]
    missing: float

    def __call__(self, values: Floats) -> npt.NDArray[np.float64]:
        """Contributions in log-odds, shape (m,); NaN values get `missing`."""
        contributions = np.interp(values, self.knots, self.heights)
        return np.where(np.isnan(values), self.missing, contributions)


@dataclass(frozen=True)
class PairScorer:
    """Intercept, one curve per feature, and where the model comes from."""

    intercept: float
    curves: Mapping[str, Curve]
    provenance: Mapping[str, object]

    def contributions(self, features: Features) -> dict[str, npt.NDArray[np.float64]]:
        """Each feature's part of the log-odds, arrays of shape (m,); the intercept comes on top.

        Raises:
            ModelError: a feature that the model needs is not there.
        """
        lacking = sorted(self.curves.keys() - features.keys())
        if lacking:
            raise ModelError(
                f"The pair scorer needs features this newsfold does not have: {', '.join(lacking)}. Train it anew."
            )
        return {name: curve(features[name]) for name, curve in self.curves.items()}

    def log_odds(self, features: Features) -> npt.NDArray[np.float64]:
        """Log-odds of belonging to one story, shape (m,)."""
        return np.asarray(self.intercept + np.sum(list(self.contributions(features).values()), axis=0))

    def probability(self, features: Features) -> Floats:
        """The log-odds as probabilities, float32 of shape (m,)."""
        return np.asarray(expit(self.log_odds(features)), dtype=np.float32)

    def save(self, path: Path) -> None:
        """Write the model as JSON, the same bytes for the same model."""
        content = {
            "format": _FORMAT,
            "provenance": dict(self.provenance),
            "intercept": self.intercept,
            "curves": {name: asdict(curve) for name, curve in self.curves.items()},
        }
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load(path: Path) -> PairScorer:
    """Read a scorer written by `PairScorer.save` (`newsfold train`).

    Raises:
        ModelError: there is no such file, or it is not a pair scorer.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != _FORMAT:
            raise ModelError(f"{path} is a {content['format']!r}; this newsfold reads {_FORMAT!r}. Train it anew.")
        curves = {
            name: Curve(tuple(curve["knots"]), tuple(curve["heights"]), curve["missing"])
            for name, curve in content["curves"].items()
        }
        return PairScorer(content["intercept"], curves, content["provenance"])
    except FileNotFoundError as error:
        raise ModelError(
            f"There is no pair scorer {path}. Set scoring.model to `default` or to a file of `newsfold train`."
        ) from error
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path} is not a pair scorer written by `newsfold train`: {error!r}") from error


def fit(
    sets: Sequence[tuple[Features, npt.NDArray[np.bool_]]],
    provenance: Mapping[str, object],
    *,
    set_weights: Sequence[float] | None = None,
) -> PairScorer:
    """Fit a scorer on labelled pairs; every set weighs the same, however many pairs it has.

    Args:
        sets: per data set the features (arrays of shape (m,)) and whether each pair is one story's.
        provenance: what to keep about the training data.
        set_weights: how much more (or less) than another each set counts; all alike where None.

    Raises:
        ModelError: the pairs hold only one kind of label.
    """
    features = {name: np.concatenate([part[name] for part, _ in sets]) for name in sets[0][0]}
    labels = np.concatenate([label for _, label in sets])
    shares = set_weights or [1.0] * len(sets)
    weights = np.concatenate(
        [np.full(len(label), share / max(1, len(label))) for (_, label), share in zip(sets, shares, strict=True)]
    )
    if labels.all() or not labels.any():
        raise ModelError(
            "Training needs pairs of the same story and pairs of different ones; the labels hold only one kind."
        )
    knots = {name: _knots(values, labels) for name, values in features.items()}
    design = sparse.hstack([_hats(features[name], knots[name]) for name in features], format="csr")
    regression = LogisticRegression(max_iter=500)
    regression.fit(design, labels, sample_weight=weights * (_TOTAL_WEIGHT / weights.sum()))
    curves, start = {}, 0
    for name in features:
        heights = regression.coef_[0, start : start + len(knots[name]) + 1].round(4).tolist()
        start += len(heights)
        curves[name] = Curve(tuple(knots[name].tolist()), tuple(heights[:-1]), heights[-1])
    return PairScorer(round(float(regression.intercept_[0]), 4), curves, provenance)


def _knots(values: Floats, labels: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    known = ~np.isnan(values)
    same, other = values[known & labels], values[known & ~labels]
    places = [np.quantile(part, at) for part, at in ((same, _QUANTILES), (other, _BACKGROUND_QUANTILES)) if len(part)]
    knots = np.unique(np.concatenate([*places, [0.0]]).astype(np.float64).round(3))
    return knots if len(knots) > 1 else np.array([knots[0], knots[0] + 1])


def _hats(values: Floats, knots: npt.NDArray[np.float64]) -> sparse.csr_matrix:
    """Hat functions at the knots, and a last column for missing values: shape (m, len(knots) + 1)."""
    missing = np.isnan(values)
    inside = np.clip(np.where(missing, knots[0], values), knots[0], knots[-1])
    cell = np.clip(np.searchsorted(knots, inside, side="right") - 1, 0, len(knots) - 2)
    share = (inside - knots[cell]) / (knots[cell + 1] - knots[cell])
    rows = np.arange(len(values))
    columns = np.stack([np.where(missing, len(knots), cell), np.where(missing, len(knots), cell + 1)])
    heights = np.stack([np.where(missing, 0.5, 1 - share), np.where(missing, 0.5, share)])
    shape = (len(values), len(knots) + 1)
    return sparse.csr_matrix((heights.ravel(), (np.tile(rows, 2), columns.ravel())), shape=shape)
