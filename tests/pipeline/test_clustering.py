from __future__ import annotations

import networkx as nx
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.base import clone

from pipeline import schemas, settings
from pipeline.clustering import StoryClusterer, cluster
from tests.conftest import articles_of, singles

Pairs = list[tuple[int, int, float]]


def matrix_of(size: int, pairs: Pairs) -> sparse.csr_matrix:
    values = {(min(i, j), max(i, j)): odds for i, j, odds in pairs if i != j}
    rows = [i for i, j in values] + [j for i, j in values]
    columns = [j for i, j in values] + [i for i, j in values]
    return sparse.csr_matrix((list(values.values()) * 2, (rows, columns)), shape=(size, size))


graphs = st.integers(1, 14).flatmap(
    lambda size: st.tuples(
        st.just(size),
        st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1), st.floats(-7, 7)), max_size=40),
    )
)


def test_two_groups_without_a_bridge_stay_apart() -> None:
    pairs = [(0, 1, 4.0), (1, 2, 3.0), (0, 2, 3.0), (3, 4, 2.0), (2, 3, -5.0)]
    assert StoryClusterer().fit_predict(matrix_of(6, pairs)).tolist() == [0, 0, 0, 1, 1, 2]


def test_one_strong_pair_does_not_chain_two_stories() -> None:
    inside = [(i, j, 5.0) for i in range(4) for j in range(i)] + [(i, j, 5.0) for i in range(4, 8) for j in range(4, i)]
    labels = StoryClusterer().fit_predict(matrix_of(8, [*inside, (0, 4, 5.0)]))
    assert labels.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]


@given(graphs)
def test_no_story_spans_two_components(graph: tuple[int, Pairs]) -> None:
    size, pairs = graph
    matrix = matrix_of(size, pairs)
    labels = StoryClusterer().fit_predict(matrix)
    linked = nx.Graph()
    linked.add_nodes_from(range(size))
    entries = matrix.tocoo()
    linked.add_edges_from(
        (i, j) for i, j, odds in zip(entries.row, entries.col, entries.data, strict=True) if odds > -1
    )
    component = {node: number for number, nodes in enumerate(nx.connected_components(linked)) for node in nodes}
    for label in set(labels.tolist()):
        assert len({component[node] for node in np.flatnonzero(labels == label)}) == 1


@given(graphs, st.randoms())
@hypothesis_settings(max_examples=40)
def test_the_order_of_articles_does_not_matter(graph: tuple[int, Pairs], random: object) -> None:
    size, pairs = graph
    distinct = [(i, j, odds + 1e-6 * number) for number, (i, j, odds) in enumerate(pairs)]
    order = np.array(random.sample(range(size), size))  # type: ignore[attr-defined]
    matrix = matrix_of(size, distinct)
    straight = StoryClusterer().fit_predict(matrix)
    shuffled = StoryClusterer().fit_predict(matrix[order][:, order])
    together = straight[order][:, None] == straight[order][None, :]
    assert np.array_equal(together, shuffled[:, None] == shuffled[None, :])


def test_a_component_too_large_for_one_matrix_is_cut_at_its_weakest_links() -> None:
    ring = [(i, (i + 1) % 6, 6.0 if i not in {2, 5} else 0.6) for i in range(6)]
    labels = StoryClusterer(max_component=3, missing_log_odds=0.0).fit_predict(matrix_of(6, ring))
    assert labels.tolist() == [0, 0, 0, 1, 1, 1]


def test_it_is_a_scikit_learn_estimator() -> None:
    estimator = StoryClusterer(threshold=0.5)
    assert clone(estimator).get_params() == estimator.get_params()
    with pytest.raises(ValueError, match="square"):
        estimator.fit(np.ones((2, 3)))


def test_every_original_is_in_one_cluster_and_copies_in_none() -> None:
    articles = articles_of([{"title": f"Title {i}"} for i in range(4)])
    copies = singles(articles).to_pylist()
    copies[3] |= {"copy_group_id": "a000", "is_original": False}
    edge = {"left_id": "a000", "right_id": "a001", "probability": 0.97}
    found = cluster(schemas.build("copies", copies), schemas.build("edges", [edge]), settings.Clustering())
    assert found.to_pydict() == {"article_id": ["a000", "a001", "a002"], "cluster": [0, 0, 1]}


def test_nothing_to_cluster_is_no_error() -> None:
    found = cluster(schemas.empty("copies"), schemas.empty("edges"), settings.Clustering())
    assert found.schema.equals(schemas.SCHEMAS["clusters"])
    assert isinstance(found, pa.Table)
    assert not found.num_rows
