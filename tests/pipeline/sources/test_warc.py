"""Web archives: their pages are read, and damage is reported without losing the pages before it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pytest

from newsfold import sources
from newsfold.settings import parse_settings
from tests.pipeline.sources.conftest import EDITION

# The number of pages of each archive, and the reason if it is damaged.
REAL_ARCHIVES = {
    "resiliparse/warcfile.warc": (16, ""), "resiliparse/warcfile.warc.gz": (16, ""),
    "resiliparse/warcfile.warc.lz4": (16, ""), "resiliparse/clipped.warc.gz": (1, "cut off"),
    "warcio/example.warc": (1, "revisit"), "warcio/example.warc.gz": (1, "revisit"), "warcio/example.arc": (1, ""),
    "warcio/example.arc.gz": (1, ""), "warcio/example-space-in-url.arc": (1, ""), "warcio/bad.arc": (0, "no web page"),
    "warcio/example-trunc.warc": (1, ""), "warcio/example-wrong-chunks.warc.gz": (1, ""),
    "warcio/example-bad-non-chunked.warc.gz": (1, "revisit"), "warcio/example-iana.org-chunked.warc": (1, ""),
    "warcio/example-resource.warc.gz": (1, ""), "warcio/example-wget-bad-target-uri.warc.gz": (1, ""),
    "warcio/post-test.warc.gz": (0, "no web page"), "warcio/example-digest.warc": (0, "no web page"),
    "resiliparse/clueweb-quirk.warc.gz": (29, ""), "resiliparse/block-sized-records.warc": (0, "no web page"),
}  # fmt: skip


def read_archive(path: Path, **source: object) -> tuple[pa.Table, str]:
    raw = {"sources": [{"name": "archive", "path": str(path), **source}]}
    documents, outcomes = sources.read_sources(parse_settings(raw, folder=path.parent, origin="test"), EDITION)
    return documents, "\n".join(failure["reason"] for failure in outcomes.to_pylist()[0]["failures"])


def build_warc(*pages: tuple[str, bytes], content_type: str = "text/html") -> bytes:
    records: list[bytes] = []
    for url, body in pages:
        http = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2013-06-05T00:00:00Z\r\n"
            f"WARC-Record-ID: <urn:uuid:{len(records)}>\r\nContent-Type: application/http; msgtype=response\r\n"
            f"Content-Length: {len(http)}\r\n\r\n"
        )
        records.append(head.encode() + http + b"\r\n\r\n")
    return b"".join(records)


@pytest.mark.parametrize("name", REAL_ARCHIVES)
def test_real_archives_are_read_whole_clipped_or_odd(name: str, shared: Path) -> None:
    n_pages, damage = REAL_ARCHIVES[name]
    documents, reasons = read_archive(shared / "warc" / name)
    assert documents.num_rows == n_pages
    assert damage in reasons and bool(damage) == bool(reasons)
    assert all(url.startswith("http") for url in documents["url"].to_pylist())


def test_a_page_too_large_is_left_out_and_the_others_are_read(tmp_path: Path) -> None:
    pages = [("https://a.example/1", b"<p>one</p>"), ("https://a.example/2", b"x" * 2_000_000)]
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(build_warc(*pages, ("https://a.example/3", b"<p>three</p>"))))
    documents, reasons = read_archive(tmp_path / "a.warc.gz", max_file_mb=1)
    assert documents["url"].to_pylist() == ["https://a.example/1", "https://a.example/3"]
    assert "larger than 1 MB" in reasons


def test_an_archive_that_unpacks_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(build_warc(("https://a.example/1", bytes(5_000_000)))))
    _, reasons = read_archive(tmp_path / "a.warc.gz", max_table_mb=1)
    assert "more than the 1 MB" in reasons


def test_a_page_is_decoded_by_the_charset_of_its_http_header(tmp_path: Path) -> None:
    body = "<html><body><p>Новости дня</p></body></html>".encode("cp1251")
    (tmp_path / "a.warc").write_bytes(
        build_warc(("https://a.example/1", body), content_type="text/html; charset=windows-1251")
    )
    documents, _ = read_archive(tmp_path / "a.warc")
    assert "Новости дня" in documents["content"][0].as_py().decode()
