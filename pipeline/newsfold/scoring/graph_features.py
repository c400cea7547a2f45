"""What a pair's company says: whom its two articles are likely with otherwise, and whether those are the same.

Two articles of one large story may have little to say to each other, but they have mates in common. On a night of
feeds a theme looks just so, and there company says little. What tells the two apart is how common one-story pairs are
in the window, so company speaks as loudly as they are common.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.special import expit

from newsfold.scoring.sparse_rows import row_products

Floats = npt.NDArray[np.float32]
LogOdds = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]
Mates = tuple[Rows, Rows, Floats]

_WEAKEST = 0.05  # probability from which an article counts as a mate
# Log-odds of a candidate pair being one story's: as on a night of feeds, and as where every article has company.
_RARE, _COMMON = -5.6, -3.6


def company_features(
    alone: LogOdds, prior: float, left: Rows, right: Rows, asked: Rows | None = None
) -> dict[str, Floats]:
    """The features of some of a window's pairs that other pairs decide.

    Args:
        alone: what each pair says alone, in log-odds, shape (m,).
        prior: log-odds that a candidate pair of this window is one story's.
        left: numbers of the pairs' first articles, shape (m,).
        right: numbers of their second articles, shape (m,).
        asked: the pairs to describe, as rows of these arrays, shape (k,); all where None.

    Returns:
        For each name of `pair_features.GRAPH_FEATURES` but `graph_weight` a float32 array of shape (k,).
    """
    asked = np.arange(len(left)) if asked is None else asked
    return of_mates(likely_mates(alone, left, right), prior, left[asked], right[asked])


def likely_mates(alone: LogOdds, left: Rows, right: Rows) -> Mates:
    """The pairs that are likely, each taken alone: the numbers of both articles and the probability, shape (l,) each.

    Args:
        alone: what each of a window's pairs says alone, in log-odds, shape (m,).
        left: numbers of the pairs' first articles, shape (m,).
        right: numbers of their second articles, shape (m,).
    """
    probability = expit(alone).astype(np.float32)
    likely = probability > _WEAKEST
    return left[likely], right[likely], probability[likely]


def of_mates(mates: Mates, prior: float, left: Rows, right: Rows) -> dict[str, Floats]:
    """`company_features` of pairs, given the window's likely ones.

    Args:
        mates: the window's likely pairs.
        prior: log-odds that a candidate pair of this window is one story's.
        left: numbers of the first articles of the pairs to describe, shape (k,).
        right: numbers of their second articles, shape (k,).
    """
    one, other, probability = mates
    count = 1 + max(int(numbers.max(initial=-1)) for numbers in (one, other, left, right))
    both = np.concatenate([one, other]), np.concatenate([other, one])
    matrix = sparse.csr_matrix((np.tile(probability, 2), both), shape=(count, count))
    number = np.asarray(matrix.sum(axis=1)).ravel()
    shared = row_products(matrix, matrix, left, right)
    fewer, more = np.minimum(number[left], number[right]), np.maximum(number[left], number[right])
    share = shared / (np.sqrt(fewer * more) + 0.5)
    loudness = np.clip((prior - _RARE) / (_COMMON - _RARE), 0, 1)
    features = {
        "graph_trust": np.full(len(left), loudness),
        "graph_common_neighbours": loudness * np.log1p(shared),
        "graph_degree_min": loudness * np.log1p(fewer),
        "graph_degree_max": loudness * np.log1p(more),
        "graph_similarity": share,
        "graph_trusted_similarity": loudness * share,
    }
    return {name: values.astype(np.float32) for name, values in features.items()}
