"""Web archives: their pages are read, and damage is reported without losing the pages before it."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from pathlib import Path
from typing import Any

import brotli
import pyarrow as pa
import pytest
from fastwarc.stream_io import ZstdWriter
from hypothesis import given
from hypothesis import strategies as st

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


@pytest.mark.parametrize("interim", [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.0 200 Connection established\r\n\r\n"])
def test_a_page_is_found_behind_the_replies_before_it(tmp_path: Path, interim: bytes) -> None:
    page = interim * 2 + b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><p>Ferry</p></html>"
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/1\r\nContent-Length: {len(page)}"
    (tmp_path / "a.warc").write_bytes(head.encode() + b"\r\n\r\n" + page + b"\r\n\r\n")
    documents, reasons = read_archive(tmp_path / "a.warc")
    assert (documents["content"].to_pylist(), reasons) == ([b"<html><p>Ferry</p></html>"], "")


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


PAGE = b"<!doctype html><html><body><p>The ferry Lomo sank before dawn, page %d.</p></body></html>"
URLS = [f"https://a.example/{number}" for number in range(5)]


def build_record(number: int, body: bytes | None = None, **headers: str) -> bytes:
    """Build a record of a page whose HTTP header has other fields beside its type."""
    body = PAGE % number if body is None else body
    fields = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    http = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{fields}\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/{number}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def read_bytes(folder: Path, raw: bytes, name: str = "a.warc", **source: object) -> tuple[dict[str, bytes], str]:
    (folder / name).write_bytes(raw)
    documents, reasons = read_archive(folder / name, **source)
    return dict(zip(documents["url"].to_pylist(), documents["content"].to_pylist(), strict=True)), reasons


def assert_all_but_one_arrive(folder: Path, raw: bytes, damaged: int) -> None:
    (folder / "a.warc").write_bytes(raw)
    documents, _ = read_archive(folder / "a.warc")
    pages = list(zip(documents["url"].to_pylist(), documents["content"].to_pylist(), strict=True))
    for number, url in enumerate(URLS):
        assert number == damaged or (url, PAGE % number) in pages


def pack_zstd(body: bytes) -> bytes:
    packed = io.BytesIO()
    writer = ZstdWriter(packed)
    writer.write(body)
    writer.close()
    return packed.getvalue()


def deflate(body: bytes) -> bytes:
    return zlib.compress(body)


@pytest.mark.parametrize(
    ("headers", "stored"),
    [
        ({"Content_Encoding": "gzip"}, gzip.compress),
        ({"Content_Encoding": "GZIP"}, None),
        ({"Content_Encoding": "deflate"}, deflate),
        ({"Content_Encoding": "deflate"}, None),
        ({"Content_Encoding": "br"}, None),
        ({"Content_Encoding": "zstd"}, None),
        ({"Content_Encoding": "none"}, None),
        ({"Content_Encoding": "utf-8"}, None),
        ({"Content_Encoding": "gzip, gzip"}, lambda body: gzip.compress(gzip.compress(body))),
        ({}, gzip.compress),
        ({"Transfer_Encoding": "none"}, None),
        ({"Transfer_Encoding": "chunked"}, None),
        ({"Transfer_Encoding": "chunked"}, lambda body: b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)),
        ({"Transfer_Encoding": "chunked"}, lambda body: b"a\r\n%s\r\n%x;x=1\r\n%s" % (body[:10], len(body), body[10:])),
        (
            {"Transfer_Encoding": "chunked", "Content_Encoding": "gzip"},
            lambda body: b"%x\r\n%s\r\n0\r\n\r\n" % (len(gzip.compress(body, mtime=0)), gzip.compress(body, mtime=0)),
        ),
        ({"Content_Length": "7"}, None),
    ],
)
def test_a_body_is_read_whatever_codings_its_header_declares(
    tmp_path: Path, headers: dict[str, str], stored: Any
) -> None:
    record = build_record(2, stored(PAGE % 2) if stored else None, **headers)
    pages, reasons = read_bytes(tmp_path, build_record(1) + record + build_record(3))
    assert reasons == ""
    assert pages == {url: PAGE % number for number, url in enumerate(URLS) if number in (1, 2, 3)}


def test_a_page_of_another_encoding_is_not_taken_for_compressed(tmp_path: Path) -> None:
    body = "<html><head><title>フェリー</title></head><body><p>沈没した。</p></body></html>".encode("euc-jp")
    raw = b"".join(
        build_record(number, body, Content_Encoding=name) for number, name in enumerate(("gzip", "br", "deflate"))
    )
    pages, reasons = read_bytes(tmp_path, raw)
    assert (list(pages.values()), reasons) == ([body] * 3, "")


@pytest.mark.parametrize("coding", ["br", "zstd"])
def test_a_brotli_or_zstandard_body_is_a_page_or_rejected_alone(tmp_path: Path, coding: str) -> None:
    body = brotli.compress(PAGE % 2) if coding == "br" else pack_zstd(PAGE % 2)
    pages, reasons = read_bytes(
        tmp_path, build_record(1) + build_record(2, body, Content_Encoding=coding) + build_record(3)
    )
    assert (pages.get(URLS[1]), pages.get(URLS[3])) == (PAGE % 1, PAGE % 3)
    assert pages.get(URLS[2]) == PAGE % 2 or len(reasons.splitlines()) == 1


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda raw: raw.replace(b"HTTP/1.1 200", b"HXTP/1.1 200").replace(b"html", b"htxl"), "HTTP header"),
        (lambda raw: raw.replace(b"https://a.example/2", b"dns:a.example"), "not one of the web"),
        (lambda raw: raw.replace(b"WARC/1.0", b"WXRC/1.0"), "not a record"),
        (lambda raw: raw[:-40], "what is there of the page is kept"),
    ],
)
def test_a_record_that_cannot_be_read_is_rejected_with_its_reason(tmp_path: Path, damage: Any, reason: str) -> None:
    raw = b"".join([build_record(0), build_record(1), damage(build_record(2)), build_record(3), build_record(4)])
    pages, reasons = read_bytes(tmp_path, raw)
    assert {url: pages.get(url) for url in URLS if url[-1] != "2"} == {
        url: PAGE % number for number, url in enumerate(URLS) if number != 2
    }
    assert re.search(reason, reasons) and len(reasons.splitlines()) == 1


@pytest.mark.parametrize("change", [-9, -1, 1, 9, 400, 10**6])
def test_a_wrong_length_costs_no_page(tmp_path: Path, change: int) -> None:
    raw = re.sub(
        rb"Content-Length: (\d+)", lambda match: b"Content-Length: %d" % (int(match[1]) + change), build_record(2)
    )
    pages, reasons = read_bytes(tmp_path, b"".join([build_record(1), raw, build_record(3)]))
    assert ([page.strip() for page in pages.values()], reasons) == ([PAGE % 1, PAGE % 2, PAGE % 3], "")


@pytest.mark.parametrize("version", [b"WARC/0.18", b"WARC/1.1"])
def test_versions_and_line_ends_may_be_mixed_and_blank_lines_missing(tmp_path: Path, version: bytes) -> None:
    other = build_record(2).replace(b"WARC/1.0", version)
    unix = build_record(3).replace(b"\r\n", b"\n")
    # As long as it declares: its HTTP header has two bytes less a line.
    unix = re.sub(rb"Content-Length: (\d+)", lambda match: b"Content-Length: %d" % (int(match[1]) - 3), unix)
    pages, reasons = read_bytes(tmp_path, build_record(1)[:-4] + other + unix + build_record(4))
    assert (list(pages), reasons) == (URLS[1:], "")


@given(data=st.data())
def test_damage_to_one_record_costs_no_other_page(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    records = [build_record(number) for number in range(5)]
    number = data.draw(st.integers(0, 4))
    damaged = bytearray(records[number])
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 5))] ^= 1 << data.draw(st.integers(0, 7))
    raw = b"".join([*records[:number], bytes(damaged), *records[number + 1 :]])
    if data.draw(st.booleans()):
        raw = b"".join(gzip.compress(part) for part in [*records[:number], bytes(damaged), *records[number + 1 :]])
    assert_all_but_one_arrive(tmp_path_factory.mktemp("archives"), raw, number)


@given(data=st.data())
def test_a_damaged_gzip_member_costs_its_record_alone(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    members = [gzip.compress(build_record(number), mtime=0) for number in range(5)]
    number = data.draw(st.integers(0, 3))
    damaged = bytearray(members[number])
    damaged[data.draw(st.integers(10 if number == 0 else 0, len(damaged) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    raw = b"".join([*members[:number], damaged, *members[number + 1 :]])
    assert_all_but_one_arrive(tmp_path_factory.mktemp("archives"), raw, number)


def test_records_that_stand_for_a_page_without_holding_it_are_counted(tmp_path: Path) -> None:
    others = b"".join(
        b"WARC/1.1\r\nWARC-Type: %s\r\nWARC-Target-URI: https://a.example/9\r\nContent-Length: 2\r\n\r\nab\r\n\r\n"
        % kind
        for kind in (b"revisit", b"revisit", b"conversion", b"request", b"metadata", b"warcinfo")
    )
    pages, reasons = read_bytes(tmp_path, build_record(1) + others)
    assert list(pages) == URLS[1:2]
    assert "2 records without a body" in reasons and "1 record of a page in another form" in reasons
    assert len(reasons.splitlines()) == 2


def test_a_page_that_the_crawler_cut_off_is_kept_and_said(tmp_path: Path) -> None:
    raw = build_record(2, b"<html><p>The ferry").replace(b"WARC-Type", b"WARC-Truncated: length\r\nWARC-Type")
    pages, reasons = read_bytes(tmp_path, raw + build_record(3))
    assert list(pages) == URLS[2:4] and "cut the page off (length)" in reasons


def test_html_in_resource_records_is_a_page(tmp_path: Path) -> None:
    raw = re.sub(rb"HTTP/1.1.*?\r\n\r\n", b"", build_record(2), flags=re.DOTALL).replace(
        b"response\r\nWARC", b"resource\r\nWARC"
    )
    raw = raw.replace(b"application/http; msgtype=response", b"text/html")
    raw = re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % len(PAGE % 2), raw)
    pages, reasons = read_bytes(tmp_path, raw + build_record(3))
    assert (list(pages.values()), reasons) == ([PAGE % 2, PAGE % 3], "")


def test_zstandard_and_wacz_archives_are_read(tmp_path: Path) -> None:
    wacz = io.BytesIO()
    with zipfile.ZipFile(wacz, "w") as archive:
        archive.writestr("archive/data.warc.gz", gzip.compress(build_record(2)))
        archive.writestr("archive/more.warc", build_record(3))
        archive.writestr("pages/pages.jsonl", "{}")
    assert list(read_bytes(tmp_path, pack_zstd(build_record(1)), "a.warc.zst")[0]) == URLS[1:2]
    pages, reasons = read_bytes(tmp_path, wacz.getvalue(), "a.wacz")
    assert (list(pages), reasons) == (URLS[2:4], "")


def test_archives_of_both_arc_versions_are_read_past_damage(tmp_path: Path) -> None:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE % 1
    head = b"filedesc://a.arc 127.0.0.1 20130605000000 text/plain 3\n1 0\n\n"
    records = [
        b"https://a.example/1 127.0.0.1 20130605000000 text/html %d\n%s\n" % (len(http), http),
        b"https://a.example/2 127.0.0.1 20130605000000 text/html %d\n%s\n" % (len(http) + 300, http),
        b"https://a.example/3 127.0.0.1 20130605000000 text/html 200 AB12 - 77 a.arc %d\n%s\n" % (len(http), http),
    ]
    pages, _ = read_bytes(tmp_path, head + b"".join(records), "a.arc")
    assert list(pages) == URLS[1:4]


def test_a_damaged_gzip_member_of_arc_costs_its_record_alone(tmp_path: Path) -> None:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE % 1
    records = [b"filedesc://a.arc 127.0.0.1 20130605000000 text/plain 3\n1 0\n\n"] + [
        b"https://a.example/%d 127.0.0.1 20130605000000 text/html %d\n%s" % (number, len(http), http)
        for number in (1, 2, 3)
    ]
    members = [gzip.compress(record) for record in records]
    members[2] = members[2][:40] + b"\xff\xff\xff" + members[2][43:]
    pages, reasons = read_bytes(tmp_path, b"".join(members), "a.arc.gz")
    assert list(pages) == [URLS[1], URLS[3]] and "gzip data is damaged" in reasons


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_text("prose, not records")
    _, reasons = read_archive(tmp_path / "a.warc")
    assert "no web page" in reasons
