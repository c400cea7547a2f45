"""The pair scorer: an additive model of readable curves.

A generalised additive model (Hastie and Tibshirani 1986): the *evidence* that two articles belong to one story is an
intercept plus, for each feature, the height of a piecewise linear curve at the feature's value (or a separate height
if the value is missing). Curves are monotonic in the direction that a person expects. Evidence is a log-likelihood
ratio: how much more often such a pair belongs to one story than not, in any window.

The base rate of same-story pairs differs a hundredfold between a curated set and a real night, so it is estimated in
each window from the pairs with strong evidence (`PairScorer.estimate_prior`) and added. That is the first pass; the
second pass adds curves of the same kind over graph features (`scoring.graph_features`). If one of two articles has only
a headline, every feature means something else, so such pairs have a model of their own. Stored as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import logit

from newsfold import settings
from newsfold.errors import ModelError

Floats = npt.NDArray[np.float32]
LogOdds = npt.NDArray[np.float64]
Features = Mapping[str, Floats]

_FORMAT = "newsfold pair scorer 5"
_HEADLINE_ONLY = "headline_only"  # the feature that selects the model of a pair
DEFAULT_BASE_RATE = 0.02  # share of candidate pairs that belong to one story, without other information
_BASE_RATE_WEIGHT = 200  # candidate pairs that this default counts as
_STANDARD_ERRORS = 2.0  # added to each count of pairs, which may be too small by chance


@dataclass(frozen=True)
class FeatureCurve:
    """One feature's contribution to the evidence: linear between knots, constant outside them."""

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
    recall_thresholds: Mapping[float, float]
    """By recall: the evidence that this share of the same-story pairs of the training data exceeds."""
    provenance: Mapping[str, object]
    graph_intercept: float = 0.0
    graph_curves: Mapping[str, FeatureCurve] = field(default_factory=dict)
    smallest_window: int = 0
    """Articles in the smallest window that the graph curves were fitted to."""
    headline_model: PairScorer | None = None
    """The model of headline-only pairs; None: this model scores them too."""
    label_curves: Mapping[str, FeatureCurve] = field(default_factory=dict)
    """Corrections fitted to people's labels, added to everything else (`scoring.adapt`)."""
    label_intercept: float = 0.0

    def contributions(self, features: Features) -> dict[str, LogOdds]:
        """Return each feature's contribution to the log-odds, arrays of shape (m,), without the intercept.

        Raises:
            ModelError: a feature that the model needs is missing.
        """
        heights = _curve_heights(self.curves, features)
        if self.headline_model is not None:
            heights = _select_model(features, self.headline_model.contributions(features), heights)
        for name, height in _curve_heights(self.label_curves, features).items():
            heights[name] = heights[name] + height
        return heights

    def graph_contributions(self, features: Features) -> dict[str, LogOdds]:
        """Return each graph feature's weighted contribution to the log-odds, without the intercept.

        Returns:
            Arrays of shape (m,).

        Raises:
            ModelError: a feature that the model needs is missing.
        """
        weight = features["graph_weight"]
        heights = {name: weight * height for name, height in _curve_heights(self.graph_curves, features).items()}
        if self.headline_model is None:
            return heights
        return _select_model(features, self.headline_model.graph_contributions(features), heights)

    def intercepts(self, features: Features) -> LogOdds:
        """Return the sum of the intercepts of each pair, those of graph and label curves included, shape (m,)."""
        intercept = self.intercept + self.label_intercept + self.graph_intercept * features["graph_weight"]
        if self.headline_model is None:
            return np.asarray(intercept)
        headline_intercept = self.label_intercept + self.headline_model.intercepts(features)
        return np.where(features[_HEADLINE_ONLY] > 0, headline_intercept, intercept)

    def graph_weight(self, articles: int) -> float:
        """Return the weight of the graph features for a window of n articles, 0 to 1.

        Small windows have small stories, and no training window shows how graph features behave there.
        """
        return min(1.0, max(0.0, 2 * articles / self.smallest_window - 1)) if self.smallest_window else 1.0

    def evidence(self, features: Features) -> LogOdds:
        """Return log-likelihood ratios, shape (m,)."""
        evidence = np.asarray(self.intercept + sum(_curve_heights(self.curves, features).values()))
        if self.headline_model is None or not features[_HEADLINE_ONLY].any():
            return evidence
        return np.where(features[_HEADLINE_ONLY] > 0, self.headline_model.evidence(features), evidence)

    def predict_log_odds(self, prior: float, features: Features) -> LogOdds:
        """Return the log-odds of pairs given the window's prior, after the second pass and label curves; shape (m,)."""
        parts = [*self.contributions(features).values(), *self.graph_contributions(features).values()]
        return np.asarray(prior + self.intercepts(features) + sum(parts))

    def estimate_prior(self, evidence: LogOdds, headline_only: Floats | None = None) -> float:
        """Estimate the log-odds that a candidate pair of this window belongs to one story.

        A known share of same-story pairs exceeds a given evidence, and hardly any other pair does; so the share of the
        window's pairs that exceed it, divided by the known share, bounds the base rate from above. The estimate is the
        smallest of these bounds (mixture proportion estimation; Blanchard, Lee and Scott 2010, Semi-supervised novelty
        detection). It does not depend on the distribution of the other pairs, which differs between windows.

        Args:
            evidence: of all the window's candidate pairs, shape (m,).
            headline_only: the feature of that name, shape (m,); None: all zero.
        """
        is_headline = np.zeros(len(evidence), bool)
        if self.headline_model is not None and headline_only is not None:
            is_headline = headline_only > 0
        bounds = []
        for share, threshold in self.recall_thresholds.items():
            above = (evidence[~is_headline] > threshold).sum()
            if is_headline.any() and self.headline_model is not None:
                above += (evidence[is_headline] > self.headline_model.recall_thresholds[share]).sum()
            # An upper confidence limit: otherwise the smallest of many bounds would be the one lowered by chance.
            upper = above + _STANDARD_ERRORS * np.sqrt(above)
            prior_pairs = _BASE_RATE_WEIGHT * DEFAULT_BASE_RATE
            bounds.append((upper / share + prior_pairs) / (len(evidence) + _BASE_RATE_WEIGHT))
        return float(logit(np.clip(min(bounds, default=DEFAULT_BASE_RATE), 1e-4, 0.9)))

    def save(self, path: Path) -> None:
        """Write the model as JSON; the same model gives the same bytes."""
        content = {"format": _FORMAT, "provenance": dict(self.provenance)} | _to_dict(self)
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> PairScorer:
        """Read a scorer written by `save` (`newsfold train`).

        Raises:
            ModelError: the file is missing, is not a pair scorer, or was written by another version of newsfold.
        """
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            if content["format"] != _FORMAT:
                raise ModelError(
                    f"{path} is a {content['format']!r}; this version of newsfold reads {_FORMAT!r}. Train it again "
                    "with `newsfold train`."
                )
            return _from_dict(content, content["provenance"])
        except FileNotFoundError as error:
            raise ModelError(
                f"There is no pair scorer {path}. Set scoring.model to `default` or to a file of `newsfold train`."
            ) from error
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise ModelError(f"{path} is not a pair scorer written by `newsfold train`: {error!r}") from error


