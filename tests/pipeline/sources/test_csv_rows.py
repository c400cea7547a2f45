from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsfold.sources.csv_rows import read_csv
from newsfold.sources.document import Item
from tests.passages import LEGACY_ENCODINGS, PASSAGES

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
