"""The pair scorer: an additive model whose every part is a curve that a person can read.

A generalised additive model (Hastie and Tibshirani 1986): the *evidence* that two articles belong to one story is an
intercept plus, for each feature, the height of a piecewise linear curve at the feature's value (or a value of its own
where the feature is missing). Curves rise or fall as a person would expect and never bend back. Evidence is a
log-likelihood ratio: how much more often such a pair is one story's than not, whatever the window.

How common one-story pairs are differs a hundredfold between a curated set and a real night, so it is estimated
in each window, from the pairs of strong evidence (`PairScorer.prior`), and added. That is what a pair says alone;
the log-odds that other pairs add to it, its company (`scoring.company`), are curves of the same kind. Where one of two
articles is a title alone, all features mean something else, so such pairs have a model of their own. Stored as JSON.
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

from newsfold.errors import ModelError

Floats = npt.NDArray[np.float32]
LogOdds = npt.NDArray[np.float64]
Features = Mapping[str, Floats]

_FORMAT = "newsfold pair scorer 4"
_TITLE_ALONE = "headline_only"  # the feature that tells the two kinds of pairs apart
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
    titles: PairScorer | None = None
    """The model of pairs of which one is a title alone; None: this one is theirs too."""
    said: Mapping[str, Curve] = field(default_factory=dict)
    """What people said of pairs, on top of all else (`scoring.adjust`)."""
    said_intercept: float = 0.0

    def contributions(self, features: Features) -> dict[str, LogOdds]:
        """Each feature's part of the log-odds, arrays of shape (m,); the intercept comes on top.

        Raises:
            ModelError: a feature that the model needs is not there.
        """
        heights = _heights(self.curves, features)
        if self.titles is not None:
            heights = _chosen(features, self.titles.contributions(features), heights)
        for name, height in _heights(self.said, features).items():
            heights[name] = heights[name] + height
        return heights

    def company_contributions(self, features: Features) -> dict[str, LogOdds]:
        """Each company feature's part of the log-odds, as far as it is heard; company's intercept comes on top.

        Returns:
            Arrays of shape (m,).

        Raises:
            ModelError: a feature that the model needs is not there.
        """
        heard = features["graph_weight"]
        heights = {name: heard * height for name, height in _heights(self.company, features).items()}
        if self.titles is None:
            return heights
        return _chosen(features, self.titles.company_contributions(features), heights)

    def intercepts(self, features: Features) -> LogOdds:
        """What counts before anything is compared, company's and people's part included, shape (m,)."""
        own = self.intercept + self.said_intercept + self.company_intercept * features["graph_weight"]
        if self.titles is None:
            return np.asarray(own)
        theirs = self.said_intercept + self.titles.intercepts(features)
        return np.where(features[_TITLE_ALONE] > 0, theirs, own)

    def graph_weight(self, articles: int) -> float:
        """How much of company is heard in a window of so many articles: 0 … 1.

        In a small window stories are small too, and no window that the scorer learnt from tells what company means
        there.
        """
        return min(1.0, max(0.0, 2 * articles / self.smallest_window - 1)) if self.smallest_window else 1.0

    def evidence(self, features: Features) -> LogOdds:
        """Log-likelihood ratios, shape (m,)."""
        own = np.asarray(self.intercept + sum(_heights(self.curves, features).values()))
        if self.titles is None or not features[_TITLE_ALONE].any():
            return own
        return np.where(features[_TITLE_ALONE] > 0, self.titles.evidence(features), own)

    def log_odds(self, prior: float, features: Features) -> LogOdds:
        """Log-odds of pairs in a window with this prior once their company is heard, and people too; shape (m,)."""
        parts = [*self.contributions(features).values(), *self.company_contributions(features).values()]
        return np.asarray(prior + self.intercepts(features) + sum(parts))

    def prior(self, evidence: LogOdds, headline_only: Floats | None = None) -> float:
        """Log-odds that a candidate pair of this window is one story's, before it is looked at.

        Of one-story pairs a known share exceeds a given evidence, of the others hardly any; so the share of the
        window's pairs that exceed it, over the known share, bounds the share of one-story pairs from above. The
        least of these bounds is the estimate (mixture proportion estimation; Blanchard, Lee and Scott 2010,
        Semi-supervised novelty detection). It does not depend on what the other pairs are like, and that is what
        differs between windows.

        Args:
            evidence: of all the window's candidate pairs, shape (m,).
            headline_only: the feature of that name, shape (m,); zero where None.
        """
        theirs = np.zeros(len(evidence), bool) if self.titles is None or headline_only is None else headline_only > 0
        bounds = []
        for share, level in self.reach.items():
            above = (evidence[~theirs] > level).sum()
            if theirs.any() and self.titles is not None:
                above += (evidence[theirs] > self.titles.reach[share]).sum()
            # As many as there may be: the least of many bounds would else be the one that chance put lowest.
            most = above + _DEVIATIONS * np.sqrt(above)
            bounds.append((most / share + _USUAL_WEIGHT * USUAL_SHARE) / (len(evidence) + _USUAL_WEIGHT))
        return float(logit(np.clip(min(bounds, default=USUAL_SHARE), 1e-4, 0.9)))

    def save(self, path: Path) -> None:
        """Write the model as JSON, the same bytes for the same model."""
        content = {"format": _FORMAT, "provenance": dict(self.provenance)} | _as_json(self)
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _chosen(features: Features, theirs: dict[str, LogOdds], own: dict[str, LogOdds]) -> dict[str, LogOdds]:
    """Parts of pairs with a title alone from their model, the others' from this one."""
    is_theirs = features[_TITLE_ALONE] > 0
    nothing = np.zeros(len(is_theirs))
    names = [*own, *(name for name in theirs if name not in own)]
    return {name: np.where(is_theirs, theirs.get(name, nothing), own.get(name, nothing)) for name in names}


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
        return _from_json(content, content["provenance"])
    except FileNotFoundError as error:
        raise ModelError(
            f"There is no pair scorer {path}. Set scoring.model to `default` or to a file of `newsfold train`."
        ) from error
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path} is not a pair scorer written by `newsfold train`: {error!r}") from error


def _as_json(scorer: PairScorer) -> dict[str, object]:
    return {
        "intercept": scorer.intercept,
        "reach": {str(share): level for share, level in scorer.reach.items()},
        "curves": {name: asdict(curve) for name, curve in scorer.curves.items()},
        "smallest_window": scorer.smallest_window,
        "company_intercept": scorer.company_intercept,
        "company": {name: asdict(curve) for name, curve in scorer.company.items()},
        "said_intercept": scorer.said_intercept,
        "said": {name: asdict(curve) for name, curve in scorer.said.items()},
        "titles": None if scorer.titles is None else _as_json(scorer.titles),
    }


def _from_json(content: Mapping[str, Any], provenance: Mapping[str, object]) -> PairScorer:
    curves, company, said = (
        {
            name: Curve(tuple(curve["knots"]), tuple(curve["heights"]), curve["missing"])
            for name, curve in content[kind].items()
        }
        for kind in ("curves", "company", "said")
    )
    return PairScorer(
        intercept=content["intercept"],
        curves=curves,
        reach={float(share): float(level) for share, level in content["reach"].items()},
        provenance=provenance,
        company_intercept=content["company_intercept"],
        company=company,
        smallest_window=content["smallest_window"],
        titles=None if content["titles"] is None else _from_json(content["titles"], {}),
        said=said,
        said_intercept=content["said_intercept"],
    )
