from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold import scoring
from newsfold.schemas import pair_features

CERTAIN, UNLIKELY = 9.0, -9.0
RARE, COMMON = -7.0, -2.0  # priors: a night of feeds, a curated set

FirstPass = tuple[np.ndarray, np.ndarray, np.ndarray]


def window(stories: list[int], weak: tuple[int, int] | None = None) -> FirstPass:
    """Return all pairs of articles in stories of these sizes: certain within one, unlikely across and for `weak`."""
    story = np.repeat(np.arange(len(stories)), stories)
    left, right = np.triu_indices(len(story), 1)
    log_odds = np.where(story[left] == story[right], CERTAIN, UNLIKELY)
    if weak is not None:
        log_odds[(left == weak[0]) & (right == weak[1])] = UNLIKELY
    return log_odds, left.astype(np.int64), right.astype(np.int64)


def graph_features(first_pass: FirstPass, prior: float, rows: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """Compute the graph features of some pairs of a window; of all if None."""
    log_odds, left, right = first_pass
    rows = np.arange(len(left)) if rows is None else rows
    likely_pairs = scoring.select_likely_pairs(log_odds, left, right)
    return scoring.compute_graph_features(likely_pairs, prior, left[rows], right[rows])


def features_of_pair(first_pass: FirstPass, prior: float, one: int, other: int) -> dict[str, float]:
    log_odds, left, right = first_pass
    features = graph_features((log_odds, left, right), prior)
    ((row,),) = np.nonzero((left == one) & (right == other))
    return {name: float(values[row]) for name, values in features.items()}


def test_two_articles_of_one_large_story_share_its_other_articles_as_neighbours() -> None:
    features = features_of_pair(window([6, 3], weak=(0, 1)), COMMON, 0, 1)
    assert features["graph_common_neighbours"] == pytest.approx(np.log(5), abs=0.01)
    assert features["graph_degree_min"] == features["graph_degree_max"] == pytest.approx(np.log(5), abs=0.01)
    assert features["graph_similarity"] == pytest.approx(4 / 4.5, abs=0.01)


def test_articles_of_different_stories_share_no_neighbours() -> None:
    features = features_of_pair(window([6, 3]), COMMON, 0, 8)
    assert features["graph_common_neighbours"] == features["graph_similarity"] == 0
    assert (features["graph_degree_min"], features["graph_degree_max"]) == pytest.approx(
        (np.log(3), np.log(6)), abs=0.01
    )


def test_at_a_low_base_rate_only_graph_similarity_is_not_zero() -> None:
    first_pass = window([6, 3], weak=(0, 1))
    rare, common = (features_of_pair(first_pass, prior, 0, 1) for prior in (RARE, COMMON))
    assert rare["graph_similarity"] == common["graph_similarity"] > 0
    assert {name for name, value in rare.items() if value} == {"graph_similarity"}
    assert common["graph_trust"] == 1


def test_features_of_some_pairs_equal_those_among_all() -> None:
    log_odds, left, right = window([4, 3, 2], weak=(0, 2))
    selected = np.array([5, 0, 17])
    every = graph_features((log_odds, left, right), COMMON)
    some = graph_features((log_odds, left, right), COMMON, selected)
    assert {*some, "graph_weight"} == set(pair_features.GRAPH_FEATURES)
    for name, values in some.items():
        assert values.tolist() == every[name][selected].tolist()


@given(st.lists(st.integers(1, 5), min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_pairs_and_the_numbers_of_articles_do_not_matter(sizes: list[int], random: object) -> None:
    log_odds, left, right = window(sizes)
    rng = np.random.default_rng(random.randrange(2**32))  # type: ignore[attr-defined]
    order, renamed = rng.permutation(len(log_odds)), rng.permutation(sum(sizes))
    before = graph_features((log_odds, left, right), COMMON)
    after = graph_features((log_odds[order], renamed[right[order]], renamed[left[order]]), COMMON)
    for name, values in before.items():
        assert after[name] == pytest.approx(values[order], abs=1e-5)


def labelled_window(
    first_pass: FirstPass, labels: np.ndarray, prior: float = COMMON, articles: int = 15
) -> scoring.LabelledWindow:
    """Return a window to fit graph curves to."""
    log_odds, left, right = first_pass
    share = float((labels == 1).mean())
    return scoring.LabelledWindow(
        lambda rows: graph_features((log_odds, left, right), prior, rows), log_odds, labels, articles, share
    )


def test_graph_curves_separate_uncertain_pairs_by_shared_neighbours() -> None:
    """Certain pairs belong to one story, and so do the uncertain ones that share neighbours."""
    log_odds, left, right = window([12, 12, 12, 1, 1, 1])
    rng = np.random.default_rng(0)
    same = log_odds > 0
    log_odds[rng.random(len(log_odds)) < 0.3] = -1.0
    graph = graph_features((log_odds, left, right), COMMON)
    scorer = scoring.PairScorer(0.0, {}, {}, {})
    labels = same.astype(np.int8)
    fitted = scoring.fit_graph_curves(scorer, [labelled_window((log_odds, left, right), labels)])
    second_pass = log_odds + fitted.predict_log_odds(0.0, graph | {"graph_weight": np.ones(len(log_odds), np.float32)})
    uncertain = log_odds == -1
    assert second_pass[uncertain & same].min() > 0 > second_pass[uncertain & ~same].max()
    assert fitted.graph_curves.keys() == graph.keys()


def test_without_labels_no_graph_curves_are_fitted() -> None:
    first_pass = window([3, 2])
    scorer = scoring.PairScorer(0.5, {}, {}, {})
    assert (
        scoring.fit_graph_curves(scorer, [labelled_window(first_pass, np.full(len(first_pass[0]), -1, np.int8), RARE)])
        == scorer
    )


def test_graph_curves_are_saved_with_the_scorer(tmp_path: Path) -> None:
    first_pass = window([5, 5, 5])
    fitted = scoring.fit_graph_curves(
        scoring.PairScorer(0.0, {}, {}, {}), [labelled_window(first_pass, (first_pass[0] > 0).astype(np.int8))]
    )
    fitted.save(tmp_path / "scorer.json")
    assert scoring.PairScorer.load(tmp_path / "scorer.json") == fitted


def test_graph_curves_have_no_weight_in_windows_smaller_than_any_in_training() -> None:
    log_odds, left, right = window([5, 5, 5])
    first_pass = labelled_window((log_odds, left, right), (log_odds > 0).astype(np.int8), articles=300)
    fitted = scoring.fit_graph_curves(scoring.PairScorer(0.0, {}, {}, {}), [first_pass])
    assert [fitted.graph_weight(articles) for articles in (10, 150, 225, 300, 5000)] == [0, 0, 0.5, 1, 1]
    silent = graph_features((log_odds, left, right), COMMON) | {"graph_weight": np.zeros(len(log_odds), np.float32)}
    assert not fitted.predict_log_odds(0.0, silent).any()
