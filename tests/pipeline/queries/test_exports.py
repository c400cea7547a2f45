"""Tables as CSV, Excel, JSON and Parquet: nothing is lost, nothing becomes a formula, equal tables give equal bytes."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import time
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold.errors import ConfigError
from newsfold.queries import excel
from newsfold.queries.exports import WRITERS
from newsfold.sanitize import restore_formula

TIME = datetime(2013, 6, 5, 18, 30, tzinfo=UTC)
TABLE = pa.table(
    {
        "title": ["=cmd()", "-5", "-5°C at Lomo", "@post", None],
        "share": pa.array([0.9, -1.5, float("nan"), None, 0.0], pa.float32()),
        "n": pa.array([2**60, -7, 0, None, 1], pa.int64()),
        "seen": pa.array([TIME] * 5, pa.timestamp("us", "UTC")),
        "day": pa.array([date(1850, 1, 1)] + [date(2013, 6, 5)] * 4),
        "names": [["=Lomo", "Ida"], [], None, ["x"], ["y"]],
        "is_new": [True, False, None, True, False],
    }
)


def write(form: str, table: pa.Table = TABLE, rows_per_batch: int = 100) -> bytes:
    file = io.BytesIO()
    WRITERS[form](table.to_reader(rows_per_batch), file)
    return file.getvalue()


def read_sheet(content: bytes) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return [list(row) for row in sheet.iter_rows()]


@pytest.mark.parametrize("form", list(WRITERS))
def test_equal_tables_give_equal_bytes_whatever_their_batches_and_the_time(form: str) -> None:
    written = write(form)
    time.sleep(2.1)  # a ZIP file's times are of two seconds
    assert write(form) == written
    if form != "parquet":
        assert write(form, rows_per_batch=2) == written


def test_csv_has_no_formulas_and_keeps_negative_numbers() -> None:
    header, *rows = csv.reader(io.StringIO(write("csv").decode()))
    assert header == TABLE.column_names
    assert [row[0] for row in rows] == ["'=cmd()", "-5", "'-5°C at Lomo", "'@post", ""]
    assert [row[1] for row in rows] == ["0.9", "-1.5", "", "", "0.0"]
    assert rows[0][2:] == [str(2**60), "2013-06-05T18:30:00+00:00", "1850-01-01", '["=Lomo", "Ida"]', "true"]


def test_excel_has_no_formulas_and_keeps_numbers_dates_and_booleans() -> None:
    header, *rows = read_sheet(write("xlsx"))
    assert [cell.value for cell in header] == TABLE.column_names
    first = [(cell.value, cell.data_type) for cell in rows[0]]
    assert first[:3] == [("=cmd()", "s"), (0.9, "n"), (str(2**60), "s")]  # Excel would round the last one
    assert first[3:] == [(TIME.replace(tzinfo=None), "d"), ("1850-01-01", "s"), ('["=Lomo", "Ida"]', "s"), (True, "b")]
    assert [(cell.value, cell.data_type) for cell in rows[1][:3]] == [("-5", "s"), (-1.5, "n"), (-7, "n")]
    assert [row[0].quotePrefix for row in rows] == [True, False, True, True, False]


@pytest.mark.parametrize(("text", "kept"), [("x" * 40_000, "x" * 99), ("😀" * 20_000, "😀" * 99)])
def test_a_cell_that_is_too_long_for_excel_is_cut_and_says_so(text: str, kept: str) -> None:
    file = io.BytesIO()
    assert excel.write_excel(pa.table({"body": [text, "short"]}).to_reader(), file) == 1
    cell = read_sheet(file.getvalue())[1][0].value
    assert cell.startswith(kept) and cell.endswith(f" … [cut: {len(text):,} characters]")
    assert len(cell.encode("utf-16-le")) <= 2 * 32_767


def test_a_table_that_is_too_long_for_a_sheet_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "_MAX_ROWS", 4)
    with pytest.raises(ConfigError, match=r"3 rows below its header.*CSV or JSON Lines"):
        write("xlsx")
    assert len(read_sheet(write("xlsx", TABLE.slice(0, 3)))) == 4


def test_without_xlsxwriter_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(ConfigError, match=re.escape("pip install 'newsfold[xlsx]'")):
        write("xlsx")


def test_json_and_json_lines_hold_the_same_rows() -> None:
    rows = json.loads(write("json"))
    assert rows == [json.loads(line) for line in write("jsonl").splitlines()]
    assert rows[0] == {
        "title": "=cmd()",
        "share": 0.9,
        "n": 2**60,
        "seen": "2013-06-05T18:30:00+00:00",
        "day": "1850-01-01",
        "names": ["=Lomo", "Ida"],
        "is_new": True,
    }
    assert rows[2]["share"] is None
    assert json.loads(write("json", TABLE.slice(0, 0))) == []


def test_parquet_holds_the_table() -> None:
    assert pq.read_table(io.BytesIO(write("parquet"))).to_pylist()[:2] == TABLE.to_pylist()[:2]


@given(st.lists(st.text() | st.text(alphabet="=+-@\t\r\n,\"'a\x85\u2028"), min_size=1))
def test_every_text_comes_back_from_csv(texts: list[str]) -> None:
    texts = [text for text in texts if "\x00" not in text and text.isprintable()] or ["a"]
    read = csv.reader(io.StringIO(write("csv", pa.table({"a": texts, "b": texts})).decode(), newline=""))
    assert [restore_formula(row[0]) for row in read][1:] == texts