def load_scorer(scoring_settings: settings.Scoring) -> PairScorer:
    """Load the scorer of the settings: the shipped one, or a file of `newsfold train`.

    Raises:
        ModelError: it cannot be read.
    """
    model = scoring_settings.model
    return PairScorer.load(Path(__file__).parent / "default.json" if model == "default" else Path(model))


def _select_model(features: Features, headline: dict[str, LogOdds], ordinary: dict[str, LogOdds]) -> dict[str, LogOdds]:
    """Return the contributions of headline-only pairs from one model, and of all others from the other."""
    is_headline = features[_HEADLINE_ONLY] > 0
    zeros = np.zeros(len(is_headline))
    names = [*ordinary, *(name for name in headline if name not in ordinary)]
    return {name: np.where(is_headline, headline.get(name, zeros), ordinary.get(name, zeros)) for name in names}


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
        "recall_thresholds": {str(share): level for share, level in scorer.recall_thresholds.items()},
        "curves": {name: asdict(curve) for name, curve in scorer.curves.items()},
        "smallest_window": scorer.smallest_window,
        "graph_intercept": scorer.graph_intercept,
        "graph_curves": {name: asdict(curve) for name, curve in scorer.graph_curves.items()},
        "label_intercept": scorer.label_intercept,
        "label_curves": {name: asdict(curve) for name, curve in scorer.label_curves.items()},
        "headline_model": None if scorer.headline_model is None else _to_dict(scorer.headline_model),
    }


def _from_dict(content: Mapping[str, Any], provenance: Mapping[str, object]) -> PairScorer:
    curves, graph_curves, label_curves = (
        {
            name: FeatureCurve(tuple(curve["knots"]), tuple(curve["heights"]), curve["missing"])
            for name, curve in content[kind].items()
        }
        for kind in ("curves", "graph_curves", "label_curves")
    )
    headline_model = content["headline_model"]
    return PairScorer(
        intercept=content["intercept"],
        curves=curves,
        recall_thresholds={float(share): float(level) for share, level in content["recall_thresholds"].items()},
        provenance=provenance,
        graph_intercept=content["graph_intercept"],
        graph_curves=graph_curves,
        smallest_window=content["smallest_window"],
        headline_model=None if headline_model is None else _from_dict(headline_model, {}),
        label_curves=label_curves,
        label_intercept=content["label_intercept"],
    )
