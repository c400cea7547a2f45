from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from newsfold import embedding
from newsfold.blocking import nearest_neighbours
from newsfold.schemas import pair_features
from newsfold.scoring import features
from newsfold.vocabulary import describe_terms, find_numbers, weigh_terms
from tests.factories import NOON, articles_table

Found = Mapping[tuple[int, int], Mapping[str, float]]

ARTICLES = articles_table(
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
            "published_at": NOON + timedelta(days=3),
        },
        {"title": "Plum cake", "body": "Beat the butter.", "outlet": "unknown", "published_at": None},
        {"title": "…", "body": "", "outlet": "A"},
    ]
)
VECTORS = embedding.unit_rows(np.array([[1, 0.0, 0], [1, 0.2, 0], [1, 0.8, 0], [0, 0, 1], [0, 1, 1]]))


def features_of(articles: pa.Table, vectors: np.ndarray, pairs: list[tuple[int, int]] | None = None) -> Found:
    pairs = pairs or [(i, j) for i in range(len(vectors)) for j in range(i + 1, len(vectors))]
    left, right = (np.array(side, dtype=np.int64) for side in zip(*pairs, strict=True))
    nearest = nearest_neighbours.nearest(vectors, pair_features.N_NEIGHBOURS)
    columns = features.pair_features(articles, vectors, nearest, left, right)
    assert list(columns) == [*pair_features.FEATURES, *pair_features.EVIDENCE]
    return {pair: {name: float(values[i]) for name, values in columns.items()} for i, pair in enumerate(pairs)}


@pytest.fixture(scope="module")
def found() -> Found:
    return features_of(ARTICLES, VECTORS)


def test_one_event_shares_names_and_rare_words_and_another_conflicts(found: Found) -> None:
    same, confusable, stranger = found[0, 1], found[0, 2], found[0, 3]
    for name in ("rarest_shared_name", "rarest_shared", "dense_zscore", "number_overlap"):
        assert same[name] > confusable[name], name
    for name in ("body_cosine", "rarest_shared", "title_in_text", "dense_zscore", "title_cosine"):
        assert confusable[name] > stranger[name], name
    assert same["name_conflict"] < confusable["name_conflict"]


def test_unknown_is_missing_not_zero(found: Found) -> None:
    cake, empty = found[0, 3], found[0, 4]
    for name in ("hours_apart", "same_outlet", "number_overlap"):
        assert np.isnan(cake[name]), name
    for name in ("body_cosine", "title_cosine", "title_in_text", "name_conflict"):
        assert np.isnan(empty[name]), name
    assert empty["same_outlet"] == 1
    assert not np.isnan(empty["dense_zscore"])


def test_outlets_and_times_are_compared(found: Found) -> None:
    assert (found[0, 2]["same_outlet"], found[0, 1]["same_outlet"]) == (1, 0)
    assert found[0, 2]["hours_apart"] == 72
    assert found[0, 2]["days_apart_log"] == pytest.approx(np.log(3))


def test_hours_within_a_day_count_nothing(found: Found) -> None:
    assert found[0, 1]["hours_apart"] == 1
    assert found[0, 1]["days_apart_log"] == 0


def test_pairs_may_come_in_any_order_and_either_way_round(found: Found) -> None:
    turned = [(right, left) for left, right in sorted(found, reverse=True)]
    again = features_of(ARTICLES, VECTORS, turned)
    for left, right in turned:
        for name, value in again[left, right].items():
            assert value == pytest.approx(found[right, left][name], nan_ok=True, abs=1e-6), name


