from __future__ import annotations

import pyarrow as pa
import pytest

from newsfold import schemas
from newsfold.errors import SchemaError
from newsfold.schemas import data_dictionary
from tests.factories import articles_table


def test_every_published_column_says_what_it_means() -> None:
    for name, schema in schemas.PUBLISHED.items():
        for field in schema:
            assert len(field.metadata[b"description"]) > 10, f"{name}.{field.name}"


def test_the_contract_columns_are_all_there() -> None:
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


def test_conform_puts_columns_in_order_and_casts() -> None:
    table = pa.table(
        {"is_original": [True], "kind": ["exact"], "copy_group_id": ["a"], "article_id": ["a"], "similarity": [1]}
    )
    assert schemas.conform_table(table, "copies").schema.equals(schemas.SCHEMAS["copies"])


def test_conform_names_the_missing_column() -> None:
    with pytest.raises(SchemaError, match=r"'copies' lacks .*kind"):
        schemas.conform_table(pa.table({"article_id": ["a"]}), "copies")


def test_articles_of_before_there_were_roundups_count_as_none() -> None:
    now = articles_table([{"title": "Ferry sinks", "roundup": True}])
    before = articles_table([{"title": "Plum cake", "article_id": "old"}]).drop_columns(["roundup"])
    assert schemas.conform_table(before, "articles")["roundup"].to_pylist() == [False]
    together = schemas.concat_tables("articles", [before, now])
    assert together["roundup"].to_pylist() == [False, True]
    assert schemas.conform_table(together, "articles").schema.equals(schemas.SCHEMAS["articles"])


def test_conform_rejects_nulls_where_none_are_allowed() -> None:
    row = {"article_id": ["a", None], "story_id": ["s", "s"]}
    with pytest.raises(SchemaError, match=r"memberships.article_id holds 1 nulls"):
        schemas.conform_table(pa.table(row), "memberships")


def test_conform_keeps_the_vectors_dimension() -> None:
    table = schemas.embeddings_schema(3, {"model": "m"}).empty_table()
    assert schemas.conform_table(table, "article_embeddings").schema.field("vector").type.list_size == 3


def test_the_data_dictionary_lists_every_column() -> None:
    printed = data_dictionary.data_dictionary()
    for name, schema in schemas.PUBLISHED.items():
        assert f"### {name}" in printed
        assert all(f"`{field.name}`" in printed for field in schema)
