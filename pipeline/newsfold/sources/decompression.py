"""Decompressing gzip and deflate from the web and from archives, within a limit that compression bombs cannot pass."""

from __future__ import annotations

import zlib

from newsfold.errors import FetchError

GZIP_MAGIC = b"\x1f\x8b"
_UNCOMPRESSED = ("", "identity")
_CODINGS = (*_UNCOMPRESSED, "gzip", "x-gzip", "deflate")
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS  # zlib detects which by the first bytes


def decompress(data: bytes, coding: str, max_bytes: int) -> bytes:
    """Decompress complete data.

    Args:
        data: the bytes as sent.
        coding: `gzip`, `deflate`, or an empty text for uncompressed data.
        max_bytes: most bytes to return.

    Raises:
        FetchError: there are more, they are damaged or cut off, or the coding is another one.
    """
    decompressor = Decompressor(coding, max_bytes)
    plain = decompressor.decompress(data)
    decompressor.finish()
    return plain


class Decompressor:
    """Decompresses data that arrives in chunks, and refuses to return more than a limit."""

    def __init__(self, coding: str, max_bytes: int) -> None:
        if coding not in _CODINGS:
            raise FetchError(f"it is packed with {coding!r}, which newsfold did not ask for")
        self._compressed = coding not in _UNCOMPRESSED
        self._window_bits, self._max_bytes, self._n_returned = _GZIP_OR_ZLIB, max_bytes, 0
        self._stream = zlib.decompressobj(self._window_bits)
        self._may_be_raw_deflate = coding == "deflate"
        self._pending = b""  # chunks from before the first decompressed byte
        self._started = False

    def decompress(self, chunk: bytes) -> bytes:
        """Decompress the next chunk.

        Raises:
            FetchError: the limit is passed, or the data is damaged.
        """
        self._started = self._started or bool(chunk)
        if not self._compressed:
            plain = chunk
            self._n_returned += len(plain)
        else:
            plain = b""
            while chunk and self._n_returned <= self._max_bytes:
                part, chunk = self._inflate(chunk)
                plain += part
        if self._n_returned > self._max_bytes:
            verb = "unpacks to" if self._compressed else "is"
            raise FetchError(f"it {verb} more than the {self._max_bytes / 1e6:g} MB that are allowed")
        return plain

    def finish(self) -> None:
        """Check that the data is complete.

        Raises:
            FetchError: the compressed stream has no end.
        """
        if self._compressed and self._started and not self._stream.eof:
            raise FetchError(f"its packed data is cut off after {self._n_returned:,} bytes")

    def _inflate(self, chunk: bytes) -> tuple[bytes, bytes]:
        """Decompress up to the limit; return the result, and the rest of the chunk."""
        if self._stream.eof:  # a further member of a gzip file
            self._stream = zlib.decompressobj(self._window_bits)
        if self._may_be_raw_deflate and not self._n_returned:
            self._pending += chunk
        try:
            plain = self._stream.decompress(chunk, self._max_bytes - self._n_returned + 1)
        except zlib.error as error:
            # Some hosts send deflate without its zlib header (RFC 9110, 8.4.1.2).
            if self._may_be_raw_deflate and not self._n_returned:
                self._may_be_raw_deflate, self._window_bits = False, -zlib.MAX_WBITS
                self._stream = zlib.decompressobj(self._window_bits)
                return self._inflate(self._pending)
            raise FetchError(f"its packed data is damaged after {self._n_returned:,} bytes: {error}") from error
        self._n_returned += len(plain)
        rest = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
        if self._stream.eof and rest[:2] not in (GZIP_MAGIC, GZIP_MAGIC[:1]):
            rest = b""  # padding after the end
        return plain, rest
