from __future__ import annotations

import time
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
from tests.pipeline.clustering.graphs import Told, graphs, matrix_of, together

clusterers = st.builds(
    StoryClusterer,
    outlier_threshold=st.sampled_from([None, -0.5, 1.0]),
    fragment_threshold=st.sampled_from([None, 1.0]),
    max_component=st.sampled_from([3, 1500]),
)


def linked(told: Told) -> nx.Graph:
    graph = nx.Graph()
    graph.add_nodes_from(range(told.matrix.shape[0]))
    graph.add_edges_from(told.must_link)
    return graph


def possible(told: Told) -> bool:
    bundles = list(nx.connected_components(linked(told)))
    return not any({a, b} <= bundle for a, b in told.cannot_link for bundle in bundles)


@given(graphs(), clusterers, st.randoms())
@hypothesis_settings(max_examples=300)
def test_the_order_of_articles_does_not_matter_however_many_values_are_tied(
    told: Told, estimator: StoryClusterer, random: Any
) -> None:
    assume(possible(told))
    order = random.sample(range(told.matrix.shape[0]), told.matrix.shape[0])
    straight = estimator.fit_predict(**told.arguments())
    shuffled = estimator.fit_predict(**told.arguments(order))
    assert np.array_equal(together(straight[order]), together(shuffled))


@given(graphs(), clusterers)
@hypothesis_settings(max_examples=300)
def test_labelled_pairs_are_honoured_exactly_or_refused(told: Told, estimator: StoryClusterer) -> None:
    if not possible(told):
        with pytest.raises(ConfigError, match="may not be together"):
            estimator.fit_predict(**told.arguments())
        return
    labels = estimator.fit_predict(**told.arguments())
    assert labels.shape == (told.matrix.shape[0],)
    assert sorted(set(labels.tolist())) == list(range(labels.max() + 1))
    assert all(labels[a] == labels[b] for a, b in told.must_link)
    assert all(labels[a] != labels[b] for a, b in told.cannot_link)


@given(graphs(labelled=False))
def test_no_story_spans_two_components(told: Told) -> None:
    labels = StoryClusterer(threshold=-0.5).fit_predict(told.matrix)
    graph = linked(told)
    pairs = told.matrix.tocoo()
    graph.add_edges_from((i, j) for i, j, odds in zip(pairs.row, pairs.col, pairs.data, strict=True) if odds > -0.5)
    component = {node: number for number, nodes in enumerate(nx.connected_components(graph)) for node in nodes}
    for label in set(labels.tolist()):
        assert len({component[node] for node in np.flatnonzero(labels == label)}) == 1


@given(st.integers(2, 12), st.integers(0, 10_000))
def test_without_ties_it_is_average_linkage(size: int, seed: int) -> None:
    upper = np.triu(np.random.default_rng(seed).uniform(-3, 5, (size, size)), 1)
    odds = upper + upper.T
    labels = StoryClusterer(threshold=-0.5, fragment_threshold=None).fit_predict(odds)
    linkage = AgglomerativeClustering(n_clusters=None, metric="precomputed", linkage="average", distance_threshold=5.5)
    assert np.array_equal(together(labels), together(linkage.fit_predict((5 - odds) * (1 - np.eye(size)))))


def test_two_groups_without_a_bridge_stay_apart() -> None:
    pairs = [(0, 1, 4.0), (1, 2, 3.0), (0, 2, 3.0), (3, 4, 2.0), (2, 3, -5.0)]
    assert StoryClusterer(threshold=-0.5).fit_predict(matrix_of(6, pairs)).tolist() == [0, 0, 0, 1, 1, 2]


def test_one_strong_pair_does_not_chain_two_stories() -> None:
    inside = [(i, j, 5.0) for i in range(4) for j in range(i)] + [(i, j, 5.0) for i in range(4, 8) for j in range(4, i)]
    labels = StoryClusterer(threshold=-0.5).fit_predict(matrix_of(8, [*inside, (0, 4, 5.0)]))
    assert labels.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]


