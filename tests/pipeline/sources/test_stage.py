"""Sources on disk: every document is read, every failure has a reason, and no failure affects other files."""

from __future__ import annotations

import gzip
import json
import os
import resource
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from newsfold import schemas, sources
from newsfold.errors import MachineError, SourceError
from newsfold.settings import parse_settings

EDITION = date(2014, 3, 2)
Read = Callable[..., tuple[list[dict[str, Any]], dict[str, Any]]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads one source of the test's folder; returns its documents and its outcome."""

    def read_one_source(
        path: str | list[str], outlets: dict[str, Any] | None = None, **source: Any
    ) -> tuple[list[Any], Any]:
        raw = {"sources": [{"name": "s", "path": path} | source], "outlets": outlets or {}}
        documents, outcomes = sources.read_sources(parse_settings(raw, folder=tmp_path, origin="test"), EDITION)
        assert documents.schema == schemas.SCHEMAS["documents"]
        (outcome,) = outcomes.to_pylist()
        n_item_failures = sum(not failure["file_failed"] for failure in outcome["failures"])
        assert outcome["n_read"] == documents.num_rows + n_item_failures
        return documents.to_pylist(), outcome

    return read_one_source


def list_reasons(outcome: dict[str, Any]) -> list[str]:
    return [f"{failure['location']}: {failure['reason']}" for failure in outcome["failures"]]


def drop_locations(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in document.items() if name != "location"} for document in documents]


def test_files_of_a_folder_are_read_by_suffix_in_path_order(tmp_path: Path, read: Read) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "b.html").write_text("<p>page")
    (tmp_path / "in" / "deep" / "a.txt.gz").write_bytes(gzip.compress(b"A scrape"))
    (tmp_path / "in" / "c.jsonl").write_text('{"title": "One"}\n\n{"title": "Two"}\n')
    for skipped in ("notes.md", ".hidden.txt", "photo.jpg"):
        (tmp_path / "in" / skipped).write_text("skipped")
    documents, outcome = read("in")
    locations = [document["location"] for document in documents]
    assert locations == ["in/b.html", "in/c.jsonl:1", "in/c.jsonl:3", "in/deep/a.txt.gz"]
    assert [document["form"] for document in documents] == ["html", "fields", "fields", "text"]
    assert documents[3]["content"] == b"A scrape"
    assert (outcome["n_files"], outcome["n_read"], outcome["failures"]) == (3, 4, [])


def test_bad_files_fail_alone_with_a_reason(tmp_path: Path, read: Read) -> None:
    (tmp_path / "good.txt").write_text("Fine")
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "blank.txt").write_bytes(b" \n\n")
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 9)
    (tmp_path / "large.txt").write_bytes(b"x" * 2_000_001)
    (tmp_path / "bomb.txt.gz").write_bytes(gzip.compress(b"x" * 50_000_000))
    (tmp_path / "nothing.txt.gz").write_bytes(gzip.compress(b""))
    (tmp_path / "clipped.txt.gz").write_bytes(gzip.compress(os.urandom(9000))[:5000])
    (tmp_path / "dangling.txt").symlink_to(tmp_path / "gone")
    os.mkfifo(tmp_path / "pipe.txt")
    documents, outcome = read("*.txt*", max_file_mb=2)
    assert [document["location"] for document in documents] == ["good.txt"]
    reasons = "\n".join(list_reasons(outcome))
    for reason in (
        "empty.txt: it is empty", "nothing.txt.gz: it is empty", "blank.txt: it is blank", "binary.txt: it is binary",
        "large.txt: it is 2 MB, more than 2 MB", "bomb.txt.gz: it unpacks to more than 2 MB",
        "clipped.txt.gz: its gzip data is damaged", "dangling.txt: the link leads nowhere", "pipe.txt: it is neither",
    ):  # fmt: skip
        assert reason in reasons
    assert all(failure["file_failed"] for failure in outcome["failures"]) and outcome["n_files"] == 10


