from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest

from newsfold import evaluation, schemas, scoring, settings, training
from newsfold.clustering.stage import CLUSTER
from newsfold.dataflow import Context
from newsfold.errors import ConfigError
from newsfold.schemas.vectors import matrix_to_vectors
from tests.factories import articles_table, originals_table, story_article

Ids = Sequence[tuple[str, str]]


def constraints_table(must: Ids = (), cannot: Ids = ()) -> pa.Table:
    rows = [
        {"left_id": left, "right_id": right, "must_link": pairs is must, "origin": f"{left} row"}
        for pairs in (must, cannot)
        for left, right in pairs
    ]
    return schemas.build_table("constraints", rows)


def window_tables(size: int, likely: Ids) -> dict[str, pa.Table]:
    """Return copies, edges and vectors of articles a000, a001, ..., each its own original."""
    articles = articles_table([{"title": f"Title {i}"} for i in range(size)])
    edges = [{"left_id": left, "right_id": right, "probability": 0.97} for left, right in likely]
    return {
        "copies": originals_table(articles),
        "edges": schemas.build_table("edges", edges),
        "vectors": vectors_table(np.eye(size, dtype=np.float32)),
    }


def vectors_table(rows: npt.NDArray[np.float32], ids: Sequence[str] | None = None) -> pa.Table:
    names = list(ids) if ids else [f"a{i:03d}" for i in range(len(rows))]
    table = pa.table({"article_id": names, "text_digest": names, "vector": matrix_to_vectors(rows)})
    return schemas.conform_table(table, "article_embeddings")


def make_copies(copies: pa.Table, original: str, ids: Sequence[str]) -> pa.Table:
    """Return copy groups in which these articles are copies of an original."""
    rows = copies.to_pylist()
    for row in rows:
        if row["article_id"] in ids:
            row |= {"copy_group_id": original, "is_original": False}
    return schemas.build_table("copies", rows)


def cluster(
    tables: Mapping[str, pa.Table],
    clustering: settings.Clustering | None = None,
    *,
    roundups: Sequence[str] = (),
    **others: pa.Table,
) -> pa.Table:
    """Run the stage; other tables are empty unless given."""
    empty = {name: schemas.empty_table(name) for name in ("constraints", "previous_story_articles")}
    multi_topic = {"multi_topic_articles": pa.table({"article_id": pa.array(roundups, pa.string())})}
    custom_settings = settings.Settings(clustering=clustering or settings.AverageLinkage())
    return CLUSTER.run({**empty, **multi_topic, **tables, **others}, Context.undated(custom_settings))["clusters"]


def groups(clusters: pa.Table) -> list[set[str]]:
    members: dict[int, set[str]] = {}
    for row in clusters.to_pylist():
        members.setdefault(row["cluster"], set()).add(row["article_id"])
    return sorted(members.values(), key=min)


def test_every_original_is_in_one_cluster_and_copies_in_none() -> None:
    tables = window_tables(4, [("a000", "a001")])
    tables["copies"] = make_copies(tables["copies"], "a000", ["a003"])
    assert cluster(tables).to_pydict() == {"article_id": ["a000", "a001", "a002"], "cluster": [0, 0, 1]}


@pytest.mark.parametrize("kind", sorted(settings.CLUSTERING_KINDS))
def test_an_empty_window_gives_an_empty_table(kind: str) -> None:
    tables = {name: schemas.empty_table(name) for name in ("copies", "edges", "vectors")}
    clusters = cluster(tables, parse_clustering(kind))
    assert clusters.schema.equals(schemas.SCHEMAS["clusters"])
    assert not clusters.num_rows


def parse_clustering(kind: str) -> settings.Clustering:
    return settings.parse_settings({"clustering": {"kind": kind}}, folder=Path(), origin="test").clustering


def test_labels_override_the_scorer_and_may_name_copies() -> None:
    tables = window_tables(5, [("a000", "a001")])
    tables["copies"] = make_copies(tables["copies"], "a002", ["a004"])
    labels = constraints_table(must=[("a003", "a004")], cannot=[("a000", "a001")])
    assert groups(cluster(tables, constraints=labels)) == [{"a000"}, {"a001"}, {"a002", "a003"}]


def test_contradictory_labels_name_the_articles() -> None:
    labels = constraints_table(must=[("a000", "a001"), ("a001", "a002")], cannot=[("a000", "a002")])
    with pytest.raises(ConfigError, match="a000 and a002"):
        cluster(window_tables(3, []), constraints=labels)


def test_a_cannot_link_label_within_a_copy_group_is_refused() -> None:
    tables = window_tables(2, [])
    tables["copies"] = make_copies(tables["copies"], "a000", ["a001"])
    with pytest.raises(ConfigError, match="keeps a000 apart from itself"):
        cluster(tables, constraints=constraints_table(cannot=[("a000", "a001")]))