def test_an_article_torn_between_two_that_may_not_meet_joins_neither() -> None:
    labels = StoryClusterer(threshold=-0.5).fit_predict(matrix_of(3, [(0, 1, 4.0), (1, 2, 4.0)]), cannot_link=[(0, 2)])
    assert labels.tolist() == [0, 1, 2]


def test_what_must_be_together_counts_for_all_its_articles() -> None:
    pairs = [(0, 1, -3.0), (0, 2, 3.0), (1, 2, -3.0), (2, 3, 1.5)]
    estimator = StoryClusterer(threshold=-0.5, missing_log_odds=-2.0)
    assert estimator.fit_predict(matrix_of(4, pairs)).tolist() == [0, 1, 0, 0]
    labels = estimator.fit_predict(matrix_of(4, pairs), must_link=[(0, 1)])
    # The bundle's mean to article 2 is 0, so 2 is nearer to 3, and then the two pairs are too far apart.
    assert labels.tolist() == [0, 0, 1, 1]


def test_two_stories_kept_apart_stay_apart_though_a_third_binds_both() -> None:
    pairs = [(i, j, 3.0) for i in range(6) for j in range(i)]
    labels = StoryClusterer(threshold=-0.5).fit_predict(
        matrix_of(6, pairs), cannot_link=[(0, 5)], must_link=[(0, 1), (4, 5)]
    )
    assert labels[0] == labels[1] != labels[4] == labels[5]


def test_a_roundup_joins_the_story_it_is_nearest_to_and_glues_nothing() -> None:
    first = [(0, 1, 4.0), (0, 2, 4.0), (1, 2, 4.0)]
    second = [(3, 4, 4.0), (3, 5, 4.0), (4, 5, 4.0)]
    roundup = [(6, i, 5.0) for i in range(3)] + [(6, i, 4.5) for i in range(3, 6)] + [(2, 3, 0.0)]
    weak = [(7, 0, 1.0), (7, 3, 1.0)]
    mask = [False] * 6 + [True, True]
    labels = StoryClusterer(threshold=-0.5).fit_predict(matrix_of(8, first + second + roundup + weak), attach_only=mask)
    assert labels.tolist() == [0, 0, 0, 1, 1, 1, 0, 2]


def test_roundups_of_one_event_make_a_story_of_their_own_only_when_close() -> None:
    pairs = [(0, 1, 3.0), (1, 2, 0.0)]
    labels = StoryClusterer(threshold=-0.5).fit_predict(matrix_of(3, pairs), attach_only=[True] * 3)
    assert labels.tolist() == [0, 0, 1]
    assert (
        StoryClusterer(threshold=-0.5, attach_margin=4.0).fit_predict(matrix_of(3, pairs), attach_only=[True] * 3).max()
        == 2
    )


def test_a_fragment_with_good_company_in_a_large_story_joins_it() -> None:
    story = [(i, j, 3.0) for i in range(8) for j in range(i)]
    near = [(8, 0, 2.0), (8, 1, 2.0), *((8, i, -1.8) for i in range(2, 8))]
    assert StoryClusterer(threshold=-0.5).fit_predict(matrix_of(9, story + near)).max() == 0
    assert StoryClusterer(threshold=-0.5, fragment_threshold=None).fit_predict(matrix_of(9, story + near)).max() == 1


def test_a_fragment_with_equal_company_in_two_stories_joins_neither() -> None:
    pairs = [(base + i, base + j, 3.0) for base in (0, 8) for i in range(8) for j in range(i)]
    near = [(16, base + i, 2.0 if i < 2 else -1.8) for base in (0, 8) for i in range(8)]
    assert StoryClusterer(threshold=-0.5).fit_predict(matrix_of(17, pairs + near)).tolist() == [0] * 8 + [1] * 8 + [2]