def test_more_pairs_than_are_looked_at_at_a_time_are_no_matter(found: Found, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsfold.scoring.features._CHUNK", 3)
    for pair, values in features_of(ARTICLES, VECTORS).items():
        assert values == pytest.approx(found[pair], nan_ok=True)


def in_languages(first: str, second: str) -> Mapping[str, float]:
    told = articles_table(
        [
            {"title": "Ferry sinks", "body": "It left Lomo at night.", "language": first},
            {"title": "Se hunde un barco", "body": "Salió de Quedra de noche.", "language": second},
            {"title": "Plum cake", "body": "Beat the butter.", "language": "en"},
        ]
    )
    return features_of(told, VECTORS[:3])[0, 1]


def test_that_two_languages_share_no_word_speaks_neither_for_nor_against() -> None:
    foreign, one, unknown = in_languages("en", "es"), in_languages("en", "en"), in_languages("und", "es")
    for name in ("body_cosine", "title_in_text", "rarest_shared", "title_cosine"):
        assert np.isnan(foreign[name]), name
        assert one[name] == 0, name
        assert unknown[name] == 0, name
    assert not np.isnan(foreign["dense_zscore"])
    assert foreign["name_conflict"] == one["name_conflict"] == 1


def test_words_that_two_languages_share_still_speak_for_a_pair() -> None:
    told = articles_table(
        [
            {"title": "Lomo: Arrieta", "body": "Captain Arrieta of Lomo.", "language": "en"},
            {"title": "Arrieta, Lomo", "body": "Arrieta, capitán de Lomo.", "language": "es"},
        ]
    )
    pair = features_of(told, VECTORS[:2])[0, 1]
    assert pair["body_cosine"] > 0.5
    assert pair["rarest_shared"] > 5


def crowd(spread: float, size: int = 100) -> np.ndarray:
    """A pair of cosine 0.8, and so many others scattered around it."""
    rng = np.random.default_rng(0)
    pair = np.zeros((2, 24))
    pair[:, :2] = np.array([[1, 0], [0.8, 0.6]])
    around = pair.mean(axis=0) + spread * rng.normal(size=(size, 24))
    return embedding.unit_rows(np.concatenate([pair, around]))


def test_the_same_likeness_is_less_surprising_on_a_night_full_of_the_theme() -> None:
    titles = articles_table([{"title": f"Title {number}"} for number in range(102)])
    themed, varied = (features_of(titles, crowd(spread), [(0, 1)])[0, 1] for spread in (0.12, 1.0))
    assert themed["dense_cosine"] == pytest.approx(0.8, abs=1e-6)
    assert varied["dense_cosine"] == pytest.approx(0.8, abs=1e-6)
    assert varied["dense_zscore"] > themed["dense_zscore"] + 1


def test_a_window_of_two_is_judged_by_what_is_usual() -> None:
    two = articles_table([{"title": "Ferry"}, {"title": "Boat"}])
    near, far = (
        features_of(two, embedding.unit_rows(np.array([[1.0, 0], [cosine, (1 - cosine**2) ** 0.5]])))[0, 1]
        for cosine in (0.8, 0.1)
    )
    assert near["dense_zscore"] > 2
    assert near["dense_zscore"] > far["dense_zscore"] + 1


def companies(size: int) -> Found:
    """A pair of one company and one of two, among so many articles in companies of fifteen."""
    rng = np.random.default_rng(0)
    groups = np.repeat(rng.normal(size=(size // 15, 32)), 15, axis=0) + 0.02 * rng.normal(size=(size, 32))
    titles = articles_table([{"article_id": f"a{number:04d}", "title": f"Title {number}"} for number in range(size)])
    return features_of(titles, embedding.unit_rows(groups), [(0, 1), (0, 20)])


def test_articles_of_one_company_have_their_neighbours_in_common() -> None:
    shares = companies(1500)
    assert shares[0, 1]["shared_nearest_neighbours"] > 0.5
    assert shares[0, 20]["shared_nearest_neighbours"] == 0


def test_common_neighbours_say_less_in_a_small_window_where_anybodys_overlap() -> None:
    shares = [companies(size)[0, 1]["shared_nearest_neighbours"] for size in (30, 150, 1500)]
    assert shares == sorted(shares)
    assert shares[0] < shares[-1] / 3


def test_names_are_words_that_stay_capitalised_inside_sentences() -> None:
    told = [
        {"title": "Talks in Oslo", "body": "Talks began. Envoys met in Oslo in the rain."},
        {"title": "OSLO TALKS BEGIN", "body": "The Talks begin, said the envoy."},
    ]
    wordings, uses = describe_terms(articles_table(told))
    vocabulary = weigh_terms(uses, ["en", "en"])
    named = set(vocabulary.filter(vocabulary["named"])["word"].to_pylist())
    mentioned = {word for words in wordings["mentioned"].to_pylist() for word in words}
    assert named & mentioned == {"oslo", "talks"}


def test_numbers_of_one_digit_are_too_common_to_tell_anything() -> None:
    assert [find_numbers(opening) for opening in ("3 of 1,200", "1200 and 5.5")] == [["1200"], ["1200", "5.5"]]


def test_a_window_without_times_or_words_is_no_error() -> None:
    articles = articles_table(
        [{"title": "…", "published_at": None}, {"title": "—", "published_at": NOON + timedelta(days=1)}]
    )
    pair = features_of(articles, VECTORS[:2])[0, 1]
    for name in ("title_cosine", "body_cosine", "name_conflict"):
        assert np.isnan(pair[name]), name
    assert pair["rarest_shared"] == 0


def days_apart(*rows: dict[str, Any]) -> float:
    told = articles_table([{"title": f"Ferry {number}"} | row for number, row in enumerate(rows)])
    return float(np.expm1(features_of(told, VECTORS[: len(rows)])[0, 1]["days_apart_log"]))


def test_an_article_without_a_time_counts_from_when_it_was_first_seen() -> None:
    then, now = NOON, NOON + timedelta(days=5)
    undated = [{"published_at": None, "first_seen_at": seen} for seen in (then, now)]
    assert days_apart(*undated) == pytest.approx(4, abs=0.01)
    assert days_apart(undated[0], {"published_at": now, "first_seen_at": now}) == pytest.approx(4, abs=0.01)
    at_once = [row | {"first_seen_at": now} for row in undated]
    assert days_apart(*at_once) == 0, "seen in one night, that says nothing"
