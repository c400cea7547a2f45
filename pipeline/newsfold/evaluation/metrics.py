"""Clustering metrics against labels, for a whole set and for groups of its articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

Labels = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

METRICS = (
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


def clustering_metrics(gold: Sequence[object], clusters: Sequence[object]) -> dict[str, float]:
    """Compute how well clusters agree with labels; rows without a label are left out.

    B-cubed precision, recall and F1 (Bagga and Baldwin 1998); precision, recall and F1 over pairs; B-cubed F1 over
    the articles of stories with two or more labelled articles; adjusted Rand index (Hubert and Arabie 1985);
    adjusted mutual information (Vinh, Epps and Bailey 2010). A precision or recall with an empty denominator
    counts as 1.

    Args:
        gold: labels of shape (n,); None is unlabelled.
        clusters: of shape (n,).

    Returns:
        One value for each name in `METRICS`, rounded to four places.
    """
    truth, predicted, _ = encode_labelled(gold, clusters)
    return _compute_metrics(truth, predicted, np.ones(len(truth), dtype=bool))


def metrics_by_group(
    gold: Sequence[object], clusters: Sequence[object], groups: Sequence[str | None]
) -> dict[str, dict[str, float]]:
    """Compute the metrics for groups of articles, such as stories of one size or articles in one language.

    An article counts with its whole cluster and its whole story, even if their other articles are outside the group:
    B-cubed is the mean over the group's articles, and a pair counts once for each of its two articles in the group.
    ARI and AMI have no such definition; they compare the clusters of the group's articles alone.

    Args:
        gold: labels of shape (n,); None is unlabelled.
        clusters: of shape (n,).
        groups: the group of each row, of shape (n,); None is in no group.

    Returns:
        By group, in order of first appearance: `articles`, the number of labelled ones, and `METRICS`. A group without
        labelled articles is left out.
    """
    truth, predicted, rows = encode_labelled(gold, clusters)
    group_of = np.array([groups[row] or "" for row in rows], dtype=object)
    masks = {name: group_of == name for name in dict.fromkeys(groups) if name}
    return {
        name: {"articles": int(mask.sum())} | _compute_metrics(truth, predicted, mask)
        for name, mask in masks.items()
        if mask.any()
    }


def average_metrics(
    gold: Sequence[object],
    clusterings: Iterable[tuple[Sequence[object], Mask]],
    groups: Sequence[str | None] | None = None,
) -> dict[str, dict[str, float]]:
    """Compute the metrics of groups over several clusterings, each of which is scored on some of the articles.

    Args:
        gold: labels of shape (n,); None is unlabelled.
        clusterings: clusters of shape (n,), each with a mask of the articles that are scored on them: the folds of a
            cross-validation, or one clustering and all articles.
        groups: as in `metrics_by_group`; None: all articles are one group, `all`.

    Returns:
        As `metrics_by_group`, the metrics weighted by the articles scored on each clustering.
    """
    groups = groups or ["all"] * len(gold)
    totals: dict[str, dict[str, float]] = {}
    for clusters, scored in clusterings:
        inside = [group if is_scored else None for group, is_scored in zip(groups, scored.tolist(), strict=True)]
        for name, values in metrics_by_group(gold, clusters, inside).items():
            total = totals.setdefault(name, dict.fromkeys(("articles", *METRICS), 0.0))
            total["articles"] += values["articles"]
            for metric in METRICS:
                total[metric] += values[metric] * values["articles"]
    return {
        name: {"articles": total["articles"]}
        | {metric: round(total[metric] / total["articles"], 4) + 0.0 for metric in METRICS}
        for name, total in totals.items()
    }


def b_cubed_f1(gold: Sequence[object], clusterings: Iterable[tuple[Sequence[object], Mask]]) -> float:
    """Compute the B-cubed F1 of `average_metrics` alone, which is far faster than all metrics."""
    total, articles = 0.0, 0
    for clusters, scored in clusterings:
        truth, predicted, rows = encode_labelled(gold, clusters)
        inside = scored[rows]
        in_both, in_cluster, in_story = (sizes[inside] for sizes in _count_companions(truth, predicted))
        total += _f1(_mean(in_both / in_cluster), _mean(in_both / in_story)) * len(in_both)
        articles += len(in_both)
    return round(total / articles, 4) if articles else 1.0


def assign_size_bands(gold: Sequence[object]) -> list[str | None]:
    """Assign each article to the band of `SIZE_BANDS` of its story's labelled articles; None if unlabelled."""
    sizes = Counter(gold)
    band_of = {
        size: next(name for name, (low, high) in SIZE_BANDS.items() if low <= size <= high)
        for size in set(sizes.values())
    }
    return [None if story is None else band_of[sizes[story]] for story in gold]


def encode_labelled(gold: Sequence[object], clusters: Sequence[object]) -> tuple[Labels, Labels, Labels]:
    """Return labels and clusters of the labelled rows as integers from 0, and the numbers of these rows."""
    pairs = list(zip(gold, clusters, strict=True))
    rows = [row for row, (label, _) in enumerate(pairs) if label is not None]
    truth = np.unique([str(pairs[row][0]) for row in rows], return_inverse=True)[1]
    predicted = np.unique([str(pairs[row][1]) for row in rows], return_inverse=True)[1]
    return truth.astype(np.int64), predicted.astype(np.int64), np.array(rows, dtype=np.int64)


def _compute_metrics(truth: Labels, predicted: Labels, inside: Mask) -> dict[str, float]:
    """Compute the metrics over the articles inside a mask; their stories and clusters may reach outside."""
    in_both, in_cluster, in_story = (sizes[inside] for sizes in _count_companions(truth, predicted))
    precision, recall = in_both / in_cluster, in_both / in_story
    multi = in_story > 1
    true_positives, predicted_pairs, true_pairs = ((sizes - 1).sum() for sizes in (in_both, in_cluster, in_story))
    all_pairs = predicted_pairs + true_pairs
    values = {
        "b3_precision": _mean(precision),
        "b3_recall": _mean(recall),
        "b3_f1": _f1(_mean(precision), _mean(recall)),
        "pairwise_precision": true_positives / predicted_pairs if predicted_pairs else 1.0,
        "pairwise_recall": true_positives / true_pairs if true_pairs else 1.0,
        "pairwise_f1": 2 * true_positives / all_pairs if all_pairs else 1.0,
        "b3_f1_multi": _f1(_mean(precision[multi]), _mean(recall[multi])),
        "ari": adjusted_rand_score(truth[inside], predicted[inside]),
        "ami": adjusted_mutual_info_score(truth[inside], predicted[inside]),
    }
    return {name: round(float(values[name]), 4) + 0.0 for name in METRICS}  # no -0.0


def _count_companions(truth: Labels, predicted: Labels) -> tuple[Labels, Labels, Labels]:
    """Return how many articles share each one's story and cluster, its cluster, and its story, itself included."""
    both = truth * (int(predicted.max(initial=0)) + 1) + predicted
    _, cell, cell_sizes = np.unique(both, return_inverse=True, return_counts=True)
    return cell_sizes[cell], np.bincount(predicted)[predicted], np.bincount(truth)[truth]


def _mean(values: npt.NDArray[np.float64]) -> float:
    return float(values.mean()) if len(values) else 1.0


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
