"""Publishing: which editions are accepted, and the files on disk afterwards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsfold import schemas, store
from newsfold.errors import EditionNotFound, NewsfoldError, SchemaError, StoreError
from newsfold.schemas.vectors import matrix_to_vectors

from .small_editions import (
    FIRST,
    SECOND,
    edition_tables,
    lineage_table,
    publish_tables,
    read_files,
    run_facts,
    stage_tables,
    stories_table,
    story_articles_table,
)

Tables = dict[str, pa.Table]
MANY = 20_000


def test_an_editions_files_lie_where_the_contract_says(tmp_path: Path) -> None:
    publish_tables(tmp_path, FIRST)
    assert set(read_files(tmp_path)) == {
        "articles/edition=2013-06-05/part-0.parquet",
        "article_embeddings/edition=2013-06-05/part-0.parquet",
        "stories/edition=2013-06-05/part-0.parquet",
        "story_articles/edition=2013-06-05/part-0.parquet",
        "runs/edition=2013-06-05/manifest.json",
        ".manifests/edition=2013-06-05/manifest.json",
    }


def test_the_manifest_describes_every_file(tmp_path: Path) -> None:
    publish_tables(tmp_path, FIRST)
    manifest = json.loads((tmp_path / "runs/edition=2013-06-05/manifest.json").read_text())
    assert len(manifest.pop("checksum")) == 32
    assert manifest == store.load_manifest(tmp_path, FIRST)
    assert (manifest["run_id"], manifest["edition_date"]) == ("2013-06-05-a", "2013-06-05")
    assert manifest["config_digest"] == "c0ffee"
    assert set(manifest["tables"]) == set(edition_tables(FIRST))
    for entry in manifest["tables"].values():
        content = (tmp_path / entry["file"]).read_bytes()
        assert entry["sha256"] == hashlib.sha256(content).hexdigest()
        assert (entry["bytes"], entry["rows"]) == (len(content), 3)


def test_files_are_zstd_with_dictionaries_where_values_repeat(tmp_path: Path) -> None:
    publish_tables(tmp_path, FIRST)
    file = pq.ParquetFile(tmp_path / "articles/edition=2013-06-05/part-0.parquet")
    group = file.metadata.row_group(0)
    encoded = set()
    for i in range(group.num_columns):
        assert group.column(i).compression == "ZSTD"
        if group.column(i).has_dictionary_page:
            encoded.add(group.column(i).path_in_schema)
    assert {"outlet", "language", "source"} <= encoded
    assert not encoded & {"article_id", "title", "body", "url"}
    assert file.schema_arrow.field("article_id").metadata[b"description"]


def test_publishing_again_gives_the_same_bytes(tmp_path: Path) -> None:
    publish_tables(tmp_path / "one", FIRST)
    publish_tables(tmp_path / "two", FIRST)
    before = read_files(tmp_path / "one")
    assert read_files(tmp_path / "two") == before
    publish_tables(tmp_path / "one", FIRST)
    assert read_files(tmp_path / "one") == before


@pytest.fixture(scope="module")
def many_pages() -> pa.Table:
    """Vectors that fill several Parquet pages: only then could the bytes depend on chunks."""
    matrix = np.random.default_rng(0).standard_normal((MANY, 64))
    names = [str(i) for i in range(MANY)]
    return pa.Table.from_arrays(
        [pa.array(names), pa.array(names), matrix_to_vectors(matrix)],
        names=schemas.PUBLISHED["article_embeddings"].names,
    )


@settings(max_examples=5)
@given(cuts=st.lists(st.integers(0, MANY), max_size=6).map(sorted))
@example(cuts=[7])
def test_bytes_do_not_depend_on_a_tables_chunks(
    tmp_path_factory: pytest.TempPathFactory, many_pages: pa.Table, cuts: list[int]
) -> None:
    pieces = [many_pages.slice(start, end - start) for start, end in pairwise([0, *cuts, MANY])]
    staging = store.open_staging(tmp_path_factory.mktemp("store"), "2013-06-05-a")
    staging.write("article_embeddings", many_pages)
    expected = staging.digest("article_embeddings")
    staging.write("article_embeddings", pa.concat_tables(pieces))
    assert staging.digest("article_embeddings") == expected


def test_a_new_version_removes_tables_that_only_the_old_one_had(tmp_path: Path) -> None:
    tables = edition_tables(FIRST)
    publish_tables(tmp_path, FIRST, "a", tables | {"lineage": lineage_table(FIRST, "a")})
    publish_tables(tmp_path, FIRST, "a", tables)
    assert not (tmp_path / "lineage/edition=2013-06-05").exists()


def without(name: str) -> Callable[[Tables], Tables]:
    return lambda tables: {key: table for key, table in tables.items() if key != name}


def with_duplicate_row(name: str) -> Callable[[Tables], Tables]:
    def change(tables: Tables) -> Tables:
        return tables | {name: pa.concat_tables([tables[name], tables[name].slice(0, 1)])}

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (with_duplicate_row("articles"), "articles has more than one row for article_id article-"),
        (with_duplicate_row("story_articles"), "story_articles has more than one row"),
        (with_duplicate_row("stories"), "stories has more than one row for story_id"),
        (lambda t: t | {"stories": stories_table(FIRST, "a", 2)}, "story_articles has .*stories"),
        (
            lambda t: t | {"story_articles": story_articles_table(FIRST, "a", 2)},
            "stories has .*which story_articles does not",
        ),
        (lambda t: t | {"lineage": lineage_table(SECOND, "a")}, "lineage has rows of 2013-06-06"),
        (lambda t: t | {"clusters": schemas.empty_table("clusters")}, "clusters cannot be published"),
    ],
)
def test_an_invalid_edition_is_not_published(tmp_path: Path, change: Callable[[Tables], Tables], message: str) -> None:
    publish_tables(tmp_path, FIRST, "old")
    before = read_files(tmp_path)
    tables = change(edition_tables(FIRST))
    staging = stage_tables(tmp_path, FIRST, tables, "new")
    with pytest.raises(StoreError, match=message):
        store.publish_edition(tmp_path, staging, FIRST, list(tables), run_facts(tables, FIRST))
    after = read_files(tmp_path)
    assert {path: after[path] for path in before} == before
    assert staging.read("articles").num_rows == tables["articles"].num_rows, "kept for another try"


def test_a_table_that_was_not_staged_is_named(tmp_path: Path) -> None:
    tables = edition_tables(FIRST)
    staging = stage_tables(tmp_path, FIRST, without("stories")(tables), "a")
    with pytest.raises(StoreError, match="stories is not in staging"):
        store.publish_edition(tmp_path, staging, FIRST, list(tables), {})
    assert store.list_editions(tmp_path) == []


def test_a_damaged_staged_table_is_not_published(tmp_path: Path) -> None:
    staging = stage_tables(tmp_path, FIRST, edition_tables(FIRST), "a")
    Path(staging.path("stories")).write_bytes(b"no parquet at all")
    with pytest.raises(NewsfoldError, match="stories"):
        store.publish_edition(tmp_path, staging, FIRST, ["stories"], {})
    assert store.list_editions(tmp_path) == []


def test_staging_refuses_a_table_that_does_not_fit(tmp_path: Path) -> None:
    staging = store.open_staging(tmp_path, "2013-06-05-a")
    with pytest.raises(SchemaError, match="headline"):
        staging.write("stories", stories_table(FIRST, "a").drop_columns(["headline"]))


def test_a_store_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    staging = store.open_staging(tmp_path / "file" / "store", "2013-06-05-a")
    with pytest.raises(StoreError, match="Check the space and permissions"):
        staging.write("stories", stories_table(FIRST, "a"))


def hold_first_edition(folder: Path) -> dict[str, object]:
    tables = edition_tables(FIRST)
    staging = stage_tables(folder, FIRST, tables, "a")
    return store.hold_edition(
        folder, staging, FIRST, list(tables), run_facts(tables, FIRST) | {"gate": {"problems": ["odd"]}}
    )


def test_a_held_edition_stays_in_staging_and_readers_do_not_see_it(tmp_path: Path) -> None:
    assert hold_first_edition(tmp_path)["status"] == "held"
    assert store.list_editions(tmp_path) == []
    assert list(store.list_held_editions(tmp_path)) == [FIRST]
    store.repair_store(tmp_path)
    assert store.list_editions(tmp_path) == []
    assert list(store.list_held_editions(tmp_path)) == [FIRST]


def test_a_released_edition_is_published_unchanged_and_records_the_release(tmp_path: Path) -> None:
    hold_first_edition(tmp_path / "held")
    store.release_edition(tmp_path / "held", FIRST)
    publish_tables(tmp_path / "plain", FIRST)
    manifest = store.load_manifest(tmp_path / "held", FIRST)
    assert (manifest["status"], manifest["gate"]) == ("published", {"problems": ["odd"], "released": True})
    assert "if_published" not in manifest
    parquet = [
        {name: content for name, content in read_files(tmp_path / folder).items() if name.endswith(".parquet")}
        for folder in ("held", "plain")
    ]
    assert parquet[0] == parquet[1] != {}
    assert store.list_held_editions(tmp_path / "held") == {}


def test_only_a_held_edition_can_be_released(tmp_path: Path) -> None:
    hold_first_edition(tmp_path)
    with pytest.raises(EditionNotFound, match=r"2013-06-06 is not held.*2013-06-05"):
        store.release_edition(tmp_path, SECOND)


def test_an_edition_with_a_missing_or_damaged_file_is_not_verified(tmp_path: Path) -> None:
    publish_tables(tmp_path, FIRST)
    manifest = store.load_manifest(tmp_path, FIRST)
    assert store.verify_edition(tmp_path, manifest)
    file = tmp_path / manifest["tables"]["stories"]["file"]
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + b"?")
    assert not store.verify_edition(tmp_path, manifest)
    file.unlink()
    assert not store.verify_edition(tmp_path, manifest)
