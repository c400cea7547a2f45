from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from pipeline import candidates, embedding, likeness, schemas, scoring, settings
from pipeline.errors import ModelError
from tests.conftest import articles_of
from tests.events import Report, reports

TOLD = reports(range(4))
EVENT_OF = {f"a{number:03d}": report.event for number, report in enumerate(TOLD)}


def articles(told: list[Report]) -> pa.Table:
    return articles_of([{"title": report.title, "body": report.body} for report in told])


@pytest.fixture(scope="module")
def vectors() -> pa.Table:
    model = embedding.embedder(settings.Embedding())
    ids = articles(TOLD)["article_id"]
    rows = model.encode([f"{report.title}\n{report.body}" for report in TOLD])
    return embedding.as_table(ids, ids.to_pylist(), rows, model.identity)


@pytest.fixture(scope="module")
def pairs(vectors: pa.Table) -> pa.Table:
    return candidates.block(articles(TOLD), vectors, settings.Candidates())


@pytest.fixture(scope="module")
def edges(vectors: pa.Table, pairs: pa.Table) -> pa.Table:
    return scoring.score(articles(TOLD), vectors, pairs, settings.Scoring())


def test_the_shipped_scorer_tells_invented_events_of_one_theme_apart(edges: pa.Table) -> None:
    same = [EVENT_OF[row["left_id"]] == EVENT_OF[row["right_id"]] for row in edges.to_pylist()]
    probability = edges["probability"].to_numpy()
    assert np.median(probability[same]) > 0.5 > 10 * np.median(probability[~np.array(same)])


def test_every_edge_carries_all_that_was_compared(edges: pa.Table, pairs: pa.Table) -> None:
    assert edges.schema.equals(schemas.SCHEMAS["edges"])
    assert {*likeness.FEATURES, *likeness.COMPANY, *likeness.EVIDENCE} < set(edges.column_names)
    assert edges.select(["left_id", "right_id"]).equals(pairs.select(["left_id", "right_id"]))


def test_the_order_of_articles_and_vectors_does_not_matter(edges: pa.Table, vectors: pa.Table, pairs: pa.Table) -> None:
    order = np.random.default_rng(0).permutation(len(TOLD))
    again = scoring.score(articles(TOLD).take(order), vectors.take(order[::-1]), pairs, settings.Scoring())
    assert again.equals(edges)


def test_an_unknown_time_or_outlet_is_null_in_the_edges(vectors: pa.Table, pairs: pa.Table) -> None:
    undated = articles_of(
        [{"title": told.title, "body": told.body, "published_at": None, "outlet": "unknown"} for told in TOLD]
    )
    found = scoring.score(undated, vectors, pairs, settings.Scoring())
    for name in ("hours_apart", "same_outlet"):
        assert found[name].null_count == found.num_rows
    assert found["probability"].null_count == 0


def test_no_pairs_are_no_edges(vectors: pa.Table) -> None:
    nothing = schemas.empty("candidate_pairs")
    assert scoring.score(articles(TOLD), vectors, nothing, settings.Scoring()).equals(schemas.empty("edges"))


def test_a_scorer_that_is_not_there_is_told_of_even_when_there_is_nothing_to_score(
    tmp_path: Path, vectors: pa.Table
) -> None:
    chosen = settings.Scoring(model=str(tmp_path / "none.json"))
    with pytest.raises(ModelError, match=r"none\.json"):
        scoring.score(articles(TOLD), vectors, schemas.empty("candidate_pairs"), chosen)


def test_the_shipped_scorer_knows_every_feature_and_where_it_comes_from() -> None:
    shipped = scoring.scorer(settings.Scoring())
    assert set(shipped.curves) == set(likeness.FEATURES)
    assert {*shipped.company, "company_heard"} == set(likeness.COMPANY)
    assert {"sets", "embedding", "versions"} <= shipped.provenance.keys()


def test_the_shipped_scorer_was_trained_on_vectors_of_the_shipped_embedding() -> None:
    trained_on = scoring.scorer(settings.Scoring()).provenance["embedding"]
    assert isinstance(trained_on, dict)
    identity = embedding.embedder(settings.Embedding()).identity
    assert {name: trained_on[name] for name in ("model", "revision", "recipe", "max_tokens", "adapter")} == {
        name: identity[name] for name in ("model", "revision", "recipe", "max_tokens", "adapter")
    }
