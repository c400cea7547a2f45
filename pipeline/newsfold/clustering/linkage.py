"""Average linkage over articles that may come in bundles, with pairs that must stay apart and fair ties."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]


def average_linkage(sums: Floats, sizes: Integers, apart: Booleans, floor: float) -> Integers:
    """Merge, again and again, the two clusters with the highest mean over their pairs of articles (UPGMA).

    Sokal and Michener (1958). Equal means are merged at once where that is sound, as in the variable-group
    algorithm of Fernández and Gómez (2008), so that no order of rows is preferred; see `_ties`.

    Args:
        sums: float64 of shape (m, m), symmetric: the value summed over all pairs of articles between two nodes. Whole
            numbers, so that sums are exact in any order.
        sizes: articles in each node, int64 of shape (m,).
        apart: bool of shape (m, m), symmetric: nodes that may never share a cluster.
        floor: clusters merge while their mean is above this.

    Returns:
        Cluster of each node, int64 of shape (m,): the smallest row in it.
    """
    sums, apart, weights = sums.copy(), apart.copy(), sizes.astype(np.float64)
    labels = np.arange(len(sums))
    means = np.where(apart, -np.inf, sums / np.outer(weights, weights))
    np.fill_diagonal(means, -np.inf)
    best = means.max(axis=1)
    while (top := best.max()) > floor:
        for group, edges in _ties(means, np.flatnonzero(best == top), top, sums, weights):
            if len(group) > 2 and not _sound(sums, weights, apart, group, floor):
                means[edges[:, 0], edges[:, 1]] = means[edges[:, 1], edges[:, 0]] = -np.inf
                best[group] = means[group].max(axis=1)
                continue
            kept, gone = group[0], group[1:]
            labels[np.isin(labels, gone)] = kept
            stale = means[:, group].max(axis=1) == best
            sums[kept] = sums[group].sum(axis=0)
            apart[kept] = apart[group].any(axis=0)
            weights[kept] = weights[group].sum()
            sums[:, kept], apart[:, kept] = sums[kept], apart[kept]
            sums[gone], sums[:, gone] = 0, 0
            means[gone], means[:, gone] = -np.inf, -np.inf
            alive = labels == np.arange(len(labels))
            alive[kept] = False
            means[kept] = np.where(alive & ~apart[kept], sums[kept] / (weights * weights[kept]), -np.inf)
            means[:, kept] = means[kept]
            best = np.maximum(best, means[kept])
            stale[group] = True
            best[stale] = means[stale].max(axis=1)
    return labels


def _ties(
    means: Floats, rows: Integers, top: float, sums: Floats, sizes: Floats
) -> Iterator[tuple[Integers, npt.NDArray[np.int64]]]:
    """Groups of clusters to merge at the highest mean, each with its tied pairs, int64 of shape (k, 2).

    Of pairs that hang together by ties, those come first that have least to do with any other article: a
    tie between two stories waits until each of them is whole.
    """
    left, right = np.nonzero(means[rows] == top)
    edges = np.stack([rows[left], right], axis=1)
    edges = edges[edges[:, 0] < edges[:, 1]]
    if len(edges) == 1:
        yield edges[0], edges
        return
    reach = np.zeros(len(sizes))
    reach[rows] = (sums[rows].sum(axis=1) - np.diagonal(sums)[rows]) / sizes[rows]
    elsewhere = reach[edges[:, 0]] + reach[edges[:, 1]]
    component = _components_of(edges, len(sizes))[edges[:, 0]]
    least = np.full(len(sizes), np.inf)
    np.minimum.at(least, component, elsewhere)
    edges = edges[elsewhere == least[component]]
    component = _components_of(edges, len(sizes))[edges[:, 0]]
    for number in np.unique(component):
        chosen = edges[component == number]
        yield np.unique(chosen), chosen


def _components_of(edges: npt.NDArray[np.int64], count: int) -> Integers:
    graph = sparse.coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _sound(sums: Floats, sizes: Floats, apart: Booleans, group: Integers, floor: float) -> bool:
    """May all of a tied group be one cluster: none kept apart, and each above the floor to the others?"""
    if apart[np.ix_(group, group)].any():
        return False
    inside = sums[np.ix_(group, group)]
    to_others = inside.sum(axis=1) - np.diagonal(inside)
    return bool((to_others / (sizes[group] * (sizes[group].sum() - sizes[group])) > floor).all())
