"""The model of kinds: two multinomial logistic regressions that a person can read.

The first judges an article by itself: a weight for each feature and kind, and for each word of title, text and folders.
The second weighs that judgement against the outlet's habits, and calibrates the probabilities.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.special import log_softmax, softmax

from newsfold.errors import ModelError
from newsfold.extraction.kinds.features import FIELDS, NAMES, Features
from newsfold.extraction.kinds.habits import GROUPS, N_FEATURES, Floats
from newsfold.model_files import load_model, write_model
from newsfold.schemas.kinds import KINDS
from newsfold.settings import Kinds

_FORMAT = "newsfold kind model 1"
HABIT_NAMES = tuple(f"{group}_{name}" for group in GROUPS for name in (*KINDS, "articles"))


@dataclass(frozen=True)
class KindModel:
    """How likely each kind is; every array has a column for each of `KINDS`.

    Attributes:
        features: weights of `features.NAMES`, float64 of shape (features, kinds).
        words: for each of `features.FIELDS`, the weights of its words.
        intercept: of the first regression, of shape (kinds,).
        judgement: weights of the first regression's log-probabilities, of shape (kinds, kinds).
        habits: weights of the habits, of shape (`habits.N_FEATURES`, kinds).
        habits_intercept: of the second regression, of shape (kinds,).
        provenance: the labels and versions that the model was fitted with.
    """

    features: Floats
    words: tuple[Mapping[str, Floats], ...]
    intercept: Floats
    judgement: Floats
    habits: Floats
    habits_intercept: Floats
    provenance: Mapping[str, Any]

    def judge(self, articles: Iterable[Features]) -> Floats:
        """Return log-probabilities of the kinds of articles by themselves, float64 of shape (articles, kinds)."""
        numbers: list[Floats] = []
        columns: list[list[int]] = [[] for _ in FIELDS]
        starts: list[list[int]] = [[0] for _ in FIELDS]
        for article in articles:
            numbers.append(np.array(article.numbers))
            for at, (places, _) in enumerate(self._word_weights):
                columns[at] += [places[word] for word in article.words[at] if word in places]
                starts[at].append(len(columns[at]))
        scores = np.array(numbers).reshape(len(numbers), len(NAMES)) @ self.features + self.intercept
        for at, (places, weights) in enumerate(self._word_weights):
            rows = (np.ones(len(columns[at])), np.array(columns[at], np.int64), np.array(starts[at]))
            counts = np.diff(rows[2])
            used = csr_matrix(rows, shape=(len(numbers), len(places)))
            scores += used @ weights / np.sqrt(np.maximum(counts, 1))[:, None]
        return np.asarray(log_softmax(scores, axis=1))

    @functools.cached_property
    def _word_weights(self) -> list[tuple[dict[str, int], Floats]]:
        """For each of `features.FIELDS`: the row of each word in a matrix, and the matrix, of shape (words, kinds)."""
        shapes = [({word: n for n, word in enumerate(words)}, [*words.values()]) for words in self.words]
        return [(places, np.array(weights).reshape(len(places), len(KINDS))) for places, weights in shapes]

    def predict(self, judgements: Floats, habits: Floats) -> Floats:
        """Return probabilities of the kinds, of shape (articles, kinds), from `judge` and `habits.measure_habits`."""
        scores = clip_judgements(judgements) @ self.judgement + habits @ self.habits + self.habits_intercept
        return np.asarray(softmax(scores, axis=1))

    def save(self, path: Path) -> None:
        """Write the model as JSON: the same bytes for the same model."""
        content = {
            "format": _FORMAT,
            "provenance": dict(self.provenance),
            "kinds": list(KINDS),
            "intercept": _to_list(self.intercept),
            "features": dict(zip(NAMES, map(_to_list, self.features), strict=True)),
            "judgement": dict(zip(KINDS, map(_to_list, self.judgement), strict=True)),
            "habits_intercept": _to_list(self.habits_intercept),
            "habits": dict(zip(HABIT_NAMES, map(_to_list, self.habits), strict=True)),
            "words": {
                field: {word: " ".join(f"{weight:.3g}" for weight in words[word]) for word in sorted(words)}
                for field, words in zip(FIELDS, self.words, strict=True)
            },
        }
        write_model(path, content)


def clip_judgements(judgements: Floats) -> Floats:
    """Return log-probabilities of at least −6, so that no kind is ruled out by a single feature."""
    return np.maximum(judgements, -6.0)


def load_kind_model(settings: Kinds) -> KindModel:
    """Load the model that the settings name: the shipped one, or a file of `newsfold train-kinds`.

    Raises:
        ModelError: the file is missing or damaged, or cannot be read.
    """
    shipped = Path(__file__).with_name("default.json")
    return load_model(
        shipped if settings.model == "default" else Path(settings.model),
        _parse_model,
        kind="model",
        file_format=_FORMAT,
        setting="kinds.model",
        command="newsfold train-kinds",
    )


def _parse_model(content: Mapping[str, Any]) -> KindModel:
    if content["kinds"] != list(KINDS) or list(content["features"]) != list(NAMES):
        raise ModelError("The model of kinds has other kinds or features than this newsfold. Train it again.")
    n = len(KINDS)
    words = tuple(
        {word: _to_array(weights.split(), (n,)) for word, weights in content["words"][field].items()}
        for field in FIELDS
    )
    return KindModel(
        features=_to_array(list(content["features"].values()), (len(NAMES), n)),
        words=words,
        intercept=_to_array(content["intercept"], (n,)),
        judgement=_to_array([content["judgement"][kind] for kind in KINDS], (n, n)),
        habits=_to_array([content["habits"][name] for name in HABIT_NAMES], (N_FEATURES, n)),
        habits_intercept=_to_array(content["habits_intercept"], (n,)),
        provenance=content["provenance"],
    )


def _to_array(values: Any, shape: tuple[int, ...]) -> Floats:
    array = np.array(values, dtype=np.float64)
    if array.shape != shape:
        raise ValueError(f"{shape} weights are expected, not {array.shape}")
    return array


def _to_list(weights: Floats) -> list[float]:
    return [float(f"{weight:.4g}") for weight in weights]
