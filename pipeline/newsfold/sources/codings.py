"""The content codings of HTTP as streams: gzip, deflate, Brotli (RFC 7932) and Zstandard (RFC 8878)."""

from __future__ import annotations

import codecs
import sys
import zlib
from typing import Protocol

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_ZSTD_WINDOW_LOG = 23  # 8 MB: what a browser accepts (RFC 9659)
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS  # zlib detects which by the first bytes
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROLS = bytes(code for code in (*range(32), 127) if code not in b"\t\n\f\r\x1b")


class DamagedData(Exception):
    """Compressed data that no decoder of its coding can read."""


class Stream(Protocol):
    """Decompresses one coding.

    Attributes:
        at_end: the data has come to its end; what follows it is ignored.
    """

    at_end: bool

    def decompress(self, chunk: bytes, max_bytes: int) -> bytes:
        """Decompress a chunk, or as much of it as gives somewhat more than `max_bytes`.

        Raises:
            DamagedData: it cannot be read.
        """


def detect_coding(head: bytes) -> str | None:
    """Return the coding whose mark the first bytes are, or None; deflate and Brotli have none."""
    if head.startswith(GZIP_MAGIC):
        return "gzip"
    return "zstd" if head.startswith(ZSTD_MAGIC) else None


def is_start_of_mark(head: bytes) -> bool:
    """Return whether more bytes may make the mark of a coding, or of UTF-16."""
    return bool(head) and any(mark.startswith(head) for mark in (GZIP_MAGIC, ZSTD_MAGIC, *_UTF16_MARKS))


def looks_like_text(head: bytes) -> bool:
    """Return whether bytes are the start of a text: UTF-8 without control characters, or UTF-16 with its mark."""
    if head.startswith(_UTF16_MARKS):
        return True
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return len(head.translate(None, _CONTROLS)) == len(head)


class ZlibStream:
    """gzip of one or more members, or deflate with or without the header of zlib."""

    def __init__(self) -> None:
        self.at_end = False
        self._window_bits = _GZIP_OR_ZLIB
        self._stream = zlib.decompressobj(self._window_bits)
        self._pending: bytes | None = b""  # chunks from before the first decompressed byte
        self._after_end = b""

    def decompress(self, chunk: bytes, max_bytes: int) -> bytes:
        """Decompress a chunk; see `Stream`."""
        plain = bytearray()
        while chunk and len(plain) < max_bytes:
            if self.at_end:
                chunk = self._start_member(chunk)
                continue
            part, chunk = self._inflate(chunk, max_bytes - len(plain))
            plain += part
        return bytes(plain)

    def _start_member(self, chunk: bytes) -> bytes:
        """Start a further member of a gzip file if the rest is one; return the rest, or nothing if it is padding."""
        rest = self._after_end + chunk
        self._after_end = b""
        if rest == GZIP_MAGIC[:1]:
            self._after_end = rest
            return b""
        if not rest.startswith(GZIP_MAGIC):
            return b""
        self._stream, self.at_end = zlib.decompressobj(self._window_bits), False
        return rest

    def _inflate(self, chunk: bytes, max_bytes: int) -> tuple[bytes, bytes]:
        """Decompress up to a limit; return the result, and the rest of the chunk."""
        if self._pending is not None:
            self._pending += chunk
        try:
            plain = self._stream.decompress(chunk, max_bytes)
        except zlib.error as error:
            # Some hosts send deflate without its zlib header (RFC 9110, 8.4.1.2).
            if self._pending is not None and not self._pending.startswith(GZIP_MAGIC):
                chunk, self._pending, self._window_bits = self._pending, None, -zlib.MAX_WBITS
                self._stream = zlib.decompressobj(self._window_bits)
                return self._inflate(chunk, max_bytes)
            raise DamagedData(str(error)) from error
        if plain:
            self._pending = None
        self.at_end = self._stream.eof
        return plain, self._stream.unused_data if self.at_end else self._stream.unconsumed_tail


class BrotliStream:
    """Brotli."""

    def __init__(self) -> None:
        self.at_end = False
        self._stream = brotli.Decompressor()

    def decompress(self, chunk: bytes, max_bytes: int) -> bytes:
        """Decompress a chunk; see `Stream`."""
        plain = bytearray()
        try:
            while not self.at_end and len(plain) < max_bytes:
                part = self._stream.process(chunk, output_buffer_limit=max_bytes - len(plain))
                plain += part
                chunk = b""
                self.at_end = self._stream.is_finished()
                if not part and self._stream.can_accept_more_data():
                    break
        except brotli.error as error:
            raise DamagedData(str(error)) from error
        return bytes(plain)


class ZstdStream:
    """Zstandard of one or more frames."""

    def __init__(self) -> None:
        self.at_end = False
        self._stream = self._open_frame()
        self._after_end = b""

    def decompress(self, chunk: bytes, max_bytes: int) -> bytes:
        """Decompress a chunk; see `Stream`."""
        plain = bytearray()
        try:
            while len(plain) < max_bytes:
                if self.at_end:
                    chunk, self._after_end = self._after_end + chunk, b""
                    if not chunk.startswith(ZSTD_MAGIC):
                        self._after_end = chunk if is_start_of_mark(chunk) else b""
                        break  # padding after the end
                    self._stream, self.at_end = self._open_frame(), False
                part = self._stream.decompress(chunk, max_bytes - len(plain))
                plain += part
                self.at_end = self._stream.eof
                chunk = self._stream.unused_data if self.at_end else b""
                if not chunk and (self.at_end or self._stream.needs_input):
                    break
        except zstd.ZstdError as error:
            raise DamagedData(str(error)) from error
        return bytes(plain)

    @staticmethod
    def _open_frame() -> zstd.ZstdDecompressor:
        return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG})


def open_stream(coding: str) -> Stream:
    """Open a stream of a coding: `gzip`, `deflate`, `br` or `zstd`."""
    if coding == "br":
        return BrotliStream()
    return ZstdStream() if coding == "zstd" else ZlibStream()
