from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.cluster import AgglomerativeClustering
from sklearn.utils.estimator_checks import parametrize_with_checks

from newsfold.clustering import StoryClusterer
from newsfold.errors import ConfigError
from newsfold.linkage import average, graph
from tests.pipeline.clustering.strategies import ConstrainedInput, clusterer_inputs, co_membership, log_odds_matrix

clusterers = st.builds(
    StoryClusterer,
    outlier_threshold=st.sampled_from([None, -0.5, 1.0]),
    fragment_threshold=st.sampled_from([None, 1.0]),
    pair_threshold=st.sampled_from([None, 0.0, 2.0]),
    max_component=st.sampled_from([3, 1500]),
)


def must_link_graph(data: ConstrainedInput) -> nx.Graph:
    graph = nx.Graph()
    graph.add_nodes_from(range(data.matrix.shape[0]))
    graph.add_edges_from(data.must_link)
    return graph


def is_consistent(data: ConstrainedInput) -> bool:
    groups = list(nx.connected_components(must_link_graph(data)))
    return not any({a, b} <= group for a, b in data.cannot_link for group in groups)


@given(clusterer_inputs(), clusterers, st.randoms())
@hypothesis_settings(max_examples=300)
def test_row_order_does_not_matter_even_with_ties(
    data: ConstrainedInput, estimator: StoryClusterer, random: Any
) -> None:
    assume(is_consistent(data))
    order = random.sample(range(data.matrix.shape[0]), data.matrix.shape[0])
    straight = estimator.fit_predict(**data.fit_arguments())
    shuffled = estimator.fit_predict(**data.fit_arguments(order))
    assert np.array_equal(co_membership(straight[order]), co_membership(shuffled))


@given(clusterer_inputs(), clusterers)
@hypothesis_settings(max_examples=300)
def test_labelled_pairs_are_honoured_or_refused(data: ConstrainedInput, estimator: StoryClusterer) -> None:
    if not is_consistent(data):
        with pytest.raises(ConfigError, match="may not be together"):
            estimator.fit_predict(**data.fit_arguments())
        return
    labels = estimator.fit_predict(**data.fit_arguments())
    assert labels.shape == (data.matrix.shape[0],)
    assert sorted(set(labels.tolist())) == list(range(labels.max() + 1))
    assert all(labels[a] == labels[b] for a, b in data.must_link)
    assert all(labels[a] != labels[b] for a, b in data.cannot_link)


@given(clusterer_inputs(constrained=False))
def test_no_story_spans_two_components(data: ConstrainedInput) -> None:
    labels = StoryClusterer(threshold=-0.5).fit_predict(data.matrix)
    graph = must_link_graph(data)
    pairs = data.matrix.tocoo()
    graph.add_edges_from((i, j) for i, j, odds in zip(pairs.row, pairs.col, pairs.data, strict=True) if odds > -0.5)
    component = {node: number for number, nodes in enumerate(nx.connected_components(graph)) for node in nodes}
    for label in set(labels.tolist()):
        assert len({component[node] for node in np.flatnonzero(labels == label)}) == 1


@given(st.integers(2, 12), st.integers(0, 10_000))
def test_without_ties_the_result_equals_average_linkage(size: int, seed: int) -> None:
    upper = np.triu(np.random.default_rng(seed).uniform(-3, 5, (size, size)), 1)
    odds = upper + upper.T
    estimator = StoryClusterer(threshold=-0.5, fragment_threshold=None, pair_threshold=None)
    labels = estimator.fit_predict(odds)
    linkage = AgglomerativeClustering(n_clusters=None, metric="precomputed", linkage="average", distance_threshold=5.5)
    assert np.array_equal(co_membership(labels), co_membership(linkage.fit_predict((5 - odds) * (1 - np.eye(size)))))


def test_two_groups_without_a_bridge_stay_apart() -> None:
    pairs = [(0, 1, 4.0), (1, 2, 3.0), (0, 2, 3.0), (3, 4, 2.0), (2, 3, -5.0)]
    assert StoryClusterer(threshold=-0.5).fit_predict(log_odds_matrix(6, pairs)).tolist() == [0, 0, 0, 1, 1, 2]


def test_one_strong_pair_does_not_chain_two_stories() -> None:
    inside = [(i, j, 5.0) for i in range(4) for j in range(i)] + [(i, j, 5.0) for i in range(4, 8) for j in range(4, i)]
    labels = StoryClusterer(threshold=-0.5).fit_predict(log_odds_matrix(8, [*inside, (0, 4, 5.0)]))
    assert labels.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]


