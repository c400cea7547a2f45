from __future__ import annotations

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest

from newsfold import embedding, schemas, settings
from newsfold.blocking import inverted_lists
from newsfold.blocking.stage import BLOCK
from newsfold.dataflow import Context
from newsfold.embedding.vectors import build_embeddings
from tests.chunks import run_in_chunks
from tests.factories import NOON, articles_table

SIZE = 600
CANDIDATES = settings.Candidates(dense_neighbours=12, sparse_neighbours=1, close_cosine=2)
CONTEXT = Context.undated(settings.Settings(candidates=CANDIDATES))


def clustered_window() -> dict[str, pa.Table]:
    """Articles of a week about 30 themes of 20 events; vectors of one theme are near, those of one event nearer."""
    rng = np.random.default_rng(4)
    themes = rng.normal(size=(30, 24)).repeat(SIZE // 30, axis=0)
    events = rng.normal(size=(SIZE // 4, 24)).repeat(4, axis=0)
    drawn = themes + 0.6 * events + 0.3 * rng.normal(size=(SIZE, 24))
    vectors = embedding.unit_rows(rng.permutation(drawn).astype(np.float32))
    articles = articles_table(
        [{"title": f"Report {number}", "published_at": NOON + timedelta(hours=number % 160)} for number in range(SIZE)]
    )
    ids = articles["article_id"].to_pylist()
    tables = {name: schemas.empty_table(name) for name in ("revisions", "previous_originals", "known_edges")}
    return tables | {
        "window_articles": articles,
        "vectors": build_embeddings(pa.chunked_array([ids]), ids, vectors, {"model": "test"}),
    }


def block(tables: dict[str, pa.Table], wanted: tuple[str, ...] | None = None) -> dict[str, pa.Table]:
    return BLOCK.run(tables, CONTEXT, wanted)


def ends(tables: dict[str, pa.Table]) -> set[tuple[int, int]]:
    pairs = tables["candidate_pairs"]
    return set(zip(pairs["left"].to_pylist(), pairs["right"].to_pylist(), strict=True))


def test_in_a_large_window_nearly_all_neighbours_are_found_among_a_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    window = clustered_window()
    exact = block(window)
    monkeypatch.setattr(inverted_lists, "COMPARED", 120)
    monkeypatch.setattr(inverted_lists, "_LIST_SIZE", 20)
    approximate = block(window, (*BLOCK.writes, "centroids"))
    assert approximate["centroids"].num_rows == 30
    assert len(ends(approximate) & ends(exact)) >= 0.99 * len(ends(exact))


def test_a_window_no_larger_than_what_is_compared_is_searched_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    window = clustered_window()
    monkeypatch.setattr(inverted_lists, "COMPARED", SIZE)
    assert block(window, ("centroids",))["centroids"].num_rows == 1


def test_lists_give_the_same_pairs_in_chunks_of_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    window = clustered_window()
    monkeypatch.setattr(inverted_lists, "COMPARED", 100)
    monkeypatch.setattr(inverted_lists, "_LIST_SIZE", 20)
    whole = block(window)
    for size in (7, 100):
        parts = run_in_chunks(BLOCK, window, CONTEXT, settings.Scale(chunk_articles=size, chunk_pairs=1000))
        assert parts["candidate_pairs"].equals(whole["candidate_pairs"])
        assert parts["nearest"].sort_by("article_id").equals(whole["nearest"].sort_by("article_id"))