def test_a_path_without_files_is_a_failure_of_its_source(tmp_path: Path, read: Read) -> None:
    (tmp_path / "2014-03-04").mkdir()
    (tmp_path / "2014-03-04" / "a.txt").write_text("Fine")
    (tmp_path / "bare").mkdir()
    (tmp_path / "odd.doc").write_text("what")
    _, outcome = read(["{edition_date}/*.txt", "bare", "odd.doc", "none/*.xml"])
    reasons = "\n".join(list_reasons(outcome))
    assert "2014-03-02/*.txt: there is no such" in reasons and "nearest dates with files: 2014-03-04" in reasons
    assert "bare: the folder holds no file" in reasons
    assert "odd.doc: its name does not tell its format" in reasons
    assert "none/*.xml: there is no such" in reasons


def test_dates_and_outlets_are_read_from_the_path(tmp_path: Path, read: Read) -> None:
    for day, name in (
        ("2014-03-01", "bee_120000.txt"),
        ("2014-03-02", "bee_120000.txt"),
        ("2014-03-02", "owl_130000.txt"),
    ):
        (tmp_path / day).mkdir(exist_ok=True)
        (tmp_path / day / name).write_text(day)
    (tmp_path / "2014-02-31").mkdir()
    (tmp_path / "2014-03-09").mkdir()
    outlets = {"bee": {"name": "The Bee", "publisher_family": "Hive", "language": "en"}}
    path = "{edition_date}/{outlet}_*.txt"
    documents, _ = read(path, outlets, outlet="ignored", publisher_family="Forest", language="fr")
    assert [(document["outlet"], document["publisher_family"], document["language"]) for document in documents] == [
        ("The Bee", "Hive", "en"),
        ("owl", "Forest", "fr"),
    ]
    raw = {
        "sources": [
            {"name": "s", "path": path},
            {"name": "t", "path": "fixed"},
            {"name": "u", "path": "{edition_date}"},
        ]
    }
    settings = parse_settings(raw, folder=tmp_path, origin="test")
    assert sources.list_editions(settings) == [date(2014, 3, 1), date(2014, 3, 2)]


def test_a_file_whose_name_has_pattern_characters_is_found_by_its_name(tmp_path: Path, read: Read) -> None:
    (tmp_path / "[1].txt").write_text("Fine")
    assert [document["location"] for document in read("[1].txt")[0]] == ["[1].txt"]
    assert [document["location"] for document in read(["[[]1].txt", "[1].txt"])[0]] == ["[1].txt"]


def test_a_table_gives_the_same_documents_in_every_format(tmp_path: Path, read: Read) -> None:
    rows = [
        {
            "id": 1,
            "title": "Ferry, sunk",
            "text": 'It "sank".\nTwice.',
            "authors": ["A. Roe", "B. Doe"],
            "published_at": "2014-03-02",
        },
        {"id": 2, "title": "Storm", "text": None, "authors": None, "published_at": None},
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "t.parquet")
    (tmp_path / "t.jsonl").write_text("\n".join(map(json.dumps, rows)))
    pd.DataFrame(rows).to_csv(tmp_path / "t.csv", index=False)
    pd.DataFrame(rows).to_csv(tmp_path / "t.tsv", index=False, sep="\t")
    (tmp_path / "p.parquet.gz").write_bytes(gzip.compress((tmp_path / "t.parquet").read_bytes()))
    expected = drop_locations(read("t.parquet")[0])
    assert (expected[0]["id"], expected[0]["authors"], expected[1]["text"]) == ("1", ["A. Roe", "B. Doe"], None)
    for name in ("t.jsonl", "t.csv", "t.tsv", "p.parquet.gz"):
        documents, outcome = read(name)
        assert outcome["failures"] == []
        assert drop_locations(documents) == expected, name


