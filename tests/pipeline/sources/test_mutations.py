"""Damaged, cut off and hostile files of every format: none stops the run, and no document is lost without a word.

For a longer search than CI's: `pytest tests/pipeline/sources/test_mutations.py --hypothesis-profile fuzz`.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfold import constraints, schemas, sources
from newsfold.dataflow import Context
from newsfold.errors import ConfigError, SourceError
from newsfold.extraction.stage import EXTRACT
from newsfold.settings import load_settings, parse_settings
from newsfold.sources.discovery import parse_opml
from newsfold.sources.sitemap import parse_sitemap

NIGHT = date(2013, 6, 5)
TEXT = "The ferry Lomo sank before dawn with 214 aboard, and divers are on their way."
ROWS = [
    {"title": f"Ferry sinks off Lomo, report {number}", "text": TEXT, "outlet": "Post", "authors": '["Ida Marsh"]',
     "published_at": "2013-06-05T06:00:00Z", "url": f"https://post.example/{number}", "language": "en"}
    for number in range(3)
]  # fmt: skip
ITEMS = "".join(
    f"<item><title>{row['title']}</title><link>{row['url']}</link><description>{TEXT} &amp; more</description>"
    "<pubDate>Wed, 05 Jun 2013 06:00:00 GMT</pubDate></item>"
    for row in ROWS
)
PAGE = f"""<!doctype html><html lang="en"><head><title>Ferry sinks</title><meta charset="utf-8">
<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "headline": "Ferry sinks"})}</script>
<meta property="article:published_time" content="2013-06-05T06:00:00Z"></head>
<body><article>{"".join(f"<p>{TEXT} {number}</p>" for number in range(4))}</article></body></html>"""
HTTP = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(PAGE)}\r\n\r\n{PAGE}"
URLS = "".join(
    f"<url><loc>{row['url']}</loc><news:news><news:title>{row['title']}</news:title>"
    "<news:publication_date>2013-06-05</news:publication_date></news:news></url>"
    for row in ROWS
)


def build_parquet() -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), buffer)
    return buffer.getvalue()


SEEDS: dict[str, bytes] = {
    "rows.jsonl": "\n".join(map(json.dumps, ROWS)).encode(),
    "rows.csv": "\n".join(
        [",".join(ROWS[0]), *(",".join(json.dumps(value) for value in row.values()) for row in ROWS)]
    ).encode(),
    "rows.parquet": build_parquet(),
    "feed.xml": f'<?xml version="1.0"?><rss version="2.0"><channel><title>P</title>{ITEMS}</channel></rss>'.encode(),
    "feed.json": json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "P", "items": [{"id": "1", **ROWS[0]}]}
    ).encode(),
    "page.html": PAGE.encode(),
    "scrape.txt": f"Ferry sinks\n\nBy Ida Marsh\nJune 5, 2013\n\n{TEXT}\n\n{TEXT}".encode(),
    "pages.warc": (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://post.example/1\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(HTTP)}\r\n\r\n{HTTP}\r\n\r\n"
    ).encode(),
}
NASTY = [
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"&#x110000;", b"&#xD800;", b"<!ENTITY a 'b'>", b"<![CDATA[", b"]]>",
    b"<div>", b"[" * 2000, b"{" * 2000, b"<p>" * 2000, b'"', b"\\ud83d", b"1e999", b"NaN", b"-0001-01-01", b"9" * 5000,
    b"\r", b"\x1b[2J", b"http://[::1", b"https://a:99999/", "\u202e\u2028\ufffe".encode(), b"charset=utf-7",
    b"Content-Length: -1", b"PAR1",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, seed: bytes) -> bytes:
    """Return a file that was cut, spliced, overwritten and stuffed with what breaks parsers."""
    content = seed
    for _ in range(draw(st.integers(1, 5))):
        at, end = sorted(draw(st.tuples(*[st.integers(0, max(len(content), 1))] * 2)))
        match draw(st.integers(0, 5)):
            case 0:
                content = content[:at]
            case 1:
                content = content[:at] + content[end:]
            case 2:
                content = content[:end] + content[at:]
            case 3:
                content = content[:at] + draw(st.binary(max_size=8)) + content[at:]
            case 4:
                content = content[:at] + draw(st.sampled_from(NASTY)) + content[at:]
            case _:
                flipped = (content[at : at + 1] or b"a")[0] ^ (1 << draw(st.integers(0, 7)))
                content = content[:at] + bytes([flipped]) + content[at + 1 :]
    return gzip.compress(content)[: draw(st.integers(0, 400))] if draw(st.integers(0, 20)) == 0 else content


@pytest.mark.parametrize("name", SEEDS)
@given(data=st.data())
def test_a_damaged_file_costs_itself_alone_and_every_document_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("in")
    (folder / name).write_bytes(data.draw(mutated(SEEDS[name])))
    (folder / "whole.jsonl").write_text(json.dumps({"title": "Mill burns in Pellara", "text": "Nobody was hurt."}))
    settings = parse_settings({"sources": [{"name": "s", "path": [name, "whole.jsonl"]}]}, folder=folder, origin="test")
    documents, outcomes = sources.read_sources(settings, NIGHT)
    tables = {table: schemas.empty_table(table) for table in EXTRACT.reads}
    tables |= {"documents": documents, "source_outcomes": outcomes}
    extracted = EXTRACT.run(tables, Context.undated(settings))  # refuses to lose documents
    assert "Mill burns in Pellara" in extracted["articles"]["title"].to_pylist()


@given(data=st.data())
def test_a_damaged_sitemap_or_list_of_feeds_is_read_or_refused(data: st.DataObject) -> None:
    sitemap = f'<?xml version="1.0"?><urlset xmlns:news="n">{URLS}</urlset>'.encode()
    outlines = "".join(f'<outline text="Post" xmlUrl="{row["url"]}"/>' for row in ROWS)
    opml = f'<opml version="2.0"><body>{outlines}</body></opml>'.encode()
    with contextlib.suppress(SourceError):
        parse_sitemap(data.draw(mutated(sitemap)), "https://post.example/news.xml", None)
    with contextlib.suppress(SourceError):
        parse_opml(data.draw(mutated(opml)))


@given(data=st.data())
def test_a_damaged_configuration_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    file = tmp_path_factory.mktemp("config") / "c.yaml"
    seed = b"window_days: 7\nedition: 2013-06-05\nsources: [{name: a, path: '*.txt'}]\nlabels: [l.csv]\n"
    file.write_bytes(data.draw(mutated(seed)))
    with contextlib.suppress(ConfigError):
        load_settings(file)


@given(data=st.data())
def test_damaged_labels_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    file = tmp_path_factory.mktemp("labels") / data.draw(st.sampled_from(["l.csv", "l.parquet"]))
    rows = [{"left": "a", "right": "b", "label": "together"}, {"left": "b", "right": "c", "label": "apart"}]
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), buffer)
    seed = buffer.getvalue() if file.suffix == ".parquet" else b"left,right,label\na,b,together\nb,c,apart\n"
    file.write_bytes(data.draw(mutated(seed)))
    for read in (constraints.read_labels, constraints.read_retractions):
        with contextlib.suppress(ConfigError):
            read([str(file)])
