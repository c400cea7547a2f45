"""JSON in every layout: lines, arrays, objects with a list, JSON Feeds, what APIs and pandas write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsfold.errors import SourceError
from newsfold.sources.document import Document, Failure, Item
from newsfold.sources.json_rows import read_json
from tests.passages import LEGACY_ENCODINGS, PASSAGES

ROWS = [{"title": f"Ferry {number}", "text": "It [sank], {twice}.", "tags": ["a", {"b": "]"}]} for number in range(3)]
TITLES = [row["title"] for row in ROWS]
FEED = {"version": "https://jsonfeed.org/version/1.1", "title": "Island Watch", "items": [
    {"id": str(number), "title": title, "content_text": "x"} for number, title in enumerate(TITLES)
]}  # fmt: skip


def read(folder: Path, content: str | bytes, **options: Any) -> list[Item]:
    file = folder / "a.json"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_json(file, "a.json", {}, 10**8, **options))


def list_titles(items: list[Item]) -> list[str | None]:
    assert all(isinstance(item, Document) for item in items), items
    return [item.title for item in items if isinstance(item, Document)]


@pytest.mark.parametrize(
    "content",
    [
        "\n".join(map(json.dumps, ROWS)),
        "\r\n\r\n".join(map(json.dumps, ROWS)),
        "\r".join(map(json.dumps, ROWS)) + "\r",
        "\n".join(map(json.dumps, ROWS)).replace("It [", "It\t["),
        json.dumps(ROWS, indent=1).replace("It [", "It\n["),
        ",\n".join(map(json.dumps, ROWS)) + ",\n",
        "[\n" + ",\n".join(map(json.dumps, ROWS)) + "\n]",
        "[" + ",\n".join(map(json.dumps, ROWS)) + "]",
        json.dumps(ROWS),
        json.dumps(ROWS, indent=2),
        json.dumps(ROWS, indent=2).encode("utf-16"),
        json.dumps(ROWS)[:-1] + ",]",
        "\n".join(json.dumps(row, indent=4) for row in ROWS),
        "".join(map(json.dumps, ROWS)),
        "".join("\x1e" + json.dumps(row) + "\n" for row in ROWS),
        "\ufeff" + json.dumps(ROWS, indent=1),
        *(json.dumps({"status": "ok", key: ROWS}) for key in ("articles", "items", "posts", "data", "results")),
        json.dumps({"response": {"total": 3, "results": ROWS}}, indent=1),
        json.dumps({"hits": {"total": 3, "hits": [{"_id": "7", "_source": row} for row in ROWS]}}),
        json.dumps(FEED),
        json.dumps(FEED, indent=1),
        json.dumps({name: {str(number): row[name] for number, row in enumerate(ROWS)} for name in ROWS[0]}),
        json.dumps({"columns": list(ROWS[0]), "index": [0, 1, 2], "data": [list(row.values()) for row in ROWS]}),
        json.dumps([{"Title": row["title"], "TEXT": "x"} for row in ROWS]),
        json.dumps([{"title": {"rendered": title}, "content": {"rendered": "x"}} for title in TITLES]),
    ],
)
def test_articles_are_read_of_every_layout(tmp_path: Path, content: str | bytes) -> None:
    items = read(tmp_path, content)
    assert list_titles(items) == TITLES
    assert all(item.text for item in items if isinstance(item, Document))


def test_one_article_alone_is_read(tmp_path: Path) -> None:
    assert list_titles(read(tmp_path, json.dumps(ROWS[0], indent=1))) == TITLES[:1]


def test_a_post_of_wordpress_has_its_address_and_time(tmp_path: Path) -> None:
    post = {"id": 7, "date": "2013-06-05T12:00:00", "date_gmt": "2013-06-05T10:00:00", "link": "https://a.example/7",
            "title": {"rendered": "Ferry"}, "content": {"rendered": "<p>x</p>"}, "author": 3}  # fmt: skip
    (item,) = read(tmp_path, json.dumps([post]))
    assert isinstance(item, Document)
    assert (item.id, item.url, item.published_at) == ("7", "https://a.example/7", "2013-06-05T10:00:00Z")


def test_a_document_of_mongodb_has_its_id_and_time(tmp_path: Path) -> None:
    row = {"_id": {"$oid": "51af"}, "title": "Ferry", "published_at": {"$date": {"$numberLong": "1370426400000"}}}
    (item,) = read(tmp_path, json.dumps(row))
    assert isinstance(item, Document)
    assert (item.id, item.published_at) == ("51af", "2013-06-05T10:00:00+00:00")


def test_an_article_of_news_please_has_its_text_and_time(tmp_path: Path) -> None:
    row = {"title": "Ferry", "text": None, "maintext": "It sank.", "date_publish": "2013-06-05 10:00:00"}
    (item,) = read(tmp_path, json.dumps(row))
    assert isinstance(item, Document)
    assert (item.text, item.published_at) == ("It sank.", "2013-06-05 10:00:00")


def test_a_list_of_articles_is_no_text_of_the_answer_around_it(tmp_path: Path) -> None:
    answer = {"title": "Latest", "content": [{"type": "list"}], "items": ROWS}
    assert list_titles(read(tmp_path, json.dumps(answer))) == TITLES


def test_a_configured_outlet_names_the_articles_of_a_feed(tmp_path: Path) -> None:
    items = read(tmp_path, json.dumps(FEED), outlet="Post")
    assert {item.outlet for item in items if isinstance(item, Document)} == {"Post"}


def test_damage_within_an_array_is_said_and_articles_before_it_are_kept(tmp_path: Path) -> None:
    content = json.dumps(ROWS, indent=1).replace('"title": "Ferry 2"', '"title" "Ferry 2"')
    (tmp_path / "a.json").write_text(content)
    items = read_json(tmp_path / "a.json", "a.json", {}, 10**8)
    assert list_titles([next(items), next(items)]) == TITLES[:2]
    with pytest.raises(SourceError, match="item 3 is not JSON"):
        next(items)


@pytest.mark.parametrize("indent", [None, 2])
def test_a_json_feed_that_is_cut_off_keeps_the_items_before_the_damage(tmp_path: Path, indent: int | None) -> None:
    *kept, failure = read(tmp_path, json.dumps(FEED, indent=indent)[:-25])
    assert list_titles(kept) == TITLES[:2]
    assert isinstance(failure, Failure) and "2 items were kept" in failure.reason


def test_several_json_feeds_in_a_file_are_all_read(tmp_path: Path) -> None:
    assert list_titles(read(tmp_path, f"{json.dumps(FEED)}\n{json.dumps(FEED)}\n")) == TITLES * 2


@pytest.mark.parametrize(
    "content", ['{"items": []}', "[]", '{"version": "https://jsonfeed.org/version/1", "items": []}']
)
def test_a_file_without_articles_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(SourceError, match=r"no article|is empty|no entries"):
        read(tmp_path, content)


def test_what_is_no_article_is_rejected(tmp_path: Path) -> None:
    items = read(tmp_path, '[{"title": "Ferry"}, 3, "x", {"name": "y"}]')
    assert [isinstance(item, Failure) for item in items] == [False, True, True, True]


ROW = st.fixed_dictionaries({"title": st.text(min_size=1, max_size=9), "text": st.text(max_size=30)})


@given(rows=st.lists(ROW, min_size=1, max_size=9), indent=st.none() | st.integers(0, 4), lines=st.booleans())
def test_every_row_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]], indent: int | None, lines: bool
) -> None:
    content = "\n".join(json.dumps(row, indent=indent) for row in rows) if lines else json.dumps(rows, indent=indent)
    assert len(read(tmp_path_factory.mktemp("json"), content)) == len(rows)


UNICODE_ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
WRITINGS = [
    (language, encoding) for language in PASSAGES for encoding in LEGACY_ENCODINGS[language] + UNICODE_ENCODINGS
]


def read_lines(path: Path, raw: bytes) -> list[Item]:
    path.write_bytes(raw)
    return list(read_json(path, path.name, {}, 10_000_000))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lines") / "articles.jsonl"


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(WRITINGS), st.integers(1, 3))
def test_articles_are_read_in_every_encoding(path: Path, writing: tuple[str, str], n_rows: int) -> None:
    language, encoding = writing
    rows = [{"title": f"Row {n}", "text": PASSAGES[language]} for n in range(n_rows)]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    items = read_lines(path, lines.encode(encoding))
    assert [getattr(item, "text", item) for item in items] == [PASSAGES[language]] * n_rows


def test_a_line_that_does_not_fit_the_encoding_costs_itself_only(path: Path) -> None:
    rows = [json.dumps({"title": "Åbo", "text": PASSAGES["sv"]}, ensure_ascii=False).encode() for _ in range(3)]
    rows.insert(1, b'{"title": "\xc5bo", "text": "cut"}')
    items = read_lines(path, b"\n".join(rows))
    assert [type(item) for item in items] == [Document, Failure, Document, Document]
    assert isinstance(items[1], Failure) and "do not fit the file's encoding" in items[1].reason


def test_characters_cut_at_the_chunks_of_a_long_file_are_whole(path: Path) -> None:
    row = json.dumps({"title": "橋", "text": PASSAGES["ja"] * 50}, ensure_ascii=False) + "\n"
    items = read_lines(path, (row * 150).encode("cp932"))
    assert {getattr(item, "text", None) for item in items} == {PASSAGES["ja"] * 50}
