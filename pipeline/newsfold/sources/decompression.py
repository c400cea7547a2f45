"""Decompressing what comes from the web and from archives, within a limit that compression bombs cannot pass.

Bytes are read for what they are: bodies that are declared compressed but are plain text, or in another coding by their
first bytes, are common.
"""

from __future__ import annotations

from newsfold.errors import FetchError
from newsfold.sources.codings import (
    GZIP_MAGIC,
    ZSTD_MAGIC,
    DamagedData,
    Stream,
    detect_coding,
    is_start_of_mark,
    looks_like_text,
    open_stream,
)

__all__ = ["ACCEPT_ENCODING", "GZIP_MAGIC", "ZSTD_MAGIC", "Decompressor", "decompress"]

ACCEPT_ENCODING = "gzip, deflate, br, zstd"
_ALIASES = {"x-gzip": "gzip", "x-deflate": "deflate", "x-br": "br", "brotli": "br"}
_CODINGS = frozenset({"gzip", "deflate", "br", "zstd"})
# Registered with IANA, but nobody uses them for articles; other words that hosts send there ("utf-8") mean no coding.
_UNSUPPORTED = frozenset({"compress", "x-compress", "dcb", "dcz", "exi", "pack200-gzip", "aes128gcm"})
_MAX_LAYERS = 4  # as many as browsers take
_HEAD_BYTES = 64  # by which text is distinguished from compressed data


def decompress(data: bytes, coding: str, max_bytes: int) -> bytes:
    """Decompress complete data.

    Args:
        data: the bytes as sent.
        coding: as for `Decompressor`.
        max_bytes: most bytes to return.

    Raises:
        FetchError: there are more, they are damaged or cut off, or the coding is another one.
    """
    decompressor = Decompressor(coding, max_bytes)
    return decompressor.decompress(data) + decompressor.finish()


class Decompressor:
    """Decompresses data that arrives in chunks, and refuses to return more than a limit."""

    def __init__(self, coding: str, max_bytes: int) -> None:
        """Read nothing yet.

        Args:
            coding: a Content-Encoding (RFC 9110, 8.4): `gzip`, `deflate`, `br` or `zstd`; several in the order in which
                they were applied, with commas; empty for uncompressed data.
            max_bytes: most bytes to return, and most between two codings.

        Raises:
            FetchError: the coding is another one, or there are too many.
        """
        tokens = [token.strip().lower() for token in coding.split(",")]
        codings = [_ALIASES.get(token, token) for token in tokens]
        for unsupported in _UNSUPPORTED.intersection(codings):
            raise FetchError(f"it is packed with {unsupported!r}, which newsfold did not ask for")
        codings = [token for token in codings if token in _CODINGS]
        if len(codings) > _MAX_LAYERS:
            raise FetchError(f"it is packed {len(codings)} times, more than {_MAX_LAYERS}")
        self._layers = [_Layer(token, max_bytes) for token in reversed(codings)]
        self._max_bytes, self._n_returned = max_bytes, 0

    @property
    def is_complete(self) -> bool:
        """Whether compressed data has come to its own end, so that nothing is missing whatever its declared length."""
        return bool(self._layers) and self._layers[0].is_complete

    def decompress(self, chunk: bytes) -> bytes:
        """Decompress the next chunk.

        Raises:
            FetchError: the limit is passed, or the data is damaged.
        """
        for layer in self._layers:
            chunk = layer.decompress(chunk)
        return self._count(chunk)

    def finish(self) -> bytes:
        """Return what was held back: the first bytes of a short text that was declared compressed.

        Raises:
            FetchError: the compressed data has no end, or the limit is passed.
        """
        rest = b""
        for layer in self._layers:
            rest = layer.decompress(rest) + layer.finish()
        return self._count(rest)

    def _count(self, plain: bytes) -> bytes:
        self._n_returned += len(plain)
        if self._n_returned > self._max_bytes:
            raise FetchError(f"it is more than the {self._max_bytes / 1e6:g} MB that are allowed")
        return plain


class _Layer:
    """One coding of the data; its first bytes decide whether it is there, and which it is."""

    def __init__(self, coding: str, max_bytes: int) -> None:
        self._coding, self._max_bytes, self._n_returned = coding, max_bytes, 0
        self._head: bytes | None = b""  # held back until it is decided
        self._stream: Stream | None = None

    @property
    def is_complete(self) -> bool:
        return self._stream is not None and self._stream.at_end

    def decompress(self, chunk: bytes) -> bytes:
        if self._head is not None:
            self._head += chunk
            if not self._decide(final=False):
                return b""
            chunk, self._head = self._head, None
        if self._stream is None:
            return chunk
        try:
            plain = self._stream.decompress(chunk, self._max_bytes - self._n_returned + 1)
        except DamagedData as error:
            raise FetchError(f"its packed data is damaged after {self._n_returned:,} bytes: {error}") from error
        self._n_returned += len(plain)
        if self._n_returned > self._max_bytes:
            raise FetchError(f"it unpacks to more than the {self._max_bytes / 1e6:g} MB that are allowed")
        return plain

    def finish(self) -> bytes:
        plain = b""
        if self._head:
            self._decide(final=True)
            chunk, self._head = self._head, None
            plain = self.decompress(chunk)
        if self._stream is not None and not self._stream.at_end:
            raise FetchError(f"its packed data is cut off after {self._n_returned:,} bytes")
        return plain

    def _decide(self, *, final: bool) -> bool:
        """Choose the stream by the first bytes; return whether they were enough."""
        head = self._head or b""
        coding = detect_coding(head)
        if coding is None and not final:
            may_be_text = len(head) < _HEAD_BYTES and looks_like_text(head)
            if may_be_text or is_start_of_mark(head):
                return False
        if coding is None and looks_like_text(head[:_HEAD_BYTES]) and not self._is_whole(head):
            return True
        self._stream = open_stream(coding or self._coding)
        return True

    def _is_whole(self, head: bytes) -> bool:
        """Whether a few bytes that look like text are complete compressed data; Brotli's of nothing are `;`."""
        stream = open_stream(self._coding)
        try:
            stream.decompress(head, self._max_bytes)
        except DamagedData:
            return False
        return stream.at_end
