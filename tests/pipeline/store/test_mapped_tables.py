"""Staged tables, read by rows: the same as from memory, whatever files they are in."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold.dataflow import MemoryView
from newsfold.errors import StoreError
from newsfold.schemas.columns import list_of
from newsfold.store import ChunkStore, open_staging
from newsfold.store.staging import Staging

ROW = st.fixed_dictionaries(
    {
        "id": st.text("abc", max_size=3),
        "text": st.text(max_size=9),
        "names": st.lists(st.text("xy", max_size=2), max_size=3),
    }
)
SCHEMA = pa.schema([("id", pa.string()), ("text", pa.string()), ("names", list_of(pa.string()))], {"made": "here"})


def stage(staging: Staging, *parts: pa.Table) -> ChunkStore:
    tables = ChunkStore(staging, "work")
    for number, part in enumerate(parts):
        tables.write_part(number, {"table": part})
    return tables


def large(n_rows: int, text: str = "of the ferry") -> pa.Table:
    rows = range(n_rows)
    columns = [[f"{row:05}" for row in rows], [f"{row} {text}" for row in rows], [["x"] * (row % 3) for row in rows]]
    return pa.table(columns, schema=SCHEMA)


@given(st.lists(st.lists(ROW, max_size=6), min_size=1, max_size=4), st.sets(st.text("abc", max_size=3)), st.data())
def test_rows_of_several_files_are_those_of_one_table(
    tmp_path_factory: pytest.TempPathFactory,
    parts: list[list[dict[str, object]]],
    wanted: set[str],
    data: st.DataObject,
) -> None:
    tables = [pa.Table.from_pylist(rows, schema=SCHEMA) for rows in parts]
    staging = open_staging(tmp_path_factory.mktemp("store"), "2013-06-05-c0ffee")
    view, expected = stage(staging, *tables).views(["table"])["table"], MemoryView(pa.concat_tables(tables))
    assert view.num_rows == expected.num_rows
    start, stop = sorted(data.draw(st.integers(0, view.num_rows)) for _ in range(2))
    ids = pa.chunked_array([pa.array(sorted(wanted), pa.string())])
    for one, other in ((view, expected), (view.slice(start, stop), expected.slice(start, stop))):
        assert one.read().equals(other.read(), check_metadata=True)
        assert one.read(["names", "id"]).equals(other.read(["names", "id"]))
        assert one.where("id", ids, columns=["text"]).equals(other.where("id", ids, columns=["text"]))


def test_a_large_table_is_read_by_rows_and_leaves_no_file(tmp_path: Path) -> None:
    staging, table = open_staging(tmp_path, "2013-06-05-c0ffee"), large(40_000)
    view = stage(staging, table.slice(0, 39_000), table.slice(39_000)).views(["table"])["table"]
    files = sorted(tmp_path.rglob("*"))
    before = view.slice(38_990, 39_010).read()
    assert before.equals(table.slice(38_990, 20))
    assert view.where("id", pa.chunked_array([["39999", "00000"]])).equals(table.take([0, 39_999]))
    assert before.equals(table.slice(38_990, 20))  # also after other rows were read
    assert sorted(tmp_path.rglob("*")) == files


def test_threads_read_the_same_rows_at_once(tmp_path: Path) -> None:
    table = large(20_000)
    view = stage(open_staging(tmp_path, "2013-06-05-c0ffee"), table).views(["table"])["table"]
    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(lambda start: view.slice(start, start + 100).read(), range(0, 20_000, 100)))
    assert pa.concat_tables(parts).equals(table)


def test_a_table_that_is_written_again_is_read_again(tmp_path: Path) -> None:
    staging = open_staging(tmp_path, "2013-06-05-c0ffee")
    tables = stage(staging, large(20_000))
    assert tables.views(["table"])["table"].read(["text"])["text"][7].as_py() == "7 of the ferry"
    tables.write_part(0, {"table": large(20_000, "of a ferry")})
    assert tables.views(["table"])["table"].read(["text"])["text"][7].as_py() == "7 of a ferry"


def test_a_damaged_file_is_named_with_its_table(tmp_path: Path) -> None:
    tables = stage(open_staging(tmp_path, "2013-06-05-c0ffee"), large(20_000))
    (file,) = tmp_path.rglob("*.parquet")
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 255
    file.write_bytes(content)
    with pytest.raises(StoreError, match="Reading the staged table table"):
        tables.views(["table"])["table"].read()


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="only Linux says what a process holds")
def test_rows_that_were_read_give_their_memory_back(tmp_path: Path) -> None:
    table = large(16_000, "ferry " * 1000)
    view = stage(open_staging(tmp_path, "2013-06-05-c0ffee"), table).views(["table"])["table"]
    del table

    def measure_mapped() -> int:
        status = Path(f"/proc/{os.getpid()}/status").read_text()
        return int(status.split("RssFile:")[1].split()[0]) // 1024

    view.slice(0, 10).read()
    before = measure_mapped()
    for start in range(0, 16_000, 1000):
        assert all(view.slice(start, start + 1000).read(["text"])["text"].to_pylist())
    assert measure_mapped() - before < 40  # of 96 MB