def test_typed_columns_become_text(tmp_path: Path, read: Read) -> None:
    table = pa.table(
        {
            "id": pa.array([1.0, float("nan")]),
            "title": pa.array(["Ferry", "Storm"]).dictionary_encode(),
            "published_at": pa.array([datetime(2014, 3, 2, 9, tzinfo=UTC), None], pa.timestamp("ns", "Europe/Berlin")),
            "url": pa.array([b"https://h.example/1", None], pa.binary()),
            "language": pa.nulls(2),
        }
    )
    pq.write_table(table, tmp_path / "t.parquet")
    documents, _ = read("t.parquet")
    assert [document["id"] for document in documents] == ["1", None]
    assert documents[0]["published_at"] == "2014-03-02T10:00:00+01:00"
    assert (documents[0]["title"], documents[0]["url"]) == ("Ferry", "https://h.example/1")


def test_columns_are_mapped_and_missing_ones_are_named(tmp_path: Path, read: Read) -> None:
    (tmp_path / "t.csv").write_text("headline,story\nFerry,It sank\n")
    (tmp_path / "t.jsonl").write_text('{"headline": "Ferry"}\n')
    documents, _ = read("t.*", columns={"title": "headline", "text": "story"})
    assert [(document["title"], document["text"]) for document in documents] == [("Ferry", "It sank"), ("Ferry", None)]
    assert "it has headline, story. Name them in the source's `columns:`" in list_reasons(read("t.csv")[1])[0]
    assert "its keys are headline" in list_reasons(read("t.jsonl")[1])[0]
    assert "(title: head)" in list_reasons(read("t.csv", columns={"title": "head"})[1])[0]


def test_broken_rows_fail_alone_with_their_line(tmp_path: Path, read: Read) -> None:
    (tmp_path / "t.csv").write_bytes(
        b'id,title,text\n1,Ferry,"It sank.\nTwice."\n2,Storm\n3,"Unclosed,it\n4,Flood,"Wet, they say"\n'
        b"5,Stray \xff byte,x\n6,Calm,y\n"
    )
    documents, outcome = read("t.csv")
    assert [document["id"] for document in documents] == ["1", "4", "6"]
    assert [(failure["location"], failure["file_failed"]) for failure in outcome["failures"]] == [
        ("t.csv:4", False), ("t.csv:5", False), ("t.csv:7", False),
    ]  # fmt: skip
    (tmp_path / "t.jsonl").write_bytes(
        b'{"title": "Ferry"}\n{"title": "Sto\n[1]\n{"title": "\xff"}\n{"title": "\\ud800 half", "id": NaN}\n'
    )
    documents, outcome = read("t.jsonl")
    assert [document["title"] for document in documents] == ["Ferry", "? half"]
    assert [failure["location"] for failure in outcome["failures"]] == ["t.jsonl:2", "t.jsonl:3", "t.jsonl:4"]


def test_an_unclosed_quote_at_the_end_costs_one_row(tmp_path: Path, read: Read) -> None:
    (tmp_path / "t.csv").write_text('id,title\n1,"Unclosed\n' + "".join(f"{n},Fine\n" for n in range(2, 500)))
    documents, outcome = read("t.csv")
    assert len(documents) == 498 and [failure["location"] for failure in outcome["failures"]] == ["t.csv:2"]


def test_another_format_is_refused_as_a_whole(tmp_path: Path, read: Read) -> None:
    (tmp_path / "t.jsonl").write_text("prose, not JSON\n" * 3000)
    (tmp_path / "t.parquet").write_text("PAR1 not really")
    for name, reason in (("t.jsonl", "all broken"), ("t.parquet", "not readable as Parquet")):
        documents, outcome = read(name)
        assert documents == [] and outcome["failures"][0]["file_failed"] and reason in list_reasons(outcome)[0]
        assert len(outcome["failures"]) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv_files_are_read_in_their_encoding(tmp_path: Path, read: Read, encoding: str) -> None:
    rows = ["Año de sequía en España", "El niño soñó", "Mañana habrá más café", "Acción y corazón"]
    (tmp_path / "t.csv").write_bytes(("title;id\r\n" + "".join(f"{row};1\r\n" for row in rows)).encode(encoding))
    documents, outcome = read("t.csv")
    if encoding == "utf-16":
        assert outcome["failures"] == []
    assert [document["title"] for document in documents] == rows


