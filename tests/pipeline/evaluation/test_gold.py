from __future__ import annotations

import csv
import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from newsfold import evaluation, sources
from newsfold.errors import SourceError

DATA = Path(__file__).parents[2] / "data" / "gold"
ROWS: list[dict[str, str | None]] = [
    {"id": "a", "title": "Ferry sinks, 214 aboard", "text": 'They said "all lost".\nThen silence.', "story": "ferry"},
    {"id": "b", "title": "Lomo ferry sinks", "text": "It sank.", "story": "ferry"},
    {"id": "c", "title": "A recipe for plum cake", "text": "Beat the butter.", "story": None},
]


def read_single(path: Path) -> pa.Table:
    (gold,) = evaluation.gold.read_gold(path)
    return gold.table


def test_each_language_of_miranda_is_a_set() -> None:
    sets = evaluation.gold.read_gold(DATA / "miranda.json")
    assert [gold.name for gold in sets] == ["miranda.de", "miranda.en", "miranda.es"]
    german, english, spanish = (gold.table for gold in sets)
    assert english["story"].to_pylist() == ["7", "7", "8"]
    assert (german.num_rows, spanish.num_rows) == (1, 1)
    assert set(english["language"].to_pylist()) == {"en"}
    assert english["outlet"][0].as_py() == "Harbour Courier"


def test_across_languages_miranda_is_one_set() -> None:
    (gold,) = evaluation.gold.read_gold(DATA / "miranda.json", across_languages=True)
    assert gold.table["story"].to_pylist() == ["7", "7", "8", "7", "7"]
    assert gold.table["language"].to_pylist() == ["en", "en", "en", "es", "de"]


def test_json_lines_are_read_like_a_json_list(tmp_path: Path) -> None:
    rows = json.loads((DATA / "miranda.json").read_text())
    rows[0]["text"] += " Line\u2028separators are no line ends."
    (tmp_path / "dataset.test.json").write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
    assert [gold.name for gold in evaluation.gold.read_gold(tmp_path / "dataset.test.json")] == [
        f"dataset.test.{code}" for code in ("de", "en", "es")
    ]


def test_news14_tables_are_read_as_pandas_writes_them() -> None:
    table = read_single(DATA / "news14.json")
    assert table.column_names == ["id", "title", "text", "published_at", "story"]
    assert table["story"].to_pylist() == ["11", "11", "12"]
    assert table["published_at"][1].as_py() == datetime(2014, 3, 2, 0, 52, tzinfo=UTC)


@pytest.mark.parametrize(
    "format_", ["parquet", "csv", "utf-16.csv", "jsonl", "jsonl.gz", "json", "feather", "arrow", "xlsx"]
)
def test_every_format_gives_the_same_set(tmp_path: Path, format_: str) -> None:
    path = tmp_path / f"mine.{format_}"
    table = pa.Table.from_pylist(ROWS)
    match format_:
        case "parquet":
            pq.write_table(table, path)
        case "csv":
            import pyarrow.csv

            pyarrow.csv.write_csv(table, path)
        case "utf-16.csv":  # as Excel saves "Unicode text"
            path = tmp_path / "mine.csv"
            with path.open("w", encoding="utf-16", newline="") as file:
                csv.writer(file, delimiter="\t").writerows([list(ROWS[0]), *(list(row.values()) for row in ROWS)])
        case "jsonl":
            path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
        case "jsonl.gz":
            path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in ROWS).encode()))
        case "feather":
            import pyarrow.feather

            pyarrow.feather.write_feather(table, path)
        case "arrow":
            with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
                writer.write_table(table)
        case "xlsx":
            workbook = openpyxl.Workbook()
            workbook.worksheets[0].append(["notes"])
            sheet = workbook.create_sheet("labels")
            for row in [list(ROWS[0]), *(list(row.values()) for row in ROWS)]:
                sheet.append(row)
            workbook.save(path)
        case "json":
            path.write_text(json.dumps({name: table[name].to_pylist() for name in table.column_names}))
    (gold,) = evaluation.gold.read_gold(path)
    assert gold.name == "mine"
    assert gold.table.to_pylist() == ROWS


def test_a_gold_table_can_be_clustered(shared: Path) -> None:
    table = read_single(shared / "labelled" / "feeds.parquet")
    documents = sources.documents_from_table(table, "feeds")
    assert documents.num_rows == table.num_rows == 1448
    assert table["story"].null_count == 94


@pytest.mark.parametrize("ids", [["1", "1", "2"], ["1", None, "2"], None])
def test_missing_or_repeated_ids_are_replaced(tmp_path: Path, ids: list[str | None] | None) -> None:
    columns: dict[str, list[str | None]] = {"title": ["a", "b", "c"], "story": ["x", "x", None]}
    pq.write_table(pa.table(columns | ({"id": ids} if ids else {})), tmp_path / "g.parquet")
    assert read_single(tmp_path / "g.parquet")["id"].to_pylist() == ["row-0", "row-1", "row-2"]


def test_a_missing_number_is_an_unlabelled_row(tmp_path: Path) -> None:
    table = pa.table({"title": ["a", "b", "c"], "story": [3.0, None, float("nan")]})
    pq.write_table(table, tmp_path / "g.parquet")
    assert read_single(tmp_path / "g.parquet")["story"].to_pylist() == ["3", None, None]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("title,event\na,1\n", r"g\.csv has no labels: .*`story`.* It has title, event"),
        ("headline,story\na,1\n", r"g\.csv has neither a `title` nor a `text`.* it has headline, story"),
        ("title,story\na\n", r"g\.csv cannot be read: .*Expected 2 columns"),
        ('{"title": "a", "story"', r"g\.csv cannot be read"),
        ("[1, 2]", r"g\.csv cannot be read: its JSON holds no objects"),
        ("", r"g\.csv cannot be read: it is empty"),
    ],
)
def test_an_unusable_file_is_refused_with_the_reason(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "g.csv").write_text(content)
    with pytest.raises(SourceError, match=message):
        evaluation.gold.read_gold(tmp_path / "g.csv")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none\.parquet cannot be read"):
        evaluation.gold.read_gold(tmp_path / "none.parquet")
