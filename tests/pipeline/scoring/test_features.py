from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from newsfold import embedding, schemas
from newsfold.blocking.stage import find_candidate_pairs
from newsfold.schemas import pair_features
from newsfold.schemas.vectors import matrix_to_vectors
from newsfold.scoring import features
from newsfold.scoring.stage import compare_candidate_pairs
from newsfold.settings import Candidates
from newsfold.vocabulary import describe_terms, weigh_terms
from tests.factories import NOON, articles_table

Comparisons = Mapping[tuple[int, int], Mapping[str, float]]

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


def compare(articles: pa.Table, vectors: np.ndarray, pairs: list[tuple[int, int]] | None = None) -> Comparisons:
    """Compare pairs of articles (all pairs if None) by the stages that find and score pairs."""
    pairs = pairs or [(i, j) for i in range(len(vectors)) for j in range(i + 1, len(vectors))]
    ids = articles["article_id"].combine_chunks()
    embeddings = pa.table({"article_id": ids, "text_digest": ids, "vector": matrix_to_vectors(vectors)})
    lefts, rights = zip(*pairs, strict=True)
    candidate_pairs = pa.table({"left": lefts, "right": rights}, schema=schemas.SCHEMAS["candidate_pairs"])
    blocked = find_candidate_pairs(articles, embeddings, Candidates()) | {"candidate_pairs": candidate_pairs}
    compared = compare_candidate_pairs(blocked, embeddings).drop(["left_id", "right_id", "left", "right"])
    assert compared.column_names == [*pair_features.FEATURES, *pair_features.EXTRA_COLUMNS]
    columns = {name: compared[name].to_numpy().astype(float).tolist() for name in compared.column_names}
    return {pair: {name: values[i] for name, values in columns.items()} for i, pair in enumerate(pairs)}


@pytest.fixture(scope="module")
def comparisons() -> Comparisons:
    return compare(ARTICLES, VECTORS)


def test_one_event_shares_names_and_rare_words_and_another_conflicts(comparisons: Comparisons) -> None:
    same, confusable, stranger = comparisons[0, 1], comparisons[0, 2], comparisons[0, 3]
    for name in ("rarest_shared", "dense_cosine", "dense_zscore", "number_overlap"):
        assert same[name] > confusable[name], name
    for name in ("body_cosine", "rarest_shared", "title_in_text", "dense_zscore", "title_cosine"):
        assert confusable[name] > stranger[name], name
    assert same["name_conflict"] < confusable["name_conflict"]


def test_unknown_values_are_missing_not_zero(comparisons: Comparisons) -> None:
    cake, empty = comparisons[0, 3], comparisons[0, 4]
    for name in ("hours_apart", "same_outlet", "number_overlap"):
        assert np.isnan(cake[name]), name
    for name in ("body_cosine", "title_cosine", "title_in_text", "name_conflict"):
        assert np.isnan(empty[name]), name
    assert empty["same_outlet"] == 1
    assert not np.isnan(empty["dense_zscore"])


def test_outlets_and_times_are_compared(comparisons: Comparisons) -> None:
    assert (comparisons[0, 2]["same_outlet"], comparisons[0, 1]["same_outlet"]) == (1, 0)
    assert comparisons[0, 2]["hours_apart"] == 72
    assert comparisons[0, 2]["days_apart_log"] == pytest.approx(np.log(3))


def test_hours_within_a_day_do_not_count(comparisons: Comparisons) -> None:
    assert comparisons[0, 1]["hours_apart"] == 1
    assert comparisons[0, 1]["days_apart_log"] == 0


def test_pairs_may_come_in_any_order_and_either_way_round(comparisons: Comparisons) -> None:
    turned = [(right, left) for left, right in sorted(comparisons, reverse=True)]
    again = compare(ARTICLES, VECTORS, turned)
    for left, right in turned:
        for name, value in again[left, right].items():
            assert value == pytest.approx(comparisons[right, left][name], nan_ok=True, abs=1e-6), name