def test_reading_twice_gives_the_same_tables_and_reports_progress(tmp_path: Path) -> None:
    for name in "zab":
        (tmp_path / f"{name}.txt").write_text(name)
    settings = parse_settings({"sources": [{"name": "s", "path": "*.txt"}]}, folder=tmp_path, origin="test")
    progress: list[tuple[str, int]] = []
    documents, outcomes = sources.read_sources(settings, EDITION)
    documents_again, outcomes_again = sources.read_sources(settings, EDITION, lambda *call: progress.append(call))
    assert documents.equals(documents_again) and outcomes.equals(outcomes_again)
    assert progress[-1] == ("s", 3)


def test_a_table_in_memory_becomes_documents_like_a_file() -> None:
    documents = sources.documents_from_table(pa.table({"title": ["Ferry", None], "id": [1, 2]}), "articles")
    assert documents["location"].to_pylist() == ["articles row 1", "articles row 2"]
    assert documents["id"].to_pylist() == ["1", "2"]
    with pytest.raises(SourceError, match="neither a title nor a text column; it has headline"):
        sources.documents_from_table(pa.table({"headline": ["Ferry"]}), "articles")


def write_row(path: Path, **odd: Any) -> None:
    """Write three rows as JSON Lines, of which the second has odd values."""
    row = {"title": "Ferry sinks", "text": "It sank before dawn."}
    path.write_text("\n".join(json.dumps(values) for values in (row, row | odd, row)))


@pytest.mark.parametrize(
    ("odd", "name", "expected"),
    [
        ({"authors": "[{[]:1}]"}, "authors", ["[{[]:1}]"]),
        ({"authors": "[" * 900 + "]" * 900}, "authors", ["[" * 900 + "]" * 900]),
        ({"title": "Ferry &#x110000;"}, "title", "Ferry &#x110000;"),
        ({"published_at": 10**40}, "published_at", str(10**40)),
        ({"published_at": "9999-12-31T23:59:59-14:00"}, "published_at", "9999-12-31T23:59:59-14:00"),
    ],
)
def test_an_odd_value_is_kept_as_it_is(
    tmp_path: Path, read: Read, odd: dict[str, Any], name: str, expected: Any
) -> None:
    write_row(tmp_path / "odd.jsonl", **odd)
    documents, outcome = read("odd.jsonl")
    assert (len(documents), outcome["failures"]) == (3, [])
    assert documents[1][name] == expected


def test_a_value_that_cannot_be_read_costs_its_row(tmp_path: Path, read: Read) -> None:
    deep: list[Any] = []
    for _ in range(600):
        deep = [deep]
    write_row(tmp_path / "odd.jsonl", text=deep)
    documents, outcome = read("odd.jsonl")
    assert len(documents) == 2
    assert list_reasons(outcome)[0].startswith("odd.jsonl:2: it could not be read (RecursionError")


def test_odd_times_and_texts_of_parquet_are_kept_as_text(tmp_path: Path, read: Read) -> None:
    offsets = pa.array([0, 4, 8, 12], pa.int32()).buffers()[1]
    titles = pa.Array.from_buffers(pa.string(), 3, [None, offsets, pa.py_buffer(b"FireCaf\xe9Rain")])
    seconds = [0, 2**50, -(2**50)]
    for name, times in (
        ("zone", pa.array([0, 1, 2], pa.timestamp("us", "Mars/Base"))),
        ("second", pa.array(seconds, pa.timestamp("s"))),
        ("day", pa.array([0, 2**31 - 1, -(2**31)], pa.date32())),
    ):
        pq.write_table(pa.table({"title": titles, "published_at": times}), tmp_path / f"{name}.parquet")
        documents, outcome = read(f"{name}.parquet")
        assert outcome["failures"] == []
        assert [document["title"] for document in documents] == ["Fire", "Café", "Rain"]
        assert documents[0]["published_at"].startswith("1970-01-01")
        assert all(document["published_at"] for document in documents)