def test_two_articles_alone_need_better_than_even_odds_and_larger_stories_do_not() -> None:
    pairs = [(0, 1, -0.2), (2, 3, 0.5), (4, 5, -0.2), (5, 6, -0.2), (4, 6, -0.2)]
    matrix = log_odds_matrix(7, pairs)
    assert StoryClusterer().fit_predict(matrix).tolist() == [0, 1, 2, 2, 3, 3, 3]
    assert StoryClusterer(pair_threshold=None).fit_predict(matrix).tolist() == [0, 0, 1, 1, 2, 2, 2]
    assert StoryClusterer(pair_threshold=1.0).fit_predict(matrix).tolist() == [0, 1, 2, 3, 4, 4, 4]
    assert StoryClusterer().fit_predict(matrix, must_link=[(0, 1)]).tolist() == [0, 0, 1, 1, 2, 2, 2]
    # Two articles that must be together, and a third: three articles, not two.
    three = log_odds_matrix(3, [(0, 2, -0.2), (1, 2, -0.2)])
    assert StoryClusterer().fit_predict(three, must_link=[(0, 1)]).tolist() == [0, 0, 0]


def test_two_articles_alone_must_be_nearer_to_each_other_than_to_a_third() -> None:
    matrix = log_odds_matrix(6, [(0, 1, 1.0), (2, 3, 1.0), (4, 5, 3.0)])
    margins = log_odds_matrix(6, [(0, 1, 0.3), (2, 3, 0.05), (4, 5, 0.05)])
    assert StoryClusterer().fit_predict(matrix, margins=margins).tolist() == [0, 0, 1, 2, 3, 3]
    assert StoryClusterer(pair_margin_weight=0.0).fit_predict(matrix, margins=margins).tolist() == [0, 0, 1, 1, 2, 2]
    together = StoryClusterer().fit_predict(matrix, margins=margins, must_link=[(2, 3)])
    assert together.tolist() == [0, 0, 1, 1, 2, 2]


def test_a_pair_of_the_previous_edition_stays_together_at_somewhat_lower_odds() -> None:
    matrix = log_odds_matrix(4, [(0, 1, -0.5), (2, 3, -0.5)])
    assert StoryClusterer().fit_predict(matrix, previous=[0, 0, -1, -1]).tolist() == [0, 0, 1, 2]


def test_an_article_tied_between_two_cannot_link_articles_joins_neither() -> None:
    labels = StoryClusterer(threshold=-0.5).fit_predict(
        log_odds_matrix(3, [(0, 1, 4.0), (1, 2, 4.0)]), cannot_link=[(0, 2)]
    )
    assert labels.tolist() == [0, 1, 2]


def test_a_must_link_group_is_averaged_over_all_its_articles() -> None:
    pairs = [(0, 1, -3.0), (0, 2, 3.0), (1, 2, -3.0), (2, 3, 1.5)]
    estimator = StoryClusterer(threshold=-0.5, missing_log_odds=-2.0)
    assert estimator.fit_predict(log_odds_matrix(4, pairs)).tolist() == [0, 1, 0, 0]
    labels = estimator.fit_predict(log_odds_matrix(4, pairs), must_link=[(0, 1)])
    # The bundle's mean to article 2 is 0, so 2 is nearer to 3, and then the two pairs are too far apart.
    assert labels.tolist() == [0, 0, 1, 1]


def test_cannot_link_holds_even_if_other_articles_link_both_sides() -> None:
    pairs = [(i, j, 3.0) for i in range(6) for j in range(i)]
    labels = StoryClusterer(threshold=-0.5).fit_predict(
        log_odds_matrix(6, pairs), cannot_link=[(0, 5)], must_link=[(0, 1), (4, 5)]
    )
    assert labels[0] == labels[1] != labels[4] == labels[5]


def test_a_roundup_joins_its_nearest_story_and_connects_no_others() -> None:
    first = [(0, 1, 4.0), (0, 2, 4.0), (1, 2, 4.0)]
    second = [(3, 4, 4.0), (3, 5, 4.0), (4, 5, 4.0)]
    roundup = [(6, i, 5.0) for i in range(3)] + [(6, i, 4.5) for i in range(3, 6)] + [(2, 3, 0.0)]
    weak = [(7, 0, 1.0), (7, 3, 1.0)]
    mask = [False] * 6 + [True, True]
    labels = StoryClusterer(threshold=-0.5).fit_predict(
        log_odds_matrix(8, first + second + roundup + weak), attach_only=mask
    )
    assert labels.tolist() == [0, 0, 0, 1, 1, 1, 0, 2]