def test_chunks_of_pairs_do_not_change_features(comparisons: Comparisons, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "_CHUNK", 3)
    for pair, values in compare(ARTICLES, VECTORS).items():
        assert values == pytest.approx(comparisons[pair], nan_ok=True)


def in_languages(first: str, second: str) -> Mapping[str, float]:
    rows = articles_table(
        [
            {"title": "Ferry sinks", "body": "It left Lomo at night.", "language": first},
            {"title": "Se hunde un barco", "body": "Salió de Quedra de noche.", "language": second},
            {"title": "Plum cake", "body": "Beat the butter.", "language": "en"},
        ]
    )
    return compare(rows, VECTORS[:3])[0, 1]


def test_word_features_of_two_languages_without_a_shared_word_are_missing() -> None:
    foreign, one, unknown = in_languages("en", "es"), in_languages("en", "en"), in_languages("und", "es")
    for name in ("body_cosine", "title_in_text", "rarest_shared", "title_cosine"):
        assert np.isnan(foreign[name]), name
        assert one[name] == 0, name
        assert unknown[name] == 0, name
    assert not np.isnan(foreign["dense_zscore"])
    assert np.isnan(foreign["name_conflict"]) and one["name_conflict"] == 1


def test_word_features_of_two_languages_with_shared_words_are_kept() -> None:
    rows = articles_table(
        [
            {"title": "Lomo: Arrieta", "body": "Captain Arrieta of Lomo.", "language": "en"},
            {"title": "Arrieta, Lomo", "body": "Arrieta, capitán de Lomo.", "language": "es"},
        ]
    )
    pair = compare(rows, VECTORS[:2])[0, 1]
    assert pair["body_cosine"] > 0.5
    assert pair["rarest_shared"] > 5


def crowd(spread: float, size: int = 100) -> np.ndarray:
    """Return a pair of vectors of cosine 0.8, and `size` others scattered around it."""
    rng = np.random.default_rng(0)
    pair = np.zeros((2, 24))
    pair[:, :2] = np.array([[1, 0], [0.8, 0.6]])
    around = pair.mean(axis=0) + spread * rng.normal(size=(size, 24))
    return embedding.unit_rows(np.concatenate([pair, around]))


def test_the_same_cosine_has_a_lower_zscore_on_a_night_of_one_theme() -> None:
    titles = articles_table([{"title": f"Title {number}"} for number in range(102)])
    themed, varied = (compare(titles, crowd(spread), [(0, 1)])[0, 1] for spread in (0.12, 1.0))
    assert themed["dense_cosine"] == pytest.approx(0.8, abs=1e-6)
    assert varied["dense_cosine"] == pytest.approx(0.8, abs=1e-6)
    assert varied["dense_zscore"] > themed["dense_zscore"] + 1


def test_rare_words_in_common_account_for_days_apart() -> None:
    words = " ".join(f"weather{number}" for number in range(30))
    then = NOON + timedelta(days=9)
    rows: list[dict[str, Any]] = [{"title": f"Day {number}", "body": words} for number in range(2000)]
    rows[0]["title"] = "Kestrel Halvard aground"
    rows[1] |= {"title": "Halvard Kestrel towed", "published_at": then}
    rows[2] |= {"title": "Forecast", "published_at": then}
    articles = articles_table([{"article_id": f"a{number:04d}"} | row for number, row in enumerate(rows)])
    compared = compare(articles, np.tile(VECTORS[:1], (2000, 1)), [(0, 1), (0, 2)])
    follow_up, other = compared[0, 1], compared[0, 2]
    assert follow_up["days_apart_log"] == pytest.approx(other["days_apart_log"], abs=0.01)
    assert other["unexplained_days_log"] == other["days_apart_log"] > 2
    assert follow_up["unexplained_days_log"] < 0.8 * follow_up["days_apart_log"]


