"""How probably each word of a story's articles is told again: an additive model that a person can read.

A generalised additive model (Hastie and Tibshirani 1986), as the pair scorer is: the log-odds that an editor's summary
(or headline) uses a unit are an intercept plus, for each of `units.FEATURES`, the height of a piecewise linear curve.
Which sentences to choose follows from it: those that together hold most of what will be told (concept coverage, Gillick
and Favre 2009; concepts weighed by learning, Li, Qian and Liu 2013).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import expit

from newsfold import settings
from newsfold.errors import ModelError
from newsfold.summaries.ngrams import FEATURES, Floats, Unit, features, mean_words
from newsfold.summaries.stories import Story
from newsfold.summaries.window import Window

_FORMAT = "newsfold teller 1"
LENGTHS = (1, 2)  # words per unit


@dataclass(frozen=True)
class Curve:
    """A feature's part of the log-odds: straight between knots, level outside them."""

    knots: tuple[float, ...]
    heights: tuple[float, ...]


@dataclass(frozen=True)
class Telling:
    """The log-odds that a unit of so many words is told again."""

    intercept: float
    curves: Mapping[str, Curve]

    def probability(self, seen: Floats) -> Floats:
        """Of units with features of shape (units, `FEATURES`): float64 of shape (units,)."""
        total = np.full(len(seen), self.intercept)
        for name, curve in self.curves.items():
            total += np.interp(seen[:, FEATURES.index(name)], curve.knots, curve.heights)
        return np.asarray(expit(total), dtype=np.float64)


@dataclass(frozen=True)
class Teller:
    """What an editor would tell of a story, and at what length."""

    summary: tuple[Telling, ...]
    """By words per unit, as `LENGTHS`."""
    headline: tuple[Telling, ...]
    length_ratio: float
    """Words of an editor's summary per word of a mean opening, as `units.mean_words` counts."""
    shortest: float
    """Words of an editor's summary of a story whose openings are short."""
    headline_words: float
    """Words of an editor's headline."""
    provenance: Mapping[str, Any]

    def told(self, story: Story, window: Window) -> tuple[dict[Unit, float], float]:
        """How probably a summary uses each unit of the story's openings, and how many words it will have."""
        n_words = max(self.shortest, self.length_ratio * mean_words(story))
        return self._expected(self.summary, story, window, of_titles=False), n_words

    def titled(self, story: Story, window: Window) -> tuple[dict[Unit, float], float]:
        """The same of a headline and the units of the story's titles."""
        return self._expected(self.headline, story, window, of_titles=True), self.headline_words

    def _expected(
        self, tellings: tuple[Telling, ...], story: Story, window: Window, *, of_titles: bool
    ) -> dict[Unit, float]:
        expected: dict[Unit, float] = {}
        for length, telling in zip(LENGTHS, tellings, strict=True):
            found, seen = features(story, window, length, of_titles=of_titles)
            expected |= dict(zip(found, telling.probability(seen).tolist(), strict=True))
        return expected

    def save(self, path: Path) -> None:
        """Write the model as JSON, the same bytes for the same model."""
        content = {
            "format": _FORMAT,
            "provenance": dict(self.provenance),
            "length_ratio": self.length_ratio,
            "shortest": self.shortest,
            "headline_words": self.headline_words,
            "summary": [asdict(telling) for telling in self.summary],
            "headline": [asdict(telling) for telling in self.headline],
        }
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load(path: Path) -> Teller:
    """Read a model written by `Teller.save` (`newsfold train-summaries`).

    Raises:
        ModelError: there is no such file, or it is not such a model.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != _FORMAT:
            raise ModelError(f"{path} is a {content['format']!r}; this newsfold reads {_FORMAT!r}. Train it anew.")
        summary, headline = (tuple(map(_telling, content[kind])) for kind in ("summary", "headline"))
        ratio, shortest, titled = (float(content[name]) for name in ("length_ratio", "shortest", "headline_words"))
        return Teller(summary, headline, ratio, shortest, titled, content["provenance"])
    except FileNotFoundError as error:
        raise ModelError(
            f"There is no model {path}. Set summaries.model to `default` or to a file of `newsfold train-summaries`."
        ) from error
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path} is not a model written by `newsfold train-summaries`: {error!r}") from error


def teller(chosen: settings.Summaries) -> Teller:
    """The model that the settings ask for: the shipped one, or a file of `newsfold train-summaries`.

    Raises:
        ModelError: it cannot be read.
    """
    return load(Path(__file__).parent / "default.json" if chosen.model == "default" else Path(chosen.model))


def _telling(content: Mapping[str, Any]) -> Telling:
    curves = {name: Curve(tuple(curve["knots"]), tuple(curve["heights"])) for name, curve in content["curves"].items()}
    unknown = sorted(curves.keys() - set(FEATURES))
    if unknown:
        raise ModelError(
            f"The model of summaries needs features this newsfold does not have: {', '.join(unknown)}. Train it anew."
        )
    return Telling(float(content["intercept"]), curves)
