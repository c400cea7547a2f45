"""Arrow and Feather files, and columns of any Arrow type."""

from __future__ import annotations

import decimal
import gzip
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.feather
import pytest

from newsfold.errors import SourceError
from newsfold.sources.document import Document, Failure, Item
from newsfold.sources.parquet import read_arrow, read_arrow_table

TABLE = pa.table({"Title": [f"Ferry {number}" for number in range(3000)], "n": range(3000)})


def read(file: Path, max_bytes: int = 10**8) -> list[Item]:
    return list(read_arrow(file, file.name, {}, max_bytes))


def write_stream(file: Path) -> None:
    with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_stream(sink, TABLE.schema) as writer:
        writer.write_table(TABLE, max_chunksize=700)


@pytest.mark.parametrize("compression", ["uncompressed", "lz4", "zstd"])
def test_feather_files_are_read(tmp_path: Path, compression: Any) -> None:
    pyarrow.feather.write_feather(TABLE, tmp_path / "a.feather", compression=compression, chunksize=700)
    items = read(tmp_path / "a.feather")
    assert [item.title for item in items if isinstance(item, Document)] == TABLE["Title"].to_pylist()
    assert items[-1].location == "a.feather row 3000"


def test_arrow_streams_are_read_gzipped_or_not(tmp_path: Path) -> None:
    write_stream(tmp_path / "a.arrow")
    (tmp_path / "b.arrow").write_bytes(gzip.compress((tmp_path / "a.arrow").read_bytes()))
    for name in ("a.arrow", "b.arrow"):
        assert [item.location for item in read(tmp_path / name)][::2999] == [f"{name} row 1", f"{name} row 3000"]


def test_columns_that_unpack_to_more_than_the_limit_are_refused(tmp_path: Path) -> None:
    big = pa.table({"title": ["x" * 1000] * 5000})
    pyarrow.feather.write_feather(big, tmp_path / "a.feather", compression="zstd")
    with pytest.raises(SourceError, match="more than 1 MB"):
        read(tmp_path / "a.feather", 10**6)


def test_what_is_no_arrow_is_refused_and_feather_1_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "a.feather").write_bytes(b"FEA1" + bytes(100))
    with pytest.raises(SourceError, match="Feather version 1; write it anew"):
        read(tmp_path / "a.feather")
    write_stream(tmp_path / "b.arrow")
    for cut in (b"prose", (tmp_path / "b.arrow").read_bytes()[:900]):
        (tmp_path / "b.arrow").write_bytes(cut)
        with pytest.raises(SourceError, match="not readable as Arrow"):
            read(tmp_path / "b.arrow")


@pytest.mark.parametrize(
    ("column", "array", "expected"),
    [
        ("text", pa.array([["a", "b"]], pa.large_list(pa.large_string())), "a\nb"),
        ("text", pa.array([["a", "b"]], pa.list_(pa.dictionary(pa.int8(), pa.string()))), "a\nb"),
        ("text", pa.array([[("text", ["a"]), ("lang", ["en"])]], pa.map_(pa.string(), pa.list_(pa.string()))), "a"),
        ("text", pa.array([{"headline": "a", "paragraphs": ["b"]}]), "a\nb"),
        ("text", pa.nulls(1), None),
        ("id", pa.array([uuid.UUID(int=7).bytes], pa.binary(16)).cast(pa.uuid()), str(uuid.UUID(int=7))),
        ("id", pa.array([decimal.Decimal("7.50")]), "7.5"),
        ("url", pa.array([b"https://a.example/"], pa.large_binary()), "https://a.example/"),
        ("published_at", pa.array([{"$date": 1370426400000}]), "2013-06-05T10:00:00+00:00"),
        (
            "published_at",
            pa.array([datetime(2013, 6, 5, tzinfo=UTC)], pa.timestamp("ms", "UTC")),
            "2013-06-05T00:00:00+00:00",
        ),
        ("published_at", pa.array([float("nan")]), None),
    ],
)
def test_columns_of_any_arrow_type_are_read(column: str, array: pa.Array, expected: str | None) -> None:
    (item,) = read_arrow_table(pa.table({"title": ["Ferry"]} | {column: array}), "t")
    assert isinstance(item, Document), item
    assert getattr(item, column) == expected


@pytest.mark.parametrize(
    "array", [pa.array([timedelta(1)]), pa.array([True]), pa.array([[0.5]]), pa.array([{"score": 1}])], ids=str
)
def test_a_cell_that_is_no_text_costs_its_row(array: pa.Array) -> None:
    (item,) = read_arrow_table(pa.table({"title": ["Ferry"], "text": array}), "t")
    assert isinstance(item, Failure) and item.reason.startswith("column `text` cannot be read")
