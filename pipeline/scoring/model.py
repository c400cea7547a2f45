"""The pair scorer: an additive model whose every part is a curve that a person can read.

A generalised additive model (Hastie and Tibshirani 1986): the *evidence* that two articles belong to one story is an
intercept plus, for each feature, the height of a piecewise linear curve at the feature's value (or a value of its own
where the feature is missing). Curves rise or fall as a person would expect and never bend back. Evidence is a
log-likelihood ratio: how much more often such a pair is one story's than not, whatever the window.

How common one-story pairs are differs a hundredfold between a curated set and a real night, so it is estimated
in each window, from the pairs of strong evidence (`PairScorer.prior`), and added. That is what a pair says alone;
the log-odds that other pairs add to it, its company (`scoring.company`), are curves of the same kind. Stored as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from pipeline.errors import ModelError

Floats = npt.NDArray[np.float32]
LogOdds = npt.NDArray[np.float64]
Features = Mapping[str, Floats]

_FORMAT = "newsfold pair scorer 3"
USUAL_SHARE = 0.02  # of candidate pairs that are one story's, where nothing else is known
_DEVIATIONS = 2.0  # standard deviations by which a count of pairs may be too small by chance
_USUAL_WEIGHT = 200  # candidate pairs that this expectation weighs as many as


@dataclass(frozen=True)
class Curve:
    """A feature's part of the evidence: linear between knots, constant outside them."""

    knots: tuple[float, ...]
    heights: tuple[float, ...]
    missing: float

    def __call__(self, values: Floats) -> LogOdds:
        """Contributions in log-odds, shape (m,); NaN values get `missing`."""
        contributions = np.interp(values, self.knots, self.heights)
        return np.where(np.isnan(values), self.missing, contributions)


@dataclass(frozen=True)
class PairScorer:
    """Intercept, one curve per feature, those of company, and where the model comes from."""

    intercept: float
    curves: Mapping[str, Curve]
    reach: Mapping[float, float]
    """By share: the evidence that this share of the one-story pairs of the training data exceeds."""
    provenance: Mapping[str, object]
    company_intercept: float = 0.0
    company: Mapping[str, Curve] = field(default_factory=dict)
    smallest_window: int = 0
    """Articles in the smallest window that company was learnt from."""

    def contributions(self, features: Features) -> dict[str, LogOdds]:
        """Each feature's part of the evidence, arrays of shape (m,); the intercept comes on top.

        Raises:
            ModelError: a feature that the model needs is not there.
        """
        return _heights(self.curves, features)

    def company_contributions(self, features: Features) -> dict[str, LogOdds]:
        """Each company feature's part of the log-odds, as far as it is heard; company's intercept comes on top.

        Returns:
            Arrays of shape (m,).

        Raises:
            ModelError: a feature that the model needs is not there.
        """
        return {name: features["company_heard"] * height for name, height in _heights(self.company, features).items()}

    def company_heard(self, articles: int) -> float:
        """How much of company is heard in a window of so many articles: 0 … 1.

        In a small window stories are small too, and no window that the scorer learnt from tells what company means
        there.
        """
        return min(1.0, max(0.0, 2 * articles / self.smallest_window - 1)) if self.smallest_window else 1.0

    def evidence(self, features: Features) -> LogOdds:
        """Log-likelihood ratios, shape (m,)."""
        return np.asarray(self.intercept + np.sum(list(self.contributions(features).values()), axis=0))

    def with_company(self, alone: LogOdds, features: Features) -> LogOdds:
        """Log-odds of pairs that alone say `alone`, shape (m,), once their company is heard."""
        intercept = self.company_intercept * features["company_heard"]
        return np.asarray(alone + intercept + sum(self.company_contributions(features).values()))

    def prior(self, evidence: LogOdds) -> float:
        """Log-odds that a candidate pair of this window is one story's, before it is looked at.

        Of one-story pairs a known share exceeds a given evidence, of the others hardly any; so the share of the
        window's pairs that exceed it, over the known share, bounds the share of one-story pairs from above. The
        least of these bounds is the estimate (mixture proportion estimation; Blanchard, Lee and Scott 2010,
        Semi-supervised novelty detection). It does not depend on what the other pairs are like, and that is what
        differs between windows.

        Args:
            evidence: of all the window's candidate pairs, shape (m,).
        """
        bounds = []
        for share, level in self.reach.items():
            above = (evidence > level).sum()
            # As many as there may be: the least of many bounds would else be the one that chance put lowest.
            most = above + _DEVIATIONS * np.sqrt(above)
            bounds.append((most / share + _USUAL_WEIGHT * USUAL_SHARE) / (len(evidence) + _USUAL_WEIGHT))
        return float(logit(np.clip(min(bounds, default=USUAL_SHARE), 1e-4, 0.9)))

    def probability(self, features: Features) -> Floats:
        """How probably each of a window's candidate pairs, taken alone, is one story's, float32 of shape (m,)."""
        evidence = self.evidence(features)
        return np.asarray(expit(evidence + self.prior(evidence)), dtype=np.float32)

    def save(self, path: Path) -> None:
        """Write the model as JSON, the same bytes for the same model."""
        content = {
            "format": _FORMAT,
            "provenance": dict(self.provenance),
            "intercept": self.intercept,
            "reach": {str(share): level for share, level in self.reach.items()},
            "curves": {name: asdict(curve) for name, curve in self.curves.items()},
            "smallest_window": self.smallest_window,
            "company_intercept": self.company_intercept,
            "company": {name: asdict(curve) for name, curve in self.company.items()},
        }
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _heights(curves: Mapping[str, Curve], features: Features) -> dict[str, LogOdds]:
    lacking = sorted(curves.keys() - features.keys())
    if lacking:
        raise ModelError(
            f"The pair scorer needs features this newsfold does not have: {', '.join(lacking)}. Train it anew."
        )
    return {name: curve(features[name]) for name, curve in curves.items()}


def load(path: Path) -> PairScorer:
    """Read a scorer written by `PairScorer.save` (`newsfold train`).

    Raises:
        ModelError: there is no such file, or it is not a pair scorer.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != _FORMAT:
            raise ModelError(f"{path} is a {content['format']!r}; this newsfold reads {_FORMAT!r}. Train it anew.")
        curves, company = (
            {
                name: Curve(tuple(curve["knots"]), tuple(curve["heights"]), curve["missing"])
                for name, curve in content[kind].items()
            }
            for kind in ("curves", "company")
        )
        reach = {float(share): float(level) for share, level in content["reach"].items()}
        rest = content["provenance"], content["company_intercept"], company, content["smallest_window"]
        return PairScorer(content["intercept"], curves, reach, *rest)
    except FileNotFoundError as error:
        raise ModelError(
            f"There is no pair scorer {path}. Set scoring.model to `default` or to a file of `newsfold train`."
        ) from error
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path} is not a pair scorer written by `newsfold train`: {error!r}") from error
