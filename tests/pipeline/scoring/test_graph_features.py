from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold import scoring
from newsfold.schemas import pair_features

SURE, UNLIKELY = 9.0, -9.0
RARE, COMMON = -7.0, -2.0  # priors: a night of feeds, a curated set

Told = tuple[np.ndarray, np.ndarray, np.ndarray]


def window(stories: list[int], weak: tuple[int, int] | None = None) -> Told:
    """All pairs of articles in stories of these sizes: sure inside, unlikely across; `weak` says nothing of its own."""
    story = np.repeat(np.arange(len(stories)), stories)
    left, right = np.triu_indices(len(story), 1)
    alone = np.where(story[left] == story[right], SURE, UNLIKELY)
    if weak is not None:
        alone[(left == weak[0]) & (right == weak[1])] = UNLIKELY
    return alone, left.astype(np.int64), right.astype(np.int64)


def of_pair(told: Told, prior: float, one: int, other: int) -> dict[str, float]:
    alone, left, right = told
    found = scoring.company_features(alone, prior, left, right)
    ((row,),) = np.nonzero((left == one) & (right == other))
    return {name: float(values[row]) for name, values in found.items()}


def test_two_articles_of_one_large_story_have_its_other_articles_as_mates_in_common() -> None:
    found = of_pair(window([6, 3], weak=(0, 1)), COMMON, 0, 1)
    assert found["graph_common_neighbours"] == pytest.approx(np.log(5), abs=0.01)
    assert found["graph_degree_min"] == found["graph_degree_max"] == pytest.approx(np.log(5), abs=0.01)
    assert found["graph_similarity"] == pytest.approx(4 / 4.5, abs=0.01)


def test_articles_of_different_stories_have_mates_but_none_in_common() -> None:
    found = of_pair(window([6, 3]), COMMON, 0, 8)
    assert found["graph_common_neighbours"] == found["graph_similarity"] == 0
    assert (found["graph_degree_min"], found["graph_degree_max"]) == pytest.approx((np.log(3), np.log(6)), abs=0.01)


def test_where_one_story_pairs_are_rare_only_the_share_of_common_mates_is_told() -> None:
    told = window([6, 3], weak=(0, 1))
    rare, common = (of_pair(told, prior, 0, 1) for prior in (RARE, COMMON))
    assert rare["graph_similarity"] == common["graph_similarity"] > 0
    assert {name for name, value in rare.items() if value} == {"graph_similarity"}
    assert common["graph_trust"] == 1


def test_some_pairs_are_described_as_they_are_among_all() -> None:
    alone, left, right = window([4, 3, 2], weak=(0, 2))
    asked = np.array([5, 0, 17])
    every = scoring.company_features(alone, COMMON, left, right)
    some = scoring.company_features(alone, COMMON, left, right, asked)
    assert {*some, "graph_weight"} == set(pair_features.GRAPH_FEATURES)
    for name, values in some.items():
        assert values.tolist() == every[name][asked].tolist()


@given(st.lists(st.integers(1, 5), min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_pairs_and_the_numbers_of_articles_do_not_matter(sizes: list[int], random: object) -> None:
    alone, left, right = window(sizes)
    rng = np.random.default_rng(random.randrange(2**32))  # type: ignore[attr-defined]
    order, renamed = rng.permutation(len(alone)), rng.permutation(sum(sizes))
    before = scoring.company_features(alone, COMMON, left, right)
    after = scoring.company_features(alone[order], COMMON, renamed[right[order]], renamed[left[order]])
    for name, values in before.items():
        assert after[name] == pytest.approx(values[order], abs=1e-5)


def taught(told: Told, labels: np.ndarray, prior: float = COMMON, articles: int = 15) -> scoring.LabelledWindow:
    """A window as company is learnt from it."""
    alone, left, right = told
    share = float((labels == 1).mean())
    return scoring.LabelledWindow(
        lambda rows: scoring.company_features(alone, prior, left, right, rows), alone, labels, articles, share
    )


def test_company_is_learnt_from_windows_as_they_are() -> None:
    """Sure pairs are one story's, and so are those doubtful ones that have mates in common."""
    alone, left, right = window([12, 12, 12, 1, 1, 1])
    rng = np.random.default_rng(0)
    same = alone > 0
    alone[rng.random(len(alone)) < 0.3] = -1.0
    company = scoring.company_features(alone, COMMON, left, right)
    scorer = scoring.PairScorer(0.0, {}, {}, {})
    labels = same.astype(np.int8)
    learnt = scoring.fit_graph_curves(scorer, [taught((alone, left, right), labels)])
    heard = alone + learnt.log_odds(0.0, company | {"graph_weight": np.ones(len(alone), np.float32)})
    doubtful = alone == -1
    assert heard[doubtful & same].min() > 0 > heard[doubtful & ~same].max()
    assert learnt.graph_curves.keys() == company.keys()


def test_without_labels_nothing_is_learnt_of_company() -> None:
    told = window([3, 2])
    scorer = scoring.PairScorer(0.5, {}, {}, {})
    assert scoring.fit_graph_curves(scorer, [taught(told, np.full(len(told[0]), -1, np.int8), RARE)]) == scorer


def test_company_is_saved_with_the_scorer(tmp_path: Path) -> None:
    told = window([5, 5, 5])
    learnt = scoring.fit_graph_curves(
        scoring.PairScorer(0.0, {}, {}, {}), [taught(told, (told[0] > 0).astype(np.int8))]
    )
    learnt.save(tmp_path / "scorer.json")
    assert scoring.PairScorer.load(tmp_path / "scorer.json") == learnt


def test_in_windows_smaller_than_any_learnt_from_company_is_silent() -> None:
    alone, left, right = window([5, 5, 5])
    told = taught((alone, left, right), (alone > 0).astype(np.int8), articles=300)
    learnt = scoring.fit_graph_curves(scoring.PairScorer(0.0, {}, {}, {}), [told])
    assert [learnt.graph_weight(articles) for articles in (10, 150, 225, 300, 5000)] == [0, 0, 0.5, 1, 1]
    silent = scoring.company_features(alone, COMMON, left, right) | {"graph_weight": np.zeros(len(alone), np.float32)}
    assert not learnt.log_odds(0.0, silent).any()
