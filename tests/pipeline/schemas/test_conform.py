from __future__ import annotations

import pyarrow as pa
import pytest

from newsfold import schemas
from newsfold.errors import SchemaError
from newsfold.schemas.pair_features import RETIRED_COLUMNS
from tests.factories import articles_table


def test_conforming_orders_and_casts_columns() -> None:
    table = pa.table(
        {"is_original": [True], "kind": ["exact"], "copy_group_id": ["a"], "article_id": ["a"], "similarity": [1]}
    )
    assert schemas.conform_table(table, "copies").schema.equals(schemas.SCHEMAS["copies"])


def test_conforming_names_the_missing_column() -> None:
    with pytest.raises(SchemaError, match=r"'copies' lacks .*kind"):
        schemas.conform_table(pa.table({"article_id": ["a"]}), "copies")


def test_articles_older_than_a_column_get_its_default() -> None:
    now = articles_table([{"title": "Ferry sinks", "roundup": True}])
    before = articles_table([{"title": "Plum cake", "article_id": "old"}]).drop_columns(["roundup"])
    assert schemas.conform_table(before, "articles")["roundup"].to_pylist() == [False]
    together = schemas.concat_tables("articles", [before, now])
    assert together["roundup"].to_pylist() == [False, True]
    assert schemas.conform_table(together, "articles").schema.equals(schemas.SCHEMAS["articles"])


def test_retired_columns_are_null_in_new_edges_and_keep_their_values_in_old_ones() -> None:
    row = {"left_id": "a", "right_id": "b", "probability": 0.5}
    old = schemas.build_table("edges", [row | dict.fromkeys(RETIRED_COLUMNS, 0.25)])
    new = schemas.build_table("edges", [row]).drop_columns(list(RETIRED_COLUMNS))
    together = schemas.concat_tables("edges", [old, new])
    assert together.schema.equals(schemas.SCHEMAS["edges"])
    for name in RETIRED_COLUMNS:
        assert together[name].to_pylist() == [0.25, None], name


def test_conforming_rejects_nulls_in_a_column_that_is_not_nullable() -> None:
    row = {"article_id": ["a", None], "story_id": ["s", "s"]}
    with pytest.raises(SchemaError, match=r"memberships.article_id holds 1 nulls"):
        schemas.conform_table(pa.table(row), "memberships")


def test_conforming_keeps_the_dimension_of_vectors() -> None:
    table = schemas.embeddings_schema(3, {"model": "m"}).empty_table()
    assert schemas.conform_table(table, "article_embeddings").schema.field("vector").type.list_size == 3
