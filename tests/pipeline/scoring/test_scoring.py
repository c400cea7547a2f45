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
from newsfold.settings import Settings
from tests.events import Report, reports
from tests.factories import articles_table

TOLD = reports(range(4))
EVENT_OF = {f"a{number:03d}": report.event for number, report in enumerate(TOLD)}


def articles(told: list[Report]) -> pa.Table:
    return articles_table([{"title": report.title, "body": report.body} for report in told])


@pytest.fixture(scope="module")
def vectors() -> pa.Table:
    model = embedding.load_embedder(settings.Embedding())
    ids = articles(TOLD)["article_id"]
    rows = model.encode([f"{report.title}\n{report.body}" for report in TOLD])
    return build_embeddings(ids, ids.to_pylist(), rows, model.identity)


def scored(told: pa.Table, vectors: pa.Table, chosen: Settings | None = None) -> dict[str, pa.Table]:
    """The tables of the stages that find and score the pairs of a window of which nothing is known."""
    tables = {name: schemas.empty_table(name) for name in (*stages.INPUTS, "revisions")}
    tables |= {"window_articles": told, "vectors": vectors}
    context = Context(chosen or Settings(), UNDATED, end_of_day(UNDATED))
    for stage in stages.STAGES:
        if stage.name in ("block", "score"):
            tables |= stage.run(tables, context)
    return tables


@pytest.fixture(scope="module")
def window(vectors: pa.Table) -> dict[str, pa.Table]:
    return scored(articles(TOLD), vectors)


@pytest.fixture(scope="module")
def edges(window: dict[str, pa.Table]) -> pa.Table:
    return window["edges"]


def test_the_shipped_scorer_tells_invented_events_of_one_theme_apart(edges: pa.Table) -> None:
    same = [EVENT_OF[row["left_id"]] == EVENT_OF[row["right_id"]] for row in edges.to_pylist()]
    probability = edges["probability"].to_numpy()
    assert np.median(probability[same]) > 0.5 > 10 * np.median(probability[~np.array(same)])


def test_every_edge_carries_all_that_was_compared(window: dict[str, pa.Table]) -> None:
    edges = window["edges"]
    assert edges.schema.equals(schemas.SCHEMAS["edges"])
    assert {*pair_features.FEATURES, *pair_features.GRAPH_FEATURES, *pair_features.EVIDENCE} < set(edges.column_names)
    assert 0 < edges.num_rows <= window["candidate_pairs"].num_rows
    assert edges["probability"].to_numpy().min() >= pair_features.MIN_EDGE_PROBABILITY


def test_pairs_are_scored_by_the_piece_as_they_are_at_once(window: dict[str, pa.Table], edges: pa.Table) -> None:
    found = scoring.features_of(window["window_articles"], window["vectors"], window["candidate_pairs"])
    at_once = scoring.judge(scoring.scorer(Settings().scoring), found)
    assert at_once.filter(pc.greater_equal(at_once["probability"], pair_features.MIN_EDGE_PROBABILITY)).equals(edges)


def test_an_unknown_time_or_outlet_is_null_in_the_edges(vectors: pa.Table) -> None:
    undated = articles_table(
        [{"title": told.title, "body": told.body, "published_at": None, "outlet": "unknown"} for told in TOLD]
    )
    found = scored(undated, vectors)["edges"]
    for name in ("hours_apart", "same_outlet"):
        assert found[name].null_count == found.num_rows
    assert found["probability"].null_count == 0


def test_no_pairs_are_no_edges(vectors: pa.Table) -> None:
    assert scored(articles(TOLD[:1]), vectors.slice(0, 1))["edges"].equals(schemas.empty_table("edges"))


def test_a_scorer_that_is_not_there_is_told_of_even_when_there_is_nothing_to_score(
    tmp_path: Path, vectors: pa.Table
) -> None:
    chosen = Settings(scoring=settings.Scoring(model=str(tmp_path / "none.json")))
    with pytest.raises(ModelError, match=r"none\.json"):
        scored(articles(TOLD[:1]), vectors.slice(0, 1), chosen)


def test_the_shipped_scorer_knows_every_feature_and_where_it_comes_from() -> None:
    shipped = scoring.scorer(settings.Scoring())
    assert set(shipped.curves) == set(pair_features.FEATURES)
    assert {*shipped.graph_curves, "graph_weight"} == set(pair_features.GRAPH_FEATURES)
    assert {"sets", "embedding", "versions"} <= shipped.provenance.keys()


def test_the_shipped_scorer_was_trained_on_vectors_of_the_shipped_embedding() -> None:
    trained_on = scoring.scorer(settings.Scoring()).provenance["embedding"]
    assert isinstance(trained_on, dict)
    identity = embedding.load_embedder(settings.Embedding()).identity
    assert {name: trained_on[name] for name in ("model", "revision", "recipe", "max_tokens", "adapter")} == {
        name: identity[name] for name in ("model", "revision", "recipe", "max_tokens", "adapter")
    }
