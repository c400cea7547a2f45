"""How good a grouping is, against labels: the measures, and the plain methods to beat."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, KMeans
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score
from sklearn.metrics.cluster import contingency_matrix

from pipeline import terms

Labels = npt.NDArray[np.int64]
Vectors = npt.NDArray[np.float32]

MEASURES = ("b3_precision", "b3_recall", "b3_f1", "pairwise_f1", "b3_f1_multi", "ari", "ami")


def measures(gold: Sequence[object], found: Sequence[object]) -> dict[str, float]:
    """Agreement of a grouping with the labels; rows whose label is None are left out.

    B-cubed precision, recall and F1 (Bagga and Baldwin 1998); F1 over pairs; B-cubed F1 over the articles of
    stories with two or more labelled articles; adjusted Rand index; adjusted mutual information.

    Args:
        gold: labels of shape (n,); None is unlabelled.
        found: groups of shape (n,).

    Returns:
        One value per name of `MEASURES`, rounded to four places.
    """
    labelled = [(g, f) for g, f in zip(gold, found, strict=True) if g is not None]
    truth = np.unique([str(g) for g, _ in labelled], return_inverse=True)[1]
    groups = np.unique([str(f) for _, f in labelled], return_inverse=True)[1]
    table = contingency_matrix(truth, groups, sparse=True).tocoo()
    of_truth, of_group = np.bincount(truth), np.bincount(groups)
    share = table.data.astype(np.float64) ** 2
    precision, recall = (share / of_group[table.col]).sum(), (share / of_truth[table.row]).sum()
    multi = of_truth[table.row] > 1
    in_multi = max(1, of_truth[of_truth > 1].sum())
    pairs = (table.data * (table.data - 1)).sum()
    found_pairs, true_pairs = (of_group * (of_group - 1)).sum(), (of_truth * (of_truth - 1)).sum()
    values = {
        "b3_precision": precision / len(truth),
        "b3_recall": recall / len(truth),
        "b3_f1": _f1(precision / len(truth), recall / len(truth)),
        "pairwise_f1": 2 * pairs / (found_pairs + true_pairs) if found_pairs + true_pairs else 1.0,
        "b3_f1_multi": _f1(
            (share / of_group[table.col])[multi].sum() / in_multi, (share / of_truth[table.row])[multi].sum() / in_multi
        ),
        "ari": adjusted_rand_score(truth, groups),
        "ami": adjusted_mutual_info_score(truth, groups),
    }
    return {name: round(float(values[name]), 4) for name in MEASURES}


def baselines(openings: Sequence[str], vectors: Vectors, n_stories: int) -> dict[str, Labels]:
    """What plain methods make of the same articles: groups of shape (n,) by method.

    The thresholds are each method's best single one over the labelled sets, so that no straw man is beaten.

    Args:
        openings: the articles' texts.
        vectors: unit-norm, float32 of shape (n, d).
        n_stories: the true number of stories, which k-means is told.
    """
    methods: dict[str, Callable[[], Labels]] = {
        "every article alone": lambda: np.arange(len(openings)),
        "TF-IDF, average linkage": lambda: _average_linkage(terms.tfidf(openings)[0].toarray(), 0.8),
        "dense, average linkage": lambda: _average_linkage(vectors, 0.45),
        "dense, HDBSCAN": lambda: _noise_alone(HDBSCAN(min_cluster_size=2, copy=True).fit_predict(vectors)),
        "dense, k-means with the true k": lambda: KMeans(n_stories, n_init=1, random_state=0).fit_predict(vectors),
    }
    return {name: np.asarray(method(), dtype=np.int64) for name, method in methods.items()}


def _average_linkage(rows: Vectors, threshold: float) -> Labels:
    linkage = AgglomerativeClustering(n_clusters=None, metric="cosine", linkage="average", distance_threshold=threshold)
    # A row without words has no angle; the smallest nudge gives it one.
    return np.asarray(linkage.fit_predict(rows + np.float32(1e-9)), dtype=np.int64)


def _noise_alone(labels: Labels) -> Labels:
    """HDBSCAN's noise as singletons, the kindest reading of it."""
    noise = labels < 0
    labels = labels.copy()
    labels[noise] = labels.max(initial=0) + 1 + np.arange(noise.sum())
    return labels


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
