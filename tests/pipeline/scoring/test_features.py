from __future__ import annotations

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest

from pipeline import embedding, schemas, terms
from pipeline.scoring.features import name_matrix, number_matrix, pair_features
from tests.conftest import NOON, articles_of

ARTICLES = articles_of(
    [
        {
            "title": "Ferry sinks off Lomo",
            "body": "The ferry left Lomo with 214 people. Captain Arrieta is missing.",
            "outlet": "A",
        },
        {
            "title": "Lomo ferry: 214 aboard",
            "body": "All on the Lomo ferry, among them Arrieta, are missing.",
            "outlet": "B",
        },
        {
            "title": "Ferry sinks off Pellara",
            "body": "The ferry left Pellara with 38 people. Captain Dunn is missing.",
            "outlet": "A",
        },
        {"title": "Plum cake", "body": "Beat the butter.", "outlet": "unknown", "published_at": None},
    ]
)
VECTORS = embedding.unit_rows(np.array([[1, 0.0, 0], [1, 0.2, 0], [1, 0.3, 0], [0, 0, 1]]))


@pytest.fixture(scope="module")
def found() -> dict[tuple[int, int], dict[str, float]]:
    pairs = [(i, j) for i in range(4) for j in range(i + 1, 4)]
    left, right = (np.array(side, dtype=np.int64) for side in zip(*pairs, strict=True))
    columns = pair_features(ARTICLES, VECTORS, left, right)
    assert list(columns) == list(schemas.FEATURES)
    return {pair: {name: float(values[i]) for name, values in columns.items()} for i, pair in enumerate(pairs)}


def test_one_event_shares_names_and_numbers_and_another_conflicts(
    found: dict[tuple[int, int], dict[str, float]],
) -> None:
    same, confusable = found[0, 1], found[0, 2]
    assert same["name_overlap"] > confusable["name_overlap"]
    assert same["name_conflict"] < confusable["name_conflict"]
    assert same["number_overlap"] == 1
    assert confusable["number_overlap"] == 0


def test_unknown_is_missing_not_zero(found: dict[tuple[int, int], dict[str, float]]) -> None:
    other = found[0, 3]
    assert np.isnan(other["hours_apart_log"])
    assert np.isnan(other["same_outlet"])
    assert np.isnan(other["number_overlap"])


def test_outlet_and_hours_are_compared(found: dict[tuple[int, int], dict[str, float]]) -> None:
    assert found[0, 2]["same_outlet"] == 1
    assert found[0, 1]["same_outlet"] == 0
    assert found[0, 2]["hours_apart_log"] == pytest.approx(np.log1p(2))


def test_rank_says_who_is_nearest_to_whom(found: dict[tuple[int, int], dict[str, float]]) -> None:
    assert found[1, 2]["rank_reciprocal"] == 1
    assert found[0, 3]["rank_reciprocal"] == pytest.approx(1 / 3)


def test_features_do_not_depend_on_the_order_of_pairs(found: dict[tuple[int, int], dict[str, float]]) -> None:
    pairs = sorted(found, reverse=True)
    left, right = (np.array(side, dtype=np.int64) for side in zip(*pairs, strict=True))
    columns = pair_features(ARTICLES, VECTORS, left, right)
    for i, pair in enumerate(pairs):
        for name, values in columns.items():
            assert values[i] == pytest.approx(found[pair][name], nan_ok=True)


def test_names_are_words_that_stay_capitalised_inside_sentences() -> None:
    openings = [
        "Talks in Oslo\nTalks began. Envoys met in Oslo in the rain.",
        "OSLO TALKS BEGIN\nThe Talks begin, said the envoy.",
    ]
    titles = ["Talks in Oslo", "OSLO TALKS BEGIN"]
    vocabulary = terms.tfidf(openings)[2]
    names = name_matrix(openings, vocabulary, titles).toarray()
    assert {word for word, uses in zip(vocabulary, names.sum(axis=0), strict=True) if uses} == {"oslo", "talks"}


def test_numbers_of_one_digit_are_too_common_to_tell_anything() -> None:
    assert number_matrix(["3 of 1,200", "1200 and 5.5"]).toarray().tolist() == [[1, 0], [1, 1]]


def test_a_window_without_times_or_words_is_no_error() -> None:
    articles = articles_of(
        [{"title": "…", "published_at": None}, {"title": "—", "published_at": NOON + timedelta(days=1)}]
    )
    one = np.zeros(1, dtype=np.int64)
    columns = pair_features(articles, VECTORS[:2], one, one + 1)
    assert np.isnan(columns["title_cosine"]).all()
    assert isinstance(articles, pa.Table)
