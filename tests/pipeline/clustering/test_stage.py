from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from newsfold import evaluation, schemas, settings, sources, stages
from newsfold.clustering import cluster
from newsfold.copies.stage import collapse_copies
from newsfold.dataflow import UNDATED, Context, end_of_day
from newsfold.embedding.stage import embed_articles
from newsfold.errors import ConfigError
from newsfold.extraction.stage import extract_articles
from tests.factories import articles_table, originals_table

Ids = Sequence[tuple[str, str]]


def told(must: Ids = (), cannot: Ids = ()) -> pa.Table:
    rows = [
        {"left_id": left, "right_id": right, "must_link": pairs is must, "origin": f"{left} row"}
        for pairs in (must, cannot)
        for left, right in pairs
    ]
    return schemas.build_table("constraints", rows)


def night(size: int, likely: Ids) -> tuple[pa.Table, pa.Table, list[pa.Table]]:
    """Copies, edges and vectors of articles a000 …, each its own original."""
    articles = articles_table([{"title": f"Title {i}"} for i in range(size)])
    edges = [{"left_id": left, "right_id": right, "probability": 0.97} for left, right in likely]
    return originals_table(articles), schemas.build_table("edges", edges), [vectors_of(np.eye(size, dtype=np.float32))]


def vectors_of(rows: npt.NDArray[np.float32], ids: Sequence[str] | None = None) -> pa.Table:
    names = list(ids) if ids else [f"a{i:03d}" for i in range(len(rows))]
    flat = pa.FixedSizeListArray.from_arrays(pa.array(rows.ravel(), pa.float32()), rows.shape[1])
    table = pa.table({"article_id": names, "text_digest": names, "vector": flat})
    return schemas.conform_table(table, "article_embeddings")


def groups(found: pa.Table) -> list[set[str]]:
    members: dict[int, set[str]] = {}
    for row in found.to_pylist():
        members.setdefault(row["cluster"], set()).add(row["article_id"])
    return sorted(members.values(), key=min)


def test_every_original_is_in_one_cluster_and_copies_in_none() -> None:
    copied, edges, vectors = night(4, [("a000", "a001")])
    rows = copied.to_pylist()
    rows[3] |= {"copy_group_id": "a000", "is_original": False}
    found = cluster(schemas.build_table("copies", rows), edges, vectors, settings.AverageLinkage())
    assert found.to_pydict() == {"article_id": ["a000", "a001", "a002"], "cluster": [0, 0, 1]}


@pytest.mark.parametrize("kind", sorted(settings.CLUSTERING_KINDS))
def test_an_empty_window_gives_an_empty_table(kind: str) -> None:
    chosen = settings.parse_settings({"clustering": {"kind": kind}}, folder=Path(), origin="test").clustering
    found = cluster(
        schemas.empty_table("copies"), schemas.empty_table("edges"), schemas.empty_table("article_embeddings"), chosen
    )
    assert found.schema.equals(schemas.SCHEMAS["clusters"])
    assert not found.num_rows


def test_labels_override_the_scorer_and_may_name_copies() -> None:
    copied, edges, vectors = night(5, [("a000", "a001")])
    rows = copied.to_pylist()
    rows[4] |= {"copy_group_id": "a002", "is_original": False}
    said = told(must=[("a003", "a004")], cannot=[("a000", "a001")])
    found = cluster(schemas.build_table("copies", rows), edges, vectors, settings.AverageLinkage(), constraints=said)
    assert groups(found) == [{"a000"}, {"a001"}, {"a002", "a003"}]


def test_contradictory_labels_name_the_articles() -> None:
    copied, edges, vectors = night(3, [])
    said = told(must=[("a000", "a001"), ("a001", "a002")], cannot=[("a000", "a002")])
    with pytest.raises(ConfigError, match="a000 and a002"):
        cluster(copied, edges, vectors, settings.AverageLinkage(), constraints=said)


def test_a_cannot_link_label_within_a_copy_group_is_refused() -> None:
    copied, edges, vectors = night(2, [])
    rows = copied.to_pylist()
    rows[1] |= {"copy_group_id": "a000", "is_original": False}
    with pytest.raises(ConfigError, match="keeps a000 apart from itself"):
        cluster(
            schemas.build_table("copies", rows),
            edges,
            vectors,
            settings.AverageLinkage(),
            constraints=told(cannot=[("a000", "a001")]),
        )


def test_a_clusterer_without_constraints_refuses_labels() -> None:
    copied, edges, vectors = night(2, [])
    with pytest.raises(ConfigError, match=r"`clustering\.kind: hdbscan` cannot honour"):
        cluster(copied, edges, vectors, settings.Hdbscan(kind="hdbscan"), constraints=told(must=[("a000", "a001")]))


def test_a_roundup_does_not_connect_two_stories() -> None:
    copied, edges, vectors = night(3, [("a000", "a002"), ("a001", "a002")])
    assert len(groups(cluster(copied, edges, vectors, settings.AverageLinkage()))) == 1
    found = cluster(copied, edges, vectors, settings.AverageLinkage(), roundups=pa.array(["a002", "gone"]))
    # Equally close to both: it is alone.
    assert groups(found) == [{"a000"}, {"a001"}, {"a002"}]