def test_a_window_of_two_uses_the_background_distribution() -> None:
    two = articles_table([{"title": "Ferry"}, {"title": "Boat"}])
    near, far = (
        compare(two, embedding.unit_rows(np.array([[1.0, 0], [cosine, (1 - cosine**2) ** 0.5]])))[0, 1]
        for cosine in (0.8, 0.1)
    )
    assert near["dense_zscore"] > 2
    assert near["dense_zscore"] > far["dense_zscore"] + 1


def groups_of_fifteen(size: int) -> Comparisons:
    """Compare a pair within a group and a pair across groups, among `size` articles in groups of fifteen."""
    rng = np.random.default_rng(0)
    groups = np.repeat(rng.normal(size=(size // 15, 32)), 15, axis=0) + 0.02 * rng.normal(size=(size, 32))
    titles = articles_table([{"article_id": f"a{number:04d}", "title": f"Title {number}"} for number in range(size)])
    return compare(titles, embedding.unit_rows(groups), [(0, 1), (0, 20)])


def test_articles_of_one_group_share_their_neighbours() -> None:
    shares = groups_of_fifteen(1500)
    assert shares[0, 1]["shared_nearest_neighbours"] > 0.5
    assert shares[0, 20]["shared_nearest_neighbours"] == 0


def test_shared_neighbours_are_shrunk_in_a_small_window() -> None:
    shares = [groups_of_fifteen(size)[0, 1]["shared_nearest_neighbours"] for size in (30, 150, 1500)]
    assert shares == sorted(shares)
    assert shares[0] < shares[-1] / 3


def test_names_are_words_that_stay_capitalised_inside_sentences() -> None:
    rows = [
        {"title": "Talks in Oslo", "body": "Talks began. Envoys met in Oslo in the rain."},
        {"title": "OSLO TALKS BEGIN", "body": "The Talks begin, said the envoy."},
    ]
    terms, uses = describe_terms(articles_table(rows))
    vocabulary = weigh_terms(uses, ["en", "en"])
    named = set(vocabulary.filter(vocabulary["named"])["word"].to_pylist())
    mentioned = {word for words in terms["mentioned"].to_pylist() for word in words}
    assert named & mentioned == {"oslo", "talks"}


def test_numbers_of_two_digits_or_more_are_compared_by_value() -> None:
    terms, _ = describe_terms(articles_table([{"title": "3 of 1,200 homes"}, {"title": "1.200 hogares, un 5,5 %"}]))
    assert terms["numbers"].to_pylist() == [["1200"], ["1200", "5.5"]]


def test_a_window_without_times_or_words_is_accepted() -> None:
    articles = articles_table(
        [{"title": "…", "published_at": None}, {"title": "—", "published_at": NOON + timedelta(days=1)}]
    )
    pair = compare(articles, VECTORS[:2])[0, 1]
    for name in ("title_cosine", "body_cosine", "name_conflict"):
        assert np.isnan(pair[name]), name
    assert pair["rarest_shared"] == 0


def days_apart(*rows: dict[str, Any]) -> float:
    rows = articles_table([{"title": f"Ferry {number}"} | row for number, row in enumerate(rows)])
    return float(np.expm1(compare(rows, VECTORS[: len(rows)])[0, 1]["days_apart_log"]))


def test_an_article_without_a_time_counts_from_when_it_was_first_seen() -> None:
    then, now = NOON, NOON + timedelta(days=5)
    undated = [{"published_at": None, "first_seen_at": seen} for seen in (then, now)]
    assert days_apart(*undated) == pytest.approx(4, abs=0.01)
    assert days_apart(undated[0], {"published_at": now, "first_seen_at": now}) == pytest.approx(4, abs=0.01)
    at_once = [row | {"first_seen_at": now} for row in undated]
    assert days_apart(*at_once) == 0, "seen in one night, the time of first sight carries no information"
