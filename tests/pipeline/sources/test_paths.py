"""Files of folders and globs: read by their format, or said; nothing is passed over without a word."""

from __future__ import annotations

import gzip
import io
import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
from fastwarc.stream_io import Lz4Writer, ZstdWriter

from newsfold import sources
from newsfold.settings import parse_settings
from tests.pipeline.sources.test_warc import build_record

ROW = {"title": "Ferry sinks", "text": "It sank."}
FEED = '<?xml version="1.0"?><rss version="2.0"><channel><title>C</title><item><title>F</title></item></channel></rss>'


def read(folder: Path, path: str, **source: Any) -> tuple[list[str], list[dict[str, Any]], dict[str, Any]]:
    settings = parse_settings({"sources": [{"name": "s", "path": path} | source]}, folder=folder, origin="test")
    documents, outcomes = sources.read_sources(settings, date(2013, 6, 5))
    outcome = outcomes.to_pylist()[0]
    return documents["location"].to_pylist(), outcome["failures"], outcome


@pytest.mark.parametrize("pattern", ["in", "in/*"])
def test_files_of_unknown_formats_are_counted_by_their_endings(tmp_path: Path, pattern: str) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a.doc", "b.doc", "c.doc", "d.DOC.gz", "e.pdf", "f.json.bak", "mystery", "good.txt"):
        (tmp_path / "in" / name).write_text("Some prose.")
    locations, failures, outcome = read(tmp_path, pattern)
    assert locations == ["in/good.txt"] and outcome["n_files"] == 1
    assert not any(failure["file_failed"] for failure in failures)
    reasons = [failure["reason"] for failure in failures]
    assert len(reasons) == 4
    assert any(
        "4 files with the ending .doc" in reason and "in/a.doc, in/b.doc" in reason and "1 more" in reason
        for reason in reasons
    )
    assert any("1 file without an ending" in reason and "in/mystery" in reason for reason in reasons)


def test_files_that_stand_beside_articles_are_no_loss(tmp_path: Path) -> None:
    for name in (
        "README.md", "LICENSE", ".DS_Store", "Thumbs.db", "_SUCCESS", "_metadata", "a.txt.md5", "SHA256SUMS",
        "a.jpg", "a.css", "~$a.xlsx",
    ):  # fmt: skip
        (tmp_path / name).write_text("x")
    (tmp_path / "good.txt").write_text("Fine")
    assert read(tmp_path, ".")[1] == [] and read(tmp_path, "*")[1] == []


@pytest.mark.parametrize("pattern", ["in", "in/**/*.txt"])
def test_links_to_folders_are_followed_but_not_in_circles(tmp_path: Path, pattern: str) -> None:
    for folder in ("in/a", "in/b", "elsewhere"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "elsewhere" / "linked.txt").write_text("Linked")
    (tmp_path / "in" / "a" / "own.txt").write_text("Own")
    for link, target in (("in/a/elsewhere", "elsewhere"), ("in/a/up", "in"), ("in/b/self", "in/b"), ("in/b/a", "in/a")):
        (tmp_path / link).symlink_to(tmp_path / target)
    locations = read(tmp_path, pattern)[0]
    assert locations == [
        f"in/{name}" for name in ("a/elsewhere/linked.txt", "a/own.txt", "b/a/elsewhere/linked.txt", "b/a/own.txt")
    ]


def test_what_cannot_be_opened_in_a_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "good.txt").write_text("Fine")
    (tmp_path / "in" / "gone.csv").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "in" / "pipe")
    locations, failures, _ = read(tmp_path, "in")
    assert locations == ["in/good.txt"]
    assert [(failure["location"], failure["reason"].split(" (")[0]) for failure in failures] == [
        ("in/gone.csv", "the link leads nowhere"),
        ("in/pipe", "it is neither a file nor a folder"),
    ]


def pack(writer: Any, raw: bytes) -> bytes:
    packed = io.BytesIO()
    stream = writer(packed)
    stream.write(raw)
    stream.close()
    return packed.getvalue()


