"""Margins: how much nearer the two articles of a pair are to each other than to any third.

Two reports of one event are near each other and far from the rest. Two articles on one theme are about as near to the
other articles on it. The difference tells the one from the other better than names, numbers or words in common do
(`tests/README.md`), and in any language.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Floats = npt.NDArray[np.float64]

USUAL_MARGIN = 0.18  # at which the margin of two articles alone speaks neither for nor against them
_NO_NEIGHBOUR = 0.3  # cosine of an article to the next one, if it has no edge to any


def compute_margins(edges: pa.Table) -> Floats:
    """Compute the margin of each edge: its cosine less the mean, over both ends, of their highest cosine to a third.

    Args:
        edges: columns left_id, right_id and dense_cosine of m edges, no pair twice, in any order.

    Returns:
        float64 of shape (m,); `USUAL_MARGIN` if a cosine is unknown.
    """
    if not edges.num_rows:
        return np.zeros(0)
    ends = pa.chunked_array([*edges["left_id"].chunks, *edges["right_id"].chunks], pa.string())
    article = ends.combine_chunks().dictionary_encode().indices.to_numpy()
    cosine = edges["dense_cosine"].to_numpy().astype(np.float64)
    both = np.tile(cosine, 2)
    order = np.lexsort((-both, article))
    is_first = np.append(True, article[order][1:] != article[order][:-1])
    first = order[is_first]
    second = np.append(order, -1)[np.flatnonzero(is_first) + 1]
    nearest = both[first]
    has_second = (second >= 0) & (article[second] == np.arange(len(first)))
    next_nearest = np.where(has_second, both[second], _NO_NEIGHBOUR)
    is_nearest = np.zeros(len(both), dtype=bool)
    is_nearest[first] = True
    third = np.where(is_nearest, next_nearest[article], nearest[article])
    margins = cosine - (third[: len(cosine)] + third[len(cosine) :]) / 2
    return np.asarray(np.where(np.isnan(margins), USUAL_MARGIN, margins))


def drop_multi_topic(edges: pa.Table, multi_topic: pa.Array) -> pa.Table:
    """Return the edges between other articles: a roundup is near every story that it mentions."""
    is_multi_topic = [pc.is_in(edges[end], multi_topic) for end in ("left_id", "right_id")]
    return edges.filter(pc.invert(pc.or_(*is_multi_topic)))
