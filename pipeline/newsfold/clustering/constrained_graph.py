"""What linkage works on: articles, or bundles of them that must be together, and the values between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from newsfold.clustering.linkage import Floats, Integers, average_linkage

UNIT = 2.0**20  # values are whole multiples of 1/UNIT of log-odds: their sums are exact, so the same in any order
_CUT = UNIT / 2  # how much stronger links must be, at each attempt, to hold a component together


@dataclass(frozen=True)
class Nodes:
    """Bundles of one article or more, and the values between them, counted from what a missing pair is worth."""

    sums: sparse.csr_matrix
    """Values summed over the pairs of articles between two nodes: whole numbers, shape (m, m), no diagonal."""
    sizes: Integers
    """Articles in each node, shape (m,)."""
    apart: sparse.csr_matrix
    """Stored where two nodes may never share a cluster, shape (m, m), symmetric."""

    def __getitem__(self, rows: Integers) -> Nodes:
        """Some of the nodes, by their numbers."""
        return Nodes(self.sums[rows][:, rows], self.sizes[rows], self.apart[rows][:, rows])

    def merged(self, labels: Integers) -> Nodes:
        """The clusters of nodes as nodes, by a number for each node, int64 of shape (m,), 0 … k-1."""
        member = indicator(labels)
        sizes = np.bincount(labels, weights=self.sizes).astype(np.int64)
        return Nodes(_between(self.sums, member), sizes, sparse.csr_matrix(member.T @ self.apart @ member))


def bundles(must: npt.NDArray[np.int64], count: int) -> Integers:
    """Which articles must be together, also by way of others: a number for each, int64 of shape (count,).

    Args:
        must: pairs of articles, int64 of shape (m, 2).
        count: articles there are.
    """
    graph = sparse.coo_matrix((np.ones(len(must)), (must[:, 0], must[:, 1])), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def contradictions(must: npt.NDArray[np.int64], cannot: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.bool_]:
    """Which pairs that cannot be together must be, also by way of others: bool of shape (k,).

    Args:
        must: pairs of articles, int64 of shape (m, 2).
        cannot: pairs of articles, int64 of shape (k, 2).
        count: articles there are.
    """
    bundle = bundles(must, count)
    return np.asarray(bundle[cannot[:, 0]] == bundle[cannot[:, 1]])


def gather(matrix: sparse.csr_matrix, node_of: Integers, cannot: npt.NDArray[np.int64]) -> Nodes:
    """Bundle articles into nodes.

    Args:
        matrix: symmetric values of pairs of articles, shape (n, n).
        node_of: node of each article, int64 of shape (n,), 0 … m-1.
        cannot: pairs of nodes to be kept apart, int64 of shape (k, 2).
    """
    both = np.concatenate([cannot, cannot[:, ::-1]])
    between = _between(matrix, indicator(node_of))
    apart = sparse.csr_matrix((np.ones(len(both)), (both[:, 0], both[:, 1])), shape=between.shape)
    return Nodes(between, np.bincount(node_of), apart)


def _between(values: sparse.csr_matrix, member: sparse.csr_matrix) -> sparse.csr_matrix:
    """Values summed over the pairs between two groups, shape (k, k); what lies within a group is left out."""
    sums = sparse.coo_matrix(member.T @ values @ member)
    off = sums.row != sums.col
    return sparse.csr_matrix((sums.data[off], (sums.row[off], sums.col[off])), shape=sums.shape)


def fold(nodes: Nodes, floor: float, largest: int) -> Integers:
    """Average linkage, one connected component at a time.

    Args:
        nodes: m nodes.
        floor: clusters merge while the mean value between them is above this.
        largest: nodes in one component that are looked at as a matrix; in a larger one, `condense` merges first.

    Returns:
        Cluster of each node, int64 of shape (m,), 0 … k-1.
    """
    if not len(nodes.sizes):
        return np.arange(0)
    condensed = condense(nodes, floor, largest)
    nodes = nodes.merged(condensed)
    labels = np.arange(len(nodes.sizes))
    for members in _components(nodes, labels, floor, largest):
        if len(members) == 1:
            continue
        part = nodes[members]
        if len(members) <= largest:
            labels[members] = members[average_linkage(part.sums.toarray(), part.sizes, part.apart.toarray() > 0, floor)]
        elif not part.apart.nnz:
            labels[members] = members[0]
    return numbered(labels[condensed])


def condense(nodes: Nodes, floor: float, largest: int) -> Integers:
    """Average linkage on the links alone, until what they connect is small enough for a matrix.

    Wherever two clusters are each other's closest, average linkage merges them sooner or later, whatever happens
    elsewhere: so all such pairs are merged at once, round by round (reciprocal agglomerative clustering; Sumengen et
    al. 2021, Scaling Hierarchical Agglomerative Clustering to Billion-sized Datasets). Of equally close pairs that one
    comes first which has least to do with any other article; where that is equal too, none.

    Args:
        nodes: m nodes.
        floor: clusters merge while the mean value between them is above this.
        largest: nodes that may hang together in the end, unless ties forbid more rounds.

    Returns:
        Cluster of each node, int64 of shape (m,), 0 … k-1.
    """
    labels = np.arange(len(nodes.sizes))
    while True:
        links = sparse.coo_matrix(nodes.sums)
        means = links.data / (nodes.sizes[links.row] * nodes.sizes[links.col])
        near = (means > floor) & (entries(nodes.apart, links.row, links.col) == 0)
        row, column, means = links.row[near], links.col[near], means[near]
        graph = sparse.coo_matrix((near[near], (row, column)), shape=links.shape)
        component = connected_components(graph, directed=False)[1]
        large = np.bincount(component)[component] > largest
        pairs = _reciprocal(nodes, row, column, means, large)
        if not large.any() or not len(pairs):
            return labels
        into = np.arange(len(nodes.sizes))
        into[pairs[:, 1]] = pairs[:, 0]
        into = numbered(into)
        labels, nodes = into[labels], nodes.merged(into)


def _reciprocal(
    nodes: Nodes, row: Integers, column: Integers, means: Floats, wanted: npt.NDArray[np.bool_]
) -> Integers:
    """Pairs of wanted nodes that are each other's one closest, int64 of shape (k, 2), the smaller number first."""
    reach = np.asarray(nodes.sums.sum(axis=1)).ravel() / nodes.sizes
    chosen = wanted[row]
    row, column, means = row[chosen], column[chosen], means[chosen]
    elsewhere = reach[row] + reach[column]
    order = np.lexsort((elsewhere, -means, row))
    row, column, means, elsewhere = row[order], column[order], means[order], elsewhere[order]
    first = np.flatnonzero(np.diff(row, prepend=-1))
    after = np.minimum(first + 1, len(row) - 1)
    tied = (first != after) & (row[after] == row[first])
    tied &= (means[after] == means[first]) & (elsewhere[after] == elsewhere[first])
    closest = np.full(len(wanted), -1)
    closest[row[first[~tied]]] = column[first[~tied]]
    ends = np.flatnonzero(closest >= 0)
    mutual = ends[(closest[closest[ends]] == ends) & (ends < closest[ends])]
    return np.stack([mutual, closest[mutual]], axis=1)


