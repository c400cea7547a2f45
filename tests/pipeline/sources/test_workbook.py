"""Excel workbooks: every sheet of articles is read, and crafted files are refused."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from newsfold.errors import SourceError
from newsfold.sources.document import Document, Failure, Item
from newsfold.sources.workbook import read_workbook

HEADER = ["ID", "Title", "Text", "Published At"]


def read(folder: Path, sheets: dict[str, list[list[Any]]], max_bytes: int = 10**8) -> list[Item]:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    workbook.save(folder / "a.xlsx")
    return list(read_workbook(folder / "a.xlsx", "a.xlsx", {}, max_bytes))


def test_rows_have_their_dates_and_places(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        [],
        HEADER,
        [1, "Ferry sinks", "It sank.", datetime(2013, 6, 5, 10)],  # noqa: DTZ001 - Excel knows no zones
        [None] * 4,
        [2.5, "Port", None, date(2013, 6, 5)],
    ]
    items = read(tmp_path, {"News": rows})
    documents = [item for item in items if isinstance(item, Document)]
    assert [(item.location, item.id, item.title, item.text, item.published_at) for item in documents] == [
        ("a.xlsx sheet News row 3", "1", "Ferry sinks", "It sank.", "2013-06-05T10:00:00"),
        ("a.xlsx sheet News row 5", "2.5", "Port", None, "2013-06-05"),
    ]  # fmt: skip


def test_the_header_is_found_below_a_title(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["News of June", None], ["desk", "Foreign"], ["title", "text"], ["Ferry", "It sank."]]
    document, failure = sorted(read(tmp_path, {"S": rows}), key=lambda item: isinstance(item, Failure))
    assert isinstance(document, Document) and (document.title, document.text) == ("Ferry", "It sank.")
    assert document.location == "a.xlsx sheet S row 4"
    assert isinstance(failure, Failure) and failure.location == "a.xlsx sheet S row 2"


def test_all_sheets_of_articles_are_read_and_others_are_reported(tmp_path: Path) -> None:
    sheet = [["title"], ["Ferry"]]
    items = read(tmp_path, {"Notes": [["see", "below"]], "May": sheet, "Empty": [], "June": sheet})
    assert [item.location for item in items] == [
        "a.xlsx sheet May row 2",
        "a.xlsx sheet June row 2",
        "a.xlsx sheet Notes",
    ]
    assert isinstance(items[2], Failure) and "passed over: it has neither a title" in items[2].reason


def test_a_workbook_without_articles_is_refused_by_its_sheets(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="sheet Notes: it has neither a title nor a text column; it has see, below"):
        read(tmp_path, {"Notes": [["see", "below"]]})


def test_a_sheet_whose_last_cell_is_far_outside_is_refused(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet["A1"], sheet["A2"], sheet["XFD1048576"] = "title", "Ferry", "far"
    workbook.save(tmp_path / "a.xlsx")
    with pytest.raises(SourceError, match="spans 1,048,576 rows and 16,384 columns"):
        list(read_workbook(tmp_path / "a.xlsx", "a.xlsx", {}, 4 * 10**9))


def rewrite(file: Path, name: str, change: Any) -> None:
    """Rewrite a part of a workbook."""
    copy = io.BytesIO()
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.namelist():
            target.writestr(part, change(source.read(part)) if part == name else source.read(part))
    file.write_bytes(copy.getvalue())


def test_zip_and_xml_bombs_are_refused_or_harmless(tmp_path: Path) -> None:
    read(tmp_path, {"News": [["title"], ["Ferry"]]})
    rewrite(tmp_path / "a.xlsx", "xl/worksheets/sheet1.xml", lambda part: part + b" " * 50_000_000)
    with pytest.raises(SourceError, match="unpacks to more than 10 MB"):
        list(read_workbook(tmp_path / "a.xlsx", "a.xlsx", {}, 10**7))
    read(tmp_path, {"News": [["title"], ["Ferry"]]})
    entities = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10 if n else 'x' * 99}'>" for n in range(12))
    bomb = f"<?xml version='1.0'?><!DOCTYPE sst [{entities}]><sst><si><t>title</t></si><si><t>&e11;</t></si></sst>"
    rewrite(tmp_path / "a.xlsx", "xl/sharedStrings.xml", lambda _: bomb.encode())
    try:
        items = list(read_workbook(tmp_path / "a.xlsx", "a.xlsx", {}, 10**7))
    except SourceError:
        return
    assert all(len(item.title or "") < 100 for item in items if isinstance(item, Document))


@pytest.mark.parametrize("cut", [10, 500, 3000])
def test_a_damaged_workbook_is_refused(tmp_path: Path, cut: int) -> None:
    read(tmp_path, {"News": [["title"], ["Ferry"]]})
    (tmp_path / "b.xlsx").write_bytes((tmp_path / "a.xlsx").read_bytes()[:-cut])
    with pytest.raises(SourceError, match="not readable as an Excel workbook"):
        list(read_workbook(tmp_path / "b.xlsx", "b.xlsx", {}, 10**7))
