from __future__ import annotations

import pyarrow as pa
import pytest

from newsfold import schemas
from newsfold.errors import SchemaError
from tests.factories import articles_table


def test_every_published_column_has_a_description() -> None:
    for name, schema in schemas.PUBLISHED.items():
        for field in schema:
            description = field.metadata[b"description"].decode()
            assert len(description) > 10 and description.endswith("."), f"{name}.{field.name}"


def test_no_column_of_the_contract_is_missing() -> None:
    contract = {
        "articles": "article_id outlet publisher_family url canonical_url title body lead authors agency "
        "syndicated_from dateline language published_at first_seen_at content_hash source extras",
        "copies": "article_id copy_group_id is_original similarity kind",
        "article_embeddings": "article_id vector",
        "edges": "left_id right_id probability hours_apart",
        "stories": "edition_date story_id headline summary summary_sentences representative_article_id n_articles "
        "n_outlets n_independent first_published_at last_published_at first_outlet languages keywords entities "
        "importance cohesion status n_new_articles",
        "story_articles": "edition_date story_id article_id copy_group_id role similarity why outlet title url "
        "published_at",
        "lineage": "edition_date story_id previous_story_id relation shared_articles overlap",
        "sources": "source status n_read n_kept n_rejected error seconds",
    }
    for name, columns in contract.items():
        assert set(columns.split()) <= set(schemas.PUBLISHED[name].names), name


def test_conform_orders_and_casts_columns() -> None:
    table = pa.table(
        {"is_original": [True], "kind": ["exact"], "copy_group_id": ["a"], "article_id": ["a"], "similarity": [1]}
    )
    assert schemas.conform_table(table, "copies").schema.equals(schemas.SCHEMAS["copies"])


def test_conform_names_the_missing_column() -> None:
    with pytest.raises(SchemaError, match=r"'copies' lacks .*kind"):
        schemas.conform_table(pa.table({"article_id": ["a"]}), "copies")


def test_articles_older_than_a_column_get_its_default() -> None:
    now = articles_table([{"title": "Ferry sinks", "roundup": True}])
    before = articles_table([{"title": "Plum cake", "article_id": "old"}]).drop_columns(["roundup"])
    assert schemas.conform_table(before, "articles")["roundup"].to_pylist() == [False]
    together = schemas.concat_tables("articles", [before, now])
    assert together["roundup"].to_pylist() == [False, True]
    assert schemas.conform_table(together, "articles").schema.equals(schemas.SCHEMAS["articles"])


def test_conform_rejects_nulls_in_a_column_that_is_not_nullable() -> None:
    row = {"article_id": ["a", None], "story_id": ["s", "s"]}
    with pytest.raises(SchemaError, match=r"memberships.article_id holds 1 nulls"):
        schemas.conform_table(pa.table(row), "memberships")


def test_conform_keeps_the_dimension_of_vectors() -> None:
    table = schemas.embeddings_schema(3, {"model": "m"}).empty_table()
    assert schemas.conform_table(table, "article_embeddings").schema.field("vector").type.list_size == 3
