"""How well a grouping agrees with labels: for a whole set, and for parts of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

Labels = npt.NDArray[np.int64]

MEASURES = (
    "b3_precision",
    "b3_recall",
    "b3_f1",
    "pairwise_precision",
    "pairwise_recall",
    "pairwise_f1",
    "b3_f1_multi",
    "ari",
    "ami",
)

SIZE_BANDS: Mapping[str, tuple[int, float]] = {
    "1": (1, 1),
    "2": (2, 2),
    "3-5": (3, 5),
    "6-20": (6, 20),
    "21+": (21, float("inf")),
}


def measures(gold: Sequence[object], found: Sequence[object]) -> dict[str, float]:
    """Agreement of a grouping with the labels; rows whose label is None are left out.

    B-cubed precision, recall and F1 (Bagga and Baldwin 1998); precision, recall and F1 over pairs; B-cubed F1 over
    the articles of stories with two or more labelled articles; adjusted Rand index (Hubert and Arabie 1985);
    adjusted mutual information (Vinh, Epps and Bailey 2010). Where there is nothing to find, or nothing was found,
    the share of it that is right counts as 1.

    Args:
        gold: labels of shape (n,); None is unlabelled.
        found: groups of shape (n,).

    Returns:
        One value per name of `MEASURES`, rounded to four places.
    """
    truth, groups, _ = _labelled(gold, found)
    return _measured(truth, groups, np.ones(len(truth), dtype=bool))


def by_group(
    gold: Sequence[object], found: Sequence[object], groups: Sequence[str | None]
) -> dict[str, dict[str, float]]:
    """`measures` for parts of a set, such as stories of one size or articles in one language.

    Each article is judged by its whole cluster and its whole story, wherever their other articles are: B-cubed is
    the mean over the part's articles, and a pair counts for a part once for each of its two articles that is in it.
    ARI and AMI have no such reading; they compare the groupings of the part's articles alone.

    Args:
        gold: labels of shape (n,); None is unlabelled.
        found: clusters of shape (n,).
        groups: which part each row belongs to, of shape (n,); None is in no part.

    Returns:
        By part, in order of its name's first appearance: `articles`, the labelled ones, and `MEASURES`. A part
        without labelled articles is left out.
    """
    truth, clusters, rows = _labelled(gold, found)
    part_of = np.array([groups[row] or "" for row in rows], dtype=object)
    parts = [name for name in dict.fromkeys(groups) if name]
    chosen = {name: part_of == name for name in parts}
    return {
        name: {"articles": int(inside.sum())} | _measured(truth, clusters, inside)
        for name, inside in chosen.items()
        if inside.any()
    }


def size_bands(gold: Sequence[object]) -> list[str | None]:
    """The band of `SIZE_BANDS` of each article's story, by its labelled articles; None where unlabelled."""
    sizes = Counter(gold)
    band_of = {
        size: next(name for name, (low, high) in SIZE_BANDS.items() if low <= size <= high)
        for size in set(sizes.values())
    }
    return [None if story is None else band_of[sizes[story]] for story in gold]


def _labelled(gold: Sequence[object], found: Sequence[object]) -> tuple[Labels, Labels, list[int]]:
    """Labels and groups as numbers, and which rows they are of: those with a label."""
    pairs = list(zip(gold, found, strict=True))
    rows = [row for row, (label, _) in enumerate(pairs) if label is not None]
    truth = np.unique([str(pairs[row][0]) for row in rows], return_inverse=True)[1]
    groups = np.unique([str(pairs[row][1]) for row in rows], return_inverse=True)[1]
    return truth.astype(np.int64), groups.astype(np.int64), rows


def _measured(truth: Labels, groups: Labels, inside: npt.NDArray[np.bool_]) -> dict[str, float]:
    """`measures` over the articles inside, whose stories and clusters may reach outside."""
    n_groups = int(groups.max(initial=0)) + 1
    _, cell, together = np.unique(truth * n_groups + groups, return_inverse=True, return_counts=True)
    both = together[cell][inside].astype(np.float64)  # per article: how many share its story and its cluster
    in_cluster = np.bincount(groups)[groups][inside]
    in_story = np.bincount(truth)[truth][inside]
    precision, recall = both / in_cluster, both / in_story
    multi = in_story > 1
    right, found, true = (both - 1).sum(), (in_cluster - 1).sum(), (in_story - 1).sum()
    values = {
        "b3_precision": _mean(precision),
        "b3_recall": _mean(recall),
        "b3_f1": _f1(_mean(precision), _mean(recall)),
        "pairwise_precision": right / found if found else 1.0,
        "pairwise_recall": right / true if true else 1.0,
        "pairwise_f1": 2 * right / (found + true) if found + true else 1.0,
        "b3_f1_multi": _f1(_mean(precision[multi]), _mean(recall[multi])),
        "ari": adjusted_rand_score(truth[inside], groups[inside]),
        "ami": adjusted_mutual_info_score(truth[inside], groups[inside]),
    }
    return {name: round(float(values[name]), 4) + 0.0 for name in MEASURES}  # no -0.0


def _mean(values: npt.NDArray[np.float64]) -> float:
    return float(values.mean()) if len(values) else 1.0


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
