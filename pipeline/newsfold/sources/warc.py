"""Web archives as documents: WARC (ISO 28500) by fastwarc, ARC, its older form, by warcio; packed with gzip or lz4."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from newsfold.errors import FetchError, SourceError
from newsfold.sources import safe_open
from newsfold.sources.document import Document, Failure, Item
from newsfold.sources.responses import Response, Unpacker

_PAGES = frozenset({"text/html", "application/xhtml+xml", ""})
_LOOKS_LIKE_A_PAGE = re.compile(rb"<!doctype html|<html\b", re.IGNORECASE)
_HEAD = 1024  # bytes in which a page of no declared type shows what it is
_ARC, _GZIP = b"filedesc:", b"\x1f\x8b"
_CHUNK = 1 << 16
_LEFT_OUT = "the page is larger than {}, left out"


def read_archive(path: Path, location: str, outlet: str | None, limit: int, page_limit: int) -> Iterator[Item]:
    """The web pages in an archive, in its order: answers of status 200 that are HTML.

    Args:
        path: a WARC or ARC file.
        location: its name in messages.
        outlet: the configured outlet.
        limit: most bytes of the archive, unpacked.
        page_limit: most bytes of one page, unpacked; a larger one is a failure.

    Raises:
        SourceError: it is no archive, damaged or larger than the limit, or holds no page; what came before stands.
    """
    with _unpacked(path, limit) as (stream, damage):
        found = 0
        records = _arc_records(stream) if _is_arc(stream) else _warc_records(stream, limit)
        try:
            for number, (url, content_type, body) in enumerate(_bounded(records, page_limit), 1):
                where = f"{location} page {number}"
                found += 1
                if body is None:
                    yield Failure(where, _LEFT_OUT.format(safe_open.megabytes(page_limit)))
                    continue
                try:
                    answer = Response(url, url, 200, content_type, None, None, 0.0, body)
                    yield Document(where, "html", answer.readable(page_limit), url=url, outlet=outlet)
                except FetchError as error:
                    yield Failure(where, str(error))
        except (OSError, EOFError, ValueError) as error:
            raise SourceError(f"the archive is damaged after {found:,} pages: {error}") from error
        except BaseException as error:
            # What fastwarc's Rust code panics of is no Exception, and concerns this archive alone.
            if type(error).__name__ != "PanicException":
                raise
            raise SourceError(f"the archive is damaged after {found:,} pages: {error}") from error
        if damage:
            raise SourceError(f"{damage}; {found:,} pages before that were kept")
        if not found:
            raise SourceError("the archive holds no web page (no answer of status 200 that is HTML)")


@contextmanager
def _unpacked(path: Path, limit: int) -> Iterator[tuple[BinaryIO, str | None]]:
    """The archive as a file that can be read in any order, as far as it can be unpacked, and why no further."""
    with path.open("rb") as file:
        packed = file.read(len(_GZIP)) == _GZIP
        file.seek(0)
        if not packed:
            yield file, None
            return
        with tempfile.TemporaryFile() as copy:
            damage, unpacker = None, Unpacker("gzip", limit)
            try:
                while chunk := file.read(_CHUNK):
                    copy.write(unpacker.feed(chunk))
                unpacker.finish()
            except FetchError as error:
                damage = str(error)
            copy.seek(0)
            yield cast("BinaryIO", copy), damage


def _is_arc(stream: BinaryIO) -> bool:
    start = stream.read(len(_ARC))
    stream.seek(0)
    return start == _ARC


Record = tuple[str, str, Any]  # address, content type, its stream


def _bounded(records: Iterator[Record], limit: int) -> Iterator[tuple[str, str, bytes | None]]:
    for url, content_type, stream in records:
        body = stream.read(limit + 1)
        if not content_type and not _LOOKS_LIKE_A_PAGE.search(body[:_HEAD]):
            continue
        yield url, content_type, None if len(body) > limit else body


def _warc_records(stream: BinaryIO, limit: int) -> Iterator[Record]:
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    kinds = WarcRecordType.response | WarcRecordType.resource
    seen = 0
    for record in ArchiveIterator(stream, record_types=kinds, parse_http=True, auto_decode="all", fsspec_args=False):
        seen += record.content_length
        if seen > limit:  # lz4 is unpacked behind the stream that counts
            raise SourceError(f"its records add up to more than {safe_open.megabytes(limit)}; raise max_table_mb")
        url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
        if record.is_http:
            status, kind = record.http_headers.status_code, record.http_headers.get("Content-Type") or ""
        else:
            status, kind = 200, record.headers.get("Content-Type") or ""
        if _is_page(url, status, kind):
            yield url, kind, record.reader


def _arc_records(stream: BinaryIO) -> Iterator[Record]:
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    try:
        for record in ArchiveIterator(stream, arc2warc=True):
            if record.rec_type != "response" or record.http_headers is None:
                continue
            url = record.rec_headers.get_header("WARC-Target-URI") or ""
            status = record.http_headers.get_statuscode()
            kind = record.http_headers.get_header("Content-Type") or ""
            if _is_page(url, int(status) if status.isdecimal() else 0, kind):
                yield url, kind, record.content_stream()
    except ArchiveLoadFailed as error:
        raise ValueError(str(error)) from error


def _is_page(url: str, status: int | None, kind: str) -> bool:
    return (
        url.startswith(("http://", "https://")) and status == 200 and kind.partition(";")[0].strip().lower() in _PAGES
    )