def closeness(nodes: Nodes, labels: Integers) -> sparse.coo_matrix:
    """Mean value between each node and the other articles of each cluster that it has a link to.

    Args:
        nodes: m nodes.
        labels: cluster of each, int64 of shape (m,), 0 … k-1.

    Returns:
        float64 of shape (m, k); -inf where a node may not join.
    """
    member = indicator(labels)
    totals = sparse.coo_matrix(nodes.sums @ member)
    own = labels[totals.row] == totals.col
    others = np.bincount(labels, weights=nodes.sizes)[totals.col] - nodes.sizes[totals.row] * own
    barred = entries(nodes.apart @ member, totals.row, totals.col) > 0
    means = np.where(barred, -np.inf, totals.data / (nodes.sizes[totals.row] * others))
    return sparse.coo_matrix((means, (totals.row, totals.col)), shape=totals.shape)


def entries(matrix: sparse.csr_matrix, rows: Integers, columns: Integers) -> Floats:
    """Single entries of a sparse matrix, float64 of shape (k,)."""
    if not len(rows):
        return np.zeros(0)  # scipy answers nothing with a matrix
    return np.asarray(sparse.csr_matrix(matrix)[rows, columns], dtype=np.float64).ravel()


def indicator(labels: Integers) -> sparse.csr_matrix:
    """Which row is in which cluster: ones of shape (m, k)."""
    return sparse.csr_matrix((np.ones(len(labels)), (np.arange(len(labels)), labels)))


def numbered(labels: Integers) -> Integers:
    """The same clusters, numbered from 0 without gaps."""
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


def _components(nodes: Nodes, rows: Integers, weakest: float, largest: int) -> list[Integers]:
    """Rows that links above `weakest` connect; where these are too many, that stronger links connect."""
    links = sparse.coo_matrix(nodes.sums[rows][:, rows])
    sizes = nodes.sizes[rows]
    means = links.data / (sizes[links.row] * sizes[links.col])
    keep = means > weakest
    graph = sparse.coo_matrix((keep[keep], (links.row[keep], links.col[keep])), shape=links.shape)
    labels = connected_components(graph, directed=False)[1]
    order = np.argsort(labels, kind="stable")
    found: list[Integers] = []
    for number, group in enumerate(np.split(rows[order], np.flatnonzero(np.diff(labels[order])) + 1)):
        if len(group) > largest and means[labels[links.row] == number].max() > weakest + _CUT:
            found += _components(nodes, group, weakest + _CUT, largest)
        else:
            found.append(group)
    return found
