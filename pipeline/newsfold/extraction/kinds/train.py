"""Fitting the model of kinds to labelled articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack

from newsfold import text
from newsfold.errors import ModelError
from newsfold.extraction.kinds.features import FIELDS, NAMES, Features, extract_features
from newsfold.extraction.kinds.habits import Floats, count_kinds, list_groups, measure_habits, to_scores
from newsfold.extraction.kinds.model import KindModel, clip_judgements
from newsfold.schemas.kinds import KINDS

_INVERSE_PENALTY = 2.0  # scikit-learn's C: the inverse of the weight of the squared weights
_INVERSE_HABIT_PENALTY = 0.1
_FEATURE_SCALE = 0.1  # of a standardised feature, beside the words of one field, which have length 1
_MIN_ARTICLES = 4  # with a word
_MIN_OUTLETS = 2  # with it: what one outlet alone prints is left to its habits
_FOLDS = 5
_MIN_LABELLED = 50


def fit_kind_model(
    articles: Sequence[Mapping[str, Any]], kinds: Mapping[str, str], provenance: Mapping[str, Any]
) -> KindModel:
    """Fit the model by penalised maximum likelihood.

    The second regression learns from judgements of articles that the first was not fitted to, so that it does not trust
    them too much.

    Args:
        articles: rows of table `articles`: labelled ones, and others of the same outlets, which show their habits.
        kinds: the kind of each labelled article, by article_id.
        provenance: the labels and versions that the model is fitted with.

    Raises:
        ModelError: there is too little to learn from.
    """
    # A digest orders as chance would, and the same every time.
    labelled = sorted(
        (article for article in articles if article["article_id"] in kinds),
        key=lambda article: text.compute_digest(article["article_id"]),
    )
    labels = np.array([list(KINDS).index(kinds[article["article_id"]]) for article in labelled], dtype=np.int64)
    if len(labelled) < _MIN_LABELLED or len(set(labels.tolist())) < 2:
        raise ModelError(f"There is too little to learn from: {_MIN_LABELLED} articles of two kinds are needed.")
    features = [extract_features(article) for article in labelled]
    outlets = [article["outlet"] for article in labelled]
    judge = _fit_judgement(features, outlets, labels)
    judgements = np.zeros((len(labelled), len(KINDS)))
    for fold in range(_FOLDS):
        held_out = np.arange(len(labelled)) % _FOLDS == fold
        others = np.flatnonzero(~held_out)
        part = _fit_judgement([features[i] for i in others], [outlets[i] for i in others], labels[others])
        judgements[held_out] = part.judge([features[i] for i in np.flatnonzero(held_out)])
    rest = [article for article in articles if article["article_id"] not in kinds]
    everything = [*labelled, *rest]
    judged = np.vstack([judgements, judge.judge([extract_features(article) for article in rest])])
    groups, scores = [list_groups(article) for article in everything], to_scores(judged)
    habits = measure_habits(groups[: len(labelled)], scores[: len(labelled)], count_kinds(groups, scores))
    values = np.hstack([clip_judgements(judgements), habits])
    coefficients, intercept = _fit_regression(values, labels, _INVERSE_HABIT_PENALTY)
    return KindModel(
        features=judge.features,
        words=judge.words,
        intercept=judge.intercept,
        judgement=coefficients[: len(KINDS)],
        habits=coefficients[len(KINDS) :],
        habits_intercept=intercept,
        provenance=dict(provenance),
    )


def _fit_judgement(features: Sequence[Features], outlets: Sequence[str], labels: npt.NDArray[np.int64]) -> KindModel:
    """Fit the first regression; the second is left at zero."""
    numbers = np.array([article.numbers for article in features])
    mean, scale = numbers.mean(axis=0), numbers.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0) / _FEATURE_SCALE
    blocks, vocabularies = [csr_matrix((numbers - mean) / scale)], []
    for field in range(len(FIELDS)):
        used = [article.words[field] for article in features]
        vocabulary = _select_words(used, outlets)
        vocabularies.append(vocabulary)
        blocks.append(_to_matrix(used, vocabulary))
    coefficients, intercept = _fit_regression(hstack(blocks).tocsr(), labels, _INVERSE_PENALTY)
    weights = coefficients[: len(NAMES)] / scale[:, None]
    words, at = [], len(NAMES)
    for vocabulary in vocabularies:
        words.append(dict(zip(vocabulary, coefficients[at : at + len(vocabulary)], strict=True)))
        at += len(vocabulary)
    n = len(KINDS)
    empty = np.zeros((0, n))
    return KindModel(weights, tuple(words), intercept - mean @ weights, np.eye(n), empty, np.zeros(n), {})


def _select_words(used: Sequence[Sequence[str]], outlets: Sequence[str]) -> list[str]:
    """Return the words that enough articles of enough outlets use, ascending."""
    counts: Counter[str] = Counter()
    outlets_of: dict[str, set[str]] = {}
    for words, outlet in zip(used, outlets, strict=True):
        counts.update(words)
        for word in words:
            outlets_of.setdefault(word, set()).add(outlet)
    return sorted(word for word, n in counts.items() if n >= _MIN_ARTICLES and len(outlets_of[word]) >= _MIN_OUTLETS)


def _to_matrix(used: Sequence[Sequence[str]], vocabulary: Sequence[str]) -> csr_matrix:
    """Return rows of length 1: an article's words, each as heavy as the others."""
    column_of = {word: column for column, word in enumerate(vocabulary)}
    rows, columns, values = [], [], []
    for row, words in enumerate(used):
        known = [column_of[word] for word in words if word in column_of]
        rows += [row] * len(known)
        columns += known
        values += [1 / np.sqrt(len(known))] * len(known) if known else []
    return csr_matrix((values, (rows, columns)), shape=(len(used), len(vocabulary)))


def _fit_regression(values: Any, labels: npt.NDArray[np.int64], inverse_penalty: float) -> tuple[Floats, Floats]:
    """Return coefficients of shape (columns, kinds) and intercepts; a kind without examples is all but impossible."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=inverse_penalty, max_iter=3000).fit(values, labels)
    weights, offsets = model.coef_, model.intercept_
    if len(model.classes_) == 2:  # scikit-learn then states one row: the second against the first
        weights, offsets = np.vstack([-weights, weights]) / 2, np.concatenate([-offsets, offsets]) / 2
    coefficients, intercept = np.zeros((values.shape[1], len(KINDS))), np.full(len(KINDS), -20.0)
    coefficients[:, model.classes_] = weights.T
    intercept[model.classes_] = offsets
    return coefficients, intercept
