"""Baseline clusterings of the same articles by standard methods, to compare newsfold with."""

from __future__ import annotations

import functools
import importlib.util
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse.csgraph import connected_components
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.exceptions import ConvergenceWarning

from newsfold.vocabulary import fit_tfidf

Labels = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]
Rows = Any  # Vectors, or a scipy.sparse.csr_matrix of the same kind: rows of norm 1, or 0

# Each is the best threshold of its method over labelled sets: the mean B-cubed F1 is highest there, in steps of 0.005.
# The comparison is fair only if each method runs at its best.
TFIDF_DISTANCE = 0.745  # six sets of tests/README.md
DENSE_DISTANCE = 0.11  # all ten; cosines of the packaged model are high, so another model needs another threshold

TFIDF = "TF-IDF, average linkage"
DENSE_HDBSCAN = "dense, HDBSCAN"
BERTOPIC = "BERTopic, defaults"
_BERTOPIC_MIN_ARTICLES = 20  # UMAP cannot find 15 neighbours in five dimensions among fewer
_SEED = 0
_BLOCK = 512  # rows compared with all others at a time
_MAX_BRUTE_FORCE_ROWS = 8000  # up to here HDBSCAN holds all distances, which is far faster


def run_baselines(
    texts: Sequence[str],
    vectors: Vectors,
    n_stories: int,
    progress: Callable[[int, int], None] | None = None,
    *,
    only: Collection[str] | None = None,
    seed: int | None = _SEED,
) -> dict[str, Labels]:
    """Cluster the same articles by standard methods, each with its best setting or its default.

    Every article alone; average linkage on the cosine distance of TF-IDF and of the vectors, cut at one distance for
    every set; HDBSCAN (Campello, Moulavi and Sander 2013) with clusters of two and up; k-means with the true number of
    stories; BERTopic (Grootendorst 2022) with its defaults, unless `unavailable_baselines` names it. Noise becomes
    singletons, which scores best.

    Args:
        texts: the openings of n articles.
        vectors: of the untuned embedding model, unit norm, float32 of shape (n, d).
        n_stories: the true number of stories, which only k-means uses.
        progress: called with (methods done, methods to do).
        only: names of the methods to run; None: all.
        seed: of the methods that draw; None: another one each time, which lets UMAP use several threads.

    Returns:
        Clusters of shape (n,), int64, by method. The memory of average linkage follows its largest connected component
        of similar articles, not n².
    """
    methods: dict[str, Callable[[], Labels]] = {
        "every article alone": lambda: np.arange(len(texts)),
        TFIDF: lambda: average_linkage(fit_tfidf(texts), TFIDF_DISTANCE),
        "dense, average linkage": lambda: average_linkage(vectors, DENSE_DISTANCE),
        DENSE_HDBSCAN: lambda: _hdbscan(vectors),
        "k-means with the true k": lambda: _k_means(vectors, n_stories, seed),
        BERTOPIC: lambda: _bertopic(texts, vectors, seed),
    }
    absent = unavailable_baselines(len(texts))
    methods = {name: run for name, run in methods.items() if name not in absent and (only is None or name in only)}
    labels = {}
    for done, (name, method) in enumerate(methods.items()):
        if progress:
            progress(done, len(methods))
        labels[name] = np.asarray(method(), dtype=np.int64)
    return labels


def unavailable_baselines(n_articles: int) -> dict[str, str]:
    """Return the methods that `run_baselines` skips for `n_articles` articles, each with the reason."""
    if not _is_bertopic_installed():
        return {BERTOPIC: "not installed; `pip install 'newsfold[bench]'` adds it"}
    if n_articles < _BERTOPIC_MIN_ARTICLES:
        return {BERTOPIC: f"it needs {_BERTOPIC_MIN_ARTICLES} articles; this set has {n_articles}"}
    return {}


def average_linkage(rows: Rows, distance: float) -> Labels:
    """Cluster by average linkage (UPGMA; Sokal and Michener 1958) on cosine distance, cut at a distance.

    Two clusters merge at a distance only if some pair between them is at most that far apart. So the cut of the whole
    is the cuts of the connected components of such pairs, and no n × n matrix is needed.

    Args:
        rows: of norm 1, or 0 (at distance 1 from all), of shape (n, d), dense or sparse.
        distance: clusters merge while the mean distance between them is at most this; below 1.

    Returns:
        Clusters of shape (n,), int64.
    """
    _, component_of = connected_components(_link_similar_rows(rows, 1 - distance), directed=False)
    order = np.argsort(component_of, kind="stable")
    labels = np.empty(rows.shape[0], dtype=np.int64)
    next_label = 0
    for members in np.split(order, np.flatnonzero(np.diff(component_of[order])) + 1):
        single = len(members) == 1
        labels[members] = next_label if single else next_label - 1 + _cut_dendrogram(rows[members], distance)
        next_label = int(labels[members].max(initial=next_label)) + 1
    return labels