def build_files() -> dict[str, bytes]:
    table, parquet, feather = pa.Table.from_pylist([ROW]), io.BytesIO(), io.BytesIO()
    pq.write_table(table, parquet)
    pyarrow.feather.write_feather(table, feather)
    line = json.dumps(ROW).encode()
    return {
        "feed": FEED.encode(), "feed.gz": gzip.compress(FEED.encode()),
        "page": b"\n<!DOCTYPE html><html><body><p>x</p></body></html>",
        "json": line, "array": b"[\n" + line + b"]", "csv": b"title,text\nFerry,sank\n", "parquet": parquet.getvalue(),
        "feather": feather.getvalue(), "archive": build_record(1), "archive.gz": gzip.compress(build_record(1)),
        "json.zst": pack(ZstdWriter, line), "json.lz4": pack(Lz4Writer, line),
    }  # fmt: skip


@pytest.mark.parametrize("name", build_files())
def test_a_file_without_an_ending_is_told_by_its_content(tmp_path: Path, name: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(build_files()[name])
    for path in (f"in/{name}", "in", "in/*"):
        locations, failures, _ = read(tmp_path, path)
        assert len(locations) == 1 and failures == [], path


def test_a_file_given_by_its_name_is_told_by_its_content_whatever_its_ending(tmp_path: Path) -> None:
    (tmp_path / "old.json.bak").write_text(json.dumps([ROW], indent=1))
    (tmp_path / "letter.doc").write_text("prose")
    assert len(read(tmp_path, "old.json.bak")[0]) == 1
    _, failures, _ = read(tmp_path, "letter.doc")
    assert failures[0]["file_failed"] and "nor does its content" in failures[0]["reason"]


def test_tables_packed_with_zstandard_and_lz4_are_read_within_the_limit(tmp_path: Path) -> None:
    raw = "".join(json.dumps(ROW | {"id": number}) + "\n" for number in range(50_000)).encode()
    for name, writer in (("a.jsonl.zst", ZstdWriter), ("a.jsonl.lz4", Lz4Writer)):
        (tmp_path / name).write_bytes(pack(writer, raw))
        assert len(read(tmp_path, name)[0]) == 50_000
        _, failures, _ = read(tmp_path, name, max_table_mb=1)
        assert "unpacks to more than 1 MB" in failures[-1]["reason"]
        (tmp_path / name).write_bytes(pack(writer, raw)[:-9])
        assert "damaged" in read(tmp_path, name)[1][-1]["reason"]


def test_json_feeds_of_a_folder_are_read(tmp_path: Path) -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "W", "items": [{"id": "1", "title": "Ferry"}]}
    (tmp_path / "feed.json").write_text(json.dumps(feed))
    (tmp_path / "other.xml").write_text(FEED)
    locations, failures, outcome = read(tmp_path, ".")
    assert len(locations) == 2 and failures == [] and outcome["n_files"] == 2


def test_a_pattern_that_asks_for_an_ending_has_its_files_told_by_their_content(tmp_path: Path) -> None:
    (tmp_path / "old.bak").write_text(json.dumps([ROW], indent=1))
    (tmp_path / "odd.bak").write_text("prose")
    locations, failures, _ = read(tmp_path, "*.bak")
    assert len(locations) == 1 and ["1 file with the ending .bak" in failure["reason"] for failure in failures] == [
        True
    ]
    (tmp_path / "old.bak").unlink()
    _, failures, _ = read(tmp_path, "*.bak")
    assert sorted(failure["file_failed"] for failure in failures) == [False, True]
    reasons = " ".join(failure["reason"] for failure in failures)
    assert "no file that newsfold reads" in reasons and "odd.bak" in reasons


def test_a_configured_format_is_that_of_all_files_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "rows.dat").write_text("title,text\nFerry,sank\n")
    (tmp_path / "README.md").write_text("x")
    locations, failures, _ = read(tmp_path, ".", format="csv")
    assert (locations, failures) == (["rows.dat:2"], [])
