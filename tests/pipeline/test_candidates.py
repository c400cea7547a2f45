from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pipeline import candidates, embedding, schemas, settings
from tests.conftest import articles_of

FEW = settings.Candidates(dense_neighbours=1, sparse_neighbours=1)
TITLES = [
    "Ferry sinks off Lomo island",
    "Lomo island ferry disaster",
    "Boat goes down near a small isle",
    "Council approves the budget",
    "The budget of the council is approved",
]


def vectors_of(ids: list[str], rows: list[list[float]]) -> pa.Table:
    matrix = embedding.unit_rows(np.array(rows, dtype=np.float32))
    return embedding.as_table(pa.chunked_array([ids]), ids, matrix, {"model": "test"})


def pairs_of(titles: list[str], rows: list[list[float]], chosen: settings.Candidates) -> set[tuple[str, str]]:
    articles = articles_of([{"title": title} for title in titles])
    found = candidates.block(articles, vectors_of(articles["article_id"].to_pylist(), rows), chosen)
    return set(zip(found["left_id"].to_pylist(), found["right_id"].to_pylist(), strict=True))


def test_near_in_meaning_or_near_in_words_is_enough() -> None:
    rows = [[1.0, 0, 0], [0, 1.0, 0], [1.0, 0.1, 0], [0, 0, 1.0], [0, 0.1, 1.0]]
    found = pairs_of(TITLES, rows, FEW)
    assert ("a000", "a001") in found  # the same words, other vectors
    assert ("a000", "a002") in found  # other words, near vectors
    assert ("a000", "a003") not in found


def test_pairs_are_ordered_and_never_of_one_article() -> None:
    found = pairs_of(TITLES, [[1.0, 0.0]] * 5, settings.Candidates())
    assert all(left < right for left, right in found)
    assert len(found) == 10


@given(st.permutations(range(5)))
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    articles = articles_of([{"title": title} for title in TITLES])
    vectors = vectors_of(articles["article_id"].to_pylist(), [[float(i), 1.0, 5.0 - i] for i in range(5)])
    straight = candidates.block(articles, vectors, FEW)
    assert candidates.block(articles.take(order), vectors.take(list(reversed(order))), FEW).equals(straight)


def test_one_article_or_none_has_no_pairs() -> None:
    assert pairs_of(["Alone"], [[1, 0]], FEW) == set()
    nothing = articles_of([])
    assert candidates.block(nothing, schemas.empty("article_embeddings"), FEW).num_rows == 0


def test_texts_without_a_word_are_no_error() -> None:
    assert pairs_of(["…", "—", "!"], [[1, 0], [0, 1], [1, 1]], FEW)


def test_a_large_story_is_not_cut_however_few_neighbours_are_asked_for() -> None:
    few = settings.Candidates(dense_neighbours=5, sparse_neighbours=5)
    story = [[1.0, 0.01 * number, 0.0] for number in range(60)]
    alone = [[0.0, 0.1, 1.0]]
    titles = [f"Ferry sinks off Lomo island, report {number}" for number in range(60)] + ["Plum cake"]
    found = pairs_of(titles, story + alone, few)
    assert len({pair for pair in found if "a060" not in pair}) == 60 * 59 // 2
    unlimited = settings.Candidates(dense_neighbours=5, sparse_neighbours=5, close_cosine=2)
    assert len(pairs_of(titles, story + alone, unlimited)) < 60 * 10


def test_close_articles_are_paired_across_a_night_of_strangers() -> None:
    rng = np.random.default_rng(0)
    strangers = rng.normal(size=(80, 32)).tolist()
    pair = (np.ones(32) + 0.1 * rng.normal(size=(2, 32))).tolist()
    found = pairs_of([f"Title {number}" for number in range(82)], strangers + pair, FEW)
    assert ("a080", "a081") in found
    assert len(found) < 82 * 81 / 2 * 0.1


@given(st.sets(st.integers(0, 4)))
@hypothesis_settings(deadline=None)
def test_what_is_settled_is_not_paired_again_but_everything_new_is_as_before(settled: set[int]) -> None:
    articles = articles_of([{"title": title} for title in TITLES])
    vectors = vectors_of(articles["article_id"].to_pylist(), [[float(i), 1.0, 5.0 - i] for i in range(5)])
    known = pa.array([f"a{number:03d}" for number in sorted(settled)], pa.string())
    everything = candidates.block(articles, vectors, settings.Candidates()).to_pylist()
    found = candidates.block(articles, vectors, settings.Candidates(), known).to_pylist()
    old = set(known.to_pylist())
    assert found == [pair for pair in everything if not {pair["left_id"], pair["right_id"]} <= old]