def average_linkage_cuts(rows: Rows, distances: Sequence[float]) -> npt.NDArray[np.int32]:
    """Cluster by average linkage on cosine distance once, and cut the tree at several distances.

    Args:
        rows: n of norm 1, of shape (n, d); all their distances are held in memory, 8 · n² bytes at the peak.
        distances: of which each gives a clustering.

    Returns:
        Clusters of shape (distances, n).
    """
    if rows.shape[0] < 2:
        return np.zeros((len(distances), rows.shape[0]), dtype=np.int32)
    tree = linkage(_condensed_distances(rows), "average")
    return np.array([fcluster(tree, distance, "distance") for distance in distances], dtype=np.int32)


def _link_similar_rows(rows: Rows, similarity: float) -> sparse.csr_matrix:
    """Return which pairs have at least this cosine: a boolean matrix of shape (n, n)."""
    # The tolerance keeps pairs that rounding puts just below.
    blocks = [sparse.csr_matrix(block >= similarity - 1e-5) for block in _cosine_blocks(rows)]
    return sparse.vstack(blocks, format="csr") if blocks else sparse.csr_matrix((0, 0), dtype=bool)


def _cut_dendrogram(rows: Rows, distance: float) -> Labels:
    return np.asarray(fcluster(linkage(_condensed_distances(rows), "average"), distance, "distance"), dtype=np.int64)


def _condensed_distances(rows: Rows) -> Vectors:
    """Return the cosine distances of all pairs of rows, as scipy orders them: float32 of shape (n · (n - 1) / 2,)."""
    upper, at = [], 0
    for block in _cosine_blocks(rows):
        upper += [1 - row[at + i + 1 :] for i, row in enumerate(block)]
        at += len(block)
    condensed: Vectors = np.concatenate(upper)
    np.maximum(condensed, 0, out=condensed)
    return condensed


def _cosine_blocks(rows: Rows) -> Iterator[Vectors]:
    """Yield the cosines of a block of rows with all rows: float32 of shape (up to `_BLOCK`, n)."""
    transposed = rows.T.tocsr() if sparse.issparse(rows) else rows.T
    for start in range(0, rows.shape[0], _BLOCK):
        block = rows[start : start + _BLOCK] @ transposed
        yield block.toarray() if sparse.issparse(block) else block


def _hdbscan(vectors: Vectors) -> Labels:
    if len(vectors) < 2:
        return np.arange(len(vectors))
    algorithm = "brute" if len(vectors) <= _MAX_BRUTE_FORCE_ROWS else "auto"
    return _noise_to_singletons(HDBSCAN(min_cluster_size=2, algorithm=algorithm, copy=True).fit_predict(vectors))


def _k_means(vectors: Vectors, n_stories: int, seed: int | None) -> Labels:
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", ConvergenceWarning
        )  # copies share a vector, so there may be fewer distinct rows than stories
        return np.asarray(KMeans(n_stories, n_init=1, random_state=seed).fit_predict(vectors))


@functools.cache
def _is_bertopic_installed() -> bool:
    return all(importlib.util.find_spec(name) for name in ("bertopic", "umap", "hdbscan"))


def _bertopic(texts: Sequence[str], vectors: Vectors, seed: int | None) -> Labels:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its libraries warn about each other; we cannot fix that
        from bertopic import BERTopic
        from umap import UMAP

        # BERTopic's default UMAP, which has no seed.
        reduction = UMAP(
            n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", low_memory=False, random_state=seed
        )
        topics, _ = BERTopic(umap_model=reduction).fit_transform(list(texts), embeddings=vectors)
    return _noise_to_singletons(np.asarray(topics, dtype=np.int64))


def _noise_to_singletons(labels: Labels) -> Labels:
    noise = labels < 0
    labels = labels.copy()
    labels[noise] = labels.max(initial=0) + 1 + np.arange(noise.sum())
    return labels
