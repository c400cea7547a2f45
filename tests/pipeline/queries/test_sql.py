"""SQL on a store: what the views hold, that they read no more than needed, and what a query may not do."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import newsfold
from newsfold import schemas, store
from newsfold.errors import ConfigError, EditionNotFound, StoreError
from newsfold.queries.sql import connect, describe_views, read_query
from newsfold.schemas.rows import ROWS
from newsfold.settings.loading import shipped_file
from newsfold.store import publishing
from tests import factories
from tests.editions import SAMPLE_NIGHTS, publish_tables
from tests.pipeline.store.small_editions import edition_tables, embeddings_table
from tests.pipeline.store.small_editions import publish_tables as publish_small_tables

MONDAY = date(2013, 6, 3)
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)


def ask(address: Path, query: str, edition: str | date = "latest") -> list[dict[str, Any]]:
    return list(read_query(connect(address, edition, external_access=False), query).read_all().to_pylist())


def publish_night(
    address: Path,
    edition: date,
    stories: dict[str, Sequence[int]],
    new: Sequence[int] = (),
    lineage: Sequence[tuple[str | None, str | None, str]] = (),
    revised: Sequence[int] = (),
) -> None:
    """Publish an edition of stories with numbered articles; of the lineage, each story, the previous one, and how."""

    def text(number: int, body: str) -> dict[str, Any]:
        return factories.article(f"a{number}", f"Report {number}", body, first_seen_at=datetime(2013, 6, 3, tzinfo=UTC))

    members = {
        story_id: [
            factories.story_article(
                story_id, n, edition_date=edition, article_id=f"a{n}", copy_group_id=f"a{n}", published_at=None
            )
            for n in numbers
        ]
        for story_id, numbers in stories.items()
    }
    quote = {"text": f"News of {edition}.", "article_id": "a1", "outlet": "Outlet 1", "url": None}
    rows = [
        factories.story(name, articles, headline=f"{name} on {edition:%A}", what_is_new=[quote])
        for name, articles in members.items()
    ]
    relations = [
        {
            "edition_date": edition,
            "story_id": now,
            "previous_story_id": before,
            "relation": relation,
            "shared_articles": 1,
            "overlap": 1.0,
        }
        for now, before, relation in lineage
    ]
    tables = {
        "stories": rows,
        "story_articles": [row for articles in members.values() for row in articles],
        "articles": [text(number, "It sank.") for number in new],
        "revisions": [text(number, f"It sank, says {edition:%A}.") for number in revised],
        "lineage": relations,
    }
    publish_tables(address, edition, {name: schemas.build_table(name, rows) for name, rows in tables.items()})


@pytest.fixture
def three_nights(tmp_path: Path) -> Path:
    """A store in which Lomo goes on, Port merges into it on Tuesday, and Mill begins on Wednesday."""
    address = tmp_path / "store"
    publish_night(
        address, MONDAY, {"lomo": [1, 2], "port": [3]}, [1, 2, 3], [("lomo", None, "new"), ("port", None, "new")]
    )
    tuesday = [("lomo", "lomo", "continued"), ("lomo", "port", "merged")]
    publish_night(address, TUESDAY, {"lomo": [1, 2, 3, 4]}, [4], tuesday, revised=[1])
    wednesday = [("lomo", "lomo", "continued"), ("mill", None, "new")]
    publish_night(address, WEDNESDAY, {"lomo": [2, 3, 4, 5], "mill": [6]}, [5, 6], wednesday)
    return address


@pytest.mark.parametrize("table", list(ROWS))
def test_each_table_has_a_view_of_the_edition_of_all_rows_and_of_all_things_once(
    sample_store: Path, table: str
) -> None:
    latest = newsfold.load(sample_store, table)
    rows = newsfold.load(sample_store, table, "all")
    counts = ask(
        sample_store, f"select (select count(*) from {table}) as n, (select count(*) from {table}_by_edition) as m"
    )
    assert counts == [{"n": latest.num_rows, "m": rows.num_rows}]
    if not ROWS[table].key:
        assert ask(sample_store, f"select count(*) as n from {table}_all") == [{"n": rows.num_rows}]
        return
    key = ", ".join(ROWS[table].key)
    last = f"select {key}, max(edition_date) as edition_date from {table}_by_edition group by all"
    once = f"select {key}, edition_date from {table}_all"
    assert ask(sample_store, f"{once} order by all") == ask(sample_store, f"{last} order by all")


def test_a_view_has_the_rows_and_types_that_load_gives(sample_store: Path) -> None:
    loaded = newsfold.load(sample_store, "stories").sort_by("story_id")
    read = read_query(connect(sample_store), "from stories order by story_id").read_all()
    assert read.to_pylist() == loaded.to_pylist()
    assert read.schema.field("first_published_at").type == pa.timestamp("us", tz="UTC")


def test_an_article_has_its_latest_text_and_the_edition_that_published_it(three_nights: Path) -> None:
    texts = ask(three_nights, "select article_id, body, edition_date from articles_all order by all limit 2")
    assert texts == [
        {"article_id": "a1", "body": "It sank, says Tuesday.", "edition_date": TUESDAY},
        {"article_id": "a2", "body": "It sank.", "edition_date": MONDAY},
    ]


def test_views_of_an_earlier_edition_know_nothing_of_later_ones(three_nights: Path) -> None:
    query = "select headline from stories_all order by all"
    assert ask(three_nights, query, TUESDAY) == [{"headline": "lomo on Tuesday"}, {"headline": "port on Monday"}]
    with pytest.raises(EditionNotFound, match="2013-06-09"):
        connect(three_nights, "2013-06-09")


def test_only_published_files_of_the_editions_asked_for_are_read(three_nights: Path) -> None:
    place = store.open_store(three_nights)
    stray = Path(place.table_folder("stories", WEDNESDAY)) / "part-1.parquet"
    stray.write_bytes(Path(place.table_file("stories", TUESDAY)).read_bytes())
    damaged = Path(place.table_file("stories", MONDAY))
    damaged.write_bytes(damaged.read_bytes()[:-60] + b"?" * 60)
    assert ask(three_nights, "select count(*) as n from stories") == [{"n": 2}]
    assert ask(three_nights, "select count(*) as n from stories_by_edition where edition_date > '2013-06-03'") == [
        {"n": 3}
    ]
    with pytest.raises(StoreError, match="newsfold verify"):
        ask(three_nights, "from stories_all")


def test_an_edition_that_is_being_published_is_read_from_its_staging_area(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_small_tables(tmp_path, MONDAY, "old")
    monkeypatch.setattr(publishing, "_finish_committed", lambda _: {})  # as if killed once it is committed
    publish_small_tables(tmp_path, MONDAY, "new")
    stories = ask(tmp_path, "select headline from stories")
    assert len(stories) == 3 and all("(new)" in row["headline"] for row in stories)


def test_vectors_of_several_models_are_in_one_table(tmp_path: Path) -> None:
    for edition, dimension in ((MONDAY, 4), (TUESDAY, 5)):
        publish_small_tables(
            tmp_path,
            edition,
            tables=edition_tables(edition)
            | {"article_embeddings": embeddings_table(edition, "a", dimension=dimension)},
        )
    lengths = ask(tmp_path, "select distinct len(vector) as n from article_embeddings_all order by n")
    assert lengths == [{"n": 4}, {"n": 5}]


def test_a_column_that_a_file_is_too_old_to_have_holds_its_default(three_nights: Path) -> None:
    file = Path(store.open_store(three_nights).table_file("stories", MONDAY))
    pq.write_table(pq.read_table(file).drop_columns(["what_is_new", "summary_by", "kind"]), file)
    query = "select distinct what_is_new, summary_by, kind from stories_by_edition where edition_date = '2013-06-03'"
    assert ask(three_nights, query) == [{"what_is_new": [], "summary_by": "extractive", "kind": None}]


def test_times_are_in_utc(sample_store: Path) -> None:
    texts = ask(sample_store, "select published_at::varchar as t from story_articles where published_at is not null")
    assert {row["t"][19:] for row in texts} == {"+00"}


def test_new_since_counts_what_editions_after_a_day_brought(three_nights: Path) -> None:
    columns = "select story_id, status, n_new_articles, new_outlets, len(what_is_new) as n_sentences"
    mill = {"story_id": "mill", "status": "new", "n_new_articles": 1, "new_outlets": ["Outlet 6"], "n_sentences": 1}
    since_tuesday = {
        "story_id": "lomo",
        "status": "updated",
        "n_new_articles": 1,
        "new_outlets": ["Outlet 5"],
        "n_sentences": 1,
    }
    assert ask(three_nights, f"{columns} from new_since()") == [since_tuesday, mill]
    assert ask(three_nights, f"{columns} from new_since('2013-06-04')") == [since_tuesday, mill]
    since_monday = {**since_tuesday, "n_new_articles": 2, "new_outlets": ["Outlet 4", "Outlet 5"], "n_sentences": 2}
    assert ask(three_nights, f"{columns} from new_since(date '2013-06-03')") == [since_monday, mill]
    assert ask(three_nights, f"{columns} from new_since('2013-06-05')") == []


LINEAGE = "select edition_date, previous_story_id, relation, story_id from lineage_of('port')"


def test_a_story_is_followed_into_those_that_it_merged_with(three_nights: Path) -> None:
    rows = [tuple(row.values()) for row in ask(three_nights, LINEAGE)]
    assert rows == [
        (MONDAY, None, "new", "port"),
        (TUESDAY, "port", "merged", "lomo"),
        (WEDNESDAY, "lomo", "continued", "lomo"),
    ]


def test_a_story_is_followed_over_an_edition_that_is_missing(three_nights: Path) -> None:
    manifests = [Path(store.open_store(three_nights).manifest_file(day)) for day in (TUESDAY, WEDNESDAY)]
    built_on = {"known_articles": {}, "window": {}, "before": {str(TUESDAY): "digest"}}
    place = store.open_store(three_nights)
    place.write_json(str(manifests[1]), place.read_json(str(manifests[1])) | {"built_on": built_on})
    manifests[0].unlink()
    rows = [tuple(row.values()) for row in ask(three_nights, LINEAGE)]
    assert rows == [(MONDAY, None, "new", "port"), (WEDNESDAY, "port", "merged", "lomo")]
    assert {"previous_edition_date": TUESDAY} in ask(
        three_nights, "select distinct previous_edition_date from lineage_all"
    )


@pytest.mark.parametrize(
    "statement",
    [
        "copy stories to '{folder}/stolen.csv'",
        "attach '{folder}/other.db'",
        "from read_csv('{folder}/secret.csv')",
        "from '{folder}/store/stories/*/*.parquet'",
        "set enable_external_access = true",
        "set TimeZone = 'Asia/Tokyo'",
        "install httpfs",
    ],
)
def test_a_query_without_access_reads_and_writes_no_other_file(three_nights: Path, statement: str) -> None:
    (three_nights.parent / "secret.csv").write_text("secret\n1\n")
    before = sorted(three_nights.parent.rglob("*"))
    with pytest.raises(ConfigError):
        ask(three_nights, statement.format(folder=three_nights.parent))
    assert sorted(three_nights.parent.rglob("*")) == before


def test_an_error_of_the_query_is_one_line_with_a_hint(sample_store: Path) -> None:
    with pytest.raises(ConfigError) as error:
        ask(sample_store, "select *\nfrom storys")
    assert str(error.value) == 'Catalog Error: Table with name storys does not exist! Did you mean "stories"?'


def test_without_duckdb_the_error_names_the_extra(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(ConfigError, match=re.escape("pip install 'newsfold[sql]'")):
        newsfold.connect(sample_store)


def test_every_view_is_described() -> None:
    assert [name for name in describe_views() if name in schemas.PUBLISHED] == list(schemas.PUBLISHED)


def read_questions() -> list[tuple[str, str]]:
    """Return the shipped questions, each as its text and its query."""
    text = shipped_file("questions.sql").read_text(encoding="utf-8")
    return re.findall(r"^-- (\d+\. .*(?:\n--.*)*)\n((?:(?!--).+\n)+)", text, re.MULTILINE)


def test_there_are_ten_questions_of_three_lines_at_most() -> None:
    numbers = [question.partition(".")[0] for question, _ in read_questions()]
    assert numbers == [str(number) for number in range(1, 11)]
    assert max(len(query.splitlines()) for _, query in read_questions()) <= 3


@pytest.mark.parametrize(("question", "query"), read_questions())
def test_each_question_has_an_answer_in_the_sample(sample_store: Path, question: str, query: str) -> None:
    assert ask(sample_store, query, SAMPLE_NIGHTS[-1])
