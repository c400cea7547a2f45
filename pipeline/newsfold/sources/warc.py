"""Reading web archives: WARC (ISO 28500) by fastwarc, its predecessor ARC by warcio; compressed with gzip or lz4."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from newsfold.errors import FetchError, SourceError
from newsfold.sources import safe_open
from newsfold.sources.decompression import GZIP_MAGIC, Decompressor
from newsfold.sources.document import Document, Failure, Item
from newsfold.sources.responses import Response

_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml", ""})
_HTML_START = re.compile(rb"<!doctype html|<html\b", re.IGNORECASE)
_HEAD_BYTES = 1024  # where a page of no declared type shows that it is HTML
_ARC_MAGIC = b"filedesc:"
_CHUNK_BYTES = 1 << 16

Record = tuple[str, str, Any]  # address, content type, stream of the body


def read_archive(path: Path, location: str, outlet: str | None, max_bytes: int, max_page_bytes: int) -> Iterator[Item]:
    """Yield the web pages in an archive, in its order: responses of status 200 that are HTML.

    Args:
        path: a WARC or ARC file.
        location: its name in messages.
        outlet: the configured outlet.
        max_bytes: most bytes of the archive, decompressed.
        max_page_bytes: most bytes of one page, decompressed; a larger one is a failure.

    Raises:
        SourceError: it is not an archive, damaged, larger than the limit, or holds no page; pages before that count.
    """
    with _open_decompressed(path, max_bytes) as (stream, damage):
        n_pages = 0
        records = _read_arc_records(stream) if _is_arc(stream) else _read_warc_records(stream, max_bytes)
        try:
            for n_pages, (url, content_type, body) in enumerate(_read_pages(records, max_page_bytes), 1):
                page_location = f"{location} page {n_pages}"
                if body is None:
                    limit = safe_open.format_megabytes(max_page_bytes)
                    yield Failure(page_location, f"the page is larger than {limit}, left out")
                    continue
                try:
                    response = Response(url, url, 200, content_type, None, None, 0.0, body)
                    yield Document(page_location, "html", response.decode_body(max_page_bytes), url=url, outlet=outlet)
                except FetchError as error:
                    yield Failure(page_location, str(error))
        except (OSError, EOFError, ValueError) as error:
            raise SourceError(f"the archive is damaged after {n_pages:,} pages: {error}") from error
        except BaseException as error:
            # A panic of fastwarc's Rust code is not an Exception, and concerns this archive alone.
            if type(error).__name__ != "PanicException":
                raise
            raise SourceError(f"the archive is damaged after {n_pages:,} pages: {error}") from error
        if damage:
            raise SourceError(f"{damage}; {n_pages:,} pages before that were kept")
        if not n_pages:
            raise SourceError("the archive holds no web page (no response of status 200 that is HTML)")


@contextmanager
def _open_decompressed(path: Path, max_bytes: int) -> Iterator[tuple[BinaryIO, str | None]]:
    """Open an archive for random access, as far as it can be decompressed, and yield the reason if it is damaged."""
    with path.open("rb") as file:
        gzipped = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        file.seek(0)
        if not gzipped:
            yield file, None
            return
        with tempfile.TemporaryFile() as copy:
            damage, decompressor = None, Decompressor("gzip", max_bytes)
            try:
                while chunk := file.read(_CHUNK_BYTES):
                    copy.write(decompressor.decompress(chunk))
                decompressor.finish()
            except FetchError as error:
                damage = str(error)
            copy.seek(0)
            yield cast("BinaryIO", copy), damage


def _is_arc(stream: BinaryIO) -> bool:
    start = stream.read(len(_ARC_MAGIC))
    stream.seek(0)
    return start == _ARC_MAGIC


def _read_pages(records: Iterator[Record], max_page_bytes: int) -> Iterator[tuple[str, str, bytes | None]]:
    """Yield address, content type and body; None as the body of a page that is too large."""
    for url, content_type, stream in records:
        body = stream.read(max_page_bytes + 1)
        if not content_type and not _HTML_START.search(body[:_HEAD_BYTES]):
            continue
        yield url, content_type, None if len(body) > max_page_bytes else body


def _read_warc_records(stream: BinaryIO, max_bytes: int) -> Iterator[Record]:
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    types = WarcRecordType.response | WarcRecordType.resource
    n_bytes = 0
    for record in ArchiveIterator(stream, record_types=types, parse_http=True, auto_decode="all", fsspec_args=False):
        n_bytes += record.content_length
        if n_bytes > max_bytes:  # lz4 is decompressed by fastwarc, past the limit of the stream
            limit = safe_open.format_megabytes(max_bytes)
            raise SourceError(f"its records add up to more than {limit}; raise max_table_mb")
        url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
        if record.is_http:
            status, content_type = record.http_headers.status_code, record.http_headers.get("Content-Type") or ""
        else:
            status, content_type = 200, record.headers.get("Content-Type") or ""
        if _is_page(url, status, content_type):
            yield url, content_type, record.reader


def _read_arc_records(stream: BinaryIO) -> Iterator[Record]:
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    try:
        for record in ArchiveIterator(stream, arc2warc=True):
            if record.rec_type != "response" or record.http_headers is None:
                continue
            url = record.rec_headers.get_header("WARC-Target-URI") or ""
            status = record.http_headers.get_statuscode()
            content_type = record.http_headers.get_header("Content-Type") or ""
            if _is_page(url, int(status) if status.isdecimal() else 0, content_type):
                yield url, content_type, record.content_stream()
    except ArchiveLoadFailed as error:
        raise ValueError(str(error)) from error


def _is_page(url: str, status: int | None, content_type: str) -> bool:
    media_type = content_type.partition(";")[0].strip().lower()
    return url.startswith(("http://", "https://")) and status == 200 and media_type in _PAGE_TYPES
