from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from newsfold.clustering.margins import compute_margins


def edges_table(edges: list[tuple[str, str, float]]) -> pa.Table:
    left, right, cosine = zip(*edges, strict=True)
    return pa.table({"left_id": left, "right_id": right, "dense_cosine": pa.array(cosine, pa.float32())})


def test_a_margin_is_the_similarity_above_that_to_the_next_nearest_of_both() -> None:
    edges = [("a", "b", 0.9), ("b", "c", 0.5), ("c", "d", 0.7), ("a", "c", 0.3)]
    # Next nearest: c to a, c to b; b to b's neighbour c is a; d has no other edge.
    expected = [0.9 - (0.3 + 0.5) / 2, 0.5 - (0.9 + 0.7) / 2, 0.7 - (0.5 + 0.3) / 2, 0.3 - (0.9 + 0.7) / 2]
    assert np.allclose(compute_margins(edges_table(edges)), expected)
    assert not len(compute_margins(edges_table(edges).slice(0, 0)))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(6, 11), st.sampled_from([0.2, 0.5, 0.8])), min_size=1))
def test_the_order_of_edges_does_not_matter(drawn: list[tuple[int, int, float]]) -> None:
    edges = [(f"a{i:02d}", f"a{j:02d}", cosine) for (i, j), cosine in {(i, j): c for i, j, c in drawn}.items()]
    order = np.random.default_rng(0).permutation(len(edges))
    shuffled = compute_margins(edges_table([edges[row] for row in order]))
    assert np.array_equal(shuffled, compute_margins(edges_table(edges))[order])