def test_a_cell_of_parquet_that_cannot_be_read_costs_its_row(tmp_path: Path, read: Read) -> None:
    offsets = pa.array([0, 3, 4], pa.int32()).buffers()[1]
    names = pa.Array.from_buffers(pa.string(), 2, [None, offsets, pa.py_buffer(b"Ida\xe9")])
    authors = pa.ListArray.from_arrays(pa.array([0, 1, 2], pa.int32()), names)
    pq.write_table(pa.table({"title": ["Ferry sinks", "Port opens"], "authors": authors}), tmp_path / "t.parquet")
    documents, outcome = read("t.parquet")
    assert [(document["title"], document["authors"]) for document in documents] == [("Ferry sinks", ["Ida"])]
    assert "t.parquet row 2: it could not be read (UnicodeDecodeError" in list_reasons(outcome)[0]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_column_that_is_there_twice_is_refused(tmp_path: Path, read: Read, suffix: str) -> None:
    (tmp_path / "t.csv").write_text("title,text,title\nFerry sinks,It sank.,Port\n")
    column = pa.array(["Ferry sinks"])
    pq.write_table(pa.Table.from_arrays([column, column], names=["title", "title"]), tmp_path / "t.parquet")
    documents, outcome = read(f"t.{suffix}")
    assert not documents
    assert "more than one column title" in list_reasons(outcome)[0]
    (tmp_path / "c.csv").write_text("title,note,note\nFerry sinks,a,b\n")
    assert len(read("c.csv")[0]) == 1  # not one that is read


def test_utf_16_that_is_cut_off_within_a_character_loses_no_row(tmp_path: Path, read: Read) -> None:
    (tmp_path / "cut.csv").write_bytes("title,text\nFerry sinks,It sank\nPort,Open\n".encode("utf-16")[:-1])
    documents, outcome = read("cut.csv")
    assert [document["title"] for document in documents] == ["Ferry sinks", "Port"]
    assert outcome["failures"] == []


def test_bytes_that_are_no_text_reach_the_reason_of_a_failure(tmp_path: Path, read: Read) -> None:
    (tmp_path / "a.csv").write_bytes(b"t\xe1,x\nFerry sinks,It sank\n")
    documents, outcome = read("a.csv")
    assert not documents
    assert "neither a title nor a text column" in list_reasons(outcome)[0]


def test_feeds_with_impossible_characters_and_years_are_read_whole(tmp_path: Path, read: Read) -> None:
    items = "".join(
        f"<item><title>Ferry {odd}</title><pubDate>{time}</pubDate></item>"
        for odd, time in (
            ("one", "Mon, 03 Jun 2013 09:00:00 GMT"),
            ("&#x110000;", "0001-01-01T00:00:00+23:59"),
            ("&#xD800;", "Mon, 01 Jan 99999 00:00:00 GMT"),
            ("four", "9999-12-31T23:59:59-23:59"),
        )
    )
    (tmp_path / "f.xml").write_text(f'<rss version="2.0"><channel><title>C</title>{items}</channel></rss>')
    documents, outcome = read("f.xml")
    assert [document["title"] for document in documents] == ["Ferry one", "Ferry \ufffd", "Ferry \ufffd", "Ferry four"]
    assert outcome["failures"] == []


def test_a_library_that_fails_costs_one_file(tmp_path: Path, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    import feedparser

    def explode(*_: object, **__: object) -> None:
        raise ZeroDivisionError("odd")

    monkeypatch.setattr(feedparser, "parse", explode)
    (tmp_path / "a.xml").write_text("<rss/>")
    (tmp_path / "b.txt").write_text("Fine")
    documents, outcome = read(["a.xml", "b.txt"])
    assert len(documents) == 1
    assert list_reasons(outcome) == ["a.xml: it could not be read (ZeroDivisionError: odd)"]


def test_a_lack_of_open_files_is_no_fault_of_a_file(tmp_path: Path, read: Read) -> None:
    (tmp_path / "a.txt").write_text("Fine")
    assert len(read("a.txt")[0]) == 1
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    next_number = os.open(os.devnull, os.O_RDONLY)
    os.close(next_number)
    resource.setrlimit(resource.RLIMIT_NOFILE, (next_number, hard))
    try:
        with pytest.raises(MachineError, match=r"Reading a\.txt failed .*Too many open files"):
            read("a.txt")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
