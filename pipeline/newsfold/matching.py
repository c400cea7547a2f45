"""Matching tonight's groups to those of the edition before, one to one, so that ids go on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np


def match_groups(
    gains: Mapping[tuple[int, str], float],
    overlap: Mapping[tuple[int, str], float],
    order: Mapping[int, str],
    unit: float,
) -> dict[int, str]:
    """Match groups to the previous ones that they continue, so that the sum of gains is greatest.

    Kuhn (1955), by SciPy. Among equal sums the greatest sum of overlaps decides, then the order.

    Args:
        gains: the weight of what a group shares with a previous one, above 0, by (group, previous id).
        overlap: a share from 0 to 1, by the same keys.
        order: a distinct sort key of each group.
        unit: the smallest difference between two sums of gains.

    Returns:
        The previous id of each group that continues one.
    """
    # Here, so that commands that only read a store do not wait for SciPy.
    from scipy.optimize import linear_sum_assignment
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    groups = sorted({group for group, _ in gains}, key=order.__getitem__)
    previous = sorted({id_ for _, id_ in gains})
    row_of = {group: i for i, group in enumerate(groups)}
    column_of = {id_: i for i, id_ in enumerate(previous)}
    links = sorted((row_of[group], column_of[id_], gain, overlap[group, id_]) for (group, id_), gain in gains.items())
    # Each connected component of groups and previous ones is a small matching problem of its own.
    graph = coo_matrix(
        (np.ones(len(links)), ([link[0] for link in links], [len(groups) + link[1] for link in links])),
        shape=(len(groups) + len(previous),) * 2,
    )
    labels = connected_components(graph, directed=False)[1] if links else []
    components: defaultdict[int, list[tuple[int, int, float, float]]] = defaultdict(list)
    for link in links:
        components[labels[link[0]]].append(link)
    matches = {}
    for component in components.values():
        rows, columns = sorted({link[0] for link in component}), sorted({link[1] for link in component})
        weights = np.zeros((len(rows), len(columns)))
        for row, column, gain, share in component:
            # All overlaps of a matching together weigh less than the unit.
            weights[rows.index(row), columns.index(column)] = gain + unit / 2 * share / (len(rows) + 1)
        for i, j in zip(*linear_sum_assignment(weights, maximize=True), strict=True):
            if weights[i, j]:
                matches[groups[rows[i]]] = previous[columns[j]]
    return matches