def test_two_roundups_of_one_outlet_are_not_linked() -> None:
    copied, edges, vectors = night(3, [("a000", "a001"), ("a001", "a002")])
    outlets = [1.0 if left == "a000" else 0.0 for left in edges["left_id"].to_pylist()]
    at = edges.schema.get_field_index("same_outlet")
    told = edges.set_column(at, edges.schema.field(at), pa.array(outlets, pa.float32()))
    briefings = pa.array(["a000", "a001", "a002"])
    found = cluster(copied, told, vectors, settings.AverageLinkage(), roundups=briefings)
    # Two outlets' live blogs of one event may well be its story.
    assert groups(found) == [{"a000"}, {"a001", "a002"}]
    assert len(groups(cluster(copied, told, vectors, settings.AverageLinkage(), roundups=briefings[:1]))) < 3


def test_each_clusterer_uses_vectors_or_edges() -> None:
    """Vectors say 0 with 1 and 2 with 3, in an order of their own; scores say 1 with 2."""
    copied, edges, _ = night(4, [("a001", "a002")])
    near = np.array([[0, 0.6, 0.8], [0, 0.62, 0.785], [0.9, 0.1, 0.42], [0.91, 0.1, 0.4]], dtype=np.float32)
    unit = near / np.linalg.norm(near, axis=1, keepdims=True)
    whole = vectors_of(unit.astype(np.float32), ["a003", "a002", "a001", "a000"])
    vectors = [whole.slice(0, 3), whole.slice(3)]
    by_vectors, by_scores = [{"a000", "a001"}, {"a002", "a003"}], [{"a000"}, {"a001", "a002"}, {"a003"}]
    expected = {"average-linkage": by_scores, "hdbscan": by_vectors, "agglomerative": by_vectors, "leiden": by_scores}
    for kind, wanted in expected.items():
        if kind == "leiden":
            pytest.importorskip("sknetwork")
        parsed = settings.parse_settings({"clustering": {"kind": kind}}, folder=Path(), origin="test")
        assert groups(cluster(copied, edges, vectors, parsed.clustering)) == wanted, kind


@pytest.mark.slow
def test_average_linkage_beats_the_alternatives_on_real_feeds(shared: Path) -> None:
    table = pq.read_table(shared / "labelled" / "feeds.parquet")
    story_of = dict(zip(table["id"].to_pylist(), table["story"].to_pylist(), strict=True))
    articles, _ = extract_articles(sources.documents_from_table(table, "feeds"))
    chosen = settings.Settings()
    context = Context(chosen, UNDATED, end_of_day(UNDATED))
    tables = {"window_articles": articles, "copies": collapse_copies(articles, chosen)}
    tables["vectors"] = embed_articles(articles, tables["copies"], chosen.embedding)
    tables |= {name: schemas.empty_table(name) for name in ("revisions", "previous_originals", "known_edges")}
    for stage in stages.STAGES:
        if stage.name in {"block", "score"}:
            tables |= stage.run(tables, context)
    ids = tables["vectors"].sort_by("article_id")["article_id"].to_pylist()
    quality = {}
    for kind in ("average-linkage", "hdbscan", "agglomerative"):
        parsed = settings.parse_settings({"clustering": {"kind": kind}}, folder=Path(), origin="test")
        found = cluster(tables["copies"], tables["edges"], [tables["vectors"]], parsed.clustering)
        assert found["article_id"].to_pylist() == ids
        gold = [story_of[article] for article in ids]
        quality[kind] = evaluation.clustering_metrics(gold, found["cluster"].to_pylist())["pairwise_f1"]
    assert max(quality, key=lambda kind: quality[kind]) == "average-linkage", quality


@pytest.mark.parametrize(("was", "kept"), [("s1", {"a000", "a001"}), ("s2", {"a000", "a002"})])
def test_a_text_stays_in_the_previous_story_of_most_of_its_copies(was: str, kept: set[str]) -> None:
    copied, edges, vectors = night(5, [("a000", "a001"), ("a000", "a002")])
    rows = copied.to_pylist()
    for row in rows[3:]:
        row |= {"copy_group_id": "a000", "is_original": False}
    before = {"a000": "s1", "a001": "s1", "a002": "s2", "a003": was, "a004": was}
    member = {"edition_date": date(2013, 6, 5), "role": "member", "similarity": 1.0, "why": [], "outlet": "A"}
    told_before = [
        member | {"article_id": article, "story_id": story, "copy_group_id": article, "title": article}
        for article, story in before.items()
    ]
    found = cluster(
        schemas.build_table("copies", rows),
        edges,
        vectors,
        settings.AverageLinkage(missing_log_odds=-7),
        previous=schemas.build_table("story_articles", told_before),
    )
    assert kept in groups(found)
