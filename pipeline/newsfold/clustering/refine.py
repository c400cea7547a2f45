"""Refinement of clusters after linkage: fragments join a larger cluster, outliers leave theirs, weak pairs part."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from newsfold.linkage.average import Floats, Integers
from newsfold.linkage.graph import (
    ConstrainedGraph,
    get_entries,
    indicator_matrix,
    node_cluster_means,
    relabel_sequential,
)

_BEST_LINKS = 2  # links of an article into another cluster that count


def merge_fragments(graph: ConstrainedGraph, labels: Integers, min_mean: float, min_best_links: float) -> Integers:
    """Merge a cluster into a larger one to which each of its articles has strong links.

    A large story has several sides: an article on one of them is far from most others, so that the mean over all
    pairs falls below the threshold of linkage although every article has near ones in it.

    Args:
        graph: m nodes.
        labels: cluster of each, int64 of shape (m,), 0 … k-1.
        min_mean: the mean over all pairs must be above this.
        min_best_links: the mean, over the smaller cluster's articles, of their two best links into the larger one must
            be above this.

    Returns:
        Cluster of each node, int64 of shape (m,), 0 … k-1.
    """
    while len(labels):
        small, large, best_links, mean = _find_merge_candidates(graph, labels, min_mean, min_best_links)
        # Two clusters merge if each is the best partner of the other.
        clusters, pair = np.concatenate([small, large]), np.tile(np.arange(len(small)), 2)
        order = np.lexsort((-mean[pair], -best_links[pair], clusters))
        clusters, pair = clusters[order], pair[order]
        first = np.append(True, clusters[1:] != clusters[:-1])[: len(clusters)]
        value = np.stack([best_links[pair], mean[pair]])
        tied = np.append((clusters[1:] == clusters[:-1]) & (value[:, 1:] == value[:, :-1]).all(axis=0), False)
        is_best = first & ~tied[: len(clusters)]
        mutual = np.flatnonzero(np.bincount(pair[is_best], minlength=len(small)) == 2)
        if not len(mutual):
            return labels
        merged = np.arange(labels.max() + 1)
        merged[small[mutual]] = large[mutual]
        labels = relabel_sequential(merged[labels])
    return labels


def remove_outliers(graph: ConstrainedGraph, labels: Integers, min_mean: float) -> Integers:
    """Remove articles whose mean to the rest of their cluster is too low, each cluster's weakest first.

    Args:
        graph: m nodes.
        labels: cluster of each, int64 of shape (m,), 0 … k-1.
        min_mean: an article stays while its mean is at least this.

    Returns:
        Cluster of each node, int64 of shape (m,), 0 … k-1.
    """
    while len(labels):
        own_mean = get_entries(node_cluster_means(graph, labels).tocsr(), np.arange(len(labels)), labels)
        is_outlier = (own_mean < min_mean) & (np.bincount(labels)[labels] > 1)
        if not is_outlier.any():
            return labels
        weakest = np.full(labels.max() + 1, np.inf)
        np.minimum.at(weakest, labels[is_outlier], own_mean[is_outlier])
        leaving = np.flatnonzero(is_outlier & (own_mean == weakest[labels]))
        labels = labels.copy()
        labels[leaving] = labels.max() + 1 + np.arange(len(leaving))
        labels = relabel_sequential(labels)
    return labels


def split_weak_pairs(
    graph: ConstrainedGraph, labels: Integers, min_value: float, support: sparse.csr_matrix
) -> Integers:
    """Split each cluster of two articles whose only link is too weak to make a story by itself.

    In a larger cluster many links support one another; a single one has to be likelier right than wrong.

    Args:
        graph: m nodes.
        labels: cluster of each, int64 of shape (m,), 0 … k-1.
        min_value: the link and its support must be above this together.
        support: what else speaks for a pair of nodes that are alone, shape (m, m), symmetric.

    Returns:
        Cluster of each node, int64 of shape (m,), 0 … k-1.
    """
    is_pair = (np.bincount(labels) == 2) & (np.bincount(labels, weights=graph.sizes) == 2)
    rows = np.flatnonzero(is_pair[labels])
    if not len(rows):
        return labels
    link = get_entries(node_cluster_means(graph, labels).tocsr(), rows, labels[rows])
    order = np.argsort(labels[rows], kind="stable")
    partner = np.empty_like(rows)
    partner[order] = rows[order].reshape(-1, 2)[:, ::-1].ravel()
    parting = rows[link + get_entries(support, rows, partner) <= min_value]
    labels = labels.copy()
    labels[parting] = labels.max() + 1 + np.arange(len(parting))
    return relabel_sequential(labels)


def _find_merge_candidates(
    graph: ConstrainedGraph, labels: Integers, min_mean: float, min_best_links: float
) -> tuple[Integers, Integers, Floats, Floats]:
    """Return pairs (smaller cluster, larger one) that may merge, the mean of their best links and of all pairs."""
    indicator, sizes = indicator_matrix(labels), np.bincount(labels, weights=graph.sizes).astype(np.int64)
    total = sparse.coo_matrix(indicator.T @ graph.sums @ indicator)
    mean = total.data / (sizes[total.row] * sizes[total.col])
    barred = get_entries(indicator.T @ graph.cannot_link @ indicator, total.row, total.col) > 0
    allowed = (total.row != total.col) & (sizes[total.row] <= sizes[total.col]) & (mean > min_mean) & ~barred
    small, large, mean = total.row[allowed].astype(np.int64), total.col[allowed].astype(np.int64), mean[allowed]
    best_links = _sum_best_links(graph, labels, small, large) / sizes[small]
    allowed = best_links > min_best_links
    return small[allowed], large[allowed], best_links[allowed], mean[allowed]


def _sum_best_links(graph: ConstrainedGraph, labels: Integers, small: Integers, large: Integers) -> Floats:
    """Average each article's best links into another cluster and sum over the articles of its own.

    Args:
        graph: m nodes.
        labels: cluster of each, int64 of shape (m,), 0 … k-1.
        small: the cluster of the articles, int64 of shape (p,).
        large: the cluster that they link to, int64 of shape (p,).

    Returns:
        float64 of shape (p,).
    """
    links, counts = graph.sums.tocoo(), np.bincount(labels)
    pair_numbers = sparse.csr_matrix((np.arange(len(small)) + 1.0, (small, large)), shape=(len(counts), len(counts)))
    pair = get_entries(pair_numbers, labels[links.row], labels[links.col]).astype(np.int64) - 1
    is_between = pair >= 0
    row, column, pair = links.row[is_between], links.col[is_between], pair[is_between]
    value = np.rint(links.data[is_between] / (graph.sizes[row] * graph.sizes[column]))
    order = np.lexsort((-value, row, pair))
    row, pair, value = row[order], pair[order], value[order]
    is_first = np.append(True, (row[1:] != row[:-1]) | (pair[1:] != pair[:-1]))[: len(row)]
    rank = np.arange(len(row)) - np.flatnonzero(is_first)[np.cumsum(is_first) - 1]
    n_links = np.minimum(_BEST_LINKS, counts[large[pair]])
    # Whole numbers for one link and for two, so that sums are exact; halved only afterwards.
    share = np.where(rank < n_links, value * graph.sizes[row] * _BEST_LINKS / n_links, 0)
    return np.bincount(pair, weights=share, minlength=len(small)) / _BEST_LINKS
