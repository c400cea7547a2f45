"""What plain methods make of the same articles: the measure of what all the rest is worth."""

from __future__ import annotations

import functools
import importlib.util
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse.csgraph import connected_components
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.exceptions import ConvergenceWarning

from newsfold import terms

Labels = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]
Rows = Any  # Vectors, or a scipy.sparse.csr_matrix of the same kind: rows of norm 1, or 0

# Each is the best single one for its method over the six labelled sets newsfold was made with: the mean of their
# B-cubed F1 is highest there, in steps of 0.005. A method that is beaten at its best is beaten.
TFIDF_DISTANCE = 0.745
DENSE_DISTANCE = 0.285

BERTOPIC = "BERTopic, defaults"
_BERTOPIC_NEEDS = 20  # articles: below, UMAP's 15 neighbours and five dimensions cannot be had
_SEED = 0
_BLOCK = 512  # rows compared with all others at a time
_LARGEST_MATRIX = 8000  # rows up to which HDBSCAN may hold all distances, which is far quicker


def baselines(
    openings: Sequence[str], vectors: Vectors, n_stories: int, progress: Callable[[int, int], None] | None = None
) -> dict[str, Labels]:
    """Group the same articles by plain methods, each given its best setting or its default.

    Every article alone; average linkage on cosine distance, of TF-IDF and of the vectors, cut at one distance for
    every set; HDBSCAN (Campello, Moulavi and Sander 2013) with groups of two and up; k-means that is told the true
    number of stories; BERTopic (Grootendorst 2022) as it comes, where `absent` does not name it. What a method
    calls noise becomes singletons, which is the kindest reading of it. Everything is seeded.

    Args:
        openings: the articles' texts, n of them.
        vectors: of the untuned embedding model, unit norm, float32 of shape (n, d).
        n_stories: the true number of stories, which only k-means is told.
        progress: called with (methods done, methods to do).

    Returns:
        Groups of shape (n,), int64, by method. Of average linkage, memory follows its largest group of articles
        that are linked through close ones, not n².
    """
    methods: dict[str, Callable[[], Labels]] = {
        "every article alone": lambda: np.arange(len(openings)),
        "TF-IDF, average linkage": lambda: average_linkage(terms.tfidf(openings), TFIDF_DISTANCE),
        "dense, average linkage": lambda: average_linkage(vectors, DENSE_DISTANCE),
        "dense, HDBSCAN": lambda: _hdbscan(vectors),
        "k-means with the true k": lambda: _k_means(vectors, n_stories),
        BERTOPIC: lambda: _bertopic(openings, vectors),
    }
    for name in absent(len(openings)):
        del methods[name]
    found = {}
    for done, (name, method) in enumerate(methods.items()):
        if progress:
            progress(done, len(methods))
        found[name] = np.asarray(method(), dtype=np.int64)
    return found


def absent(n_articles: int) -> dict[str, str]:
    """The methods that `baselines` leaves out for so many articles, and why."""
    if not _bertopic_installed():
        return {BERTOPIC: "not installed; `pip install 'newsfold[bench]'` adds it"}
    if n_articles < _BERTOPIC_NEEDS:
        return {BERTOPIC: f"it needs {_BERTOPIC_NEEDS} articles; this set has {n_articles}"}
    return {}


def average_linkage(rows: Rows, distance: float) -> Labels:
    """Average linkage (UPGMA; Sokal and Michener 1958) on cosine distance, cut at a distance.

    Groups only merge over a distance that some pair between them does not exceed. So the cut of the whole is the
    cuts of its parts, those that such pairs connect, and no n × n matrix is needed.

    Args:
        rows: of norm 1, or 0 (at distance 1 from all), of shape (n, d), dense or sparse.
        distance: groups merge while the mean distance between them is at most this; below 1.

    Returns:
        Groups of shape (n,), int64.
    """
    _, part_of = connected_components(_close_pairs(rows, 1 - distance), directed=False)
    order = np.argsort(part_of, kind="stable")
    labels = np.empty(rows.shape[0], dtype=np.int64)
    given = 0
    for members in np.split(order, np.flatnonzero(np.diff(part_of[order])) + 1):
        labels[members] = given if len(members) == 1 else given - 1 + _cut(rows[members], distance)
        given = int(labels[members].max(initial=given)) + 1
    return labels


def _close_pairs(rows: Rows, similarity: float) -> sparse.csr_matrix:
    """Which pairs are at least so similar: a boolean matrix of shape (n, n)."""
    found = [sparse.csr_matrix(block >= similarity - 1e-5) for block in _similarities(rows)]  # rounding spares none
    return sparse.vstack(found, format="csr") if found else sparse.csr_matrix((0, 0), dtype=bool)


def _cut(rows: Rows, distance: float) -> Labels:
    upper, at = [], 0
    for block in _similarities(rows):
        upper += [1 - row[at + i + 1 :] for i, row in enumerate(block)]
        at += len(block)
    condensed = np.concatenate(upper)
    np.maximum(condensed, 0, out=condensed)
    return np.asarray(fcluster(linkage(condensed, "average"), distance, "distance"), dtype=np.int64)


def _similarities(rows: Rows) -> Iterator[Vectors]:
    """The cosines of some rows at a time with all: float32 of shape (up to `_BLOCK`, n)."""
    transposed = rows.T.tocsr() if sparse.issparse(rows) else rows.T
    for start in range(0, rows.shape[0], _BLOCK):
        block = rows[start : start + _BLOCK] @ transposed
        yield block.toarray() if sparse.issparse(block) else block


def _hdbscan(vectors: Vectors) -> Labels:
    if len(vectors) < 2:
        return np.arange(len(vectors))
    search = "brute" if len(vectors) <= _LARGEST_MATRIX else "auto"
    return _noise_alone(HDBSCAN(min_cluster_size=2, algorithm=search, copy=True).fit_predict(vectors))


def _k_means(vectors: Vectors, n_stories: int) -> Labels:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # copies share a vector: there may be fewer than stories
        return np.asarray(KMeans(n_stories, n_init=1, random_state=_SEED).fit_predict(vectors))


@functools.cache
def _bertopic_installed() -> bool:
    return all(importlib.util.find_spec(name) for name in ("bertopic", "umap", "hdbscan"))


def _bertopic(openings: Sequence[str], vectors: Vectors) -> Labels:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its libraries warn of one another, which nobody here can mend
        from bertopic import BERTopic
        from umap import UMAP

        # BERTopic's own UMAP, except that it is seeded.
        reduction = UMAP(
            n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", low_memory=False, random_state=_SEED
        )
        topics, _ = BERTopic(umap_model=reduction).fit_transform(list(openings), embeddings=vectors)
    return _noise_alone(np.asarray(topics, dtype=np.int64))


def _noise_alone(labels: Labels) -> Labels:
    noise = labels < 0
    labels = labels.copy()
    labels[noise] = labels.max(initial=0) + 1 + np.arange(noise.sum())
    return labels
