"""The graph that linkage works on: nodes of one article or several that must be together, and their links."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from newsfold.linkage.average import Booleans, Floats, Integers, average_linkage

UNIT = 2.0**20  # values are whole multiples of 1/UNIT of log-odds: their sums are exact, so the same in any order
_SPLIT_STEP = UNIT / 2  # by how much each attempt to split a component raises its weakest link


@dataclass(frozen=True)
class ConstrainedGraph:
    """Nodes of one article or several, and the values between them, measured from that of an unscored pair."""

    sums: sparse.csr_matrix
    """Values summed over the pairs of articles between two nodes: whole numbers, shape (m, m), no diagonal."""
    sizes: Integers
    """Articles in each node, shape (m,)."""
    cannot_link: sparse.csr_matrix
    """Stored if two nodes may never share a cluster, shape (m, m), symmetric."""

    def subgraph(self, rows: Integers) -> ConstrainedGraph:
        """Return the graph of some of the nodes."""
        return ConstrainedGraph(self.sums[rows][:, rows], self.sizes[rows], self.cannot_link[rows][:, rows])

    def contract(self, labels: Integers) -> ConstrainedGraph:
        """Return the graph whose nodes are the clusters of these nodes.

        Args:
            labels: cluster of each node, int64 of shape (m,), 0 … k-1.
        """
        indicator = indicator_matrix(labels)
        sizes = np.bincount(labels, weights=self.sizes).astype(np.int64)
        cannot_link = sparse.csr_matrix(indicator.T @ self.cannot_link @ indicator)
        return ConstrainedGraph(_sum_between(self.sums, indicator), sizes, cannot_link)


def group_must_links(must_link: npt.NDArray[np.int64], count: int) -> Integers:
    """Number the groups of articles that must be together, directly or through others: int64 of shape (count,).

    Args:
        must_link: pairs of articles, int64 of shape (m, 2).
        count: number of articles.
    """
    graph = sparse.coo_matrix((np.ones(len(must_link)), (must_link[:, 0], must_link[:, 1])), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def find_contradictions(
    must_link: npt.NDArray[np.int64], cannot_link: npt.NDArray[np.int64], count: int
) -> npt.NDArray[np.bool_]:
    """Return which cannot-link pairs must be together, directly or through others: bool of shape (k,).

    Args:
        must_link: pairs of articles, int64 of shape (m, 2).
        cannot_link: pairs of articles, int64 of shape (k, 2).
        count: number of articles.
    """
    group_of = group_must_links(must_link, count)
    return np.asarray(group_of[cannot_link[:, 0]] == group_of[cannot_link[:, 1]])


def build_graph(matrix: sparse.csr_matrix, node_of: Integers, cannot_link: npt.NDArray[np.int64]) -> ConstrainedGraph:
    """Build the graph of nodes of articles.

    Args:
        matrix: symmetric values of pairs of articles, shape (n, n).
        node_of: node of each article, int64 of shape (n,), 0 … m-1.
        cannot_link: pairs of nodes that may never share a cluster, int64 of shape (k, 2).
    """
    both = np.concatenate([cannot_link, cannot_link[:, ::-1]])
    sums = _sum_between(matrix, indicator_matrix(node_of))
    barred = sparse.csr_matrix((np.ones(len(both)), (both[:, 0], both[:, 1])), shape=sums.shape)
    return ConstrainedGraph(sums, np.bincount(node_of), barred)


def _sum_between(values: sparse.csr_matrix, indicator: sparse.csr_matrix) -> sparse.csr_matrix:
    """Sum values over the pairs between two groups, shape (k, k); pairs within a group are left out."""
    sums = sparse.coo_matrix(indicator.T @ values @ indicator)
    off = sums.row != sums.col
    return sparse.csr_matrix((sums.data[off], (sums.row[off], sums.col[off])), shape=sums.shape)


def cluster_components(graph: ConstrainedGraph, threshold: float, max_component: int) -> Integers:
    """Cluster by average linkage, one connected component at a time.

    Args:
        graph: m nodes.
        threshold: clusters merge while the mean value between them is above this.
        max_component: nodes of a component that fit into one matrix; in a larger one `merge_reciprocal_pairs` merges
            first.

    Returns:
        Cluster of each node, int64 of shape (m,), 0 … k-1.
    """
    if not len(graph.sizes):
        return np.arange(0)
    merged = merge_reciprocal_pairs(graph, threshold, max_component)
    graph = graph.contract(merged)
    labels = np.arange(len(graph.sizes))
    components = _split_components(graph, labels, threshold, max_component)
    ordered, stop = graph.subgraph(np.concatenate(components)), 0
    for members in components:
        start, stop = stop, stop + len(members)
        if len(members) == 1:
            continue
        if len(members) <= max_component:
            sums, barred = (_read_square(matrix, start, stop) for matrix in (ordered.sums, ordered.cannot_link))
            labels[members] = members[average_linkage(sums, ordered.sizes[start:stop], barred > 0, threshold)]
        elif not ordered.cannot_link[start:stop, start:stop].nnz:
            labels[members] = members[0]
    return relabel_sequential(labels[merged])


def _read_square(matrix: sparse.csr_matrix, start: int, stop: int) -> Floats:
    """Return the part of a matrix in rows and columns `start` to `stop`, faster than scipy cuts small parts out."""
    stored = slice(*matrix.indptr[[start, stop]])
    rows = np.repeat(np.arange(stop - start), np.diff(matrix.indptr[start : stop + 1]))
    columns = matrix.indices[stored] - start
    inside = (columns >= 0) & (columns < stop - start)
    square = np.zeros((stop - start, stop - start))
    square[rows[inside], columns[inside]] = matrix.data[stored][inside]
    return square


def merge_reciprocal_pairs(graph: ConstrainedGraph, threshold: float, max_component: int) -> Integers:
    """Merge reciprocal nearest neighbours until each connected component is small enough for a matrix.

    Average linkage merges two clusters that are each other's nearest neighbour sooner or later, whatever happens
    elsewhere: so all such pairs are merged at once, round by round (reciprocal agglomerative clustering; Sumengen et
    al. 2021, Scaling Hierarchical Agglomerative Clustering to Billion-sized Datasets). Of equally close pairs, the one
    with the weakest links to all other articles comes first; if these are equal too, none does.

    Args:
        graph: m nodes.
        threshold: clusters merge while the mean value between them is above this.
        max_component: nodes in a component at the end, unless ties prevent further rounds.

    Returns:
        Cluster of each node, int64 of shape (m,), 0 … k-1.
    """
    labels = np.arange(len(graph.sizes))
    while True:
        links = sparse.coo_matrix(graph.sums)
        means = links.data / (graph.sizes[links.row] * graph.sizes[links.col])
        near = (means > threshold) & (get_entries(graph.cannot_link, links.row, links.col) == 0)
        row, column, means = links.row[near], links.col[near], means[near]
        adjacency = sparse.coo_matrix((near[near], (row, column)), shape=links.shape)
        component = connected_components(adjacency, directed=False)[1]
        is_large = np.bincount(component)[component] > max_component
        pairs = _find_reciprocal_pairs(graph, row, column, means, is_large)
        if not is_large.any() or not len(pairs):
            return labels
        merged = np.arange(len(graph.sizes))
        merged[pairs[:, 1]] = pairs[:, 0]
        merged = relabel_sequential(merged)
        labels, graph = merged[labels], graph.contract(merged)


def _find_reciprocal_pairs(
    graph: ConstrainedGraph, row: Integers, column: Integers, means: Floats, selected: Booleans
) -> Integers:
    """Return pairs of selected nodes that are each other's unique nearest neighbour.

    Returns:
        int64 of shape (k, 2), the smaller number first.
    """
    strength = np.asarray(graph.sums.sum(axis=1)).ravel() / graph.sizes
    is_selected = selected[row]
    row, column, means = row[is_selected], column[is_selected], means[is_selected]
    is_nearest = means == _spread_by_row(np.maximum, means, row)
    row, column = row[is_nearest], column[is_nearest]
    outside = strength[row] + strength[column]
    is_weakest = outside == _spread_by_row(np.minimum, outside, row)
    row, column = row[is_weakest], column[is_weakest]
    is_unique = np.bincount(row, minlength=len(selected))[row] == 1
    nearest = np.full(len(selected), -1)
    nearest[row[is_unique]] = column[is_unique]
    nodes = np.flatnonzero(nearest >= 0)
    mutual = nodes[(nearest[nearest[nodes]] == nodes) & (nodes < nearest[nodes])]
    return np.stack([mutual, nearest[mutual]], axis=1)


def _spread_by_row(extreme: np.ufunc, values: Floats, row: Integers) -> Floats:
    """Return the extreme value of each row at all its values; equal rows are side by side."""
    if not len(row):
        return values
    first = np.flatnonzero(np.diff(row, prepend=-1))
    return np.repeat(extreme.reduceat(values, first), np.diff(first, append=len(row)))


def node_cluster_means(graph: ConstrainedGraph, labels: Integers) -> sparse.coo_matrix:
    """Average the values between each node and the other articles of each cluster that it has a link to.

    Args:
        graph: m nodes.
        labels: cluster of each, int64 of shape (m,), 0 … k-1.

    Returns:
        float64 of shape (m, k); -inf if a node may not join.
    """
    indicator = indicator_matrix(labels)
    totals = sparse.coo_matrix(graph.sums @ indicator)
    is_own = labels[totals.row] == totals.col
    others = np.bincount(labels, weights=graph.sizes)[totals.col] - graph.sizes[totals.row] * is_own
    barred = get_entries(graph.cannot_link @ indicator, totals.row, totals.col) > 0
    means = np.where(barred, -np.inf, totals.data / (graph.sizes[totals.row] * others))
    return sparse.coo_matrix((means, (totals.row, totals.col)), shape=totals.shape)


def get_entries(matrix: sparse.csr_matrix, rows: Integers, columns: Integers) -> Floats:
    """Return single entries of a sparse matrix, float64 of shape (k,)."""
    if not len(rows):
        return np.zeros(0)  # scipy would return a matrix
    return np.asarray(sparse.csr_matrix(matrix)[rows, columns], dtype=np.float64).ravel()


def indicator_matrix(labels: Integers) -> sparse.csr_matrix:
    """Return the cluster indicator matrix: a one for the cluster of each row, shape (m, k)."""
    return sparse.csr_matrix((np.ones(len(labels)), (np.arange(len(labels)), labels)))


def relabel_sequential(labels: Integers) -> Integers:
    """Return the same clusters, numbered from 0 without gaps."""
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


def _split_components(graph: ConstrainedGraph, rows: Integers, min_link: float, max_component: int) -> list[Integers]:
    """Split rows into the components of links above `min_link`, and too large components by stronger links."""
    links = sparse.coo_matrix(graph.sums[rows][:, rows])
    sizes = graph.sizes[rows]
    means = links.data / (sizes[links.row] * sizes[links.col])
    keep = means > min_link
    adjacency = sparse.coo_matrix((keep[keep], (links.row[keep], links.col[keep])), shape=links.shape)
    labels = connected_components(adjacency, directed=False)[1]
    order = np.argsort(labels, kind="stable")
    components: list[Integers] = []
    for number, members in enumerate(np.split(rows[order], np.flatnonzero(np.diff(labels[order])) + 1)):
        if len(members) > max_component and means[labels[links.row] == number].max() > min_link + _SPLIT_STEP:
            components += _split_components(graph, members, min_link + _SPLIT_STEP, max_component)
        else:
            components.append(members)
    return components
