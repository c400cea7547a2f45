"""Reading the pages of web archives: WARC and ARC, compressed or not, and WACZ. A bad record costs itself alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from newsfold import text
from newsfold.errors import FetchError, SourceError
from newsfold.sources.archive_records import Gap, Record, read_records
from newsfold.sources.archive_streams import ArchiveStream, open_archives
from newsfold.sources.archived_response import HEAD_BYTES, HTML_START, ArchivedResponse, decode_body, parse_response
from newsfold.sources.document import Document, Failure, Item
from newsfold.sources.responses import Response

_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml", ""})
# Kinds of records without a page (ISO 28500, 6), and those that stand for one. A damaged head may name any other.
_OTHER_KINDS = frozenset({"warcinfo", "request", "metadata", "unknown"})
_LEFT_OUT = {
    "revisit": "without a body, of a page that another record or archive holds (`revisit`), left out",
    "continuation": "of a page in several pieces (`continuation`), left out: newsfold does not join them",
    "conversion": "of a page in another form (`conversion`), left out; give the archive of the pages themselves",
}
_SKIPPED_KINDS = _OTHER_KINDS | _LEFT_OUT.keys()
_MAX_HTTP_HEADER_BYTES = 1 << 16


def read_archive(path: Path, location: str, outlet: str | None, max_bytes: int, max_page_bytes: int) -> Iterator[Item]:
    """Yield the web pages in an archive, in its order: responses of status 200 that are HTML.

    A record that cannot be read is a failure; so are, together, records that stand for a page without holding it.

    Args:
        path: a WARC, ARC or WACZ file.
        location: its name in messages.
        outlet: the configured outlet.
        max_bytes: most bytes of the archive, decompressed.
        max_page_bytes: most bytes of one page, decompressed; a larger one is a failure.

    Raises:
        SourceError: it is not an archive, cut off, larger than the limit, or holds no page; pages before that count.
    """
    n_pages, left_out = 0, Counter[str]()
    for archive in open_archives(path, max_bytes):
        archive_location = f"{location} {archive.name}" if archive.name else location
        for number, (record, page, problem) in enumerate(_read_items(archive, max_page_bytes), 1):
            if isinstance(record, Record) and record.kind in _LEFT_OUT:
                left_out[record.kind] += 1
            if isinstance(record, Record) and page is not None:
                n_pages += 1
                yield Document(f"{archive_location} page {n_pages}", "html", page, url=record.url, outlet=outlet)
            if problem and isinstance(record, Record) and record.cut_off:
                archive.cut_off = archive.cut_off or problem
            elif problem:
                yield Failure(f"{archive_location} record {number}", problem)
        if archive.cut_off:
            raise SourceError(f"the archive is damaged after {text.format_count(n_pages, 'page')}: {archive.cut_off}")
    for kind, n_records in sorted(left_out.items()):
        yield Failure(location, f"{text.format_count(n_records, 'record')} {_LEFT_OUT[kind]}")
    if not n_pages:
        raise SourceError("the archive holds no web page (no response of status 200 that is HTML) that can be read")


def _read_items(archive: ArchiveStream, max_page_bytes: int) -> Iterator[tuple[Record | Gap, bytes | None, str | None]]:
    """Yield each record with its page, if it holds one that can be read, and what is wrong with it, if anything."""
    damages = list(archive.damages)
    for record in read_records(archive.file, _SKIPPED_KINDS, max_page_bytes + _MAX_HTTP_HEADER_BYTES):
        damage = None
        while damages and damages[0][0] < (record.block_end if isinstance(record, Record) else record.end):
            place, reason = damages.pop(0)
            if place <= record.start:
                yield Gap(place, place), None, reason  # nothing of it could be decompressed
            else:
                damage = damage or reason
        if isinstance(record, Gap):
            yield record, None, damage or f"{record.end - record.start:,} bytes are not a record that can be read"
        elif damage:
            yield record, None, damage  # what was decompressed of it may be wrong, too
        elif record.kind in _SKIPPED_KINDS:
            yield record, None, record.problem if record.cut_off else None
        else:
            try:
                yield record, *_read_page(record, max_page_bytes)
            except FetchError as error:
                yield record, None, record.problem or str(error)
    for place, reason in damages:
        yield Gap(place, place), None, reason


def _read_page(record: Record, max_page_bytes: int) -> tuple[bytes | None, str | None]:
    """Return the page that a record holds, None if it holds none, and what is wrong with it, or None.

    The page is in UTF-8 if only its HTTP header declares a charset.

    Raises:
        FetchError: the record holds a page that cannot be read.
    """
    stored = _parse_block(record)
    media_type = stored.content_type.partition(";")[0].strip().lower()
    if stored.status != 200 or media_type not in _PAGE_TYPES or not stored.body.strip():
        return None, record.problem if record.cut_off or not stored.body.strip() else None
    if len(stored.body) > max_page_bytes:
        raise FetchError(f"the page is larger than {text.format_megabytes(max_page_bytes)}, left out")
    body, loss = decode_body(stored, max_page_bytes)
    if not stored.content_type and not HTML_START.search(body[:HEAD_BYTES]):
        return None, None
    if not record.url.startswith(("http://", "https://")):
        raise FetchError(f"its address is not one of the web: {text.shorten(record.url, 200) or 'it has none'}")
    response = Response(record.url, record.url, 200, stored.content_type, None, None, 0.0, body)
    page = response.decode_body(max_page_bytes)
    loss = record.problem or loss or (record.truncated and f"the crawler cut the page off ({record.truncated})") or None
    if loss is None or page.rstrip()[-7:].lower() == b"</html>":
        return page, None  # a page that ends is whole, whatever lengths are declared
    return page, f"{loss}; what is there of the page is kept"


def _parse_block(record: Record) -> ArchivedResponse:
    """Parse the HTTP response of a record; one without it is a page by its own content type, or by its first bytes.

    Raises:
        FetchError: the record has to hold an HTTP response, and does not.
    """
    stored = parse_response(record.block)
    if stored is not None:
        return stored
    media_type = record.content_type.partition(";")[0].strip()
    if media_type not in ("application/http", ""):
        return ArchivedResponse(200, {"content-type": record.content_type}, record.block)
    if HTML_START.search(record.block[:HEAD_BYTES]):
        return ArchivedResponse(200, {"content-type": "text/html"}, record.block)
    raise FetchError("its HTTP header is missing or malformed")