def test_roundups_make_no_story_of_their_own_or_with_one_article() -> None:
    pairs = [(0, 1, 5.0), (1, 2, 5.0), (0, 2, 5.0)]
    assert StoryClusterer().fit_predict(log_odds_matrix(3, pairs), attach_only=[True] * 3).tolist() == [0, 1, 2]
    labels = StoryClusterer().fit_predict(log_odds_matrix(3, pairs), attach_only=[False, True, True])
    assert labels.tolist() == [0, 1, 2]
    labels = StoryClusterer().fit_predict(log_odds_matrix(3, pairs), attach_only=[False, False, True])
    assert labels.tolist() == [0, 0, 0]


def test_a_fragment_with_strong_links_into_a_large_story_joins_it() -> None:
    story = [(i, j, 3.0) for i in range(8) for j in range(i)]
    near = [(8, 0, 2.0), (8, 1, 2.0), *((8, i, -1.8) for i in range(2, 8))]
    assert StoryClusterer(threshold=-0.5).fit_predict(log_odds_matrix(9, story + near)).max() == 0
    assert (
        StoryClusterer(threshold=-0.5, fragment_threshold=None).fit_predict(log_odds_matrix(9, story + near)).max() == 1
    )


def test_a_fragment_with_equal_links_into_two_stories_joins_neither() -> None:
    pairs = [(base + i, base + j, 3.0) for base in (0, 8) for i in range(8) for j in range(i)]
    near = [(16, base + i, 2.0 if i < 2 else -1.8) for base in (0, 8) for i in range(8)]
    assert StoryClusterer(threshold=-0.5).fit_predict(log_odds_matrix(17, pairs + near)).tolist() == [0] * 8 + [
        1
    ] * 8 + [2]


def test_an_outlier_leaves_its_story() -> None:
    story = [(i, j, 5.0) for i in range(3) for j in range(i)] + [(3, 4, 2.0)]
    between = [(3, i, 1.0) for i in range(3)] + [(4, i, -1.5) for i in range(3)]
    matrix = log_odds_matrix(5, story + between)
    assert StoryClusterer(threshold=-0.5).fit_predict(matrix).tolist() == [0] * 5
    assert StoryClusterer(threshold=-0.5, outlier_threshold=-0.5).fit_predict(matrix).tolist() == [0, 0, 0, 0, 1]


def random_log_odds(seed: int, count: int) -> sparse.csr_matrix:
    """Return symmetric log-odds of shape (count, count), of which 30% are scored."""
    rng = np.random.default_rng(seed)
    values = np.triu(np.where(rng.random((count, count)) < 0.3, rng.uniform(-3, 4.9, (count, count)), 0.0), 1)
    return sparse.csr_matrix(values + values.T)


@given(st.integers(0, 2**16), st.integers(20, 60))
@hypothesis_settings(max_examples=60)
def test_component_size_limit_does_not_change_the_result(seed: int, count: int) -> None:
    matrix = random_log_odds(seed, count)
    whole, split = (StoryClusterer(max_component=size).fit_predict(matrix) for size in (1500, 4))
    assert whole.tolist() == split.tolist()


def stories_of_one_theme(count: int = 1000) -> sparse.csr_matrix:
    """Return log-odds of stories of three articles each, with many links across stories."""
    rng, size = np.random.default_rng(0), 3 * count
    story = np.repeat(np.arange(count), 3)
    inside = [(first + i, first + j, 5.0) for first in range(0, size, 3) for i, j in ((0, 1), (0, 2), (1, 2))]
    pairs, values = rng.integers(0, size, (20 * count, 2)).tolist(), rng.uniform(2, 5, 20 * count).tolist()
    across = [(i, j, value) for (i, j), value in zip(pairs, values, strict=True) if story[i] != story[j]]
    return log_odds_matrix(size, inside + across)


def test_a_theme_of_thousands_of_articles_is_not_one_story() -> None:
    labels = StoryClusterer().fit_predict(stories_of_one_theme())
    assert np.bincount(labels).max() < 12
    members = labels.reshape(-1, 3)
    assert (members == members[:, :1]).all(axis=1).mean() > 0.9


def test_a_tied_component_is_split_at_its_weakest_links() -> None:
    ring = [(i, (i + 1) % 6, 5.0 if i not in {2, 5} else 0.6) for i in range(6)]
    estimator = StoryClusterer(max_component=3, missing_log_odds=0.0, fragment_threshold=None)
    assert estimator.fit_predict(log_odds_matrix(6, ring)).tolist() == [0, 0, 0, 1, 1, 1]


def test_an_indivisible_component_is_one_story_unless_a_pair_cannot_link() -> None:
    ring = log_odds_matrix(6, [(i, (i + 1) % 6, 4.0) for i in range(6)])
    assert StoryClusterer(max_component=3).fit_predict(ring).tolist() == [0] * 6
    labels = StoryClusterer(max_component=3, fragment_threshold=None).fit_predict(ring, cannot_link=[(0, 3)])
    assert labels.tolist() == list(range(6))


