"""Damaged input of every kind: whole files, what cuts, splices and stuffs them, and what must hold when they are read.

`tests/pipeline/sources/test_mutations.py` tries a little in every run of the tests, `tests.benchmarks.fuzz` any number.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq

from newsfold import constraints, schemas, sources
from newsfold.dataflow import Context
from newsfold.errors import ConfigError, SourceError
from newsfold.extraction.stage import EXTRACT
from newsfold.settings import load_settings, parse_settings
from newsfold.sources.discovery import parse_opml
from newsfold.sources.sitemap import parse_sitemap

Reader = Callable[[Sequence[bytes]], None]


@dataclass(frozen=True)
class Target:
    """What is given damaged input."""

    draw: Callable[[Random], bytes]
    """Returns an input that is damaged in a way drawn at random."""
    read: Reader
    """Reads inputs together; raises whatever is not to happen."""


_TEXT = "The ferry Lomo sank before dawn with 214 aboard, and divers are on their way."
_ROWS: list[dict[str, Any]] = [
    {"title": f"Ferry sinks off Lomo, report {number}", "text": _TEXT, "outlet": "Post", "authors": '["Ida Marsh"]',
     "published_at": "2013-06-05T06:00:00Z", "url": f"https://post.example/{number}", "language": "en"}
    for number in range(3)
]  # fmt: skip
_ITEMS = "".join(
    f"<item><title>{row['title']}</title><link>{row['url']}</link><description>{_TEXT} &amp; more</description>"
    "<pubDate>Wed, 05 Jun 2013 06:00:00 GMT</pubDate></item>"
    for row in _ROWS
)
_WHOLE = "Mill burns in Pellara"
_NIGHT = date(2013, 6, 5)
_PAGE = f"""<!doctype html><html lang="en"><head><title>Ferry sinks</title><meta charset="utf-8">
<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "headline": "Ferry sinks"})}</script>
<meta property="article:published_time" content="2013-06-05T06:00:00Z"></head>
<body><article>{"".join(f"<p>{_TEXT} {number}</p>" for number in range(4))}</article></body></html>"""
_HTTP = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(_PAGE)}\r\n\r\n{_PAGE}"
_URLS = "".join(
    f"<url><loc>{row['url']}</loc><news:news><news:title>{row['title']}</news:title>"
    "<news:publication_date>2013-06-05</news:publication_date></news:news></url>"
    for row in _ROWS
)
_OUTLINES = "".join(f'<outline text="Post" xmlUrl="{row["url"]}"/>' for row in _ROWS)
_LABEL_ROWS = [{"left": "a", "right": "b", "label": "together"}, {"left": "b", "right": "c", "label": "apart"}]


def _build_parquet(rows: list[dict[str, Any]]) -> bytes:
    """Return rows as the bytes of a Parquet file."""
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), buffer)
    return buffer.getvalue()


def _build_feather(rows: list[dict[str, Any]]) -> bytes:
    """Return rows as the bytes of a Feather file."""
    buffer = io.BytesIO()
    pyarrow.feather.write_feather(pa.Table.from_pylist(rows), buffer)
    return buffer.getvalue()


def _build_stream(rows: list[dict[str, Any]]) -> bytes:
    """Return rows as the bytes of an Arrow stream."""
    buffer, table = io.BytesIO(), pa.Table.from_pylist(rows)
    with pa.ipc.new_stream(buffer, table.schema) as writer:
        writer.write_table(table)
    return buffer.getvalue()


def _build_workbook(rows: list[dict[str, Any]]) -> bytes:
    """Return rows as the bytes of an Excel workbook whose parts are not compressed, so that damage reaches them."""
    workbook, packed, buffer = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    for row in [list(rows[0]), *(list(row.values()) for row in rows)]:
        workbook.worksheets[0].append(row)
    workbook.save(packed)
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name), source.read(name))
    return buffer.getvalue()


_WARC = (
    "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://post.example/1\r\n"
    f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(_HTTP)}\r\n\r\n{_HTTP}\r\n\r\n"
).encode()
_ARC = (
    "filedesc://a.arc 127.0.0.1 20130605000000 text/plain 3\n1 0\n\n"
    f"https://post.example/1 127.0.0.1 20130605000000 text/html {len(_HTTP)}\n{_HTTP}\n"
).encode()
_DOCUMENTS: dict[str, bytes] = {
    "rows.jsonl": "\n".join(map(json.dumps, _ROWS)).encode(),
    "rows.csv": "\n".join(
        [",".join(_ROWS[0]), *(",".join(json.dumps(value) for value in row.values()) for row in _ROWS)]
    ).encode(),
    "rows.parquet": _build_parquet(_ROWS),
    "feed.xml": f'<?xml version="1.0"?><rss version="2.0"><channel><title>P</title>{_ITEMS}</channel></rss>'.encode(),
    "feed.json": json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "P", "items": [{"id": "1", **_ROWS[0]}]}
    ).encode(),
    "page.html": _PAGE.encode(),
    "scrape.txt": f"Ferry sinks\n\nBy Ida Marsh\nJune 5, 2013\n\n{_TEXT}\n\n{_TEXT}".encode(),
    "rows.json": json.dumps(_ROWS, indent=1).encode(),
    "rows.feather": _build_feather(_ROWS),
    "rows.arrow": _build_stream(_ROWS),
    "rows.xlsx": _build_workbook(_ROWS),
    "pages.warc": _WARC,
    "pages.warc.gz": gzip.compress(_WARC, mtime=0) * 2,
    "pages.arc": _ARC,
}

_SITEMAP = f'<?xml version="1.0"?><urlset xmlns:news="n">{_URLS}</urlset>'.encode()
_OPML = f'<opml version="2.0"><body>{_OUTLINES}</body></opml>'.encode()
_CONFIGURATION = b"window_days: 7\nedition: 2013-06-05\nsources: [{name: a, path: '*.txt'}]\nlabels: [l.csv]\n"
_LABELS: dict[str, bytes] = {
    "labels.csv": b"left,right,label\na,b,together\nb,c,apart\n",
    "labels.parquet": _build_parquet(_LABEL_ROWS),
}

_NASTY = [
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"&#x110000;", b"&#xD800;", b"<!ENTITY a 'b'>", b"<![CDATA[", b"]]>",
    b"<div>", b"[" * 2000, b"{" * 2000, b"<p>" * 2000, b'"', b"\\ud83d", b"1e999", b"NaN", b"-0001-01-01", b"9" * 5000,
    b"\r", b"\x1b[2J", b"http://[::1", b"https://a:99999/", "\u202e\u2028\ufffe".encode(), b"charset=utf-7",
    b"Content-Length: -1", b"PAR1",
]  # fmt: skip
_NASTY_TEXTS = [
    "", " ", "\x00", "\ud83d", "\udfff", "\u202e\u200b", "🎉", "é" * 3000, "<p>" * 300, "&#x110000;", "&lt;b&gt;",
    "1e999", "NaN", "0", "-1", "9" * 400, "9999-12-31T23:59:60+99:99", "0000-00-00", "2013-06-05T06:00:00 XYZ",
    "2013-03-31T02:30:00 Europe/Berlin", "1370412000", "1370412000000000000", "http://[::1", "https://a:99999/",
    "javascript:alert(1)", "//x", "http://\x00/", "data:,", "[{[]:1}]", '["a", null, 3]', "{'a': 1}", "jp", "x-klingon",
    "en_US.UTF-8", "By By By", "(Reuters) - ", "LONDON, June 31 (AP) —", "=cmd|'/c calc'!A0", "\x1b]0;x\x07",
]  # fmt: skip


def _mutate(content: bytes, random: Random) -> bytes:
    """Return a file that was cut, spliced, overwritten and stuffed with what breaks parsers."""
    for _ in range(random.randint(1, 5)):
        at, end = sorted((random.randint(0, len(content)), random.randint(0, len(content))))
        match random.randint(0, 5):
            case 0:
                content = content[:at]
            case 1:
                content = content[:at] + content[end:]
            case 2:
                content = content[:end] + content[at:]
            case 3:
                content = (
                    content[:at] + bytes(random.randint(0, 255) for _ in range(random.randint(1, 8))) + content[at:]
                )
            case 4:
                content = content[:at] + random.choice(_NASTY) + content[at:]
            case _:
                flipped = (content[at : at + 1] or b"a")[0] ^ (1 << random.randint(0, 7))
                content = content[:at] + bytes([flipped]) + content[at + 1 :]
    return gzip.compress(content, mtime=0)[: random.randint(0, 400)] if random.randint(0, 20) == 0 else content


def _draw_value(random: Random, depth: int = 0) -> Any:
    """Return a value that JSON can hold, of any type, as nobody expects it in a field of an article."""
    match random.randint(0, 9 if depth < 3 else 6):
        case 0:
            return None
        case 1:
            return random.random() < 0.5
        case 2:
            return random.choice([0, -1, 2**31, 2**63, -(2**63), 10**30, 1370412000, 1370412000000])
        case 3:
            return random.choice([0.5, -0.0, 1e308, 1370412000.5, float("nan"), float("inf")])
        case 4 | 5 | 6:
            return random.choice(_NASTY_TEXTS)
        case 7 | 8:
            return [_draw_value(random, depth + 1) for _ in range(random.randint(0, 3))]
        case _:
            keys = ["$date", "$oid", "name", "@type", "", "a"]
            return {random.choice(keys): _draw_value(random, depth + 1) for _ in range(random.randint(0, 3))}


def _draw_row(random: Random) -> dict[str, Any]:
    """Return a row of an article in which some fields have values that nobody expects."""
    row = dict(random.choice(_ROWS))
    for _ in range(random.randint(1, 4)):
        row[random.choice([*row, "id", "summary", "tags", "country", "other"])] = _draw_value(random)
    return row


def _read_files(name: str, inputs: Sequence[bytes], rows: int | None = None) -> None:
    """Read files of articles beside a whole one, and extract their articles.

    Raises:
        AssertionError: the whole one is lost, or not every row is read or rejected.
    """
    with tempfile.TemporaryDirectory() as folder:
        for number, content in enumerate(inputs):
            Path(folder, f"{number:04}-{name}").write_bytes(content)
        Path(folder, "whole.jsonl").write_text(json.dumps({"title": _WHOLE, "text": "Nobody was hurt."}))
        settings = parse_settings(
            {"sources": [{"name": "s", "path": [f"*-{name}", "whole.jsonl"]}]}, folder=Path(folder), origin="fuzz"
        )
        documents, outcomes = sources.read_sources(settings, _NIGHT)
    if rows is not None and (read := outcomes["n_read"].to_pylist()) != [rows + 1]:
        raise AssertionError(f"{rows + 1} rows, {read} of them read")
    tables = {table: schemas.empty_table(table) for table in EXTRACT.reads}
    tables |= {"documents": documents, "source_outcomes": outcomes}
    articles = EXTRACT.run(tables, Context.undated(settings))["articles"]  # refuses to lose documents
    if _WHOLE not in articles["title"].to_pylist():
        raise AssertionError("the whole article beside it is lost")


def _read_each(read: Callable[[bytes], object], refusal: type[Exception], inputs: Sequence[bytes]) -> None:
    """Read each input, which may be refused."""
    for content in inputs:
        with contextlib.suppress(refusal):
            read(content)


def _read_as_file(name: str, read: Callable[[Path], object], content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, name)
        file.write_bytes(content)
        read(file)


def _read_labels(file: Path) -> None:
    for read in (constraints.read_labels, constraints.read_retractions):
        with contextlib.suppress(ConfigError):
            read([str(file)])


def _draw_line(random: Random) -> bytes:
    return json.dumps(_draw_row(random)).encode() + b"\n"


def _draw_table(random: Random) -> bytes:
    """Return a Parquet file with a column of values of one unexpected type."""
    while True:
        rows = [dict(row) for row in _ROWS]
        column, value = random.choice([*rows[0], "id"]), _draw_value(random)
        with contextlib.suppress(Exception):  # not every value can be written to a file
            return _build_parquet([row | {column: value} for row in rows])


def _mutated(seed: bytes) -> Callable[[Random], bytes]:
    return partial(_mutate, seed)


def _each(read: Callable[[bytes], object], refusal: type[Exception]) -> Reader:
    return partial(_read_each, read, refusal)


def _read_lines(inputs: Sequence[bytes]) -> None:
    _read_files("rows.jsonl", [b"".join(inputs)], rows=len(inputs))


def _parse_sitemap(content: bytes) -> None:
    parse_sitemap(content, "https://post.example/news.xml", None)


TARGETS: dict[str, Target] = {
    **{name: Target(_mutated(seed), partial(_read_files, name)) for name, seed in _DOCUMENTS.items()},
    "values.jsonl": Target(_draw_line, _read_lines),
    "values.parquet": Target(_draw_table, partial(_read_files, "rows.parquet")),
    "sitemap": Target(_mutated(_SITEMAP), _each(_parse_sitemap, SourceError)),
    "opml": Target(_mutated(_OPML), _each(parse_opml, SourceError)),
    "configuration": Target(
        _mutated(_CONFIGURATION), _each(partial(_read_as_file, "c.yaml", load_settings), ConfigError)
    ),
    **{
        name: Target(_mutated(seed), _each(partial(_read_as_file, name, _read_labels), ConfigError))
        for name, seed in _LABELS.items()
    },
}
"""By name: what is read, and how it is damaged."""
