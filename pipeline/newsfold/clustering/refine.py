"""Clusters as wholes, after linkage: fragments that belong to a larger one, articles that belong to none."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from newsfold.clustering.constrained_graph import Nodes, closeness, entries, indicator, numbered
from newsfold.clustering.linkage import Floats, Integers

_BEST = 2  # links of an article into another cluster that speak for it


def gather_fragments(nodes: Nodes, labels: Integers, floor: float, links: float) -> Integers:
    """Merge a cluster into a larger one in which each of its articles has good company.

    A large story has sides: an article on one of them is far from most others, so that the mean over all
    pairs falls below the floor of linkage although every article has near ones in it.

    Args:
        nodes: m nodes.
        labels: cluster of each, int64 of shape (m,), 0 … k-1.
        floor: the mean over all pairs must still be above this.
        links: so must, above this, the mean over the smaller cluster's articles of their two best links into the
            larger one.

    Returns:
        Cluster of each node, int64 of shape (m,), 0 … k-1.
    """
    while len(labels):
        small, large, company, mean = _hosts(nodes, labels, floor, links)
        # A pair merges where it is, for both, better than any other.
        ends, pair = np.concatenate([small, large]), np.tile(np.arange(len(small)), 2)
        order = np.lexsort((-mean[pair], -company[pair], ends))
        ends, pair = ends[order], pair[order]
        first = np.append(True, ends[1:] != ends[:-1])[: len(ends)]
        value = np.stack([company[pair], mean[pair]])
        tied = np.append((ends[1:] == ends[:-1]) & (value[:, 1:] == value[:, :-1]).all(axis=0), False)[: len(ends)]
        chosen = np.flatnonzero(np.bincount(pair[first & ~tied], minlength=len(small)) == 2)
        if not len(chosen):
            return labels
        renamed = np.arange(labels.max() + 1)
        renamed[small[chosen]] = large[chosen]
        labels = numbered(renamed[labels])
    return labels


def part_strays(nodes: Nodes, labels: Integers, floor: float) -> Integers:
    """Let articles leave whose mean to the rest of their cluster is below a floor, each cluster's weakest first.

    Args:
        nodes: m nodes.
        labels: cluster of each, int64 of shape (m,), 0 … k-1.
        floor: an article stays while it is at least this close.

    Returns:
        Cluster of each node, int64 of shape (m,), 0 … k-1.
    """
    while len(labels):
        own = entries(closeness(nodes, labels).tocsr(), np.arange(len(labels)), labels)
        stray = (own < floor) & (np.bincount(labels)[labels] > 1)
        if not stray.any():
            return labels
        weakest = np.full(labels.max() + 1, np.inf)
        np.minimum.at(weakest, labels[stray], own[stray])
        leaving = np.flatnonzero(stray & (own == weakest[labels]))
        labels = labels.copy()
        labels[leaving] = labels.max() + 1 + np.arange(len(leaving))
        labels = numbered(labels)
    return labels


def _hosts(nodes: Nodes, labels: Integers, floor: float, links: float) -> tuple[Integers, Integers, Floats, Floats]:
    """Pairs (smaller cluster, larger one) that may merge, the mean of the best links and that of all pairs."""
    member, sizes = indicator(labels), np.bincount(labels, weights=nodes.sizes).astype(np.int64)
    total = sparse.coo_matrix(member.T @ nodes.sums @ member)
    mean = total.data / (sizes[total.row] * sizes[total.col])
    barred = entries(member.T @ nodes.apart @ member, total.row, total.col) > 0
    able = (total.row != total.col) & (sizes[total.row] <= sizes[total.col]) & (mean > floor) & ~barred
    small, large, mean = total.row[able].astype(np.int64), total.col[able].astype(np.int64), mean[able]
    company = _company(nodes, labels, small, large) / sizes[small]
    able = company > links
    return small[able], large[able], company[able], mean[able]


def _company(nodes: Nodes, labels: Integers, small: Integers, large: Integers) -> Floats:
    """Mean of each article's best links into another cluster, summed over a cluster's articles.

    Args:
        nodes: m nodes.
        labels: cluster of each, int64 of shape (m,), 0 … k-1.
        small: the cluster whose articles look, int64 of shape (p,).
        large: the cluster they look into, int64 of shape (p,).

    Returns:
        float64 of shape (p,).
    """
    links, counts = nodes.sums.tocoo(), np.bincount(labels)
    wanted = sparse.csr_matrix((np.arange(len(small)) + 1.0, (small, large)), shape=(len(counts), len(counts)))
    pair = entries(wanted, labels[links.row], labels[links.col]).astype(np.int64) - 1
    asked = pair >= 0
    row, column, pair = links.row[asked], links.col[asked], pair[asked]
    value = np.rint(links.data[asked] / (nodes.sizes[row] * nodes.sizes[column]))
    order = np.lexsort((-value, row, pair))
    row, pair, value = row[order], pair[order], value[order]
    new = np.append(True, (row[1:] != row[:-1]) | (pair[1:] != pair[:-1]))[: len(row)]
    rank = np.arange(len(row)) - np.flatnonzero(new)[np.cumsum(new) - 1]
    among = np.minimum(_BEST, counts[large[pair]])
    # Whole for one link and for two, so that sums are exact; only then halved.
    share = np.where(rank < among, value * nodes.sizes[row] * _BEST / among, 0)
    return np.bincount(pair, weights=share, minlength=len(small)) / _BEST
