"""Baseline extractive summarisers of several articles; all take whole sentences within a budget of words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from newsfold import text
from newsfold.vocabulary import fit_tfidf

_DAMPING = 0.85
_LINK_COSINE = 0.1  # LexRank links two sentences from this cosine
_REDUNDANT_COSINE = 0.7  # from this cosine with a selected sentence, a sentence is redundant
_POWER_ITERATIONS = 50

Floats = npt.NDArray[np.float64]


def select_medoid(texts: Sequence[str]) -> str:
    """Return the text with the highest mean TF-IDF cosine to the others; the first on a tie."""
    return texts[int(np.argmax(_cosines(texts).sum(axis=1).round(9)))]


def medoid_lead(articles: Sequence[Sequence[str]], max_words: int) -> str:
    """Summarise by the lead of the medoid article."""
    bodies = [" ".join(sentences) for sentences in articles]
    return _take_lead(articles[bodies.index(select_medoid(bodies))], max_words)


def lexrank(articles: Sequence[Sequence[str]], max_words: int) -> str:
    """Summarise by the PageRank of similar sentences (LexRank; Erkan and Radev 2004; threshold .1, damping .85)."""
    sentences = _unique_sentences(articles)
    linked = (_cosines(sentences) >= _LINK_COSINE).astype(np.float64)
    np.fill_diagonal(linked, 1.0)
    step = linked / linked.sum(axis=1, keepdims=True)
    rank = np.full(len(sentences), 1 / len(sentences))
    for _ in range(_POWER_ITERATIONS):
        rank = (1 - _DAMPING) / len(sentences) + _DAMPING * rank @ step
    return _select_top(sentences, rank, max_words)


def centroid(articles: Sequence[Sequence[str]], max_words: int) -> str:
    """Summarise by the sentences nearest to the mean TF-IDF vector (Radev et al. 2004)."""
    sentences = _unique_sentences(articles)
    matrix = fit_tfidf(sentences)
    mean = np.asarray(matrix.mean(axis=0)).ravel()
    return _select_top(sentences, np.asarray(matrix @ mean, dtype=np.float64), max_words)


def greedy_oracle(articles: Sequence[Sequence[str]], max_words: int | None, score: Callable[[str], float]) -> str:
    """Add, while the score rises, the sentence that raises it most (Nallapati et al. 2017)."""
    sentences = _unique_sentences(articles)
    selected: list[int] = []
    best = 0.0
    while True:
        candidates = [
            (score(" ".join(sentences[i] for i in taken)), taken)
            for row in range(len(sentences))
            if row not in selected
            for taken in [sorted([*selected, row])]
            if max_words is None or sum(text.count_words(sentences[i]) for i in taken) <= max_words
        ]
        value, taken = max(candidates, key=lambda item: (item[0], [-i for i in item[1]]), default=(0.0, []))
        if value <= best:
            return " ".join(sentences[i] for i in selected)
        best, selected = value, taken


def _unique_sentences(articles: Iterable[Sequence[str]]) -> list[str]:
    return list(dict.fromkeys(sentence for sentences in articles for sentence in sentences))


def _select_top(sentences: Sequence[str], values: Floats, max_words: int) -> str:
    """Select the sentences of highest value that fit and are not redundant, in the articles' order."""
    cosines = _cosines(sentences)
    selected: list[int] = []
    words_left = max_words
    for row in sorted(range(len(sentences)), key=lambda i: (-round(float(values[i]), 9), i)):
        words = text.count_words(sentences[row])
        if words <= words_left and not (cosines[row, selected] > _REDUNDANT_COSINE).any():
            selected.append(row)
            words_left -= words
    return " ".join(sentences[row] for row in sorted(selected)) or _take_lead(sentences, max_words)


def _take_lead(sentences: Sequence[str], max_words: int) -> str:
    """Take the first sentences that fit; if even the first is too long, as much of it as fits."""
    taken: list[str] = []
    words_left = max_words
    for sentence in sentences:
        words_left -= text.count_words(sentence)
        if words_left < 0:
            break
        taken.append(sentence)
    return " ".join(taken or (sentences[0].split()[:max_words] if sentences else []))


def _cosines(texts: Sequence[str]) -> Floats:
    matrix = fit_tfidf(texts)
    return np.asarray((matrix @ matrix.T).toarray(), dtype=np.float64)
