"""Plain ways to summarise several articles, to be beaten; all take whole sentences within a budget of words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from newsfold import terms, text

_DAMPING = 0.85
_LIKE = 0.1  # cosine from which LexRank takes two sentences for linked
_REPEATS = 0.7  # cosine from which a sentence adds nothing to one that was taken
_ROUNDS = 50

Floats = npt.NDArray[np.float64]


def medoid(texts: Sequence[str]) -> str:
    """The text with the highest mean TF-IDF cosine to the others; the first of equals."""
    return texts[int(np.argmax(_cosines(texts).sum(axis=1).round(9)))]


def medoid_lead(articles: Sequence[Sequence[str]], max_words: int) -> str:
    """How the article begins that is nearest to the others."""
    bodies = [" ".join(sentences) for sentences in articles]
    return _filled(articles[bodies.index(medoid(bodies))], max_words)


def lexrank(articles: Sequence[Sequence[str]], max_words: int) -> str:
    """The sentences most central to the graph of similar ones (Erkan and Radev 2004; threshold .1, damping .85)."""
    sentences = _all(articles)
    linked = (_cosines(sentences) >= _LIKE).astype(np.float64)
    np.fill_diagonal(linked, 1.0)
    step = linked / linked.sum(axis=1, keepdims=True)
    rank = np.full(len(sentences), 1 / len(sentences))
    for _ in range(_ROUNDS):
        rank = (1 - _DAMPING) / len(sentences) + _DAMPING * rank @ step
    return _best(sentences, rank, max_words)


def centroid(articles: Sequence[Sequence[str]], max_words: int) -> str:
    """The sentences nearest to the mean of all, as TF-IDF vectors (Radev et al. 2004)."""
    sentences = _all(articles)
    matrix = terms.tfidf(sentences)
    mean = np.asarray(matrix.mean(axis=0)).ravel()
    return _best(sentences, np.asarray(matrix @ mean, dtype=np.float64), max_words)


def oracle(articles: Sequence[Sequence[str]], max_words: int | None, score: Callable[[str], float]) -> str:
    """Sentences added one by one, each the one that raises the score most, while one does (Nallapati et al. 2017)."""
    sentences = _all(articles)
    chosen: list[int] = []
    best = 0.0
    while True:
        grown = [
            (score(" ".join(sentences[i] for i in taken)), taken)
            for row in range(len(sentences))
            if row not in chosen
            for taken in [sorted([*chosen, row])]
            if max_words is None or sum(text.count_words(sentences[i]) for i in taken) <= max_words
        ]
        value, taken = max(grown, key=lambda item: (item[0], [-i for i in item[1]]), default=(0.0, []))
        if value <= best:
            return " ".join(sentences[i] for i in chosen)
        best, chosen = value, taken


def _all(articles: Iterable[Sequence[str]]) -> list[str]:
    return list(dict.fromkeys(sentence for sentences in articles for sentence in sentences))


def _best(sentences: Sequence[str], values: Floats, max_words: int) -> str:
    """The sentences of highest value, without repetition, as far as they fit; in the articles' order."""
    cosines = _cosines(sentences)
    chosen: list[int] = []
    left = max_words
    for row in sorted(range(len(sentences)), key=lambda i: (-round(float(values[i]), 9), i)):
        words = text.count_words(sentences[row])
        if words <= left and not (cosines[row, chosen] > _REPEATS).any():
            chosen.append(row)
            left -= words
    return " ".join(sentences[row] for row in sorted(chosen)) or _filled(sentences, max_words)


def _filled(sentences: Sequence[str], max_words: int) -> str:
    """The first sentences that fit; where the very first is longer, as much of it as fits."""
    taken: list[str] = []
    left = max_words
    for sentence in sentences:
        left -= text.count_words(sentence)
        if left < 0:
            break
        taken.append(sentence)
    return " ".join(taken or (sentences[0].split()[:max_words] if sentences else []))


def _cosines(texts: Sequence[str]) -> Floats:
    matrix = terms.tfidf(texts)
    return np.asarray((matrix @ matrix.T).toarray(), dtype=np.float64)
