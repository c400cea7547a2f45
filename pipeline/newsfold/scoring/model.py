"""The pair scorer: an additive model of readable curves.

A generalised additive model (Hastie and Tibshirani 1986): the log-odds that two articles belong to one story are an
intercept plus, for each feature, the height of a piecewise linear curve at the feature's value (or a separate height
if the value is missing). Curves are monotonic in the direction that a person expects. How common same-story pairs are
in a window shifts the log-odds of all its pairs (`scoring.base_rate`). Stored as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from newsfold import settings
from newsfold.errors import ModelError
from newsfold.model_files import load_model, write_model

Floats = npt.NDArray[np.float32]
LogOdds = npt.NDArray[np.float64]
Features = Mapping[str, Floats]

_FORMAT = "newsfold pair scorer 6"


@dataclass(frozen=True)
class FeatureCurve:
    """One feature's contribution to the log-odds: linear between knots, constant outside them."""

    knots: tuple[float, ...]
    heights: tuple[float, ...]
    missing: float

    def __call__(self, values: Floats) -> LogOdds:
        """Return contributions in log-odds, shape (m,); NaN values get `missing`."""
        contributions = np.interp(values, self.knots, self.heights)
        return np.where(np.isnan(values), self.missing, contributions)


@dataclass(frozen=True)
class PairScorer:
    """A fitted pair scorer: its curves, its calibration to base rates, and its provenance."""

    intercept: float
    curves: Mapping[str, FeatureCurve]
    pairs_per_close_pair: float
    """Same-story pairs to a close pair in the training data; see `scoring.base_rate`."""
    provenance: Mapping[str, object]
    label_curves: Mapping[str, FeatureCurve] = field(default_factory=dict)
    """Corrections fitted to people's labels, added to everything else (`scoring.adapt`)."""
    label_intercept: float = 0.0

    def contributions(self, features: Features) -> dict[str, LogOdds]:
        """Return each feature's contribution to the log-odds, arrays of shape (m,), without the intercept.

        Raises:
            ModelError: a feature that the model needs is missing.
        """
        heights = _curve_heights(self.curves, features)
        for name, height in _curve_heights(self.label_curves, features).items():
            heights[name] = heights[name] + height
        return heights

    def predict_log_odds(self, features: Features) -> LogOdds:
        """Return the log-odds of pairs at the base rate of the training data, label curves included; shape (m,).

        Raises:
            ModelError: a feature that the model needs is missing.
        """
        return np.asarray(self.intercept + self.label_intercept + sum(self.contributions(features).values()))

    @property
    def max_label_correction(self) -> float:
        """The most that the corrections fitted to people's labels add to the log-odds of any pair."""
        return self.label_intercept + sum(max(*curve.heights, curve.missing) for curve in self.label_curves.values())

    def without_labels(self) -> PairScorer:
        """Return the scorer without the corrections fitted to people's labels."""
        return replace(self, label_curves={}, label_intercept=0.0)

    def save(self, path: Path) -> None:
        """Write the model as JSON; the same model gives the same bytes."""
        write_model(path, {"format": _FORMAT, "provenance": dict(self.provenance)} | _to_dict(self))

    @classmethod
    def load(cls, path: Path) -> PairScorer:
        """Read a scorer written by `save` (`newsfold train`).

        Raises:
            ModelError: the file is missing or damaged, is of another kind, or of another version of newsfold.
        """
        return load_model(
            path, _from_dict, kind="pair scorer", file_format=_FORMAT, setting="scoring.model", command="newsfold train"
        )


def load_scorer(scoring_settings: settings.Scoring) -> PairScorer:
    """Load the scorer of the settings: the shipped one, or a file of `newsfold train`.

    Raises:
        ModelError: it cannot be read.
    """
    model = scoring_settings.model
    return PairScorer.load(Path(__file__).parent / "default.json" if model == "default" else Path(model))


def _curve_heights(curves: Mapping[str, FeatureCurve], features: Features) -> dict[str, LogOdds]:
    missing = sorted(curves.keys() - features.keys())
    if missing:
        raise ModelError(
            f"The pair scorer needs features that this version of newsfold does not have: {', '.join(missing)}. "
            "Train it again with `newsfold train`."
        )
    return {name: curve(features[name]) for name, curve in curves.items()}


def _to_dict(scorer: PairScorer) -> dict[str, object]:
    return {
        "intercept": scorer.intercept,
        "pairs_per_close_pair": scorer.pairs_per_close_pair,
        "curves": {name: asdict(curve) for name, curve in scorer.curves.items()},
        "label_intercept": scorer.label_intercept,
        "label_curves": {name: asdict(curve) for name, curve in scorer.label_curves.items()},
    }


def _from_dict(content: Mapping[str, Any]) -> PairScorer:
    curves, label_curves = (
        {
            name: FeatureCurve(tuple(curve["knots"]), tuple(curve["heights"]), curve["missing"])
            for name, curve in content[kind].items()
        }
        for kind in ("curves", "label_curves")
    )
    return PairScorer(
        intercept=content["intercept"],
        curves=curves,
        pairs_per_close_pair=content["pairs_per_close_pair"],
        provenance=content["provenance"],
        label_curves=label_curves,
        label_intercept=content["label_intercept"],
    )
