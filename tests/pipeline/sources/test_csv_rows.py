"""CSV as spreadsheets write it: separators declared, headers in any spelling, line ends and encodings."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsfold.sources.csv_rows import read_csv
from newsfold.sources.document import Document, Failure, Item
from tests.passages import LEGACY_ENCODINGS, PASSAGES


def read_documents(folder: Path, content: bytes) -> list[Document]:
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
        "title;text\nFerry, sunk;1,5 m;\nPort;x;;\n",
        "title, text\n\"Ferry, sunk\", \"1,5 m\"\nPort, x\n",
        "News, June\n\ntitle;text\nFerry, sunk;1,5 m\nPort;x\n",
        "# exported 2013-06-05\ntitle\ttext\nFerry, sunk\t1,5 m\nPort\tx\n",
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_rows_are_read_as_spreadsheets_write_them(tmp_path: Path, content: str, encoding: str) -> None:
    documents = read_documents(tmp_path, content.encode(encoding))
    assert [(document.title, document.text) for document in documents] == [("Ferry, sunk", "1,5 m"), ("Port", "x")]


def test_a_name_that_two_columns_share_but_for_capitals_is_matched_exactly(tmp_path: Path) -> None:
    (document,) = read_documents(tmp_path, b"TITLE,title,Published At\na,Ferry,2013-06-05\n")
    assert (document.title, document.published_at) == ("Ferry", "2013-06-05")


def test_rows_of_several_cells_above_the_header_are_said(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"desk,day\nForeign,5 June\ntitle,text\nFerry,x\n")
    items = list(read_csv(tmp_path / "a.csv", "a.csv", {}, 10**7))
    assert [item.location for item in items if isinstance(item, Failure)] == ["a.csv:1", "a.csv:2"]
    assert [item.title for item in items if isinstance(item, Document)] == ["Ferry"]


def test_a_nul_costs_no_other_row(tmp_path: Path) -> None:
    documents = read_documents(tmp_path, b"title,text\nFerry,It s\x00ank.\nPort," + b"The port is closed. " * 5)
    assert [document.title for document in documents] == ["Ferry", "Port"]


@pytest.mark.parametrize("null", [r"\N", "#N/A", "NA", "NULL", "NaN"])
def test_what_other_programs_write_for_null_is_no_text(tmp_path: Path, null: str) -> None:
    (document,) = read_documents(tmp_path, f"title,text,published_at\nFerry,{null},{null}\n".encode())
    assert (document.text, document.published_at) == (None, None)


@pytest.mark.parametrize(
    "header",
    [
        "title,content,date,author,link",
        "Title,Body,Publish Date,byline,permalink",
        "title,maintext,publishedAt,authors,url",
    ],
)
def test_columns_are_found_under_the_names_that_others_give_them(tmp_path: Path, header: str) -> None:
    row = "Ferry,It sank.,2013-06-05,Ann Lee,https://a.example/1"
    (document,) = read_documents(tmp_path, f"{header}\n{row}\n".encode())
    assert (document.text, document.published_at, document.authors) == ("It sank.", "2013-06-05", ("Ann Lee",))
    assert document.url == "https://a.example/1"


def test_newsfolds_own_names_count_before_others(tmp_path: Path) -> None:
    (document,) = read_documents(tmp_path, b"date,published_at,title,body,text\n2001-01-01,2013-06-05,Ferry,no,yes\n")
    assert (document.text, document.published_at) == ("yes", "2013-06-05")


def test_lists_written_as_text_are_paragraphs(tmp_path: Path) -> None:
    (document,) = read_documents(tmp_path, b'title,text\nFerry,"[\'It sank.\', \'All ""lived"".\']"\n')
    assert document.text == 'It sank.\nAll "lived".'


def test_lines_are_counted_from_the_line_that_declares_the_separator(tmp_path: Path) -> None:
    (document,) = read_documents(tmp_path, b"sep=;\ntitle;text\nFerry;x\n")
    assert document.location == "a.csv:3"


UNICODE_ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
WRITINGS = [
    (language, encoding) for language in PASSAGES for encoding in LEGACY_ENCODINGS[language] + UNICODE_ENCODINGS
]


def read(path: Path, content: str, encoding: str) -> list[Item]:
    path.write_bytes(content.encode(encoding))
    return list(read_csv(path, path.name, {}, 10_000_000))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rows") / "articles.csv"


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(WRITINGS), st.integers(1, 3), st.sampled_from(",;\t"))
def test_articles_are_read_in_every_encoding(path: Path, writing: tuple[str, str], n_rows: int, delimiter: str) -> None:
    language, encoding = writing
    table = io.StringIO(newline="")
    rows = [["Ferry", "It sank"], *([[f"Row {n}", PASSAGES[language]] for n in range(n_rows)])]
    csv.writer(table, delimiter=delimiter).writerows([["title", "text"], *rows])
    items = read(path, table.getvalue(), encoding)
    assert [getattr(item, "text", item) for item in items] == [text for _, text in rows]


def test_a_letter_whose_second_byte_is_a_bar_does_not_part_the_fields(path: Path) -> None:
    items = read(path, f"title,text,ポポポ\n橋,{PASSAGES['ja']},x\n", "cp932")  # ポ is 83 7C, and 7C is a bar in ASCII
    assert [getattr(item, "text", item) for item in items] == [PASSAGES["ja"]]
