from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from newsfold.sources.json_lines import read_json_lines

from newsfold.sources.document import Document, Failure, Item
from tests.passages import LEGACY_ENCODINGS, PASSAGES

UNICODE_ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
WRITINGS = [
    (language, encoding) for language in PASSAGES for encoding in LEGACY_ENCODINGS[language] + UNICODE_ENCODINGS
]


def read(path: Path, raw: bytes) -> list[Item]:
    path.write_bytes(raw)
    return list(read_json_lines(path, path.name, {}, 10_000_000))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lines") / "articles.jsonl"


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(WRITINGS), st.integers(1, 3))
def test_articles_are_read_in_every_encoding(path: Path, writing: tuple[str, str], n_rows: int) -> None:
    language, encoding = writing
    rows = [{"title": f"Row {n}", "text": PASSAGES[language]} for n in range(n_rows)]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    items = read(path, lines.encode(encoding))
    assert [getattr(item, "text", item) for item in items] == [PASSAGES[language]] * n_rows


def test_a_line_that_does_not_fit_the_encoding_costs_itself_only(path: Path) -> None:
    rows = [json.dumps({"title": "Åbo", "text": PASSAGES["sv"]}, ensure_ascii=False).encode() for _ in range(3)]
    rows.insert(1, b'{"title": "\xc5bo", "text": "cut"}')
    items = read(path, b"\n".join(rows))
    assert [type(item) for item in items] == [Document, Failure, Document, Document]
    assert isinstance(items[1], Failure) and "do not fit the file's encoding" in items[1].reason


def test_characters_cut_at_the_chunks_of_a_long_file_are_whole(path: Path) -> None:
    row = json.dumps({"title": "橋", "text": PASSAGES["ja"] * 50}, ensure_ascii=False) + "\n"
    items = read(path, (row * 150).encode("cp932"))
    assert {getattr(item, "text", None) for item in items} == {PASSAGES["ja"] * 50}
