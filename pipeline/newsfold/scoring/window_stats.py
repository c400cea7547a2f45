"""Statistics of the whole window that pair features depend on.

Chunking cannot change them: vectors are quantised to integers, so sums are exact in any order, and the rest are counts
and one median.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from newsfold.dataflow import TableView
from newsfold.schemas.vectors import vectors_to_matrix
from newsfold.scoring.tables import USUAL_TIME_GAP, VECTOR_MOMENTS, WINDOW_MOMENTS
from newsfold.scoring.time_gaps import are_first_seen_together, find_usual_gap

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

VECTOR_STEPS = 32_768.0  # quantisation steps of a vector's component


@dataclass(frozen=True)
class VectorMoments:
    """The first two moments of the window's vectors, quantised to steps of 1/32768."""

    count: int
    sums: Doubles
    """Sum of the vectors, shape (d,)."""
    products: Doubles
    """Sum of their outer products, shape (d, d)."""

    @classmethod
    def from_table(cls, window_moments: pa.Table) -> VectorMoments:
        """Read the moments from table `window_moments`."""
        count, sums, products = (window_moments[name].combine_chunks() for name in WINDOW_MOMENTS.names)
        sums = sums.flatten().to_numpy()
        return cls(count[0].as_py(), sums, products.flatten().to_numpy().reshape(len(sums), len(sums)))

    def __add__(self, other: VectorMoments) -> VectorMoments:
        """Return the moments of the vectors of both."""
        if not (self.count and other.count):
            return self if self.count else other
        return VectorMoments(self.count + other.count, self.sums + other.sums, self.products + other.products)


@dataclass(frozen=True)
class WindowStats:
    """The statistics of a window."""

    n_articles: int
    rarity: Floats
    """Of each word of the vocabulary, descending."""
    usual_hours: float | None
    """Hours that stand in for an unknown time gap; None: it stays unknown."""
    first_seen_together: bool
    """Whether all articles were first seen at one time, so that it carries no information."""

    @classmethod
    def from_tables(cls, vocabulary: pa.Table, window_moments: pa.Table, usual_time_gap: pa.Table) -> WindowStats:
        """Read the statistics from tables `vocabulary`, `window_moments` and `usual_time_gap`."""
        hours, first_seen_together = (usual_time_gap[name][0].as_py() for name in USUAL_TIME_GAP.names)
        rarity = -np.sort(-vocabulary["rarity"].to_numpy())
        return cls(window_moments["articles"][0].as_py(), rarity, hours, first_seen_together)


def vector_moments(vectors: TableView) -> pa.Table:
    """Sum vectors and their outer products: table `vector_moments`, one row."""
    moments = sum_moments(vectors_to_matrix(vectors.read(["vector"])["vector"]))
    columns = {"articles": [moments.count], "sums": [moments.sums], "products": [moments.products.ravel()]}
    return pa.table(columns, schema=VECTOR_MOMENTS)


def window_stats(
    vector_moments: TableView, time_gap_counts: TableView, time_index: TableView
) -> tuple[pa.Table, pa.Table]:
    """Sum up the window: tables `window_moments` and `usual_time_gap`, one row each."""
    total = VectorMoments(0, np.zeros(0), np.zeros((0, 0)))
    for number in range(vector_moments.num_rows):  # one at a time, since each has the square of the dimension
        total += VectorMoments.from_table(vector_moments.slice(number, number + 1).read())
    moments = {"articles": [total.count], "sums": [total.sums], "products": [total.products.ravel()]}
    usual_hours = find_usual_gap(time_gap_counts.read())
    gap = {
        "hours": pa.array([usual_hours], pa.float32()),
        "first_seen_together": [are_first_seen_together(time_index.read(["first_seen_at"]))],
    }
    return pa.table(moments, schema=WINDOW_MOMENTS), pa.table(gap, schema=USUAL_TIME_GAP)


def sum_moments(vectors: Floats) -> VectorMoments:
    """Sum quantised vectors and their outer products.

    Products are below 2³⁰, and float64 adds eight million of them exactly.
    """
    steps = np.rint(vectors.astype(np.float64) * VECTOR_STEPS)
    return VectorMoments(len(steps), steps.sum(axis=0), steps.T @ steps)
