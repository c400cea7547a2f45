"""Average linkage on nodes of one article or several, with cannot-link pairs and ties that favour no row order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]


def average_linkage(sums: Floats, sizes: Integers, cannot_link: Booleans, threshold: float) -> Integers:
    """Merge, again and again, the two clusters with the highest mean over their pairs of articles (UPGMA).

    Sokal and Michener (1958). Equal means are merged at once if that is consistent, as in the variable-group
    algorithm of Fernández and Gómez (2008), so that no order of rows is preferred; see `_find_tied_groups`.

    Args:
        sums: float64 of shape (m, m), symmetric: the value summed over all pairs of articles between two nodes. Whole
            numbers, so that sums are exact in any order.
        sizes: articles in each node, int64 of shape (m,).
        cannot_link: bool of shape (m, m), symmetric: nodes that may never share a cluster.
        threshold: clusters merge while their mean is above this.

    Returns:
        Cluster of each node, int64 of shape (m,): the smallest row in it.
    """
    sums, cannot_link, weights = sums.copy(), cannot_link.copy(), sizes.astype(np.float64)
    labels = np.arange(len(sums))
    means = np.where(cannot_link, -np.inf, sums / np.outer(weights, weights))
    np.fill_diagonal(means, -np.inf)
    best = means.max(axis=1)
    while (top := best.max()) > threshold:
        for group, edges in _find_tied_groups(means, np.flatnonzero(best == top), top, sums, weights):
            if len(group) > 2 and not _can_merge_all(sums, weights, cannot_link, group, threshold):
                means[edges[:, 0], edges[:, 1]] = means[edges[:, 1], edges[:, 0]] = -np.inf
                best[group] = means[group].max(axis=1)
                continue
            kept, gone = group[0], group[1:]
            labels[np.isin(labels, gone)] = kept
            stale = means[:, group].max(axis=1) == best
            sums[kept] = sums[group].sum(axis=0)
            cannot_link[kept] = cannot_link[group].any(axis=0)
            weights[kept] = weights[group].sum()
            sums[:, kept], cannot_link[:, kept] = sums[kept], cannot_link[kept]
            sums[gone], sums[:, gone] = 0, 0
            means[gone], means[:, gone] = -np.inf, -np.inf
            others = labels == np.arange(len(labels))
            others[kept] = False
            means[kept] = np.where(others & ~cannot_link[kept], sums[kept] / (weights * weights[kept]), -np.inf)
            means[:, kept] = means[kept]
            best = np.maximum(best, means[kept])
            stale[group] = True
            best[stale] = means[stale].max(axis=1)
    return labels


def _find_tied_groups(
    means: Floats, rows: Integers, top: float, sums: Floats, sizes: Floats
) -> Iterator[tuple[Integers, npt.NDArray[np.int64]]]:
    """Yield the groups of clusters to merge at the highest mean, each with its tied pairs, int64 of shape (k, 2).

    Of the tied pairs in a component, those with the weakest links to all other articles come first: a tie between two
    stories waits until each of them is whole.
    """
    left, right = np.nonzero(means[rows] == top)
    edges = np.stack([rows[left], right], axis=1)
    edges = edges[edges[:, 0] < edges[:, 1]]
    if len(edges) == 1:
        yield edges[0], edges
        return
    strength = np.zeros(len(sizes))
    strength[rows] = (sums[rows].sum(axis=1) - np.diagonal(sums)[rows]) / sizes[rows]
    outside = strength[edges[:, 0]] + strength[edges[:, 1]]
    component = _label_components(edges, len(sizes))[edges[:, 0]]
    weakest = np.full(len(sizes), np.inf)
    np.minimum.at(weakest, component, outside)
    edges = edges[outside == weakest[component]]
    component = _label_components(edges, len(sizes))[edges[:, 0]]
    for number in np.unique(component):
        tied = edges[component == number]
        yield np.unique(tied), tied


def _label_components(edges: npt.NDArray[np.int64], count: int) -> Integers:
    graph = sparse.coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _can_merge_all(sums: Floats, sizes: Floats, cannot_link: Booleans, group: Integers, threshold: float) -> bool:
    """Return whether a tied group may be one cluster: no cannot-link pair, and each above the threshold to the rest."""
    if cannot_link[np.ix_(group, group)].any():
        return False
    inside = sums[np.ix_(group, group)]
    to_others = inside.sum(axis=1) - np.diagonal(inside)
    return bool((to_others / (sizes[group] * (sizes[group].sum() - sizes[group])) > threshold).all())