def test_a_clusterer_without_constraints_refuses_labels() -> None:
    labels = constraints_table(must=[("a000", "a001")])
    with pytest.raises(ConfigError, match=r"`clustering\.kind: hdbscan` cannot honour"):
        cluster(window_tables(2, []), settings.Hdbscan(kind="hdbscan"), constraints=labels)


def test_a_roundup_does_not_connect_two_stories() -> None:
    tables = window_tables(3, [("a000", "a002"), ("a001", "a002")])
    assert len(groups(cluster(tables))) == 1
    # Equally close to both: it is alone.
    assert groups(cluster(tables, roundups=["a002", "gone"])) == [{"a000"}, {"a001"}, {"a002"}]


def test_roundups_join_a_story_of_several_articles_and_make_none() -> None:
    tables = window_tables(4, [("a000", "a001"), ("a000", "a002"), ("a001", "a002"), ("a002", "a003")])
    assert groups(cluster(tables, roundups=["a002", "a003"])) == [{"a000", "a001", "a002"}, {"a003"}]
    assert groups(cluster(tables, roundups=["a001", "a002", "a003"])) == [{"a000"}, {"a001"}, {"a002"}, {"a003"}]


def test_a_third_article_nearby_parts_two_that_are_alone_but_a_roundup_does_not() -> None:
    tables = window_tables(3, [])
    edges = [("a000", "a001", 0.8, 0.6), ("a000", "a002", 0.02, 0.58), ("a001", "a002", 0.02, 0.58)]
    rows = [dict(zip(("left_id", "right_id", "probability", "dense_cosine"), edge, strict=True)) for edge in edges]
    tables["edges"] = schemas.build_table("edges", rows)
    assert groups(cluster(tables)) == [{"a000"}, {"a001"}, {"a002"}]
    assert groups(cluster(tables, roundups=["a002"])) == [{"a000", "a001"}, {"a002"}]


def test_each_clusterer_uses_vectors_or_edges() -> None:
    """Vectors link 0 with 1 and 2 with 3, in an order of their own; edges link 1 with 2."""
    tables = window_tables(4, [("a001", "a002")])
    near = np.array([[0, 0.6, 0.8], [0, 0.62, 0.785], [0.9, 0.1, 0.42], [0.91, 0.1, 0.4]], dtype=np.float32)
    unit = near / np.linalg.norm(near, axis=1, keepdims=True)
    tables["vectors"] = vectors_table(unit.astype(np.float32), ["a003", "a002", "a001", "a000"])
    by_vectors, by_edges = [{"a000", "a001"}, {"a002", "a003"}], [{"a000"}, {"a001", "a002"}, {"a003"}]
    expected = {"average-linkage": by_edges, "hdbscan": by_vectors, "agglomerative": by_vectors, "leiden": by_edges}
    for kind, stories in expected.items():
        if kind == "leiden":
            pytest.importorskip("sknetwork")
        assert groups(cluster(tables, parse_clustering(kind))) == stories, kind


@pytest.mark.slow
def test_average_linkage_beats_the_alternatives_on_real_feeds(shared: Path) -> None:
    default = settings.Settings()
    (labelled,) = training.load_labelled_sets([shared / "labelled" / "feeds.parquet"], default)
    dataset = training.build_pair_dataset(labelled, default)
    edges = scoring.score_window(scoring.load_scorer(default.scoring), dataset.pairs)
    tables = {"copies": labelled.copies, "edges": edges, "vectors": dataset.vectors}
    quality = {}
    for kind in ("average-linkage", "hdbscan", "agglomerative"):
        clusters = cluster(tables, parse_clustering(kind))
        gold = [labelled.story_of[article] for article in clusters["article_id"].to_pylist()]
        quality[kind] = evaluation.clustering_metrics(gold, clusters["cluster"].to_pylist())["pairwise_f1"]
    assert max(quality, key=lambda kind: quality[kind]) == "average-linkage", quality


@pytest.mark.parametrize(("previous", "together"), [("s1", {"a000", "a001"}), ("s2", {"a000", "a002"})])
def test_a_text_stays_in_the_previous_story_of_most_of_its_copies(previous: str, together: set[str]) -> None:
    tables = window_tables(5, [("a000", "a001"), ("a000", "a002")])
    tables["copies"] = make_copies(tables["copies"], "a000", ["a003", "a004"])
    story_of = {"a000": "s1", "a001": "s1", "a002": "s2", "a003": previous, "a004": previous}
    rows = [story_article(story, article_id=article) for article, story in story_of.items()]
    clusters = cluster(
        tables,
        settings.AverageLinkage(missing_log_odds=-7),
        previous_story_articles=schemas.build_table("story_articles", rows),
    )
    assert together in groups(clusters)
