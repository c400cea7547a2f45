from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from newsfold import embedding, schemas, scoring, settings, stages
from newsfold.dataflow import UNDATED, Context, end_of_day
from newsfold.embedding.vectors import build_embeddings
from newsfold.errors import ModelError
from newsfold.schemas import pair_features
from newsfold.scoring.stage import compare_candidate_pairs
from newsfold.settings import Settings
from tests.chunks import run_in_chunks
from tests.events import Report, reports
from tests.factories import articles_table

REPORTS = reports(range(4))
EVENT_OF = {f"a{number:03d}": report.event for number, report in enumerate(REPORTS)}


def articles(reports: list[Report]) -> pa.Table:
    return articles_table([{"title": report.title, "body": report.body} for report in reports])


@pytest.fixture(scope="module")
def vectors() -> pa.Table:
    model = embedding.load_embedder(settings.Embedding())
    ids = articles(REPORTS)["article_id"]
    rows = model.encode([f"{report.title}\n{report.body}" for report in REPORTS])
    return build_embeddings(ids, ids.to_pylist(), rows, model.identity)


def scored(
    window_articles: pa.Table,
    vectors: pa.Table,
    custom_settings: Settings | None = None,
    scale: settings.Scale | None = None,
) -> dict[str, pa.Table]:
    """Return the tables of the stages that find and score the pairs of a window without earlier editions."""
    tables = {name: schemas.empty_table(name) for name in (*stages.INPUTS, "revisions")}
    tables |= {"window_articles": window_articles, "vectors": vectors}
    context = Context(custom_settings or Settings(), UNDATED, end_of_day(UNDATED))
    for stage in stages.STAGES:
        if stage.name in ("block", "score"):
            tables |= run_in_chunks(stage, tables, context, scale) if scale else stage.run(tables, context)
    return tables


@pytest.fixture(scope="module")
def window(vectors: pa.Table) -> dict[str, pa.Table]:
    return scored(articles(REPORTS), vectors)


@pytest.fixture(scope="module")
def edges(window: dict[str, pa.Table]) -> pa.Table:
    return window["edges"]


def test_the_shipped_scorer_separates_events_of_one_theme(edges: pa.Table) -> None:
    same = [EVENT_OF[row["left_id"]] == EVENT_OF[row["right_id"]] for row in edges.to_pylist()]
    probability = edges["probability"].to_numpy()
    assert np.median(probability[same]) > 0.5 > 10 * np.median(probability[~np.array(same)])


def test_every_edge_has_all_features(window: dict[str, pa.Table]) -> None:
    edges = window["edges"]
    assert edges.schema.equals(schemas.SCHEMAS["edges"])
    for name in (*pair_features.FEATURES, *pair_features.EXTRA_COLUMNS):
        assert edges[name].null_count < edges.num_rows, name
    for name in pair_features.RETIRED_COLUMNS:
        assert edges[name].null_count == edges.num_rows, name
    assert 0 < edges.num_rows <= window["candidate_pairs"].num_rows
    assert edges["probability"].to_numpy().min() >= pair_features.MIN_EDGE_PROBABILITY


def test_no_pair_that_is_likely_enough_is_lost(window: dict[str, pa.Table], vectors: pa.Table, tmp_path: Path) -> None:
    compared = compare_candidate_pairs(window, vectors)
    for labels in (np.ones(compared.num_rows, np.bool_), np.arange(compared.num_rows) % 3 == 0):
        shipped = scoring.load_scorer(settings.Scoring())
        features = scoring.feature_arrays(compared, pair_features.FEATURES)
        adapted = scoring.adapt_scorer(shipped, features, shipped.predict_log_odds(features), labels, {})
        adapted.save(tmp_path / "scorer.json")
        found = scored(articles(REPORTS), vectors, Settings(scoring={"model": str(tmp_path / "scorer.json")}))["edges"]
        every = scoring.score_window(adapted, compared)
        likely = every.filter(pc.greater_equal(every["probability"], pair_features.MIN_EDGE_PROBABILITY))
        assert found.equals(likely)
        assert found.num_rows > 0


def test_chunks_do_not_change_edges(vectors: pa.Table, edges: pa.Table) -> None:
    scale = settings.Scale(chunk_articles=5, chunk_pairs=7)
    assert scored(articles(REPORTS), vectors, scale=scale)["edges"].equals(edges)


def test_an_unknown_time_or_outlet_is_null_in_the_edges(vectors: pa.Table) -> None:
    undated = articles_table(
        [{"title": report.title, "body": report.body, "published_at": None, "outlet": "unknown"} for report in REPORTS]
    )
    found = scored(undated, vectors)["edges"]
    for name in ("hours_apart", "same_outlet"):
        assert found[name].null_count == found.num_rows
    assert found["probability"].null_count == 0


def test_a_window_without_pairs_has_no_edges(vectors: pa.Table) -> None:
    assert scored(articles(REPORTS[:1]), vectors.slice(0, 1))["edges"].equals(schemas.empty_table("edges"))


def test_a_missing_scorer_is_reported_even_without_pairs(tmp_path: Path, vectors: pa.Table) -> None:
    custom_settings = Settings(scoring=settings.Scoring(model=str(tmp_path / "none.json")))
    with pytest.raises(ModelError, match=r"none\.json"):
        scored(articles(REPORTS[:1]), vectors.slice(0, 1), custom_settings)


def test_the_shipped_scorer_has_every_feature_and_its_provenance() -> None:
    shipped = scoring.load_scorer(settings.Scoring())
    assert set(shipped.curves) == set(pair_features.FEATURES)
    assert {"sets", "embedding", "versions"} <= shipped.provenance.keys()


def test_the_shipped_scorer_was_trained_on_vectors_of_the_shipped_embedding() -> None:
    trained_on = scoring.load_scorer(settings.Scoring()).provenance["embedding"]
    assert isinstance(trained_on, dict)
    identity = embedding.load_embedder(settings.Embedding()).identity
    assert {name: trained_on[name] for name in ("model", "revision", "recipe", "max_tokens", "adapter")} == {
        name: identity[name] for name in ("model", "revision", "recipe", "max_tokens", "adapter")
    }
