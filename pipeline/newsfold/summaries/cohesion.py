"""How firmly a story's articles hang together, from the scored pairs inside it."""

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


@dataclass(frozen=True)
class Bonds:
    """The edges inside stories, folded per story and per article."""

    cohesion: dict[str, float]  # story_id: mean probability of its pairs, where any was scored
    similarity: dict[str, float]  # article_id: mean probability with the story's other originals, likewise
    nearest: dict[str, tuple[str, dict[str, Any]]]  # article_id: best neighbour inside, and their edge


def bonds(stories: Sequence[Story], edges: pa.Table) -> Bonds:
    """Folds the edges whose two ends are originals of one story; others are left out.

    A pair inside that has no edge counts as one of no probability: that is what its edge would say.
    """
    ids = [a.article_id for story in stories for a in story.originals]
    story_of = np.repeat(np.arange(len(stories)), [len(story.originals) for story in stories])
    left, right = (_positions(edges[side], ids) for side in ("left_id", "right_id"))
    known = (left >= 0) & (right >= 0)
    inside = np.flatnonzero(known)[story_of[left[known]] == story_of[right[known]]]
    # Sums of floats depend on their order: the pairs' ids decide it, not the table's rows.
    inside = inside[np.lexsort((right[inside], left[inside]))]
    left, right = left[inside], right[inside]
    probability = edges["probability"].to_numpy().astype(np.float64)[inside]
    sizes = np.array([len(story.originals) for story in stories], dtype=np.int64)
    cohesion = _shares(story_of[left], probability, sizes * (sizes - 1) // 2)
    ends = np.concatenate([left, right])
    others = np.concatenate([right, left])
    rows = np.tile(np.arange(len(inside)), 2)
    similarity = _shares(ends, probability[rows], sizes[story_of] - 1)
    best = np.lexsort((np.array(ids, dtype=object)[others], -probability[rows], ends))
    _, first = np.unique(ends[best], return_index=True)
    chosen = best[first]
    edge_rows = edges.select(EDGE_COLUMNS).take(pa.array(inside[rows[chosen]])).to_pylist()
    return Bonds(
        {stories[i].story_id: mean for i, mean in cohesion.items()},
        {ids[i]: mean for i, mean in similarity.items()},
        {ids[end]: (ids[other], row) for end, other, row in zip(ends[chosen], others[chosen], edge_rows, strict=True)},
    )


def _positions(column: Any, ids: list[str]) -> Ints:
    found: Any = pc.fill_null(pc.index_in(column, value_set=pa.array(ids, pa.string())), -1)
    return np.asarray(found.to_numpy(), dtype=np.int64)


def _shares(groups: Ints, values: npt.NDArray[np.float64], of: Ints) -> dict[int, float]:
    """The sum of each group's values, over what `of` says it is a share of; groups without values have none."""
    counts = np.bincount(groups, minlength=len(of))
    sums = np.bincount(groups, weights=values, minlength=len(of))
    return {int(i): float(sums[i] / of[i]) for i in np.flatnonzero(counts)}