def test_a_stray_leaves_a_story_that_is_not_about_it() -> None:
    story = [(i, j, 5.0) for i in range(3) for j in range(i)] + [(3, 4, 2.0)]
    between = [(3, i, 1.0) for i in range(3)] + [(4, i, -1.5) for i in range(3)]
    matrix = matrix_of(5, story + between)
    assert StoryClusterer(threshold=-0.5).fit_predict(matrix).tolist() == [0] * 5
    assert StoryClusterer(threshold=-0.5, outlier_threshold=-0.5).fit_predict(matrix).tolist() == [0, 0, 0, 0, 1]


@given(st.integers(0, 2**16), st.integers(20, 60))
@hypothesis_settings(max_examples=60)
def test_a_component_too_large_for_one_matrix_is_clustered_as_if_it_fitted(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    values = np.triu(np.where(rng.random((count, count)) < 0.3, rng.uniform(-3, 4.9, (count, count)), 0.0), 1)
    matrix = sparse.csr_matrix(values + values.T)
    whole, piecemeal = (StoryClusterer(max_component=size).fit_predict(matrix) for size in (1500, 4))
    assert whole.tolist() == piecemeal.tolist()


def test_one_theme_of_thousands_is_no_story() -> None:
    rng = np.random.default_rng(0)
    story = np.repeat(np.arange(1000), 3)
    inside = [(first + i, first + j, 5.0) for first in range(0, 3000, 3) for i, j in ((0, 1), (0, 2), (1, 2))]
    ends, values = rng.integers(0, 3000, (20_000, 2)).tolist(), rng.uniform(2, 5, 20_000).tolist()
    theme = [(i, j, value) for (i, j), value in zip(ends, values, strict=True) if story[i] != story[j]]
    labels = StoryClusterer().fit_predict(matrix_of(3000, inside + theme)).reshape(1000, 3)
    assert np.bincount(labels.ravel()).max() < 12
    assert (labels == labels[:, :1]).all(axis=1).mean() > 0.9


def test_a_component_that_ties_hold_together_is_cut_at_its_weakest_links() -> None:
    ring = [(i, (i + 1) % 6, 5.0 if i not in {2, 5} else 0.6) for i in range(6)]
    estimator = StoryClusterer(max_component=3, missing_log_odds=0.0, fragment_threshold=None)
    assert estimator.fit_predict(matrix_of(6, ring)).tolist() == [0, 0, 0, 1, 1, 1]


def test_a_component_that_nothing_can_cut_is_one_story_unless_some_may_not_meet() -> None:
    ring = matrix_of(6, [(i, (i + 1) % 6, 4.0) for i in range(6)])
    assert StoryClusterer(max_component=3).fit_predict(ring).tolist() == [0] * 6
    labels = StoryClusterer(max_component=3, fragment_threshold=None).fit_predict(ring, cannot_link=[(0, 3)])
    assert labels.tolist() == list(range(6))


@pytest.mark.parametrize(
    ("matrix", "told", "problem"),
    [
        (np.ones((2, 3)), {}, "square"),
        (np.array([[0.0, 1.0], [2.0, 0.0]]), {}, "symmetric"),
        (np.ones((2, 2)), {"must_link": [(0, 2)]}, "must_link names a row"),
        (np.ones((2, 2)), {"cannot_link": [(-1, 0)]}, "cannot_link names a row"),
    ],
)
def test_input_that_makes_no_sense_is_refused(matrix: Any, told: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        StoryClusterer().fit(matrix, **told)


def test_labels_that_contradict_by_way_of_others_name_the_rows() -> None:
    with pytest.raises(ConfigError, match="0 and 2"):
        StoryClusterer().fit(matrix_of(3, []), must_link=[(0, 1), (1, 2)], cannot_link=[(0, 2)])


def test_a_window_of_12000_articles_takes_seconds() -> None:
    random, size, drawn = np.random.default_rng(0), 12_000, 1_500_000
    story = np.sort(random.zipf(1.7, size) % 3000)
    left = random.integers(0, size, drawn)
    right = np.where(random.random(drawn) < 0.5, left + random.integers(1, 60, drawn), random.integers(0, size, drawn))
    pairs = np.unique(np.sort(np.stack([left, right % size], axis=1), axis=1), axis=0)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    odds = random.normal(np.where(story[pairs[:, 0]] == story[pairs[:, 1]], 2, -3), 2)
    both = np.concatenate([pairs, pairs[:, ::-1]])
    matrix = sparse.csr_matrix((np.tile(odds, 2), (both[:, 0], both[:, 1])), shape=(size, size))
    started = time.process_time()
    StoryClusterer().fit(matrix)
    assert time.process_time() - started < 20  # a quarter of that when nothing else runs


@parametrize_with_checks(  # type: ignore[untyped-decorator]  # scikit-learn ships no types
    [StoryClusterer()],
    expected_failed_checks=lambda _: {
        "check_clustering": "clusters coordinates of points; X is log-odds of pairs, and square",
        "check_array_api_input": "sparse matrices have no array API",
    },
)
def test_it_is_a_scikit_learn_estimator(estimator: StoryClusterer, check: Any) -> None:
    check(estimator)


def two_groups(between: float) -> sparse.csr_matrix:
    """Two stories of three, and what speaks for their being one."""
    inside = [(i, j, 3.0) for group in ((0, 1, 2), (3, 4, 5)) for i in group for j in group if i < j]
    return matrix_of(6, inside + [(i, j, between) for i in (0, 1, 2) for j in (3, 4, 5)])


@pytest.mark.parametrize(("between", "was", "stories"), [(0.3, [0] * 3 + [1] * 3, 2), (1.0, [0] * 3 + [1] * 3, 1)])
def test_stories_become_one_only_when_the_evidence_is_clearly_better(
    between: float, was: list[int], stories: int
) -> None:
    assert len(set(StoryClusterer().fit_predict(two_groups(between)))) == 1
    assert len(set(StoryClusterer().fit_predict(two_groups(between), previous=was))) == stories


@pytest.mark.parametrize(("between", "stories"), [(-0.3, 1), (-1.0, 2), (-7.0, 2)])
def test_an_over_merge_heals_as_soon_as_the_evidence_is_clear(between: float, stories: int) -> None:
    assert len(set(StoryClusterer().fit_predict(two_groups(between), previous=[0] * 6))) == stories


def test_an_article_leaves_its_story_for_one_that_is_clearly_nearer() -> None:
    for lead, kept in ((0.6, True), (2.0, False)):
        pairs = [(0, 1, 3.0), (2, 3, 3.0), (0, 4, 1.0), (1, 4, 1.0), (2, 4, 1.0 + lead), (3, 4, 1.0 + lead)]
        labels = StoryClusterer().fit_predict(matrix_of(5, pairs), previous=[0, 0, 1, 1, 0])
        assert bool(labels[4] == labels[0]) is kept
        assert bool(labels[4] == labels[2]) is not kept


def test_new_articles_join_whatever_was_there_before() -> None:
    labels = StoryClusterer().fit_predict(matrix_of(3, [(0, 1, 3.0), (1, 2, 0.2)]), previous=[4, -1, -1])
    assert labels[0] == labels[1]


@given(graphs(labelled=False, tied=False))
@hypothesis_settings(max_examples=300)
def test_a_night_without_news_changes_no_story(told: Told) -> None:
    # Without ties: which of two equally close pairs comes first may change with what was together before.
    estimator = StoryClusterer(fragment_threshold=None)
    once = estimator.fit_predict(told.matrix)
    assert np.array_equal(together(once), together(estimator.fit_predict(told.matrix, previous=once)))


def test_an_earlier_grouping_needs_an_entry_for_each_row() -> None:
    with pytest.raises(ValueError, match="one entry for each of 2 rows"):
        StoryClusterer().fit_predict(matrix_of(2, [(0, 1, 1.0)]), previous=[0])
