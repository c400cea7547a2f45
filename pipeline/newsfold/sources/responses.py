"""One answer of the web, and its bytes: unpacked within bounds, and in the charset that the host declared."""

from __future__ import annotations

import codecs
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from email.message import Message

from newsfold.errors import FetchError

_GZIP = b"\x1f\x8b"
_DECLARED = re.compile(rb"""charset\s*=|encoding\s*=""", re.IGNORECASE)
_HEAD = 2048  # bytes in which a page or feed declares its encoding


@dataclass(frozen=True, slots=True)
class Response:
    """An answer.

    Attributes:
        url: the address that was asked for.
        final_url: the address that answered, after redirects.
        status: the HTTP status: 200, or 304 where a condition held.
        content_type: as sent, or None.
        etag: as sent, or None.
        last_modified: as sent, or None.
        seconds: what it took, waiting aside.
        body: the bytes, unpacked.
    """

    url: str
    final_url: str
    status: int
    content_type: str | None
    etag: str | None
    last_modified: str | None
    seconds: float
    body: bytes

    @property
    def media_type(self) -> str:
        """The declared type in small letters, without parameters; empty where none is."""
        return (self.content_type or "").split(";")[0].strip().lower()

    def readable(self, limit: int) -> bytes:
        """The body, unpacked where it is itself a gzip file, and in UTF-8 where only the host told its charset.

        Raises:
            FetchError: it unpacks to more than `limit` bytes, or is damaged.
        """
        body = self.body
        if body.startswith(_GZIP):
            body = b"".join(unpacked([body], "gzip", limit))
        charset = _charset(self.content_type)
        if charset is None or body.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)):
            return body
        try:
            body.decode()
        except UnicodeDecodeError:
            if not _DECLARED.search(body[:_HEAD]):
                return _recoded(body, charset)
        return body

    def to_bytes(self) -> bytes:
        """The answer as a file: a line of JSON, and the packed body."""
        head = asdict(self)
        body = head.pop("body")
        return json.dumps(head).encode() + b"\n" + zlib.compress(body, 3)

    @classmethod
    def from_bytes(cls, raw: bytes) -> Response:
        """The answer in a file written by `to_bytes`.

        Raises:
            ValueError: it is no such file.
        """
        head, _, body = raw.partition(b"\n")
        try:
            return cls(**json.loads(head), body=zlib.decompress(body))
        except (TypeError, zlib.error) as error:
            raise ValueError(f"this is no kept answer: {error}") from error


def unpacked(chunks: Iterable[bytes], coding: str, limit: int) -> Iterator[bytes]:
    """The bytes in gzip, deflate or plain chunks, a little at a time.

    Args:
        chunks: the bytes as sent.
        coding: `gzip`, `deflate`, or an empty text where nothing is packed.
        limit: most bytes to deliver.

    Raises:
        FetchError: there are more, they are damaged or cut off, or the coding is another one.
    """
    unpacker = Unpacker(coding, limit)
    for chunk in chunks:
        yield unpacker.feed(chunk)
    unpacker.finish()


class Unpacker:
    """Unpacks what arrives piece by piece, and refuses to go beyond a limit: packed bombs end here."""

    def __init__(self, coding: str, limit: int) -> None:
        if coding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise FetchError(f"it is packed with {coding!r}, which newsfold did not ask for")
        self._packed = coding not in ("", "identity")
        # 47: gzip or zlib, told apart by their first bytes.
        self._window, self._limit, self._delivered = 47, limit, 0
        self._stream = zlib.decompressobj(self._window)
        self._raw_tried = coding != "deflate"
        self._first = b""  # what came before anything was unpacked
        self._fed = False

    def feed(self, chunk: bytes) -> bytes:
        """The next bytes, unpacked.

        Raises:
            FetchError: as in `unpacked`.
        """
        self._fed = self._fed or bool(chunk)
        if not self._packed:
            found = chunk
            self._delivered += len(found)
        else:
            found = b""
            while chunk and self._delivered <= self._limit:
                piece, chunk = self._inflated(chunk)
                found += piece
        if self._delivered > self._limit:
            what = "unpacks to" if self._packed else "is"
            raise FetchError(f"it {what} more than the {self._limit / 1e6:g} MB that are allowed")
        return found

    def finish(self) -> None:
        """Make sure that nothing is missing.

        Raises:
            FetchError: the packed stream has no end.
        """
        if self._packed and self._fed and not self._stream.eof:
            raise FetchError(f"its packed data is cut off after {self._delivered:,} bytes")

    def _inflated(self, chunk: bytes) -> tuple[bytes, bytes]:
        """What one turn delivers, and what is left to unpack."""
        if self._stream.eof:  # a further member of a gzip file
            self._stream = zlib.decompressobj(self._window)
        if not self._raw_tried and not self._delivered:
            self._first += chunk
        try:
            piece = self._stream.decompress(chunk, self._limit - self._delivered + 1)
        except zlib.error as error:
            # Some hosts send deflate without its zlib header (RFC 9110, 8.4.1.2).
            if not self._raw_tried and not self._delivered:
                self._raw_tried, self._window = True, -zlib.MAX_WBITS
                self._stream = zlib.decompressobj(self._window)
                return self._inflated(self._first)
            raise FetchError(f"its packed data is damaged after {self._delivered:,} bytes: {error}") from error
        self._delivered += len(piece)
        rest = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
        if self._stream.eof and rest[:2] not in (_GZIP, _GZIP[:1]):
            rest = b""  # padding after the end
        return piece, rest


def _charset(content_type: str | None) -> str | None:
    header = Message()
    header["content-type"] = content_type or ""
    try:
        found = header.get_content_charset()
        return codecs.lookup(found).name if found else None
    except (LookupError, ValueError, UnicodeError):
        return None


def _recoded(body: bytes, charset: str) -> bytes:
    try:
        return body.decode(charset).encode()
    except (UnicodeError, LookupError):
        return body
