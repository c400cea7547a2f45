"""CSV as spreadsheets write it: separators declared, headers in any spelling, line ends and encodings."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsfold.sources.csv_rows import read_csv
from newsfold.sources.document import Document, Failure


def read(folder: Path, content: bytes) -> list[Document]:
    (folder / "a.csv").write_bytes(content)
    items = list(read_csv(folder / "a.csv", "a.csv", {}, 10**7))
    assert not any(isinstance(item, Failure) for item in items), items
    return [item for item in items if isinstance(item, Document)]


@pytest.mark.parametrize(
    "content",
    [
        "sep=;\r\ntitle;text\r\nFerry, sunk;1,5 m\r\nPort;x\r\n",
        "sep=\t\r\ntitle\ttext\r\nFerry, sunk\t1,5 m\r\nPort\tx\r\n",
        '"sep=;"\r\ntitle;text\r\nFerry, sunk;1,5 m\r\nPort;x\r\n',
        '"title";"text"\rFerry, sunk;1,5 m\rPort;x\r',
        '"title";"text";"a,b,c,d,e"\nFerry, sunk;1,5 m;\nPort;x;\n',
        " Title ,\tTEXT\n\"Ferry, sunk\",\"1,5 m\"\nPort,x\n",
        "title;text\nFerry, sunk;1,5 m\nPort;x",
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_rows_are_read_as_spreadsheets_write_them(tmp_path: Path, content: str, encoding: str) -> None:
    documents = read(tmp_path, content.encode(encoding))
    assert [(document.title, document.text) for document in documents] == [("Ferry, sunk", "1,5 m"), ("Port", "x")]


def test_a_name_that_two_columns_share_but_for_capitals_is_matched_exactly(tmp_path: Path) -> None:
    (document,) = read(tmp_path, b"TITLE,title,Published At\na,Ferry,2013-06-05\n")
    assert (document.title, document.published_at) == ("Ferry", "2013-06-05")


def test_lists_written_as_text_are_paragraphs(tmp_path: Path) -> None:
    (document,) = read(tmp_path, b'title,text\nFerry,"[\'It sank.\', \'All ""lived"".\']"\n')
    assert document.text == 'It sank.\nAll "lived".'


def test_lines_are_counted_from_the_line_that_declares_the_separator(tmp_path: Path) -> None:
    (document,) = read(tmp_path, b"sep=;\ntitle;text\nFerry;x\n")
    assert document.location == "a.csv:3"