@pytest.mark.parametrize(
    ("matrix", "pairs", "problem"),
    [
        (np.ones((2, 3)), {}, "square"),
        (np.array([[0.0, 1.0], [2.0, 0.0]]), {}, "symmetric"),
        (np.ones((2, 2)), {"must_link": [(0, 2)]}, "must_link names a row"),
        (np.ones((2, 2)), {"cannot_link": [(-1, 0)]}, "cannot_link names a row"),
    ],
)
def test_invalid_input_is_refused(matrix: Any, pairs: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        StoryClusterer().fit(matrix, **pairs)


def test_indirect_contradictions_name_the_rows() -> None:
    with pytest.raises(ConfigError, match="0 and 2"):
        StoryClusterer().fit(log_odds_matrix(3, []), must_link=[(0, 1), (1, 2)], cannot_link=[(0, 2)])


def test_no_matrix_exceeds_the_component_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    def recording_linkage(sums: np.ndarray, *arguments: Any) -> np.ndarray:
        sizes.append(len(sums))
        return average.average_linkage(sums, *arguments)

    monkeypatch.setattr(graph, "average_linkage", recording_linkage)
    StoryClusterer(max_component=40).fit(random_log_odds(seed=0, count=300))
    assert 0 < max(sizes) <= 40


@parametrize_with_checks(  # type: ignore[untyped-decorator]  # scikit-learn ships no types
    [StoryClusterer()],
    expected_failed_checks=lambda _: {
        "check_clustering": "clusters coordinates of points; X is log-odds of pairs, and square",
        "check_array_api_input": "sparse matrices have no array API",
    },
)
def test_story_clusterer_is_a_scikit_learn_estimator(estimator: StoryClusterer, check: Any) -> None:
    check(estimator)


def two_stories(between: float) -> sparse.csr_matrix:
    """Return log-odds of two stories of three articles, and between them."""
    inside = [(i, j, 3.0) for group in ((0, 1, 2), (3, 4, 5)) for i in group for j in group if i < j]
    return log_odds_matrix(6, inside + [(i, j, between) for i in (0, 1, 2) for j in (3, 4, 5)])


@pytest.mark.parametrize(
    ("between", "previous", "stories"), [(-0.4, [0] * 3 + [1] * 3, 2), (1.0, [0] * 3 + [1] * 3, 1)]
)
def test_previous_stories_merge_only_on_clear_evidence(between: float, previous: list[int], stories: int) -> None:
    assert len(set(StoryClusterer().fit_predict(two_stories(between)))) == 1
    assert len(set(StoryClusterer().fit_predict(two_stories(between), previous=previous))) == stories


@pytest.mark.parametrize(("between", "stories"), [(-1.5, 1), (-2.0, 2), (-7.0, 2)])
def test_a_previous_story_splits_on_clear_evidence(between: float, stories: int) -> None:
    assert len(set(StoryClusterer().fit_predict(two_stories(between), previous=[0] * 6))) == stories


def test_an_article_moves_to_a_story_that_is_clearly_nearer() -> None:
    for lead, kept in ((0.6, True), (2.0, False)):
        pairs = [(0, 1, 3.0), (2, 3, 3.0), (0, 4, 1.0), (1, 4, 1.0), (2, 4, 1.0 + lead), (3, 4, 1.0 + lead)]
        labels = StoryClusterer().fit_predict(log_odds_matrix(5, pairs), previous=[0, 0, 1, 1, 0])
        assert bool(labels[4] == labels[0]) is kept
        assert bool(labels[4] == labels[2]) is not kept


def test_new_articles_join_previous_stories() -> None:
    labels = StoryClusterer().fit_predict(log_odds_matrix(3, [(0, 1, 3.0), (1, 2, 0.2)]), previous=[4, -1, -1])
    assert labels[0] == labels[1]


@given(clusterer_inputs(constrained=False, tied=False))
@hypothesis_settings(max_examples=300)
def test_reclustering_the_same_articles_changes_no_story(data: ConstrainedInput) -> None:
    # Without ties: which of two equally close pairs comes first may change with what was together before. Without
    # weak pairs that part: the next edition may find another story for one of the two.
    estimator = StoryClusterer(fragment_threshold=None, pair_threshold=None)
    once = estimator.fit_predict(data.matrix)
    assert np.array_equal(co_membership(once), co_membership(estimator.fit_predict(data.matrix, previous=once)))


def test_previous_needs_one_entry_per_row() -> None:
    with pytest.raises(ValueError, match="one entry for each of 2 rows"):
        StoryClusterer().fit_predict(log_odds_matrix(2, [(0, 1, 1.0)]), previous=[0])
