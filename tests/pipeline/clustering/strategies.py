"""Hypothesis strategies: small graphs of log-odds with constraints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st
from scipy import sparse

Pair = tuple[int, int]


def log_odds_matrix(size: int, pairs: Sequence[tuple[int, int, float]]) -> sparse.csr_matrix:
    values = {(min(i, j), max(i, j)): odds for i, j, odds in pairs if i != j}
    rows = [i for i, j in values] + [j for i, j in values]
    columns = [j for i, j in values] + [i for i, j in values]
    return sparse.csr_matrix((list(values.values()) * 2, (rows, columns)), shape=(size, size))


@dataclass(frozen=True)
class ConstrainedInput:
    """Log-odds and constraints, as `StoryClusterer.fit` takes them."""

    matrix: sparse.csr_matrix
    must_link: list[Pair] = field(default_factory=list)
    cannot_link: list[Pair] = field(default_factory=list)
    attach_only: list[bool] = field(default_factory=list)
    previous: list[int] = field(default_factory=list)
    margins: sparse.csr_matrix | None = None

    def fit_arguments(self, order: Sequence[int] | None = None) -> dict[str, Any]:
        """Return the arguments of `fit_predict`, optionally with the rows in another order."""
        size = self.matrix.shape[0]
        rows = list(range(size)) if order is None else list(order)
        new_row = {row: number for number, row in enumerate(rows)}
        return {
            "X": self.matrix[rows][:, rows],
            "must_link": np.array([(new_row[a], new_row[b]) for a, b in self.must_link], dtype=np.int64).reshape(-1, 2),
            "cannot_link": np.array([(new_row[b], new_row[a]) for a, b in self.cannot_link], dtype=np.int64).reshape(
                -1, 2
            ),
            "attach_only": np.array([self.attach_only[row] for row in rows]) if self.attach_only else None,
            "previous": np.array([self.previous[row] for row in rows]) if self.previous else None,
            "margins": None if self.margins is None else self.margins[rows][:, rows],
        }


@st.composite
def clusterer_inputs(draw: st.DrawFn, *, constrained: bool = True, tied: bool = True) -> ConstrainedInput:
    """Draw up to 9 articles; with `tied`, most log-odds are one of a few whole numbers, so that many are equal.

    Without `tied`, no two log-odds and no two of their means are equal, and none is large enough to be clipped.
    """
    size = draw(st.integers(1, 9))
    every = list(combinations(range(size), 2))
    if tied:
        few = st.sampled_from([None, -2.0, 0.0, 1.0, 3.0])
        odds = draw(st.sampled_from([few, few, st.none() | st.floats(-7, 7)]))
    else:
        generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
        odds = st.none() | st.builds(generator.uniform, st.just(-3.0), st.just(5.0))
    drawn = draw(st.lists(odds, min_size=len(every), max_size=len(every)))
    matrix = log_odds_matrix(
        size, [(i, j, value) for (i, j), value in zip(every, drawn, strict=True) if value is not None]
    )
    if not constrained:
        return ConstrainedInput(matrix)
    pairs = st.lists(st.sampled_from(every), max_size=2) if every else st.just([])
    rows: st.SearchStrategy[list[bool]] = st.just([]) | st.lists(st.booleans(), min_size=size, max_size=size)
    before: st.SearchStrategy[list[int]] = st.just([]) | st.lists(st.integers(-1, 2), min_size=size, max_size=size)
    shares = draw(st.lists(st.sampled_from([-0.2, 0.1, 0.18, 0.4]), min_size=len(every), max_size=len(every)))
    margins = log_odds_matrix(size, [(i, j, share) for (i, j), share in zip(every, shares, strict=True)])
    return ConstrainedInput(
        matrix, draw(pairs), draw(pairs), draw(rows), draw(before), draw(st.sampled_from([None, margins]))
    )


def co_membership(labels: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Return which rows share a cluster: bool of shape (n, n), the same however clusters are numbered."""
    return np.asarray(labels[:, None] == labels[None, :])
