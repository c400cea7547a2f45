from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from newsfold import embedding, schemas, settings
from newsfold.blocking import candidates
from newsfold.blocking.stage import BLOCK
from newsfold.dataflow import Context, MemoryView
from newsfold.embedding.vectors import build_embeddings
from tests.factories import NOON, articles_table

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
    return build_embeddings(pa.chunked_array([ids]), ids, matrix, {"model": "test"})


def find_pairs(
    articles: pa.Table, vectors: pa.Table, candidates: settings.Candidates, previous: Sequence[str] = ()
) -> list[dict[str, str]]:
    """Run the stage, with some originals already paired by the previous edition."""
    tables = {name: schemas.empty_table(name) for name in ("revisions", "known_edges")}
    tables["previous_originals"] = schemas.build_table("previous_originals", [{"article_id": id_} for id_ in previous])
    tables |= {"window_articles": articles, "vectors": vectors}
    context = Context.undated(settings.Settings(candidates=candidates))
    blocked = BLOCK.run(tables, context)
    ids = blocked["time_index"].sort_by("row")["article_id"].to_pylist()
    return [{f"{end}_id": ids[row] for end, row in pair.items()} for pair in blocked["candidate_pairs"].to_pylist()]


def pairs_of(titles: list[str], rows: list[list[float]], candidates: settings.Candidates) -> set[tuple[str, str]]:
    articles = articles_table([{"title": title} for title in titles])
    pairs = find_pairs(articles, vectors_of(articles["article_id"].to_pylist(), rows), candidates)
    return {(pair["left_id"], pair["right_id"]) for pair in pairs}


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
    articles = articles_table([{"title": title} for title in TITLES])
    vectors = vectors_of(articles["article_id"].to_pylist(), [[float(i), 1.0, 5.0 - i] for i in range(5)])
    assert find_pairs(articles.take(order), vectors, FEW) == find_pairs(articles, vectors, FEW)


def test_one_article_or_none_has_no_pairs() -> None:
    assert pairs_of(["Alone"], [[1, 0]], FEW) == set()
    nothing = articles_table([])
    assert find_pairs(nothing, schemas.empty_table("article_embeddings"), FEW) == []


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
    articles = articles_table([{"title": title} for title in TITLES])
    vectors = vectors_of(articles["article_id"].to_pylist(), [[float(i), 1.0, 5.0 - i] for i in range(5)])
    old = {f"a{number:03d}" for number in settled}
    everything = find_pairs(articles, vectors, settings.Candidates())
    assert find_pairs(articles, vectors, settings.Candidates(), sorted(old)) == [
        pair for pair in everything if not {pair["left_id"], pair["right_id"]} <= old
    ]


DAYS = st.lists(st.one_of(st.none(), st.floats(0, 30, width=16)), min_size=2, max_size=12)


@given(DAYS, st.integers(0, 2**16), st.floats(1, 20, width=16), st.sampled_from([0.0, 0.1, 0.5]))
def test_no_pair_lies_further_apart_than_asked_for_and_each_finds_its_nearest_within(
    days: list[float | None], seed: int, apart: float, penalty: float
) -> None:
    vectors = np.random.default_rng(seed).standard_normal((len(days), 6)).tolist()
    custom_settings = settings.Candidates(
        dense_neighbours=2, sparse_neighbours=1, close_cosine=2, max_days_apart=apart, time_penalty=penalty
    )
    articles = dated(["…"] * len(days), days)
    ids = articles["article_id"].to_pylist()
    pairs = find_pairs(articles, vectors_of(ids, vectors), custom_settings)
    unit = embedding.unit_rows(np.array(vectors, dtype=np.float32))
    times = [None if time is None else time.timestamp() / 86400 for time in articles["published_at"].to_pylist()]
    usual = float(np.median([time for time in times if time is not None] or [0]))
    whole = np.floor([usual if time is None else time for time in times])
    beyond = np.maximum(np.abs(whole[:, None] - whole[None, :]) - 1, 0)
    nearness = np.rint(unit * 4000) @ np.rint(unit * 4000).T
    nearness = nearness - np.rint(np.minimum(penalty * np.log1p(beyond), 1) * 4000**2)
    expected = set()
    for one, day in enumerate(days):
        within = [
            other
            for other, its in enumerate(days)
            if other != one and (day is None or its is None or abs(day - its) <= apart)
        ]
        best = sorted(within, key=lambda other: (-nearness[one, other], other))[:2]
        expected |= {(min(ids[one], ids[other]), max(ids[one], ids[other])) for other in best}
    assert {(pair["left_id"], pair["right_id"]) for pair in pairs} == expected


def test_of_neighbours_equally_near_in_meaning_the_one_near_in_time_is_found() -> None:
    articles = dated(["…"] * 3, [0.0, 20.0, 1.0])
    vectors = vectors_of(articles["article_id"].to_pylist(), [[1.0, 0.0], [0.9, 0.1], [0.9, 0.11]])
    found = {}
    for penalty in (0.0, 0.1):
        custom_settings = settings.Candidates(
            dense_neighbours=1, sparse_neighbours=1, close_cosine=2, time_penalty=penalty
        )
        pairs = find_pairs(articles.slice(0, 3), vectors, custom_settings, ["a001", "a002"])
        found[penalty] = [(pair["left_id"], pair["right_id"]) for pair in pairs]
    assert found == {0.0: [("a000", "a001")], 0.1: [("a000", "a002")]}


def test_what_is_nearer_in_words_but_too_old_takes_nobodys_place() -> None:
    titles = ["Lomo ferry sinks off island"] * 40 + [
        "Lomo ferry sinks in storm",
        "Lomo ferry sinks at night",
        "Plum cake",
    ]
    articles = dated(titles, [0.0] * 40 + [20.0, 21.0, 21.0])
    vectors = vectors_of(articles["article_id"].to_pylist(), np.eye(len(titles)).tolist())
    custom_settings = settings.Candidates(dense_neighbours=1, sparse_neighbours=1, close_cosine=2, max_days_apart=7)
    pairs = find_pairs(articles, vectors, custom_settings)
    assert {"left_id": "a040", "right_id": "a041"} in pairs
    assert not any(pair["left_id"] < "a040" <= pair["right_id"] for pair in pairs)


def test_slices_out_of_reach_are_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "SLICE", 4)
    articles = dated([f"Report {number}" for number in range(20)], [float(number) for number in range(20)])
    vectors = vectors_of(articles["article_id"].to_pylist(), np.eye(20).tolist())
    context = Context.undated(settings.Settings(candidates=settings.Candidates(max_days_apart=2)))
    tables = {name: schemas.empty_table(name) for name in ("revisions", "previous_originals", "known_edges")}
    tables |= {"window_articles": articles, "vectors": vectors}
    made = BLOCK.run(tables, context, wanted=("search_order", "search_index", "centroids", "vocabulary"))
    read: list[int] = []

    class WatchedView(MemoryView):
        def slice(self, start: int, stop: int) -> MemoryView:
            read.append(start)
            return super().slice(start, stop)

    chunk, index = MemoryView(made["search_order"].slice(8, 4)), WatchedView(made["search_index"])
    candidates.find_neighbours(chunk, index, MemoryView(made["centroids"]), MemoryView(made["vocabulary"]), context)
    assert read == [4, 8, 12]


def dated(titles: list[str], days: Sequence[float | None]) -> pa.Table:
    published = [None if day is None else NOON + timedelta(days=day) for day in days]
    return articles_table(
        [{"title": title, "published_at": when} for title, when in zip(titles, published, strict=True)]
    )
