"""Cohesion of stories, from the scored pairs inside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from newsfold.summaries.stories import Story

EDGE_COLUMNS = ("left_id", "right_id", "probability", "dense_cosine", "title_cosine", "hours_apart")

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Cohesion:
    """The edges inside stories, summed up per story and per article.

    Attributes:
        of_story: the mean probability of a story's pairs, by story_id; only stories with an edge.
        of_article: an article's mean probability with the other originals, by article_id; only articles with an edge.
        nearest: an article's most probable neighbour in its story and the row of their edge, by article_id.
    """

    of_story: dict[str, float]
    of_article: dict[str, float]
    nearest: dict[str, tuple[str, dict[str, Any]]]


def measure_cohesion(stories: Sequence[Story], edges: pa.Table) -> Cohesion:
    """Sum up the edges that join two originals of one story.

    A pair without an edge counts with probability 0: the scorer leaves out edges that are improbable.
    """
    ids = [a.article_id for story in stories for a in story.originals]
    story_of = np.repeat(np.arange(len(stories)), [len(story.originals) for story in stories])
    left, right = (_find_positions(edges[side], ids) for side in ("left_id", "right_id"))
    known = (left >= 0) & (right >= 0)
    inside = np.flatnonzero(known)[story_of[left[known]] == story_of[right[known]]]
    # Sums of floats depend on their order: the pairs' ids decide it, not the table's rows.
    inside = inside[np.lexsort((right[inside], left[inside]))]
    left, right = left[inside], right[inside]
    probability = edges["probability"].to_numpy().astype(np.float64)[inside]
    sizes = np.array([len(story.originals) for story in stories], dtype=np.int64)
    of_story = _group_means(story_of[left], probability, sizes * (sizes - 1) // 2)
    ends = np.concatenate([left, right])
    others = np.concatenate([right, left])
    rows = np.tile(np.arange(len(inside)), 2)
    of_article = _group_means(ends, probability[rows], sizes[story_of] - 1)
    best = np.lexsort((np.array(ids, dtype=object)[others], -probability[rows], ends))
    _, first = np.unique(ends[best], return_index=True)
    nearest = best[first]
    nearest_edges = edges.select(EDGE_COLUMNS).take(pa.array(inside[rows[nearest]])).to_pylist()
    return Cohesion(
        {stories[i].story_id: mean for i, mean in of_story.items()},
        {ids[i]: mean for i, mean in of_article.items()},
        {
            ids[end]: (ids[other], edge)
            for end, other, edge in zip(ends[nearest], others[nearest], nearest_edges, strict=True)
        },
    )


def _find_positions(column: Any, ids: list[str]) -> Ints:
    positions: Any = pc.fill_null(pc.index_in(column, value_set=pa.array(ids, pa.string())), -1)
    return np.asarray(positions.to_numpy(), dtype=np.int64)


def _group_means(groups: Ints, values: Floats, sizes: Ints) -> dict[int, float]:
    """Return the sum of each group's values over the group's size; groups without values are left out."""
    counts = np.bincount(groups, minlength=len(sizes))
    sums = np.bincount(groups, weights=values, minlength=len(sizes))
    return {int(i): float(sums[i] / sizes[i]) for i in np.flatnonzero(counts)}
