"""HTTP responses as archives hold them: their header, and their body without the codings that it really has.

Crawlers store a body as it was sent or already decoded, with the header as it was sent; and servers declare codings
that they do not use. So a coding is undone only if the body has it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsfold.errors import FetchError
from newsfold.sources.decompression import GZIP_MAGIC, ZSTD_MAGIC, Decompressor

HTML_START = re.compile(rb"<!doctype html|<html\b", re.IGNORECASE)
HEAD_BYTES = 1024  # where a page of no declared type shows that it is HTML
_STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})\b[^\r\n]*(?:\r?\n|$)")
_HEADER_LINE = re.compile(
    rb"[ \t]*([!#$%&'*+.^`|~\w-]+)[ \t]*:[ \t]*([^\r\n]*(?:\r?\n[ \t]+[^\s][^\r\n]*)*)(?:\r?\n|$)"
)
_LINE_END = re.compile(rb"\r?\n")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MAGIC = {"gzip": GZIP_MAGIC, "x-gzip": GZIP_MAGIC, "zstd": ZSTD_MAGIC}
_CODINGS = (*_MAGIC, "deflate", "br")  # others are no codings of a body (`none`, `utf-8`), and are ignored


@dataclass(frozen=True, slots=True)
class ArchivedResponse:
    """A response of an archive.

    Attributes:
        status: the HTTP status.
        headers: by name in lower case; the first of several.
        body: as it is stored.
    """

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def content_type(self) -> str:
        """The declared type, with its parameters; empty if none is declared."""
        return self.headers.get("content-type", "")


def parse_response(block: bytes) -> ArchivedResponse | None:
    """Parse a stored HTTP response; None if it has no status line. Lines that are not header fields are passed over.

    Interim responses before it (RFC 9110, 15.2), and the answer of a proxy to CONNECT, are passed over as well.
    """
    stored = _parse_one(block)
    while stored and "content-type" not in stored.headers and (later := _parse_one(stored.body)):
        stored = later
    return stored


def _parse_one(block: bytes) -> ArchivedResponse | None:
    start = _STATUS_LINE.match(block)
    if start is None:
        return None
    headers: dict[str, str] = {}
    position = start.end()
    while position < len(block):
        end = _LINE_END.match(block, position)
        if end:
            position = end.end()
            break
        field = _HEADER_LINE.match(block, position)
        if field:
            value = b" ".join(field[2].split()).decode("latin-1")
            headers.setdefault(field[1].decode("latin-1").lower(), value)
            position = field.end()
        elif block[position : position + 1] == b"<":
            break  # the blank line before the page is missing
        else:
            line_end = _LINE_END.search(block, position)
            position = line_end.end() if line_end else len(block)
    return ArchivedResponse(int(start[1]), headers, block[position:])


def decode_body(response: ArchivedResponse, max_bytes: int) -> tuple[bytes, str | None]:
    """Undo transfer and content codings of the body (RFC 9112, 7.1; RFC 9110, 8.4).

    Args:
        response: a stored response.
        max_bytes: most bytes to return.

    Returns:
        The body, and the reason if only its beginning is there.

    Raises:
        FetchError: the body is damaged, or decompresses to more than `max_bytes`.
    """
    body, loss = response.body, None
    transfer = _split_codings(response.headers.get("transfer-encoding", ""))
    if "chunked" in transfer:
        body = _join_chunks(body)
    for coding in reversed(_split_codings(response.headers.get("content-encoding", "")) + transfer):
        if coding in _CODINGS:
            body, cut_off = _decode(body, coding, max_bytes)
            loss = loss or cut_off
    return body, loss


def _split_codings(header: str) -> list[str]:
    return [coding.strip().lower() for coding in header.split(",")]


def _decode(body: bytes, coding: str, max_bytes: int) -> tuple[bytes, str | None]:
    if not body.startswith(_MAGIC.get(coding, b"")):
        return body, None
    plain = b""
    try:
        decompressor = Decompressor(coding, max_bytes)
        plain = decompressor.decompress(body)
        plain += decompressor.finish()
    except FetchError as error:
        if coding not in _MAGIC and _is_html(body):
            return body, None
        if not plain:
            raise
        return plain, str(error)
    return plain, None


def _is_html(body: bytes) -> bool:
    """Whether bytes are HTML in any encoding; `Decompressor` itself recognises text in UTF-8."""
    head = body[:HEAD_BYTES]
    return not _CONTROLS.search(head) and HTML_START.search(head) is not None


def _join_chunks(body: bytes) -> bytes:
    """Join the chunks of a body; a body that is not chunked stays, and so does what follows a broken chunk."""
    parts: list[bytes] = []
    position = 0
    while size := _CHUNK_SIZE.match(body, position):
        n_bytes = int(size[1], 16)
        if not n_bytes:
            return b"".join(parts)
        parts.append(body[size.end() : size.end() + n_bytes])
        position = size.end() + n_bytes
        line_end = _LINE_END.match(body, position)
        position = line_end.end() if line_end else position
    return b"".join([*parts, body[position:]])
